"""Which pairs are worth training on: each filter names what it finds wrong."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from training.config import DataOptions
from training.corpora import Pair

# Function words of one language that the other does not write: enough to tell French from English without a model.
FRENCH = frozenset({
    "le", "la", "les", "des", "du", "une", "et", "est", "dans", "pour", "que", "qui", "sur", "pas", "ce", "cette",
    "nous", "vous", "il", "elle", "ils", "elles", "ne", "je", "au", "aux", "par", "avec", "sont", "être", "ont", "été",
    "leur", "mais", "un", "deux", "à", "ou", "où", "son", "sa", "ses", "plus", "se", "en",
})  # fmt: skip
ENGLISH = frozenset({
    "the", "of", "and", "to", "is", "that", "it", "was", "for", "with", "this", "are", "be", "we", "you", "he", "she",
    "they", "not", "have", "has", "will", "would", "by", "from", "an", "at", "which", "their", "our", "been", "were",
    "there", "his", "her", "i", "my", "your", "can", "in", "two", "what",
})  # fmt: skip
# A headline of fewer words may well hold no function word at all.
LANGUAGE_MIN_WORDS = 10
# A line of figures or of punctuation teaches nothing; prose measures about 0.8.
MIN_LETTERS = 0.5
# Below this length a ratio says nothing: "Oui." and "Yes, I do." are fine.
RATIO_MIN_CHARS = 20

Filter = Callable[[Pair, DataOptions], bool]


def words(text: str) -> list[str]:
    """The words of a text in lower case, cut at apostrophes.

    >>> words("L’été n'est pas fini.")
    ['l', 'été', 'n', 'est', 'pas', 'fini']
    """
    return re.findall(r"\w+", text.lower())


def empty(pair: Pair, options: DataOptions) -> bool:
    """A side holds no letter."""
    return not (any(map(str.isalpha, pair.fr)) and any(map(str.isalpha, pair.en)))


def length(pair: Pair, options: DataOptions) -> bool:
    """A side is longer than the model is meant for."""
    return max(pair.fr.count(" "), pair.en.count(" ")) >= options.max_words


def ratio(pair: Pair, options: DataOptions) -> bool:
    """One side is so much longer that it cannot say the same."""
    short, long = sorted((len(pair.fr), len(pair.en)))
    return long > RATIO_MIN_CHARS and long > options.max_ratio * short


def letters(pair: Pair, options: DataOptions) -> bool:
    """A side is mostly figures or punctuation."""
    return any(sum(map(str.isalpha, side)) < MIN_LETTERS * len(side) for side in (pair.fr, pair.en))


def language(pair: Pair, options: DataOptions) -> bool:
    """A side reads as the other language, or a long one as neither."""
    return not (_reads(pair.fr, FRENCH, ENGLISH) and _reads(pair.en, ENGLISH, FRENCH))


def _reads(text: str, wanted: frozenset[str], other: frozenset[str]) -> bool:
    found = words(text)
    own, foreign = sum(word in wanted for word in found), sum(word in other for word in found)
    return own > foreign or (own == foreign and len(found) < LANGUAGE_MIN_WORDS)


FILTERS: Mapping[str, Filter] = {
    "empty": empty, "length": length, "ratio": ratio, "letters": letters, "language": language
}  # fmt: skip


def fault(pair: Pair, options: DataOptions) -> str:
    """The name of the first filter that refuses the pair; empty where none does.

    >>> options = DataOptions(parts=[], heldout=[], valid="")
    >>> fault(Pair("x", "Le chat dort sur le lit de la voisine.", "The cat sleeps on the bed."), options)
    ''
    >>> fault(Pair("x", "The cat sleeps on the neighbour's bed.", "The cat sleeps on the bed."), options)
    'language'
    """
    return next((name for name, refuses in FILTERS.items() if refuses(pair, options)), "")
