"""The run store gives back what it was given, and refuses what is not its own."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from pipeline import schema
from pipeline.document import Document, Segment
from pipeline.edits import Change
from pipeline.errors import StoreError
from pipeline.mt.memory import Entry
from pipeline.store import FILE_NAME, Failure, Store
from pipeline.storememory import StoreMemory


def article(id: str = "a") -> Document:
    document = Document(id, "Kim Kim a 😀 remercié.\0", {"title": "T", "tags": ["x", "y"]}, warnings=["read as cp1252"])
    document.edit([Change(3, 7, "", "same-word", "doubled-word")], "repair")
    document.mark(0, 5, "garbled", "repair", "same-word")
    document.segments = [Segment(id, 0, 0, 20, "Kim a 😀 remercié.", 0, "Kim thanked.", "Kim thanked.", -0.25)]
    document.segments[0].alignment = [(0, 3, 0, 3)]
    document.segments[0].flag("garbled")
    return document


def contents(document: Document | None) -> object:
    assert document is not None
    return (
        document.id, document.raw, document.text, document.meta, document.warnings, document.marks,
        list(document.edits), document.segments,
    )  # fmt: skip


def test_a_document_comes_back_as_it_was_saved(tmp_path: Path) -> None:
    store = Store.open(tmp_path)
    with store.transaction():
        store.finish_run(1)
        store.save(article("b"), "b.txt", 1, 1, ["p"])
        store.save(article("a"), "a.txt", 0, 1, ["p"])
    store.close()
    store = Store.existing(tmp_path)
    assert contents(store.load("a")) == contents(article("a"))
    assert list(store.ids()) == ["a", "b"]


def test_a_broken_off_transaction_leaves_nothing(tmp_path: Path) -> None:
    store = Store.open(tmp_path)

    def save_half() -> None:
        with store.transaction():
            store.save(article(), "a.txt", 0, 1, [])
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        save_half()
    assert store.load("a") is None


def test_a_failure_is_listed_until_the_document_succeeds(tmp_path: Path) -> None:
    store = Store.open(tmp_path)
    store.finish_run(1)
    store.fail(Failure("a.txt", "a", "binary"), 1)
    assert [failure.reason for failure in store.failures()] == ["binary"]
    store.save(article(), "a.txt", 0, 1, ["p"])
    assert store.failures() == []


def test_the_memory_finds_what_it_stored(tmp_path: Path) -> None:
    memory = StoreMemory(Store.open(tmp_path))
    entry = Entry("Hello.", -0.5, [(0, 7, 0, 5)])
    memory.store({"k": entry})
    found = memory.lookup(["k", "other"])
    assert found == {"k": entry}


def make_foreign(path: Path) -> None:
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE t (x)")


def make_newer(path: Path) -> None:
    Store.open(path.parent).close()
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA user_version = 99")


CASES = [
    (make_foreign, "another program"),
    (make_newer, "version 99"),
    (lambda path: path.write_bytes(b"no database" * 99), "not a run store"),
]


@pytest.mark.parametrize(("make", "message"), CASES)
def test_a_file_that_is_no_store_of_ours_is_refused(make, message: str, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    make(tmp_path / FILE_NAME)
    with pytest.raises(StoreError, match=message):
        Store.open(tmp_path)


def test_an_output_folder_that_is_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("x")
    with pytest.raises(StoreError, match="is a file"):
        Store.open(tmp_path / "out")


def test_a_folder_without_a_run_is_named(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="holds no run"):
        Store.existing(tmp_path)


def test_a_store_whose_making_was_broken_off_is_made_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    half = schema.tables_sql().replace("CREATE TABLE IF NOT EXISTS segments", "broken", 1)
    monkeypatch.setattr(schema, "tables_sql", lambda: half)
    with pytest.raises(StoreError):
        Store.open(tmp_path)
    monkeypatch.undo()
    store = Store.open(tmp_path)
    store.save(article(), "a.txt", 0, 1, [])
    assert contents(store.load("a")) == contents(article())
