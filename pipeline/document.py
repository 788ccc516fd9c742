"""What flows through the stages: a document, its segments, and the places that stay doubtful."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from pipeline.edits import Change, Edit, EditBuffer

Kind = Literal[
    # strip
    "breadcrumb", "title-duplicate", "title-suffix", "byline", "dateline", "share", "hashtags", "related", "comments",
    "about-author", "credit", "subscribe", "cookie", "read-more", "advertisement", "navigation", "continuation",
    # normalize
    "mojibake", "entity", "quotes", "whitespace",
    # repair
    "loop", "stutter", "doubled-word", "splice", "truncated", "other",
]  # fmt: skip
Flag = Literal[
    "garbled", "truncated", "numbers", "quotes", "names", "length", "repetition", "untranslated", "language", "score"
]
Origin = Literal["", "mt", "memory", "copy", "human"]
State = Literal["unreviewed", "accepted", "edited", "flagged", "rejected", "stale"]
MetaValue = str | list[str]


class Mark(NamedTuple):
    """A raw span (half-open code points) that a stage doubts and leaves as it is; its segments get the flag."""

    start: int
    end: int
    flag: Flag
    stage: str
    rule: str


@dataclass(slots=True)
class Segment:
    """One source sentence and its translation.

    Attributes:
        doc: the document's id.
        seg: number within the document, from 0.
        start, end: the raw span it came from (half-open code points).
        source: the clean source text; one line, never blank.
        line: line of the clean text that it stands on, from 0. Segments of one line make one paragraph.
        target: the translation that is written out; empty until translated.
        hypothesis: what the model said, before glossary and post-editing; empty where no model was asked.
        logprob: mean log-probability per target piece of the hypothesis (0 or below), None where no model was asked.
        alignment: (source, target) character spans that belong together: ``(s0, s1, t0, t1)``.
        score: how far the translation can be trusted, 0..1; None until checked.
        origin: who made the target: "mt", "memory", "copy" (the source was in the target language already), "human";
            "" where there is none.
        state: where review stands.
        language: ISO 639-1 code of its paragraph, "" where it cannot be told.
        flags: doubts, sorted, without duplicates.
    """

    doc: str
    seg: int
    start: int
    end: int
    source: str
    line: int
    target: str = ""
    hypothesis: str = ""
    logprob: float | None = None
    alignment: list[tuple[int, int, int, int]] = field(default_factory=list)
    score: float | None = None
    origin: Origin = ""
    state: State = "unreviewed"
    language: str = ""
    flags: list[Flag] = field(default_factory=list)

    def flag(self, *flags: Flag) -> None:
        """Add flags, keeping them sorted and unique."""
        self.flags = sorted({*self.flags, *flags})


class Document:
    """A document on its way: the raw text with its edits, what is known about it, and its segments.

    Attributes:
        id: unique within a run; names the output files.
        meta: ``title``, ``author``, ``date``, ``site``, ``url``, ``language``, ``tags`` where found.
        marks: doubtful raw spans.
        warnings: what a reader of the run should know of the document as a whole.
        segments: filled by the stage ``segment``.
    """

    def __init__(
        self,
        id: str,
        raw: str,
        meta: dict[str, MetaValue] | None = None,
        edits: Sequence[Edit] = (),
        marks: Iterable[Mark] = (),
        warnings: Iterable[str] = (),
        segments: Iterable[Segment] = (),
    ) -> None:
        self.id = id
        self.meta: dict[str, MetaValue] = dict(meta or {})
        self.marks = list(marks)
        self._marked = set(self.marks)
        self.warnings = list(warnings)
        self.segments = list(segments)
        self._buffer = EditBuffer(raw, edits)

    @property
    def raw(self) -> str:
        """The text as it was read."""
        return self._buffer.raw

    @property
    def text(self) -> str:
        """The current text."""
        return self._buffer.text

    @property
    def edits(self) -> Sequence[Edit]:
        """Sorted, disjoint edits that turn the raw text into the current one."""
        return self._buffer.edits

    def edit(self, changes: Iterable[Change], stage: str) -> None:
        """Make changes in offsets of the current text; see `EditBuffer.apply`."""
        self._buffer.apply(changes, stage)

    def mark(self, start: int, end: int, flag: Flag, stage: str, rule: str) -> None:
        """Flag a span of the current text as doubtful."""
        mark = Mark(*self._buffer.to_raw(start, end), flag, stage, rule)
        if mark not in self._marked:
            self._marked.add(mark)
            self.marks.append(mark)

    def to_raw(self, start: int, end: int) -> tuple[int, int]:
        """The raw span behind a span of the current text; see `EditBuffer.to_raw`."""
        return self._buffer.to_raw(start, end)

    def to_current(self, start: int, end: int) -> tuple[int, int]:
        """The span of the current text that stands for a raw span; see `EditBuffer.to_current`."""
        return self._buffer.to_current(start, end)
