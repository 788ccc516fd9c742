"""The rate and the clock of a budget in minutes."""

from __future__ import annotations

from itertools import accumulate, pairwise

from hypothesis import given
from hypothesis import strategies as st

from training.schedule import LONGEST_STEP, Clock, factor

SHARE = st.floats(0.01, 0.5)
PROGRESS = st.floats(0, 1)


@given(PROGRESS, SHARE, SHARE)
def test_the_rate_stays_within_its_peak_and_ends_at_zero(progress: float, warmup: float, decay: float) -> None:
    assert 0 <= factor(progress, warmup, decay) <= 1
    assert factor(1.0, warmup, decay) == 0
    assert factor((warmup + 1 - decay) / 2, warmup, decay) == 1


@given(SHARE, SHARE)
def test_the_rate_rises_once_and_falls_once(warmup: float, decay: float) -> None:
    rates = [factor(step / 200, warmup, decay) for step in range(201)]
    signs = [after > before for before, after in pairwise(rates) if after != before]
    assert signs == sorted(signs, reverse=True)


@given(st.lists(st.floats(0.1, 10), min_size=1, max_size=30))
def test_the_clock_counts_time_between_ticks(gaps: list[float]) -> None:
    clock = Clock(1000, now=iter(accumulate([5.0, *gaps])).__next__)
    for _ in range(len(gaps) + 1):
        clock.tick()
    assert abs(clock.spent - sum(gaps)) < 1e-6


def test_a_pause_costs_one_long_step_and_saving_nothing() -> None:
    clock = Clock(100, now=iter([0.0, 1.0, 5000.0, 5030.0, 5031.0]).__next__)
    clock.tick()
    clock.tick()
    clock.tick()
    assert clock.spent == 1 + LONGEST_STEP
    clock.restart()
    clock.tick()
    assert clock.spent == 2 + LONGEST_STEP


def test_a_resumed_clock_has_what_is_left() -> None:
    clock = Clock(60, spent=45.0, now=iter([0.0, 10.0]).__next__)
    clock.tick()
    clock.tick()
    assert clock.progress == 55 / 60
