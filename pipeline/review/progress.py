"""How far review has come, and how fast it goes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from pipeline.review.desk import Desk
from pipeline.review.events import STATES

_DAY = timedelta(hours=24)


def by_hour(desk: Desk, until: str) -> dict[str, int]:
    """This reviewer's decisions that stand, in the 24 hours before a time, by hour (``2024-05-01T13``, UTC)."""
    since = (datetime.fromisoformat(until) - _DAY).astimezone(UTC).isoformat()
    return _counts(desk, "substr(at, 1, 13)", since)


def last_hour(desk: Desk, until: str) -> int:
    """This reviewer's decisions that stand, in the hour before a time."""
    since = (datetime.fromisoformat(until) - timedelta(hours=1)).astimezone(UTC).isoformat()
    return sum(_counts(desk, "''", since).values())


def _counts(desk: Desk, group: str, since: str) -> dict[str, int]:
    rows = desk.store.connection.execute(
        f"SELECT {group}, count(*) FROM events e WHERE reviewer = ? AND at >= ? AND kind IN {tuple(STATES)} "
        "AND NOT EXISTS (SELECT 1 FROM events u WHERE u.undoes = e.uid AND u.undoes <> '') GROUP BY 1 ORDER BY 1",
        (desk.reviewer, since),
    )
    return dict(rows.fetchall())
