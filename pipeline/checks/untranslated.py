"""Untranslated: source text is left in the translation."""

from __future__ import annotations

from collections.abc import Set

from pipeline.checks.pair import Pair

_MARKERS = 3  # different tell-tale words of the source language, more than of the target's
_WHOLE = 4  # words from which a target that is its source is left over
_STRETCH = 5  # words in a row copied from the source, two of them tell-tale


def untranslated(pair: Pair) -> str:
    """What shows that a part of the target is still in the source language, "" where nothing does."""
    tongues = pair.tongues
    return leftover(pair.source_words, pair.target_words, tongues.markers, tongues.target_markers)


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
    if source == target and len(source) >= _WHOLE and not telling.isdisjoint(source):
        return " ".join(source[:_WHOLE])
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
