"""What a fixer hands back: changes it is sure of, and doubts about what it leaves."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from pipeline.edits import Change


@dataclass(frozen=True, slots=True)
class Doubt:
    """A span (half-open, offsets of the text the fixer saw) that is flagged, and the rule that doubts it."""

    start: int
    end: int
    flag: Literal["garbled", "truncated"]
    rule: str


@dataclass(slots=True)
class Findings:
    """Disjoint changes, and doubts, all in offsets of one text."""

    changes: list[Change] = field(default_factory=list)
    doubts: list[Doubt] = field(default_factory=list)

    def add(self, other: Findings) -> None:
        """Take over another's findings on other places of the same text."""
        self.changes += other.changes
        self.doubts += other.doubts
