"""What a fixer hands back: changes it is sure of, and doubts about what it leaves."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, NamedTuple

from pipeline.edits import Change


class Doubt(NamedTuple):
    """A span (half-open, offsets of the text the fixer saw) that is flagged, and the rule that doubts it."""

    start: int
    end: int
    flag: Literal["garbled", "truncated"]
    rule: str


class Findings(NamedTuple):
    """Disjoint changes, and doubts, all in offsets of one text."""

    changes: Sequence[Change] = ()
    doubts: Sequence[Doubt] = ()

    def __bool__(self) -> bool:
        return bool(self.changes or self.doubts)

    def merged_doubts(self) -> Sequence[Doubt]:
        """The doubts, those of one flag that touch or overlap taken together."""
        if len(self.doubts) < 2:
            return self.doubts
        merged: list[Doubt] = []
        for doubt in sorted(self.doubts, key=lambda d: (d.flag, d.start, d.end)):
            if merged and merged[-1].flag == doubt.flag and doubt.start <= merged[-1].end:
                merged[-1] = merged[-1]._replace(end=max(doubt.end, merged[-1].end))
            else:
                merged.append(doubt)
        return merged


NOTHING = Findings()
