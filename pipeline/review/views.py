"""Lists that stay as they are while they are worked through."""

from __future__ import annotations

from array import array
from collections import OrderedDict
from collections.abc import Iterator
from typing import Final

from pipeline.review.desk import Gone
from pipeline.review.index import Index
from pipeline.review.lists import Filter, Step

# Lists kept: one a browser tab and a few back; 100,000 rows take 800 KB each.
_KEPT: Final = 12
# Rows whose states are looked up together.
_STEP: Final = 2000


class View:
    """The rows of a list by their ids, as far as it is made.

    Attributes:
        number: what the page calls it.
        ids: its rows so far, in order.
        more: whether there may be more.
        focus: id of the row that the page looks for, 0 where it is not in the list.
    """

    def __init__(self, number: int, steps: Iterator[Step], focus: int) -> None:
        self.number = number
        self.ids = array("q")
        self.more = True
        self.focus = focus
        self._steps = steps

    def grow(self) -> None:
        """Make a bit more of it."""
        step = next(self._steps, None)
        self.more = bool(step and step.more)
        self.ids.extend(step.ids if step else ())

    def where(self) -> int:
        """Where the row is that the page looks for; -1 where it is not there, or not yet."""
        try:
            return self.ids.index(self.focus)
        except ValueError:
            return -1


class Views:
    """Lists of filtered rows by number.

    A reviewer who accepts a row of the list "unreviewed" goes on to the next one: rows never leave a list, they show
    their new state in it. A list is made anew when the filter is applied again. A long one is made in several steps,
    so that its beginning is there at once.
    """

    def __init__(self, index: Index) -> None:
        self._index = index
        self._views: OrderedDict[int, View] = OrderedDict()
        self._newest = 0

    def make(self, filter: Filter, focus: int) -> View:
        """A new list, its first step made; `focus` is the id of a row to look for in it."""
        self._newest += 1
        focus = focus if self._index.passes(filter, focus) else 0
        view = self._views[self._newest] = View(self._newest, self._index.steps(filter), focus)
        if len(self._views) > _KEPT:
            self._views.popitem(last=False)
        self.grow(view)
        return view

    def get(self, number: int) -> View:
        """A list as far as it is made.

        Raises:
            Gone: it was made by an earlier launch, or too many were made since.
        """
        if number not in self._views:
            raise Gone("this list is no longer kept; it is made again")
        self._views.move_to_end(number)
        return self._views[number]

    def grow(self, view: View) -> None:
        """Make a bit more of a list; where that fails, the list is given up, for it cannot be gone on with."""
        try:
            view.grow()
        except BaseException:
            del self._views[view.number]
            raise

    def whole(self, number: int) -> View:
        """A list once all of it is made."""
        view = self.get(number)
        while view.more:
            self.grow(view)
        return view

    def next_undecided(self, view: View, after: int) -> int:
        """Where the first undecided row behind a position of a list is; -1 for none in what is made of it."""
        if not self._index.any_undecided():
            return -1
        for start in range(after + 1, len(view.ids), _STEP):
            part = view.ids[start : start + _STEP]
            open = self._index.undecided(part)
            found = next((n for n, id in enumerate(part, start) if id in open), -1)
            if found >= 0:
                return found
        return -1
