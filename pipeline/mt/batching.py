"""Batches that waste little: sorted by length, packed by padded pieces, halved when memory runs out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")

# Lengths (in pieces) at which the ceiling of the output length steps. A batch never crosses a step, so that the
# ceiling of a sentence does not depend on its neighbours, and neither does its translation.
_STEPS = (16, 32, 64, 128, 256)


def ceiling(length: int, longest: int) -> int:
    """Most target pieces for a source of ``length`` pieces, at most ``longest``.

    Twice the source and a little: in newstest2013 no reference is longer, and a loop stops soon.
    """
    step = next((step for step in _STEPS if length <= step), longest)
    return min(longest, 2 * step + 16)


def pack(lengths: Sequence[int], max_pieces: int, longest: int) -> list[list[int]]:
    """Group positions into batches, longest sources first.

    Args:
        lengths: source pieces of each sentence.
        max_pieces: padded source pieces of a batch (its longest sentence times its size); a longer sentence is alone.
        longest: as `ceiling`.

    Returns:
        Positions by batch; each position stands in exactly one.

    >>> pack([3, 9, 8, 2], max_pieces=18, longest=512)
    [[1, 2], [0, 3]]
    """
    batches: list[list[int]] = []
    for position in sorted(range(len(lengths)), key=lambda i: (-lengths[i], i)):
        first = lengths[batches[-1][0]] if batches else 0
        fits = batches and first * (len(batches[-1]) + 1) <= max_pieces
        if fits and ceiling(first, longest) == ceiling(lengths[position], longest):
            batches[-1].append(position)
        else:
            batches.append([position])
    return batches


def halving(work: Callable[[Sequence[Item]], list[Result]], batch: Sequence[Item]) -> list[Result]:
    """Do the work on a batch, and on its halves where memory runs out.

    Raises:
        MemoryError, RuntimeError: a single item is too much.
    """
    try:
        return work(batch)
    except (MemoryError, RuntimeError) as error:
        if len(batch) < 2 or not is_out_of_memory(error):
            raise
    middle = len(batch) // 2
    return halving(work, batch[:middle]) + halving(work, batch[middle:])


def is_out_of_memory(error: BaseException) -> bool:
    """Whether an exception says that memory ran out; torch and CTranslate2 raise RuntimeError for it."""
    text = str(error).lower()
    return isinstance(error, MemoryError) or "out of memory" in text or "bad_alloc" in text or "can't allocate" in text
