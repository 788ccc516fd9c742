"""A translation memory in a file of its own, shared across runs."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import NamedTuple, Self

from pipeline.errors import UsageError
from pipeline.mt.memory import Entry, key

_APPLICATION = 0x70746D31
"""Marks a file as ours (SQLite's application_id): "ptm1"."""


class Count(NamedTuple):
    """How much a memory holds for one language pair."""

    pair: str
    imported: int
    made: int


class FileMemory:
    """Translations in an SQLite file; see `pipeline.mt.memory.Memory`. Use it as a context manager, or `close` it.

    Several runs may use one file at the same time. What `store` is given is kept at once.

    Args:
        path: made if it is not there.
        pair: languages of what is stored, such as ``fr-en``.

    Raises:
        UsageError: the file cannot be used, or is something else; also from each method.
    """

    def __init__(self, path: Path, pair: str) -> None:
        self._path = path
        self._pair = pair
        with self._explained():
            self._connection = sqlite3.connect(path, timeout=60, isolation_level=None)
            self._open(path)

    @contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            reason = f"{self._path} cannot be used as a translation memory: {error}"
            raise UsageError(f"{reason}; restore it from a copy, or name another file") from error

    def _open(self, path: Path) -> None:
        (application,) = self._connection.execute("PRAGMA application_id").fetchone()
        (tables,) = self._connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
        if tables and application != _APPLICATION:
            raise UsageError(f"{path} is a database of something else, not a translation memory; name another file")
        self._connection.execute(f"PRAGMA application_id = {_APPLICATION}")
        self._connection.execute(
            "CREATE TABLE IF NOT EXISTS memory (key TEXT PRIMARY KEY, pair TEXT NOT NULL, imported INTEGER NOT NULL, "
            "entry TEXT NOT NULL) WITHOUT ROWID"
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the file."""
        self._connection.close()

    def lookup(self, keys: Iterable[str]) -> dict[str, Entry]:
        """The entries there are for these keys; a damaged one is none."""
        query = "SELECT key, entry FROM memory WHERE key IN (SELECT value FROM json_each(?))"
        with self._explained():
            rows = self._connection.execute(query, (json.dumps(list(keys)),)).fetchall()
        return {key: entry for key, text in rows if (entry := _entry(text))}

    def store(self, entries: Mapping[str, Entry]) -> None:
        """Keep entries at once, all or none."""
        rows = [(k, self._pair, e.imported, json.dumps(asdict(e), ensure_ascii=False)) for k, e in entries.items()]
        with self._explained(), self._connection:
            self._connection.execute("BEGIN IMMEDIATE")
            self._connection.executemany("INSERT OR REPLACE INTO memory VALUES (?, ?, ?, ?)", rows)

    def add(self, pairs: Iterable[tuple[str, str]]) -> int:
        """Keep translations that a person or another tool made; returns how many."""
        entries = {key(source, self._pair): Entry(target, None, [], True, source) for source, target in pairs}
        self.store(entries)
        return len(entries)

    def entries(self) -> Iterator[Entry]:
        """All entries of the language pair but damaged ones, in the order of their sources."""
        query = (
            "SELECT entry FROM memory WHERE pair = ? AND json_valid(entry) "
            "ORDER BY json_extract(entry, '$.source'), key"
        )
        with self._explained():
            for (text,) in self._connection.execute(query, (self._pair,)):
                if entry := _entry(text):
                    yield entry

    def counts(self) -> list[Count]:
        """How much there is, by language pair."""
        query = "SELECT pair, sum(imported), sum(NOT imported) FROM memory GROUP BY pair ORDER BY pair"
        with self._explained():
            return [Count(*row) for row in self._connection.execute(query)]


def _entry(text: str) -> Entry | None:
    try:
        fields = json.loads(text)
        return Entry(**{**fields, "alignment": [tuple(link) for link in fields["alignment"]]})
    except (ValueError, KeyError, TypeError):
        return None
