"""Negation: the source denies, the translation does not."""

from __future__ import annotations

from collections.abc import Iterable

from pipeline.checks.language import Language
from pipeline.checks.pair import Pair


def denies(words: Iterable[str], language: Language) -> bool:
    """Whether any folded word denies, or has a prefix that does."""
    return any(
        word in language.negative or (len(word) > 5 and word.startswith(language.negative_prefixes)) for word in words
    )


def negation_lost(pair: Pair) -> str:
    """The source's denying word where the translation has none."""
    return denial_lost(pair.source_words, pair.target_words, pair.tongues.source, pair.tongues.target)


def denial_lost(source: list[str], target: list[str], source_language: Language, target_language: Language) -> str:
    """

    >>> from pipeline.checks.language import load_language
    >>> fr, en = load_language("fr"), load_language("en")
    >>> denial_lost("il ne viendra pas".split(), "he will come".split(), fr, en)
    'pas'
    >>> denial_lost("il ne viendra pas".split(), "he won t come".split(), fr, en)
    ''
    """
    particles = source_language.negative_particles
    if particles and particles.isdisjoint(source):
        return ""
    denied = next((word for word in source if word in source_language.strong_negative), "")
    return denied if denied and not denies(target, target_language) else ""
