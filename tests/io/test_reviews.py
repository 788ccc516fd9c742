"""What reviewers say reaches the files, found by segment through the run store."""

from __future__ import annotations

from pathlib import Path

from pipeline.io.export import Export
from pipeline.io.reviews import Review
from pipeline.review.addresses import segment_key
from pipeline.review.events import Event, append
from pipeline.store import Store
from tests.io.conftest import document

AT = "2026-03-04T05:06:07+00:00"


def event(uid: str, kind: str, source: str, text: str = "", undoes: str = "", machine: str = "") -> Event:
    key = segment_key(source)
    return Event(
        uid=uid, doc="d", key=key, occurrence=0, kind=kind, text=text, source=source, machine=machine,
        reviewer="anna", at=AT, undoes=undoes,
    )  # fmt: skip


def test_decisions_and_comments_are_found_for_their_segments(tmp_path: Path) -> None:
    store = Store.open(tmp_path)
    events = [
        event("1", "comment", "deux", "Is it two?"),
        event("2", "edit", "deux", "Two!", machine="two"),
        event("3", "flag", "trois", "who?"),
        event("4", "comment", "quatre", "a slip"),
        event("5", "undo", "quatre", undoes="4"),
    ]
    with store.transaction():
        store.set_info("newest_run", "1")
        made = document("d", ("un", "one"), ("deux", "two"), ("trois", "three"), ("quatre", "four"))
        store.save(made, "d.txt", 0, 1, [])
        append(store, events, check=False)
    export = Export(store)
    (found,) = export.documents()
    assert [segment.target for segment in found.segments] == ["one", "Two!", "three", "four"]
    assert export.reviews(found) == {
        1: Review("anna", AT, "two", (("anna", "Is it two?"),)),
        2: Review("anna", AT, "", (("anna", "flagged: who?"),)),
    }
    store.close()
