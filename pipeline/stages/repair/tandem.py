"""Repetition in a sequence of keys: tandem runs, and stretches that earlier ones cover.

Both are linear in the length of the sequence: a candidate period comes from the last place at which the next three keys
stood, and looking back is bounded.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from operator import eq

# A period longer than this is a repeated sentence, which has a fixer of its own.
MAX_PERIOD = 60
WINDOW = 120
# Earlier places that are tried for one pair of keys; the latest ones are the likeliest sources.
_SOURCES = 6


@dataclass(frozen=True, slots=True)
class Run:
    """``keys[start:end]`` repeats with ``period``: each key equals the one a period earlier."""

    start: int
    end: int
    period: int

    @property
    def copies(self) -> int:
        """Whole copies, 2 or more."""
        return (self.end - self.start) // self.period

    @property
    def rest(self) -> int:
        """Keys of the last copy where it is cut off."""
        return (self.end - self.start) % self.period


def runs(keys: Sequence[int]) -> Iterator[Run]:
    """Maximal tandem runs of two copies or more, from left to right, disjoint.

    >>> list(runs([1, 2, 3, 2, 3, 2, 3, 4, 4]))
    [Run(start=1, end=7, period=2), Run(start=7, end=9, period=1)]
    """
    triples = list(zip(keys, [*keys[1:], -1], [*keys[2:], -1, -1], strict=True)) if len(keys) > 1 else []
    if not _may_run(keys, triples):
        return
    last: dict[tuple[int, ...], int] = {}
    done, i = 0, 0
    while i < len(triples):
        run = _run_at(keys, i, last.get(triples[i], i), done)
        if run:
            yield run
            done = run.end
            i = done + 1
        else:
            last[triples[i]] = i
            i += 1


def _may_run(keys: Sequence[int], triples: Sequence[tuple[int, ...]]) -> bool:
    """Whether one key, two or three come back as they would in a run: cheap, and rules out most lines."""
    if any(map(eq, keys, keys[1:])) or len(set(triples)) < len(triples):
        return True
    pairs = list(pairwise(keys))
    return any(map(eq, pairs, pairs[2:]))


def _run_at(keys: Sequence[int], i: int, earlier: int, floor: int) -> Run | None:
    """The run of the shortest period whose second copy begins at ``i``, where these keys stood ``earlier`` before."""
    if i > floor and keys[i] == keys[i - 1]:
        return _extend(keys, i, 1, floor)
    if i > floor + 1 and keys[i] == keys[i - 2] and (run := _extend(keys, i, 2, floor)):
        return run
    return _extend(keys, i, i - earlier, floor) if 2 < i - earlier <= MAX_PERIOD else None


def _extend(keys: Sequence[int], i: int, period: int, floor: int) -> Run | None:
    """The run of this period around ``i``, not reaching below ``floor``; None where it is shorter than two copies."""
    start, end = i - period, i
    if start < floor:
        return None
    while end < len(keys) and keys[end] == keys[end - period]:
        end += 1
    while start > floor and keys[start - 1] == keys[start - 1 + period]:
        start -= 1
    return Run(start, end, period) if end - start >= 2 * period else None


def covered(keys: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Stretches in which every key belongs to a pair or more that stood shortly before: nothing new is said.

    >>> list(covered([1, 2, 3, 9, 2, 3, 1, 2, 7, 7]))
    [(4, 8)]
    """
    sources: dict[tuple[int, int], deque[int]] = {}
    start = end = i = 0
    indexed = 0
    while i < len(keys) - 1:
        while indexed < i - 1:
            sources.setdefault((keys[indexed], keys[indexed + 1]), deque(maxlen=_SOURCES)).append(indexed)
            indexed += 1
        places = sources.get((keys[i], keys[i + 1]))
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


def _match(keys: Sequence[int], j: int, i: int) -> int:
    """How many keys from ``j`` and from ``i`` on are the same, without the earlier ones reaching into the later."""
    length = 0
    while i + length < len(keys) and j + length < i and keys[j + length] == keys[i + length]:
        length += 1
    return length


def echoes(keys: Sequence[int]) -> Iterator[tuple[int, int, int]]:
    """Phrases of three keys or more that come back within `WINDOW`: span of the later copy, and keys in between.

    >>> list(echoes([1, 2, 3, 4, 9, 1, 2, 3, 5]))
    [(5, 8, 2)]
    """
    triples = list(zip(keys, keys[1:], keys[2:], strict=False))
    if len(set(triples)) == len(triples):
        return
    last: dict[tuple[int, ...], int] = {}
    i = 0
    while i < len(triples):
        earlier = last.get(triples[i])
        if earlier is None or i - earlier >= WINDOW:
            last[triples[i]] = i
            i += 1
            continue
        length = _match(keys, earlier, i)
        if length >= 3:
            yield i, i + length, i - earlier - length
        for k in range(i, min(i + max(1, length), len(triples))):
            last[triples[k]] = k
        i += max(1, length)
