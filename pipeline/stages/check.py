"""The stage that doubts translations: flags and a score for each segment."""

from __future__ import annotations

from functools import cached_property

from pydantic import Field, field_validator

from pipeline.checks import CHECKS, Pair, Tongues, checks_digest, flags_of, load_tongues
from pipeline.checks.consistency import inconsistent
from pipeline.checks.score import score_pair
from pipeline.document import Document, Segment
from pipeline.errors import did_you_mean
from pipeline.languages import LanguageCode
from pipeline.mt.glossary import STARTER, Glossary
from pipeline.stages.base import DocumentStage, Options, Resources


class CheckOptions(Options):
    """Options of the stage ``check``."""

    checks: tuple[str, ...] = Field(tuple(CHECKS), description="checks to make, by name")
    source: LanguageCode = Field("fr", description="ISO 639-1 code of the source language")
    target: LanguageCode = Field("en", description="ISO 639-1 code of the target language")
    glossary: str = Field(STARTER, description="as that of translate")
    # Of the calibration set's translations below it, 7 % were usable; see benchmarks/fit_score.py.
    low_score: float = Field(0.1, ge=0, le=1, description="a score below this is flagged")

    @field_validator("checks")
    @classmethod
    def _known(cls, checks: tuple[str, ...]) -> tuple[str, ...]:
        for name in checks:
            if name not in CHECKS:
                raise ValueError(f'no check "{name}"; there are {", ".join(CHECKS)}{did_you_mean(name, CHECKS)}')
        return checks


def load_glossary(options: CheckOptions) -> Glossary:
    """The glossary whose names are known.

    Raises:
        ConfigError: it cannot be read.
    """
    return Glossary.chosen(options.glossary, f"{options.source}-{options.target}")


class Check(DocumentStage[CheckOptions]):
    """Flags what can be doubted in each translation, and scores it.

    A segment without a target gets the flags of its marks alone.
    """

    name = "check"
    version = 2
    needs = ("segment", "translate")

    def __init__(self, options: CheckOptions, resources: Resources | None = None) -> None:
        super().__init__(options, resources)
        self._glossary = load_glossary(options)

    @cached_property
    def _tongues(self) -> Tongues:
        return load_tongues(self.options.source, self.options.target, self._glossary)

    def process(self, document: Document) -> None:
        marks = sorted(document.marks, key=lambda mark: mark.start)
        for segment in document.segments:
            # Flags of an earlier check go; that of the language is the segmenter's.
            segment.flags, segment.score = [flag for flag in segment.flags if flag == "language"], None
            segment.flag(*(mark.flag for mark in marks if mark.start < segment.end and segment.start < mark.end))
            if (segment.target.strip() and segment.origin != "copy") or segment.origin == "mt":
                self._check(segment)
        for segment in inconsistent(document.segments, self._tongues):
            segment.flag("names")

    def _check(self, segment: Segment) -> None:
        pair = Pair(segment.source, segment.target, self._tongues)
        segment.flag(*flags_of(pair, self.options.checks))
        segment.score = score_pair(pair, segment.logprob, segment.flags)
        if segment.score < self.options.low_score:
            segment.flag("score")

    def fingerprint(self) -> str:
        return f"{super().fingerprint()} {checks_digest()} {self._glossary.digest}"
