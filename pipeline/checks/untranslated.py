"""Untranslated: source text is left in the translation."""

from __future__ import annotations

from collections.abc import Set

from pipeline.checks.pair import Pair
from pipeline.checks.words import WORD

_MARKERS = 3  # different tell-tale words of the source language, more than of the target's
_WHOLE = 4  # words from which a target that is its source is left over, two of them without a capital
_STRETCH = 6  # words in a row copied from the source, two of them tell-tale: longer than most titles


def untranslated(pair: Pair) -> str:
    """What shows that a part of the target is still in the source language, "" where nothing does."""
    tongues = pair.tongues
    if pair.source_words == pair.target_words and _is_prose(pair.source):
        return " ".join(pair.source_words)
    return leftover(pair.source_words, pair.target_words, tongues.markers, tongues.target_markers)


def _is_prose(text: str) -> bool:
    words = WORD.findall(text)
    return len(words) >= _WHOLE and sum(word[0].islower() for word in words) >= 2


def leftover(source: list[str], target: list[str], markers: Set[str], target_markers: Set[str]) -> str:
    """The words that are still in the source language.

    Args:
        source, target: folded words.
        markers, target_markers: folded words that tell the source and the target language.

    >>> fr, en = {"le", "est", "dans", "les"}, {"the", "is", "in"}
    >>> leftover("le chat est dans la rue".split(), "the cat est dans la rue le soir".split(), fr, en)
    'est dans le'
    """
    telling = markers - target_markers
    found = [word for word in target if word in telling]
    if len(set(found)) >= _MARKERS and len(found) > sum(word in target_markers - markers for word in target):
        return " ".join(sorted(set(found), key=found.index)[:_MARKERS])
    return _copied(source, target, telling) if len(set(found)) >= 2 else ""


def _copied(source: list[str], target: list[str], telling: Set[str]) -> str:
    phrases = set(zip(*(source[i:] for i in range(_STRETCH)), strict=False))
    for i in range(len(target) - _STRETCH + 1):
        phrase = tuple(target[i : i + _STRETCH])
        if phrase in phrases and sum(word in telling for word in phrase) >= 2:
            return " ".join(phrase)
    return ""
