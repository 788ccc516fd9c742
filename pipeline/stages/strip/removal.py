"""From the lines that go to changes: each takes its line break along, so that no pile of blank lines is left."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pipeline.document import Kind
from pipeline.edits import Change
from pipeline.stages.strip.lines import Line

Removal = tuple[int, Kind, str, float]
"""A line that goes (by its index), and why: kind, rule, and how sure that is."""


def changes(lines: Sequence[Line], removals: Sequence[Removal], length: int) -> list[Change]:
    """Changes that take lines, in their order, out of a text of ``length`` characters.

    Of the gaps before and after a run of removed lines the wider stays, at the ends of the text none.
    """
    found: list[Change] = []
    begin = 0
    while begin < len(removals):
        end, below = begin + 1, removals[begin][0] + 1
        while end < len(removals) and removals[end][0] == below:
            end, below = end + 1, below + 1
        found += _cut(lines, removals[begin:end], length)
        begin = end
    return found


def _cut(lines: Sequence[Line], run: Sequence[Removal], length: int) -> Iterator[Change]:
    """The changes for neighbouring lines."""
    first, last = run[0][0], run[-1][0]
    low = lines[first - 1].end if first else 0
    high = lines[last + 1].start if last + 1 < len(lines) else length
    before, after = lines[first].start - low, high - lines[last].end
    if first and (last + 1 == len(lines) or after >= before):
        cuts = [low, *[line.end for line in lines[first : last + 1]]]
    else:
        cuts = [*[line.start for line in lines[first : last + 1]], high]
    for (_, kind, rule, score), start, end in zip(run, cuts, cuts[1:], strict=False):
        yield Change(start, end, "", rule, kind, score)
