"""A source and its translation, taken apart once for all checks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from typing import TYPE_CHECKING

from pipeline.checks.language import Language, load_language
from pipeline.checks.lexicon import Entry, evidence, load_lexicon, load_words
from pipeline.checks.spread import length_deviation
from pipeline.checks.words import WORD, fold, stem

if TYPE_CHECKING:
    from pipeline.mt.glossary import Glossary


@dataclass(frozen=True)
class Tongues:
    """What is known of a language pair, loaded once.

    Attributes:
        source, target: the languages' words.
        lexicon, back_lexicon: source to target and back.
        words: folded words of the target language, in all their forms.
        markers, target_markers: folded words that tell each language.
        names: for a folded name of either language, the folded beginnings of which one must open a word on the other
            side; see `Glossary.expected`.
        canonical: for a folded name, the form of which it is a spelling; see `Glossary.canonical`.
        glossary: digest of the glossary that the names are from.
    """

    codes: tuple[str, str]
    source: Language
    target: Language
    lexicon: dict[str, Entry]
    back_lexicon: dict[str, Entry]
    words: frozenset[str]
    markers: frozenset[str]
    target_markers: frozenset[str]
    names: Mapping[str, frozenset[str]]
    canonical: Mapping[str, str]
    glossary: str


def load_tongues(source: str, target: str, glossary: Glossary | None = None) -> Tongues:
    """Everything for a pair of ISO 639-1 codes; what has no data is empty, and its checks find nothing."""
    return Tongues(
        (source, target),
        load_language(source),
        load_language(target),
        load_lexicon(source, target),
        load_lexicon(target, source),
        load_words(target),
        load_markers(source),
        load_markers(target),
        glossary.expected() if glossary else {},
        glossary.canonical() if glossary else {},
        glossary.digest if glossary else "",
    )


@cache
def load_markers(language: str) -> frozenset[str]:
    """Folded words that tell a language, by ISO 639-1 code; none where they are not known."""
    from pipeline.stages.segment.rules import load_rules  # the stages import the checks

    return frozenset(word for marker in load_rules(language).markers for word in WORD.findall(fold(marker)))


class Pair:
    """One pair for the checks; what several of them need is worked out once, when first asked for."""

    def __init__(self, source: str, target: str, tongues: Tongues) -> None:
        self.source = source
        self.target = target
        self.tongues = tongues

    @cached_property
    def length_deviation(self) -> float:
        """How many spreads the length ratio lies from its mean."""
        source, target = self.tongues.source, self.tongues.target
        return length_deviation(self.source, self.target, target.expansion / source.expansion)

    @cached_property
    def folded_source(self) -> str:
        return fold(self.source)

    @cached_property
    def folded_target(self) -> str:
        return fold(self.target)

    @cached_property
    def source_words(self) -> list[str]:
        """Folded words of the source."""
        return WORD.findall(self.folded_source)

    @cached_property
    def target_words(self) -> list[str]:
        """Folded words of the target."""
        return WORD.findall(self.folded_target)

    @cached_property
    def source_stems(self) -> set[str]:
        return set(map(stem, self.source_words))

    @cached_property
    def target_stems(self) -> set[str]:
        return set(map(stem, self.target_words))

    @cached_property
    def lost(self) -> list[float]:
        """For each source word, the evidence that it has no counterpart in the target."""
        return evidence(map(stem, self.source_words), self.target_stems, self.tongues.lexicon)

    @cached_property
    def added(self) -> list[float]:
        """For each target word, the evidence that it has no counterpart in the source."""
        return evidence(map(stem, self.target_words), self.source_stems, self.tongues.back_lexicon)
