"""What a fixer hands back: changes it is sure of, and doubts about what it leaves."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
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

    def merged_doubts(self) -> list[Doubt]:
        """The doubts, those of one flag that touch or overlap taken together."""
        if len(self.doubts) < 2:
            return self.doubts
        merged: list[Doubt] = []
        for doubt in sorted(self.doubts, key=lambda d: (d.flag, d.start, d.end)):
            if merged and merged[-1].flag == doubt.flag and doubt.start <= merged[-1].end:
                merged[-1] = replace(merged[-1], end=max(doubt.end, merged[-1].end))
            else:
                merged.append(doubt)
        return merged
