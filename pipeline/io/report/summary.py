"""What the report counts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import chain

from pipeline.document import Document

BINS = 20


@dataclass(frozen=True, slots=True)
class Bin:
    """Segments whose score is at least ``low`` and below ``high``, and how many of them carry a flag."""

    low: float
    high: float
    total: int
    flagged: int


@dataclass(slots=True)
class Summary:
    """Counts over documents.

    Attributes:
        edits, characters: by kind of edit, how many there are, and how many characters of raw text they cover.
        flags, states: segments by flag and by state.
        flagged: segments with any flag.
        unscored: segments without a score.
    """

    documents: int = 0
    segments: int = 0
    flagged: int = 0
    unscored: int = 0
    edits: Counter[str] = field(default_factory=Counter)
    characters: Counter[str] = field(default_factory=Counter)
    flags: Counter[str] = field(default_factory=Counter)
    states: Counter[str] = field(default_factory=Counter)
    _scores: Counter[tuple[int, bool]] = field(default_factory=Counter)

    def add(self, documents: Sequence[Document]) -> None:
        """Count documents."""
        segments = [segment for document in documents for segment in document.segments]
        edits = [edit for document in documents for edit in document.edits]
        self.documents += len(documents)
        self.segments += len(segments)
        self.edits.update([edit.kind for edit in edits])
        for edit in edits:
            self.characters[edit.kind] += len(edit.before)
        self.flags.update(chain.from_iterable(segment.flags for segment in segments))
        self.states.update([segment.state for segment in segments])
        scores = [(segment.score, bool(segment.flags)) for segment in segments]
        self.flagged += sum(flagged for _, flagged in scores)
        self.unscored += sum(score is None for score, _ in scores)
        self._scores.update([(min(int(s * BINS), BINS - 1), flagged) for s, flagged in scores if s is not None])

    def update(self, other: Summary) -> None:
        """Count what another one counts."""
        for name in ("documents", "segments", "flagged", "unscored"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        for name in ("edits", "characters", "flags", "states", "_scores"):
            getattr(self, name).update(getattr(other, name))

    @property
    def bins(self) -> list[Bin]:
        """The scores as a histogram over 0..1; a score of 1 is in the last bin."""
        return [
            Bin(i / BINS, (i + 1) / BINS, self._scores[i, False] + self._scores[i, True], self._scores[i, True])
            for i in range(BINS)
        ]
