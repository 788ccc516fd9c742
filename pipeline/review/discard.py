"""Giving all decisions up: the only way that any ever leaves the store."""

from __future__ import annotations

from pathlib import Path

from pipeline.schema import backup, tables_sql
from pipeline.store import Store


def discard(store: Store) -> Path:
    """Remove all decisions and drafts, after copying the store; returns the copy's path."""
    copy = backup(store.connection, store.path, "before-discard")
    store.connection.executescript(
        "BEGIN IMMEDIATE; DROP TRIGGER events_last; DELETE FROM events; DELETE FROM decisions; DELETE FROM drafts; "
        f"DELETE FROM review; DELETE FROM indexed; {tables_sql()} COMMIT;"
    )
    return copy
