"""Edits on the raw text, and the buffer through which stages make them.

A stage sees the *current* text and hands over changes in current offsets; the buffer records them as edits in *raw*
offsets. An edit of an already edited place becomes one edit, so a document's edits never overlap.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, starmap
from operator import itemgetter, lt
from typing import NamedTuple

_PLACE = itemgetter(0, 1)  # where a change or edit starts and ends


class Change(NamedTuple):
    """What a rule wants: replace ``text[start:end]`` of the current text (half-open, code points) by ``after``."""

    start: int
    end: int
    after: str
    rule: str
    kind: str
    score: float = 1.0


class Edit(NamedTuple):
    """A recorded change: ``raw[start:end] == before`` became ``after``.

    ``score`` in 0..1 is how sure the rule was.
    """

    start: int
    end: int
    before: str
    after: str
    stage: str
    rule: str
    kind: str
    score: float


class EditBuffer:
    """The raw text, its edits, and the current text they give.

    >>> buffer = EditBuffer("Kim Kim a remercié.")
    >>> buffer.apply([Change(3, 7, "", "same-word", "doubled-word")], stage="repair")
    >>> buffer.text
    'Kim a remercié.'
    >>> buffer.to_raw(4, 5), buffer.to_current(8, 9)
    ((8, 9), (4, 5))
    """

    def __init__(self, raw: str, edits: Sequence[Edit] = ()) -> None:
        self.raw = raw
        self._set(list(edits), apply_edits(raw, edits) if edits else raw)

    @property
    def text(self) -> str:
        """The current text."""
        return self._text

    @property
    def edits(self) -> Sequence[Edit]:
        """Sorted, disjoint edits that turn the raw text into the current one."""
        return self._edits

    def apply(self, changes: Iterable[Change], stage: str) -> None:
        """Make changes given in offsets of the current text.

        Args:
            changes: disjoint, in any order; a change that changes nothing is ignored.
            stage: name of the stage that asks for them.

        Raises:
            ValueError: changes overlap, or reach outside the text.
        """
        wanted = self._checked(changes)
        if wanted:
            self._set(self._edited(wanted, stage), _substitute(self._text, wanted, 0, len(self._text)))

    def _edited(self, wanted: list[Change], stage: str) -> list[Edit]:
        """The edits there are, and those for the changes."""
        if not self._edits and all(starmap(lt, map(_PLACE, wanted))):  # nothing meets and nothing merges
            return [
                Edit(start, end, self.raw[start:end], after, stage, rule, kind, score)
                for start, end, after, rule, kind, score in wanted
            ]
        edits: list[Edit] = []
        done = 0
        for group, low, high in self._grouped(wanted):
            edits += self._edits[done:low]
            edits += self._merge(group, low, high, stage)
            done = high
        return edits + self._edits[done:]

    def to_raw(self, start: int, end: int) -> tuple[int, int]:
        """The raw span behind the current span.

        Deleted text at the borders of the span stays outside it; a border inside replaced text takes the whole
        replaced span; an empty span takes what was deleted there.
        """
        first, last = self._raw_start(start), self._raw_end(end)
        return (first, last) if first <= last else (last, first)

    def to_current(self, start: int, end: int) -> tuple[int, int]:
        """The current span that stands for a raw span.

        A border inside an edit takes the edit's whole replacement; an empty span takes what was inserted there, any
        other leaves insertions at its borders outside.
        """
        first, last = self._current_start(start), self._current_end(end)
        return (first, last) if first <= last else (last, first)

    def _set(self, edits: list[Edit], text: str) -> None:
        self._edits = edits
        self._text = text
        self._places: tuple[list[int], list[int]] | None = None

    @property
    def _starts(self) -> list[int]:
        """Where each edit's replacement starts in the current text."""
        return (self._places or self._placed())[0]

    @property
    def _ends(self) -> list[int]:
        """Where each edit's replacement ends in the current text."""
        return (self._places or self._placed())[1]

    def _placed(self) -> tuple[list[int], list[int]]:
        """Starts and ends of the replacements; found when they are asked for, which may be never."""
        starts, ends, shift = [], [], 0
        for start, end, _, after, _, _, _, _ in self._edits:
            starts.append(start + shift)
            shift += len(after) - (end - start)
            ends.append(end + shift)
        self._places = starts, ends
        return self._places

    def _checked(self, changes: Iterable[Change]) -> list[Change]:
        text = self._text
        wanted = [change for change in changes if text[change[0] : change[1]] != change[2]]
        wanted.sort(key=_PLACE)
        borders = [0, *chain.from_iterable(map(_PLACE, wanted)), len(text)]
        if borders != sorted(borders):
            wrong = _misplaced(wanted, len(text))
            raise ValueError(f"{wrong} overlaps another change or leaves the text of {len(text)} characters")
        return wanted

    def _touched(self, change: Change) -> tuple[int, int]:
        """Index range of the edits that a change runs into; an insertion also takes those it touches."""
        if change.start == change.end:
            return bisect_left(self._ends, change.start), bisect_right(self._starts, change.start)
        return bisect_right(self._ends, change.start), bisect_left(self._starts, change.end)

    def _grouped(self, wanted: list[Change]) -> Iterator[tuple[list[Change], int, int]]:
        """Changes that share an edit go together, with the index range of the edits they replace."""
        group: list[Change] = []
        low = high = 0
        for change in wanted:
            first, last = self._touched(change)
            if group and (first < high or _same_place(group[-1], change)):
                group.append(change)
                high = max(high, last)
                continue
            if group:
                yield group, low, high
            group, low, high = [change], first, max(first, last)
        yield group, low, high

    def _merge(self, group: list[Change], low: int, high: int, stage: str) -> Iterator[Edit]:
        """One edit for a group of changes and the edits ``low:high`` that it runs into; none where they cancel out."""
        if low == high and len(group) == 1:  # as nearly all are
            yield self._new(group[0], low, stage)
            return
        old = self._edits[low:high]
        parts = [(e.start, e.end, (e.stage, e.rule, e.kind, e.score)) for e in old]
        parts += [(*self.to_raw(c.start, c.end), (stage, c.rule, c.kind, c.score)) for c in group]
        start, end = min(p[0] for p in parts), max(p[1] for p in parts)
        first = min([group[0].start, *self._starts[low:high][:1]])
        last = max([group[-1].end, *self._ends[low:high][-1:]])
        before, after = self.raw[start:end], _substitute(self._text, group, first, last)
        if before == after:
            return
        # The part that covers the most raw text names the edit; of equals, the newest.
        biggest = max(range(len(parts)), key=lambda i: (parts[i][1] - parts[i][0], i))
        yield Edit(start, end, before, after, *parts[biggest][2])

    def _new(self, change: Change, index: int, stage: str) -> Edit:
        """The edit for a change that meets no other and stands before the edit at ``index``."""
        shift = self._edits[index - 1].end - self._ends[index - 1] if index else 0
        start, end = change.start + shift, change.end + shift
        return Edit(start, end, self.raw[start:end], change.after, stage, change.rule, change.kind, change.score)

    def _raw_start(self, offset: int) -> int:
        i = bisect_right(self._ends, offset)
        if i < len(self._edits) and self._starts[i] <= offset:
            return self._edits[i].start
        return offset + (self._edits[i - 1].end - self._ends[i - 1] if i else 0)

    def _raw_end(self, offset: int) -> int:
        i = bisect_left(self._starts, offset)
        if i and self._ends[i - 1] >= offset:
            return self._edits[i - 1].end
        return offset + (self._edits[i - 1].end - self._ends[i - 1] if i else 0)

    def _current_start(self, offset: int) -> int:
        i = bisect_right(self._edits, offset, key=lambda e: e.start) - 1
        if i < 0:
            return offset
        edit = self._edits[i]
        return self._starts[i] if offset < edit.end else offset - edit.end + self._ends[i]

    def _current_end(self, offset: int) -> int:
        i = bisect_left(self._edits, offset, key=lambda e: e.end)
        if i < len(self._edits) and self._edits[i].start < offset:
            return self._ends[i]
        return offset + (self._ends[i - 1] - self._edits[i - 1].end if i else 0)


def apply_edits(raw: str, edits: Iterable[Edit]) -> str:
    """The text that sorted, disjoint edits make of the raw text."""
    return _join(raw, ((e.start, e.end, e.after) for e in edits), 0, len(raw))


def undo_edits(text: str, edits: Sequence[Edit]) -> str:
    """The raw text back, from the current text and its edits.

    >>> edit = Edit(0, 3, "le ", "", "repair", "doubled-determiner", "doubled-word", 1.0)
    >>> undo_edits("Le leader", [edit])
    'le Le leader'
    """
    spans, shift = [], 0
    for edit in edits:
        start = edit.start + shift
        spans.append((start, start + len(edit.after), edit.before))
        shift += len(edit.after) - len(edit.before)
    return _join(text, spans, 0, len(text))


def _misplaced(changes: Sequence[Change], length: int) -> Change:
    """The first of sorted changes that overlaps the one before or leaves a text of this length."""
    edges = [0, *(change.end for change in changes)]
    return next(c for c, edge in zip(changes, edges, strict=False) if not edge <= c.start <= c.end <= length)


def _same_place(one: Change, other: Change) -> bool:
    return one.start == one.end == other.start == other.end


def _substitute(text: str, changes: Iterable[Change], low: int, high: int) -> str:
    return _join(text, map(itemgetter(0, 1, 2), changes), low, high)


def _join(text: str, spans: Iterable[tuple[int, int, str]], low: int, high: int) -> str:
    """``text[low:high]`` with sorted, disjoint spans replaced."""
    parts, done = [], low
    for start, end, after in spans:
        parts += [text[done:start], after]
        done = end
    parts.append(text[done:high])
    return "".join(parts)
