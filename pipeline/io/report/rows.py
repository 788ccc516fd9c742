"""A document as the rows of the report: its segments and, between them, what was removed."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from typing import NamedTuple

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


class Piece(NamedTuple):
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


class Row(NamedTuple):
    """A segment with the edits inside it, or (``segment`` is None) a text that belongs to none."""

    pieces: Sequence[Piece]
    segment: Segment | None = None
    opens: bool = True  # a paragraph starts here


def rows(document: Document) -> Iterator[Row]:
    """The rows of a document; together they hold its raw text but for blank parts between segments.

    What was removed on a segment's own line of the raw text stands with the segment, all else on rows of its own.
    """
    raw = _Raw(document)
    done, line = 0, -1
    borders = [*(segment.start for segment in document.segments), len(document.raw)]
    for segment, limit in zip(document.segments, borders[1:], strict=True):
        start = raw.line_start(done, segment.start)
        if done < start:
            yield from raw.between(done, start)
        done = raw.line_end(segment.end, limit)
        yield Row(raw.pieces(start, done), segment, segment.line != line)
        line = segment.line
    yield from raw.between(done, len(document.raw))


class _Raw:
    """A document's raw text with its edits."""

    def __init__(self, document: Document) -> None:
        self._text = document.raw
        self._edits = document.edits
        self._starts = [edit[0] for edit in document.edits]
        self._ends = [edit[1] for edit in document.edits]

    def between(self, start: int, end: int) -> Iterator[Row]:
        """A row for each edit between two segments, and for each text that is on no segment."""
        if self._text[start:end].strip():
            for piece in self.pieces(start, end):
                if (piece.edit.before if piece.edit else piece.text).strip():
                    yield Row([piece])

    def pieces(self, start: int, end: int) -> list[Piece]:
        """A stretch of the text, and the edits that lie in it as a whole."""
        edits = self._edits[bisect_left(self._ends, start) : bisect_right(self._starts, end)]
        if not edits and start < end:  # as mostly
            return [Piece(self._text[start:end])]
        found, done = [], start
        for edit in edits:
            low, high = edit[0], edit[1]
            if start <= low and high <= end:
                if done < low:
                    found.append(Piece(self._text[done:low]))
                found.append(Piece(edit.after, edit))
                done = high
        if done < end:
            found.append(Piece(self._text[done:end]))
        return found

    def line_start(self, low: int, start: int) -> int:
        """Where the line of a segment starts, ``low`` at the earliest, never inside an edit."""
        if start <= low:
            return start
        border = self._text.rfind("\n", low, start) + 1 or low
        first = self._across(border)
        return border if first is None else min(start, self._ends[first])

    def line_end(self, end: int, high: int) -> int:
        """Where the line of a segment ends, ``high`` at the latest, never inside an edit."""
        border = self._text.find("\n", end, high)
        border = high if border < 0 else border
        first = self._across(border)
        return max(end, border) if first is None else max(end, self._starts[first])

    def _across(self, offset: int) -> int | None:
        """Index of the edit that an offset lies inside of."""
        first = bisect_right(self._ends, offset)
        return first if first < len(self._ends) and self._starts[first] < offset else None


def visible(text: str) -> str:
    """The text with its control characters shown.

    >>> visible("a\\x00b\\u202ec")
    'a␀b⟨RLO⟩c'
    """
    return _UNSEEN.sub(lambda found: _SHOWN[ord(found[0])], text)
