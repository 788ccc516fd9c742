"""``pipeline run --explain``: what would be done and why, without doing it."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from pipeline.config import Config
from pipeline.plan import HEADS, Found, Plan
from pipeline.review.decisions import restored
from pipeline.schema import prepare
from pipeline.stages.base import Resources
from pipeline.store import FILE_NAME, Store
from pipeline.tasks import build

# Longest piece of a fingerprint that is shown; two of them and a stage's name fit on a line.
_LONGEST = 60


@dataclass(frozen=True)
class Reason:
    """Documents that have one thing in common.

    Attributes:
        documents: how many.
        start: "read", or the stage that they are redone from; "" where nothing is done.
        why: for people.
    """

    documents: int
    start: str
    why: str


def explain(config: Config, limit: int | None) -> list[Reason]:
    """What a run would do with each document of the input, in the order of the stages; nothing is written.

    Raises:
        UsageError: an input or the store cannot be used.
    """
    with closing(_store(Path(config.outputs.path))) as store:
        stages = build(config.steps, Resources(restored=restored(store)))
        plan = Plan(config, stages, store, restored(store), limit)
        counts = Counter(_reason(plan, store, found) for found in plan)
        gone = _gone(store) if limit is None else 0
    order = ["read", *plan.names, ""]
    reasons = [Reason(number, start, why) for (start, why), number in counts.items()]
    reasons += [Reason(gone, "", "no longer in the input; their files are removed")] if gone else []
    return sorted(reasons, key=lambda r: (order.index(r.start), -r.documents, r.why))


def _store(folder: Path) -> Store:
    """The folder's store, or an empty one where there is none."""
    if (folder / FILE_NAME).is_file():
        return Store.open(folder)
    connection = sqlite3.connect(":memory:", isolation_level=None)
    prepare(connection, folder / FILE_NAME)
    return Store(folder / FILE_NAME, connection)


def _gone(store: Store) -> int:
    query = "SELECT count(*) FROM documents WHERE run = ? AND id NOT IN (SELECT id FROM temp.taken)"
    return int(store.connection.execute(query, (store.newest_run(),)).fetchone()[0])


def _reason(plan: Plan, store: Store, found: Found) -> tuple[str, str]:
    if found.problem:
        return "", "cannot be used; the run lists them"
    if found.task is None:
        return "", "unchanged"
    if found.same < HEADS:
        return "read", _why_read(store, found)
    stage = plan.names[found.same - HEADS]
    start = stage if found.task.document else "read"
    if found.same == len(found.known):
        return start, f"{stage} has not been run"
    before, after = store.info(f"print:{found.known[found.same]}"), plan.facts[found.same - HEADS]
    return start, f"{stage} changed: {'; '.join(_changes(before, after)) or 'it is not known how'}"


def _why_read(store: Store, found: Found) -> str:
    if not found.known:
        query = "SELECT 1 FROM failures WHERE origin = ?"
        failed = store.connection.execute(query, (found.source.origin,)).fetchone()
        return "failed before" if failed else "new"
    return "the input changed" if found.same == 0 else "a reviewer restored text, or took that back"


def _changes(before: str, after: str) -> Iterator[str]:
    """The words of a stage's fingerprint that differ: version, options, digests of data and model."""
    old, new = before.split(), after.split()
    for a, b in zip(old, new, strict=False) if len(old) == len(new) else [(before, after)]:
        if a != b:
            yield f"{a[:_LONGEST]} -> {b[:_LONGEST]}"
