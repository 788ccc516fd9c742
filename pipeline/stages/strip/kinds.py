"""What kind of boilerplate a line outside the body is: its own word, or that of the block it stands in."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pipeline.document import Kind
from pipeline.stages.strip.blocks import ASIDE, ENDS, HEAD, THREAD
from pipeline.stages.strip.lines import Line

# Parts of cards and comments: they take the kind of the block that they stand in.
PARTS = frozenset(("byline", "dateline", "credit", "title-suffix", "read-more"))


def line_kinds(lines: Sequence[Line], states: Sequence[int]) -> Iterator[tuple[Kind, str]]:
    """Kind and rule of each line, taken that it goes."""
    block: Kind | None = None
    for i, line in enumerate(lines):
        verdict = line.verdict
        if verdict.tier in ("headers", "sections") and not _counter(lines, i, block):
            block = verdict.kind
        elif verdict.alone and verdict.kind in ENDS:
            block = None
        elif verdict.score > 3:
            block = "comments" if states[i] == THREAD else None
        if states[i] == HEAD:  # above the text nothing is a list of further reading or a thread
            block = None
        own = verdict.kind if verdict.tier not in ("", "card", "hints") or block is None else None
        if block and (own in PARTS or _counter(lines, i, block)):
            own = None
        if states[i] == HEAD and own in ("related", "comments"):
            own = "navigation"
        yield own or block or _default(line, states[i]), verdict.rule or "context"


def _counter(lines: Sequence[Line], i: int, block: Kind | None) -> bool:
    """Whether a heading of comments is but the counter of a card: ``Title, date, 0 Comments``."""
    verdict = lines[i].verdict
    return block == "related" and verdict.kind == "comments" and i > 0 and lines[i - 1].verdict.tier == "card"


def _default(line: Line, state: int) -> Kind:
    if state == THREAD:
        return "comments"
    return "related" if state == ASIDE and line.verdict.words > 3 else "navigation"
