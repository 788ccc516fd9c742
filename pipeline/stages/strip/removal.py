"""From the lines that go to changes: each takes its line break along, so that no pile of blank lines is left."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from pipeline.document import Kind
from pipeline.edits import Change
from pipeline.stages.strip.lines import Line


class Removal(NamedTuple):
    """A line that goes (by its index), and why."""

    line: int
    kind: Kind
    rule: str
    score: float


def changes(lines: Sequence[Line], removals: Iterable[Removal], length: int) -> list[Change]:
    """Changes that take lines, in their order, out of a text of ``length`` characters.

    Of the gaps before and after a run of removed lines the wider stays, at the ends of the text none.
    """
    return [change for run in _runs(removals) for change in _cut(lines, run, length)]


def _runs(removals: Iterable[Removal]) -> list[list[Removal]]:
    """Neighbours together."""
    runs: list[list[Removal]] = []
    after = -1
    for removal in removals:
        if removal.line == after:
            runs[-1].append(removal)
        else:
            runs.append([removal])
        after = removal.line + 1
    return runs


def _cut(lines: Sequence[Line], run: Sequence[Removal], length: int) -> Iterator[Change]:
    first, last = run[0].line, run[-1].line
    low = lines[first - 1].end if first else 0
    high = lines[last + 1].start if last + 1 < len(lines) else length
    before, after = lines[first].start - low, high - lines[last].end
    if first and (last + 1 == len(lines) or after >= before):
        cuts = [low, *(lines[r.line].end for r in run)]
    else:
        cuts = [*(lines[r.line].start for r in run), high]
    for removal, start, end in zip(run, cuts, cuts[1:], strict=False):
        yield Change(start, end, "", removal.rule, removal.kind, removal.score)
