"""Repetition in a sequence of keys: tandem runs, and stretches that earlier ones cover.

Both are linear in the length of the sequence: a candidate period comes from the last place at which the next three keys
stood, and looking back is bounded.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Hashable, Iterator, Sequence
from itertools import compress, count, pairwise
from operator import eq
from typing import NamedTuple

Triple = tuple[Hashable, Hashable, Hashable]
# A period longer than this is a repeated sentence, which has a fixer of its own.
MAX_PERIOD = 60
WINDOW = 120
# Earlier places that are tried for one pair of keys; the latest ones are the likeliest sources.
_SOURCES = 6


class Run(NamedTuple):
    """``keys[start:end]`` repeats with ``period``: each key equals the one a period earlier, but a last one that is
    ``cut`` only begins as that does."""

    start: int
    end: int
    period: int
    cut: bool = False

    @property
    def copies(self) -> int:
        """Whole copies, 2 or more."""
        return (self.end - self.start - self.cut) // self.period

    @property
    def rest(self) -> int:
        """Keys of the last copy where it is cut off."""
        return self.end - self.start - self.copies * self.period


def runs(keys: Sequence[Hashable], triples: Sequence[Triple]) -> Iterator[Run]:
    """Maximal tandem runs of two copies or more, from left to right, disjoint.

    >>> keys = [1, 2, 3, 2, 3, 2, 3, 4, 4]
    >>> list(runs(keys, returning_triples(keys)))
    [Run(start=1, end=7, period=2, cut=False), Run(start=7, end=9, period=1, cut=False)]
    """
    last: dict[Triple, int] = {}
    done = 0
    for i in range(len(triples)) if triples else _twice(keys):
        if i <= done and done:
            continue
        earlier = last.get(triples[i], i) if triples else i
        if run := _run_at(keys, i, earlier, done):
            yield run
            done = run.end
        elif triples:
            last[triples[i]] = i


def _twice(keys: Sequence[Hashable]) -> Sequence[int]:
    """Where a key stands that is the one before or the one before that."""
    return sorted({*compress(count(1), map(eq, keys, keys[1:])), *compress(count(2), map(eq, keys, keys[2:]))})


def returning_triples(keys: Sequence[Hashable]) -> Sequence[Triple]:
    """Each key with the two that follow it, for `runs` and `echoes`; none where no three keys come back."""
    if len(keys) - len(set(keys)) < 3:
        return ()
    triples = list(zip(keys, [*keys[1:], None], [*keys[2:], None, None], strict=True))
    return triples if len(set(triples)) < len(triples) else ()


def _run_at(keys: Sequence[Hashable], i: int, earlier: int, floor: int) -> Run | None:
    """The run of the shortest period whose second copy begins at ``i``, where these keys stood ``earlier`` before."""
    if i > floor and keys[i] == keys[i - 1]:
        return _extend(keys, i, 1, floor)
    if i > floor + 1 and keys[i] == keys[i - 2] and (run := _extend(keys, i, 2, floor)):
        return run
    return _extend(keys, i, i - earlier, floor) if 2 < i - earlier <= MAX_PERIOD else None


def _extend(keys: Sequence[Hashable], i: int, period: int, floor: int) -> Run | None:
    """The run of this period around ``i``, not reaching below ``floor``; None where it is shorter than two copies."""
    start, end = i - period, i
    if start < floor:
        return None
    while end < len(keys) and keys[end] == keys[end - period]:
        end += 1
    while start > floor and keys[start - 1] == keys[start - 1 + period]:
        start -= 1
    return Run(start, end, period) if end - start >= 2 * period else None


def covered(keys: Sequence[Hashable]) -> Iterator[tuple[int, int]]:
    """Stretches in which every key belongs to a pair or more that stood shortly before: nothing new is said.

    >>> list(covered([1, 2, 3, 9, 2, 3, 1, 2, 7, 7]))
    [(4, 8)]
    """
    pairs = list(pairwise(keys))
    sources: dict[tuple[Hashable, Hashable], deque[int]]
    sources = {pair: deque(maxlen=_SOURCES) for pair, times in Counter(pairs).items() if times > 1}
    start = end = i = 0
    indexed = 0
    while i < len(pairs):
        while indexed < i - 1:
            if pairs[indexed] in sources:
                sources[pairs[indexed]].append(indexed)
            indexed += 1
        places = sources.get(pairs[i])
        if places and (length := max((_match(keys, j, i) for j in places if i - j <= WINDOW), default=0)):
            start, end = (start, i + length) if i == end else (i, i + length)
            i = end
            continue
        if end > start and i == end:
            yield start, end
        i += 1
        start = end = i
    if end > start:
        yield start, end


def _match(keys: Sequence[Hashable], j: int, i: int) -> int:
    """How many keys from ``j`` and from ``i`` on are the same, without the earlier ones reaching into the later."""
    length = 0
    while i + length < len(keys) and j + length < i and keys[j + length] == keys[i + length]:
        length += 1
    return length


def echoes(keys: Sequence[Hashable], triples: Sequence[Triple]) -> Iterator[tuple[int, int, int]]:
    """Phrases of three keys or more that come back within `WINDOW`: span of the later copy, and keys in between.

    >>> keys = [1, 2, 3, 4, 9, 1, 2, 3, 5]
    >>> list(echoes(keys, returning_triples(keys)))
    [(5, 8, 2)]
    """
    last: dict[Triple, int] = {}
    i = 0
    while i < len(triples) - 2:  # the last two end in nothing
        earlier = last.get(triples[i])
        if earlier is None or i - earlier >= WINDOW:
            last[triples[i]] = i
            i += 1
            continue
        length = _match(keys, earlier, i)
        if length >= 3:
            yield i, i + length, i - earlier - length
        for k in range(i, min(i + max(1, length), len(triples) - 2)):
            last[triples[k]] = k
        i += max(1, length)
