"""Packing and halving."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.mt.batching import ceiling, halving, pack

LENGTHS = st.lists(st.integers(1, 512), max_size=60)


@given(LENGTHS, st.integers(1, 2000))
def test_every_sentence_is_in_one_batch_and_batches_fit(lengths: list[int], most: int) -> None:
    batches = pack(lengths, most, 512)
    assert sorted(i for batch in batches for i in batch) == list(range(len(lengths)))
    assert all(len(b) == 1 or max(lengths[i] for i in b) * len(b) <= most for b in batches)


@given(LENGTHS)
def test_a_sentence_may_become_as_long_whatever_its_neighbours(lengths: list[int]) -> None:
    for batch in pack(lengths, 4096, 512):
        assert len({ceiling(lengths[i], 512) for i in batch}) == 1


@given(st.integers(1, 512))
def test_the_ceiling_leaves_room(length: int) -> None:
    assert min(512, 2 * length) <= ceiling(length, 512) <= 512


@given(st.lists(st.integers(), min_size=1, max_size=40), st.integers(1, 8))
def test_halving_gives_all_results_in_order(items: list[int], room: int) -> None:
    def work(batch: Sequence[int]) -> list[int]:
        if len(batch) > room:
            raise RuntimeError("CUDA failed with error out of memory")
        return [2 * item for item in batch]

    assert halving(work, items) == [2 * item for item in items]


@pytest.mark.parametrize("error", [MemoryError(), RuntimeError("CUDA out of memory")])
def test_an_item_too_large_for_memory_is_an_error(error: Exception) -> None:
    def work(batch: Sequence[int]) -> list[int]:
        raise error

    with pytest.raises(type(error)):
        halving(work, [1, 2])


def test_other_errors_are_not_tried_again() -> None:
    tried: list[int] = []

    def work(batch: Sequence[int]) -> list[int]:
        tried.append(len(batch))
        raise RuntimeError("shapes differ")

    with pytest.raises(RuntimeError, match="shapes differ"):
        halving(work, [1, 2, 3, 4])
    assert tried == [4]
