"""Older stores are brought up to date with a backup; others are refused."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from review_build import document, save, sentences

from pipeline import schema
from pipeline.errors import StoreError
from pipeline.store import FILE_NAME, Store

NOW = schema.VERSION


@pytest.fixture
def newer(monkeypatch: pytest.MonkeyPatch) -> None:
    """A program one store version ahead."""
    monkeypatch.setattr(schema, "VERSION", NOW + 1)
    monkeypatch.setattr(
        schema, "MIGRATIONS", {NOW: "CREATE TABLE later (x); ALTER TABLE documents ADD COLUMN seen TEXT;"}
    )


@pytest.mark.usefixtures("newer")
def test_an_older_store_is_migrated_and_the_old_file_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as older:
        older.setattr(schema, "VERSION", NOW)
        save(tmp_path, document("a", sentences(3))).close()
    store = Store.open(tmp_path)
    assert [d.id for d in store.documents()] == ["a"]
    assert store.connection.execute("SELECT count(*) FROM later").fetchone() == (0,)
    copy = sqlite3.connect(tmp_path / f"{FILE_NAME}.v{NOW}-1.backup")
    assert copy.execute("PRAGMA user_version").fetchone() == (NOW,)
    assert copy.execute("SELECT count(*) FROM segments").fetchone() == (3,)
    Store.open(tmp_path)
    assert len(list(tmp_path.glob("*.backup"))) == 1


@pytest.mark.usefixtures("newer")
def test_a_failed_migration_leaves_the_store_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as older:
        older.setattr(schema, "VERSION", NOW)
        save(tmp_path, document("a", sentences(3))).close()
    monkeypatch.setattr(schema, "MIGRATIONS", {NOW: "CREATE TABLE later (x); CREATE TABLE segments (x);"})
    with pytest.raises(StoreError, match="as it was"):
        Store.open(tmp_path)
    tables = sqlite3.connect(tmp_path / FILE_NAME).execute("SELECT name FROM sqlite_master WHERE name = 'later'")
    assert tables.fetchall() == []


@pytest.mark.usefixtures("newer")
def test_a_store_too_old_to_migrate_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    save(tmp_path, document("a", sentences(1))).close()
    monkeypatch.setattr(schema, "VERSION", NOW + 3)
    with sqlite3.connect(tmp_path / FILE_NAME) as connection:
        connection.execute(f"PRAGMA user_version = {NOW + 1}")
    with pytest.raises(StoreError, match="too old"):
        Store.open(tmp_path)


def test_a_python_whose_sqlite_cannot_search_is_told_so(tmp_path: Path) -> None:
    told = schema.explain(tmp_path / FILE_NAME, sqlite3.OperationalError("no such module: fts5"))
    assert "SQLite 3.34" in told
    assert "another Python" in told
