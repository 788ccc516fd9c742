"""Mangled words: what a small model makes of a word that it cannot translate, such as "cremony" of "cérémonie"."""

from __future__ import annotations

import re
from collections.abc import Iterator, Set
from itertools import islice

from pipeline.checks.pair import Pair
from pipeline.checks.words import fold, stem

PLAIN = re.compile(r"(?<![\w@#/.])(?<!\w[’'])[^\W\d_]{3,}(?![\w@/]|\.\w|[’'](?!s\b)\w)")
"""A word that is no part of an address or of an elision."""
# Evidence (see `Entry.lost`) that a source word was not translated: 0.7 of its places have a translation.
_RELIABLE = 1.0
_PART = 5  # letters, at least, of the words that make a compound; shorter ones are found in mangled words too


def mangled(pair: Pair) -> str:
    """The first word of the target that its language does not have, "" where there is none.

    A word that the source has as well is one only where the source's language usually translates it. In a language
    without a list of words nothing is found.
    """
    return next((fold(match.group()) for match in find_mangled(pair)), "")


def find_mangled(pair: Pair) -> Iterator[re.Match[str]]:
    """The places of such words."""
    words, ours = pair.tongues.words, set(pair.source_words)
    for match in PLAIN.finditer(pair.target) if words else ():
        word, lower = fold(match.group()), match.group().islower()
        if word in ours:
            if (lower or opens(match)) and not (word in words and hyphenated(match)) and _left(word, pair):
                yield match
        elif lower and word not in words and not _compound(word, words):
            yield match


def opens(match: re.Match[str]) -> bool:
    """Whether a word has a capital because it is the text's first one; elsewhere a capital makes a name."""
    return match.group().istitle() and not any(map(str.isalnum, islice(match.string, match.start())))


def hyphenated(match: re.Match[str]) -> bool:
    """Whether a word is part of a compound, such as "avant-garde"."""
    return "-" in match.string[max(0, match.start() - 1) : match.end() + 1]


def _compound(word: str, words: Set[str]) -> bool:
    """
    >>> words = {"inter", "company", "heavy"}
    >>> _compound("intercompany", words), _compound("heavycompan", words)
    (True, False)
    """
    return any(word[:i] in words and word[i:] in words for i in range(_PART, len(word) - _PART + 1))


def _left(word: str, pair: Pair) -> bool:
    """Whether a word that both sides have should have been translated."""
    entry = pair.tongues.lexicon.get(stem(word))
    if entry is None or entry.name:
        return False
    lost = entry.lost >= _RELIABLE
    if word in pair.tongues.words:
        known = stem(word.removesuffix("s")) in pair.tongues.back_lexicon
        return lost and not known and entry.translations.isdisjoint(pair.target_stems)
    # "cérémonie" has the stem of its own translation; words of grammar have none.
    others = {stem(other) for other in pair.target_words if other != word}
    return not entry.translations or (lost and entry.translations.isdisjoint(others))
