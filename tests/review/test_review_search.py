"""What a search finds: the index of three characters narrows it, and never leaves anything out."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from pathlib import Path
from typing import get_args

import pytest
from review_build import desk, document, save, sentences

from pipeline.review import lists
from pipeline.review.addresses import folded
from pipeline.review.desk import Desk
from pipeline.review.lists import Filter, Order
from pipeline.store import FILE_NAME, Store

ODD = ['Il paie "50 %" a_b', "C:\\temp est là", "L’été 100%sûr", "Ça\u2028y est 😀😀😀", "deux", "0\0fin"]
PLAIN = ["ETE 100%S", "ça", "e", "ux", "deux", "nulle part", " "]
SPECIAL = ["%", "50 %", '"50', "a_b", "_b", "\\t", "😀😀😀", "AND", "fi*", "\0"]


@pytest.fixture
def at(tmp_path: Path) -> Desk:
    return desk(save(tmp_path, document("a", [*sentences(30), *ODD], removed=["Partager"]), document("b", ODD)))


def sources(at: Desk, text: str, order: Order = "document") -> list[str]:
    return [row.source for row in at.rows(at.index.ids(Filter(text=text, order=order)))]


def expected(at: Desk, text: str, order: Order) -> list[str]:
    rows = at.rows(at.index.ids(Filter(order=order)))
    needle = folded(text.replace("\0", "").strip())
    return [row.source for row in rows if needle in folded(f"{row.source}\n{row.target}").partition("\0")[0]]


FILTERS = [
    Filter(),
    Filter(states=("unreviewed",), low=0.3),
    Filter(flag="any"),
    Filter(doc="b"),
    Filter(doc="a", high=0.8),
    Filter(text="rue", flag="any"),
    Filter(text="est", doc="b"),
]


@pytest.mark.parametrize("order", ["document", "risk"])
@pytest.mark.parametrize("filter", FILTERS, ids=str)
def test_a_list_is_the_same_in_steps_of_any_length(
    at: Desk, filter: Filter, order: Order, monkeypatch: pytest.MonkeyPatch
) -> None:
    filter = replace(filter, order=order)
    whole = at.index.ids(filter)
    assert whole
    assert len(set(whole)) == len(whole)
    for most in (0, 1000):
        monkeypatch.setattr(lists, "_FEW", most)
        for length in (1, 2, 7, len(whole)):
            monkeypatch.setattr(lists, "_STEP", length)
            assert at.index.ids(filter) == whole


def test_a_document_is_found_by_its_whole_name_or_by_a_part_of_it(tmp_path: Path) -> None:
    names = ("a", "ab", "Zab")
    at = desk(save(tmp_path, *(document(name, sentences(2)) for name in names)))
    for name, docs in (("a", {"a"}), ("ab", {"ab"}), ("zA", {"Zab"}), ("B", {"ab", "Zab"}), ("none", set())):
        for order in get_args(Order):
            assert {row.doc for row in at.rows(at.index.ids(Filter(doc=name, order=order)))} == docs


@pytest.mark.parametrize("most", [0, lists._FEW], ids=["read in order", "narrowed"])
@pytest.mark.parametrize("order", ["document", "risk"])
@pytest.mark.parametrize("text", PLAIN + SPECIAL)
def test_every_row_that_holds_the_text_is_found(
    at: Desk, text: str, order: Order, most: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lists, "_FEW", most)
    assert sources(at, text, order) == expected(at, text, order)


def test_search_knows_the_english_that_stands(at: Desk) -> None:
    row = at.rows(at.index.ids(Filter(text="rue 7 ")))[0]
    at.decide(row.id, "edit", "Written by hand.", row.version)
    assert sources(at, "by HAND") == [row.source]
    assert sources(at, f"{row.source} [en]") == []
    at.undo()
    assert sources(at, "by hand") == []
    assert sources(at, f"{row.source} [en]") == [row.source]


def test_search_follows_documents_that_are_done_again(at: Desk) -> None:
    for turn in range(4):
        again = save(at.store.path.parent, document("a", [f"Le tour {turn} est fini."]), document("b", ODD))
        at = desk(again)
        assert sources(at, f"tour {turn}") == [f"Le tour {turn} est fini."]
        assert sources(at, f"tour {turn - 1}") == []
    noted = at.store.connection.execute("SELECT count(*) FROM review_grams").fetchone()[0]
    assert noted < 2 * at.store.connection.execute("SELECT count(*) FROM review").fetchone()[0]


def test_a_store_without_the_index_of_three_characters_is_migrated(tmp_path: Path) -> None:
    save(tmp_path, document("a", sentences(3))).close()
    at = desk(Store.existing(tmp_path))
    at.decide(1, "edit", "By hand.")
    at.store.connection.execute("DROP TABLE review_grams")  # version 1 had all else
    at.store.connection.execute("PRAGMA user_version = 1")
    at.store.close()
    at = desk(Store.existing(tmp_path))
    assert sources(at, "by hand") == [sentences(1)[0]]
    copy = sqlite3.connect(tmp_path / f"{FILE_NAME}.v1-1.backup")
    assert copy.execute("SELECT count(*) FROM review_text").fetchone() == (3,)
