"""Mangled words: what a small model makes of a word that it cannot translate, such as "cremony" of "cérémonie"."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pipeline.checks.pair import Pair
from pipeline.checks.sounds import distance
from pipeline.checks.words import fold, stem

# A word that is no part of an address, of a compound or of an elision.
_WORD = re.compile(r"(?<![\w@#/.’'-])[^\W\d_]{3,}(?![\w@/]|\.\w)")
_ENDINGS = ("s", "es", "d", "ed", "r", "er", "st", "est", "ly", "ing")  # English; harmless elsewhere
_SHORTEST = 4  # letters of a word that is changed; a copied one may have three
# Evidence (see `Entry.lost`) that a source word was not translated: 0.7 of its places have a translation.
_RELIABLE = 1.0
_ALIKE = 4  # first letters that a word and what was made of it have in common, or else they are a few slips apart


def mangled(pair: Pair) -> str:
    """The first word of the target that the lexicon lacks and that looks like a source word without a translation."""
    known = pair.tongues.back_lexicon
    for match in _WORD.finditer(pair.target) if known else ():
        word = fold(match.group())
        # Elsewhere than at the start a capital makes a name.
        if not (match.group().islower() or match.start() == 0) or any(stem(form) in known for form in _forms(word)):
            continue
        alike = str.__eq__ if match.start() == 0 else _alike
        if any(alike(word, source) for source in _untranslated(pair)):
            return word
    return ""


def _forms(word: str) -> Iterator[str]:
    """A word as it is, and without an ending: "rarer" is of "rare"."""
    yield word
    yield from (word[: -len(ending)] for ending in _ENDINGS if word.endswith(ending))


def _untranslated(pair: Pair) -> Iterator[str]:
    """Source words of which the target has no translation, though they usually have one."""
    for word in dict.fromkeys(pair.source_words):
        entry = pair.tongues.lexicon.get(stem(word))
        reliable = entry is not None and entry.lost >= _RELIABLE and entry.translations.isdisjoint(pair.target_stems)
        if reliable:
            yield word


def _alike(word: str, source: str) -> bool:
    """
    >>> _alike("cremony", "ceremonie"), _alike("souvenir", "memoire"), _alike("vos", "vos"), _alike("vis", "vos")
    (True, False, True, False)
    """
    if word == source:
        return True
    if min(len(word), len(source)) < _SHORTEST:
        return False
    if word[:_ALIKE] == source[:_ALIKE] and min(len(word), len(source)) > _ALIKE:
        return True
    return word[0] == source[0] and distance(word, source) <= max(len(word), len(source)) // 3
