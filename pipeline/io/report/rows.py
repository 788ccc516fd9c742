"""A document as the rows of the report: its segments and, between them, what was removed."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice, takewhile

from pipeline.document import Document, Segment
from pipeline.edits import Edit
from pipeline.review.diff import Part, words

# Characters that a reader would not see, or that would turn the text around them: shown by a picture or a name.
_SHOWN = {code: chr(0x2400 + code) for code in range(32) if chr(code) not in "\t\n"} | {0x7F: "\u2421"}
_SHOWN |= dict(
    zip(
        [*range(0x202A, 0x202F), *range(0x2066, 0x206A)],
        ("⟨LRE⟩", "⟨RLE⟩", "⟨PDF⟩", "⟨LRO⟩", "⟨RLO⟩", "⟨LRI⟩", "⟨RLI⟩", "⟨FSI⟩", "⟨PDI⟩"),
        strict=True,
    )
)
_UNSEEN = re.compile(f"[{''.join(map(chr, _SHOWN))}]")  # ten times as fast as `str.translate`
# Kinds that only change typography; the report tones them down.
_QUIET = {"mojibake", "entity", "quotes", "whitespace"}


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a row: unchanged text (``edit`` is None), or an edit."""

    text: str
    edit: Edit | None = None

    @property
    def quiet(self) -> bool:
        """True where only typography changed."""
        return self.edit is not None and self.edit.kind in _QUIET

    @property
    def parts(self) -> list[Part]:
        """What the edit left, took out and put in, word by word."""
        return words(self.edit.before, self.edit.after) if self.edit else []


@dataclass(frozen=True, slots=True)
class Row:
    """A segment with the edits inside it, or (``segment`` is None) a text that belongs to none."""

    pieces: tuple[Piece, ...]
    segment: Segment | None = None
    opens: bool = True  # a paragraph starts here


def rows(document: Document) -> Iterator[Row]:
    """The rows of a document; together they hold its raw text but for blank parts between segments.

    What was removed on a segment's own line of the raw text stands with the segment, all else on rows of its own.
    """
    done, line = 0, -1
    borders = [*(segment.start for segment in document.segments), len(document.raw)]
    for segment, limit in zip(document.segments, borders[1:], strict=True):
        start = _line_start(document, done, segment.start)
        yield from _between(document, done, start)
        done = _line_end(document, segment.end, limit)
        yield Row(tuple(_pieces(document, start, done)), segment, segment.line != line)
        line = segment.line
    yield from _between(document, done, len(document.raw))


def visible(text: str) -> str:
    """The text with its control characters shown.

    >>> visible("a\\x00b\\u202ec")
    'a␀b⟨RLO⟩c'
    """
    return _UNSEEN.sub(lambda found: _SHOWN[ord(found[0])], text)


def _between(document: Document, start: int, end: int) -> Iterator[Row]:
    """A row for each edit between two segments, and for each text that is on no segment."""
    for piece in _pieces(document, start, end):
        if (piece.edit.before if piece.edit else piece.text).strip():
            yield Row((piece,))


def _pieces(document: Document, start: int, end: int) -> Iterator[Piece]:
    done = start
    for edit in _inside(document.edits, start, end):
        if done < edit.start:
            yield Piece(document.raw[done : edit.start])
        yield Piece(edit.after, edit)
        done = edit.end
    if done < end:
        yield Piece(document.raw[done:end])


def _line_start(document: Document, low: int, start: int) -> int:
    """Where the raw line of a segment starts, ``low`` at the earliest, never inside an edit."""
    border = document.raw.rfind("\n", low, start) + 1 or low
    edit = _across(document.edits, border)
    return min(start, edit.end if edit else border)


def _line_end(document: Document, end: int, high: int) -> int:
    """Where the raw line of a segment ends, ``high`` at the latest, never inside an edit."""
    border = document.raw.find("\n", end, high)
    border = high if border < 0 else border
    edit = _across(document.edits, border)
    return max(end, edit.start if edit else border)


def _across(edits: Sequence[Edit], offset: int) -> Edit | None:
    """The edit that a raw offset lies inside of."""
    first = bisect_right(edits, offset, key=lambda edit: edit.end)
    return edits[first] if first < len(edits) and edits[first].start < offset else None


def _inside(edits: Sequence[Edit], start: int, end: int) -> Iterator[Edit]:
    first = bisect_left(edits, start, key=lambda edit: edit.end)
    for edit in takewhile(lambda edit: edit.start <= end, islice(edits, first, None)):
        if start <= edit.start and edit.end <= end:
            yield edit
