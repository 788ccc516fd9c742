"""Lists that stay as they are while they are worked through."""

from __future__ import annotations

from collections import OrderedDict
from typing import Final

from pipeline.review.desk import Gone
from pipeline.review.index import Filter, Ids, Index

# Lists kept: one a browser tab and a few back; 100,000 rows take 6 MB each.
_KEPT: Final = 12
_STEP: Final = 2000


class Views:
    """Snapshots of filtered rows by number.

    A reviewer who accepts a row of the list "unreviewed" goes on to the next one: rows never leave a list, they show
    their new state in it. A list is made anew when the filter is applied again.
    """

    def __init__(self, index: Index) -> None:
        self._index = index
        self._views: OrderedDict[int, Ids] = OrderedDict()
        self._newest = 0

    def make(self, filter: Filter) -> tuple[int, Ids]:
        """A new list: its number and its rows."""
        self._newest += 1
        self._views[self._newest] = self._index.ids(filter)
        if len(self._views) > _KEPT:
            self._views.popitem(last=False)
        return self._newest, self._views[self._newest]

    def get(self, number: int) -> Ids:
        """The rows of a list.

        Raises:
            Gone: it was made by an earlier launch, or too many were made since.
        """
        if number not in self._views:
            raise Gone("this list is no longer kept; it is made again")
        self._views.move_to_end(number)
        return self._views[number]

    def next_undecided(self, number: int, after: int) -> int:
        """Where the first undecided row behind a position is, or else the first at all; -1 for none."""
        ids = self.get(number)
        for low, high in ((after + 1, len(ids)), (0, after + 1)):
            for start in range(low, high, _STEP):
                part = ids[start : min(start + _STEP, high)]
                open = self._index.undecided(part)
                found = next((n for n, id in enumerate(part, start) if id in open), -1)
                if found >= 0:
                    return found
        return -1
