"""What kind of boilerplate a line outside the body is: its own word, or that of the block it stands in."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pipeline.document import Kind
from pipeline.stages.strip.blocks import ASIDE, ENDS, HEAD, THREAD
from pipeline.stages.strip.lines import Line

# Parts of cards and comments: they take the kind of the block that they stand in.
PARTS = frozenset(("byline", "dateline", "credit", "title-suffix", "read-more"))


def line_kinds(lines: Sequence[Line], states: Sequence[int], kept: Sequence[bool]) -> Iterator[tuple[int, Kind, str]]:
    """Index, kind and rule of each line that goes."""
    block: Kind | None = None
    for i, line in enumerate(lines):
        verdict, state = line.verdict, states[i]
        kind = verdict.kind
        if verdict.tier in ("headers", "sections") and not _counter(lines, i, block):
            block = kind
        elif verdict.alone and kind in ENDS:
            block = None
        elif verdict.score > 3:
            block = "comments" if state == THREAD else None
        if state == HEAD:  # above the text nothing is a list of further reading or a thread
            block = None
        if kept[i]:
            continue
        own = kind if block is None or verdict.tier not in ("", "card", "hints") else None
        if block and own and (own in PARTS or _counter(lines, i, block)):
            own = None
        if state == HEAD and own in ("related", "comments"):
            own = "navigation"
        yield i, own or block or _default(line, state), verdict.rule or "context"


def _counter(lines: Sequence[Line], i: int, block: Kind | None) -> bool:
    """Whether a heading of comments is but the counter of a card: ``Title, date, 0 Comments``."""
    verdict = lines[i].verdict
    return block == "related" and verdict.kind == "comments" and i > 0 and lines[i - 1].verdict.tier == "card"


def _default(line: Line, state: int) -> Kind:
    if state == THREAD:
        return "comments"
    return "related" if state == ASIDE and line.verdict.words > 3 else "navigation"
