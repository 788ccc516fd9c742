"""How far review has come, and how fast it goes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise

from pipeline.review.desk import Desk

_HOUR = timedelta(hours=1)
# A time is compared as text: "2024-05-01T13" stands before all times of that hour.
_STAND = "SELECT count(*) FROM decisions WHERE reviewer = ? AND at >= ? AND at < ? AND state <> 'unreviewed'"


def by_hour(desk: Desk, until: str) -> dict[str, int]:
    """This reviewer's decisions that stand, by the hour they were made in (``2024-05-01T13``, UTC): those of 24 hours
    up to that of a time, hours without any left out."""
    last = datetime.fromisoformat(until).astimezone(UTC)
    hours = [f"{last + n * _HOUR:%Y-%m-%dT%H}" for n in range(-23, 2)]
    counts = {hour: _count(desk, hour, after) for hour, after in pairwise(hours)}
    return {hour: number for hour, number in counts.items() if number}


def last_hour(desk: Desk, until: str) -> int:
    """This reviewer's decisions that stand and were made in the hour before a time."""
    now = datetime.fromisoformat(until).astimezone(UTC)
    return _count(desk, (now - _HOUR).isoformat(), (now + _HOUR).isoformat())


def _count(desk: Desk, since: str, before: str) -> int:
    return int(desk.store.connection.execute(_STAND, (desk.reviewer, since, before)).fetchone()[0])
