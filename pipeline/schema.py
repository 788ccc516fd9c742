"""What the run store's file looks like: its tables, and how an older one is brought up to date."""

from __future__ import annotations

import logging
import sqlite3
from importlib import resources
from itertools import count
from pathlib import Path

from pipeline.errors import StoreError

APPLICATION_ID = 0x50495045  # "PIPE", so that another program's database is never taken for a run store
VERSION = 3
# By version: the SQL that makes the next version of it, new tables and indexes aside. The file is copied before.
MIGRATIONS: dict[int, str] = {
    1: "DELETE FROM review_text; DELETE FROM review; DELETE FROM indexed;",  # to be listed again, with `review_grams`
    2: "DROP INDEX IF EXISTS events_of_reviewer;",  # `decisions_of_reviewer` stands for it
}

_log = logging.getLogger(__name__)


def prepare(connection: sqlite3.Connection, path: Path) -> None:
    """Make the tables of a new store, or bring an older one up to date.

    Raises:
        StoreError: the file is another program's, or of a version that cannot be read.
        sqlite3.DatabaseError: it is no database, damaged, or cannot be written.
    """
    tables = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
    application = connection.execute("PRAGMA application_id").fetchone()[0]
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    if tables and application != APPLICATION_ID:
        raise StoreError(f"{path} is another program's database; choose another --output folder")
    if version > VERSION:
        raise StoreError(f"{path} has store version {version}, this program reads up to {VERSION}; update the program")
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")  # a committed shard survives a power cut
    connection.execute("PRAGMA busy_timeout = 10000")
    if not tables:
        _make(connection)
    elif version < VERSION:
        _migrate(connection, path, version)


def _make(connection: sqlite3.Connection) -> None:
    """All tables or none: a program killed meanwhile leaves an empty file, which the next one fills."""
    marks = f"PRAGMA application_id = {APPLICATION_ID}; PRAGMA user_version = {VERSION};"
    try:
        connection.executescript(f"BEGIN IMMEDIATE; {marks} {tables_sql()}\nCOMMIT;")
    except sqlite3.Error:
        connection.rollback()
        raise


def tables_sql() -> str:
    """The SQL that makes every table that is not there yet."""
    return resources.files("pipeline").joinpath("store.sql").read_text(encoding="utf-8")


def backup(connection: sqlite3.Connection, path: Path, reason: str) -> Path:
    """Copy an open store beside itself, to ``<name>.<reason>-<n>.backup`` with the first free n; returns that path."""
    names = (path.with_name(f"{path.name}.{reason}-{n}.backup") for n in count(1))
    copy = next(name for name in names if not name.exists())
    target = sqlite3.connect(copy)
    try:
        connection.backup(target)
    finally:
        target.close()
    return copy


def explain(path: Path, error: sqlite3.DatabaseError) -> str:
    """A message for a store that SQLite cannot open or read: what is wrong, and what to do next."""
    reason = str(error)
    if "not a database" in reason:
        return f"{path} is not a run store; choose another --output folder"
    if "no such module" in reason or "no such tokenizer" in reason:
        return f"{path} needs SQLite 3.34 or newer with FTS5 ({reason} in {sqlite3.sqlite_version}); use another Python"
    if "malformed" in reason:
        return f"{path} is damaged ({reason}); restore it from a backup, or choose another --output folder"
    return f"{path} cannot be opened ({reason}); is the folder writable? choose another --output folder"


def _migrate(connection: sqlite3.Connection, path: Path, version: int) -> None:
    steps = range(version, VERSION)
    if any(step not in MIGRATIONS for step in steps):
        raise StoreError(
            f"{path} has store version {version}, too old for this program; choose another --output folder"
        )
    copy = backup(connection, path, f"v{version}")
    script = "\n".join([*(MIGRATIONS[step] for step in steps), tables_sql()])
    try:
        connection.executescript(f"BEGIN IMMEDIATE; {script}\nPRAGMA user_version = {VERSION}; COMMIT;")
    except sqlite3.Error as error:
        connection.rollback()
        raise StoreError(f"{path} could not be brought to version {VERSION} ({error}); it is as it was") from error
    _log.warning("%s: store version %d became %d; the old file is kept as %s", path, version, VERSION, copy.name)
