"""Who may ask the review app, and what it answers."""

from __future__ import annotations

import json
import re
import sqlite3
from pathlib import Path
from typing import Any

import pytest
from review_build import desk, document, save, sentences
from starlette.testclient import TestClient

import pipeline.review
from pipeline.review import lists
from pipeline.review.app import create
from pipeline.review.desk import Desk

TOKEN, PORT = "secret-of-this-launch", 8765
HOST = f"127.0.0.1:{PORT}"
STATIC = sorted(path for path in Path(pipeline.review.__file__).with_name("static").iterdir() if path.is_file())
WRITE = {"origin": f"http://{HOST}", "x-review-token": TOKEN, "content-type": "application/json"}


class Page:
    """The page of a reviewer, as far as the server can tell."""

    def __init__(self, at: Desk) -> None:
        self.http = TestClient(create(at, TOKEN, PORT), base_url=f"http://{HOST}", follow_redirects=False)
        self.http.cookies.set(f"review-{PORT}", TOKEN)

    def ask(self, path: str, status: int = 200, headers: dict[str, str] = WRITE, **message: object) -> dict[str, Any]:
        answer = self.http.post(f"/api/{path}", content=json.dumps(message), headers=headers)
        assert answer.status_code == status, answer.text
        return answer.json() if status in (200, 409, 410, 422) else {}

    def rows(self, **filter: object) -> list[dict[str, Any]]:
        view = self.ask("view", **filter)
        return self.ask("rows", view=view["view"], start=0, count=200)["rows"] if view["total"] else []


@pytest.fixture
def page(tmp_path: Path) -> Page:
    return Page(desk(save(tmp_path, *(document(id, sentences(12), removed=["Partager"]) for id in ("a", "b")))))


@pytest.mark.parametrize(
    ("host", "status"),
    [
        (HOST, 200),
        (f"localhost:{PORT}", 200),
        ("evil.example", 421),
        ("127.0.0.1:9", 421),
        (f"evil.example:{PORT}", 421),
    ],
)
def test_only_this_host_is_answered(page: Page, host: str, status: int) -> None:
    assert page.http.get("/", headers={"host": host}).status_code == status


def test_without_the_token_there_is_nothing_to_see(page: Page) -> None:
    page.http.cookies.clear()
    for path in ("/", "/api/rows", "/?token=wrong"):
        answer = page.http.get(path)
        assert answer.status_code == 403
        assert "partager" not in answer.text.lower()
    entered = page.http.get(f"/?token={TOKEN}")
    assert (entered.status_code, entered.headers["location"]) == (303, "/")
    cookie = entered.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=strict" in cookie


@pytest.mark.parametrize(
    ("header", "value", "status"),
    [
        ("origin", "http://evil.example", 403),
        ("origin", f"https://{HOST}", 403),
        ("origin", "null", 403),
        ("origin", "", 403),
        ("x-review-token", "", 403),
        ("x-review-token", "wrong", 403),
        ("content-type", "text/plain", 415),
        ("content-length", "2000000", 413),
    ],
)
def test_writes_need_origin_token_and_type(page: Page, header: str, value: str, status: int) -> None:
    page.ask("undo", status, headers={**WRITE, header: value})


def test_strict_headers_are_on_every_answer(page: Page) -> None:
    for path in ("/", "/none", "/static/none.js", "/static/../app.py", *(f"/static/{file.name}" for file in STATIC)):
        answer = page.http.get(path)
        policy = answer.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["cache-control"] == "no-store"  # old and new modules are never mixed


def test_the_page_is_of_one_version_while_the_program_is_upgraded(page: Page, monkeypatch: pytest.MonkeyPatch) -> None:
    expected = {file.name: file.read_bytes() for file in STATIC}
    monkeypatch.setattr(Path, "read_bytes", lambda _: b"of another version")
    for name, content in expected.items():
        answer = page.http.get(f"/static/{name}")
        assert (answer.status_code, answer.content) == (200, content)


def test_the_page_has_no_inline_script_or_style_and_loads_nothing_from_elsewhere(page: Page) -> None:
    html = page.http.get("/").text
    assert not re.search(r"<style|\sstyle=|\son\w+=|<script(?![^>]*\ssrc=)|https?://", html)
    for path in re.findall(r'(?:src|href)="(/[^"]+)"', html):
        assert page.http.get(path).status_code == 200
    for file in (path for path in STATIC if path.suffix == ".js"):
        assert not re.search(
            r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(|https?://", file.read_text()
        )


def test_scraped_text_travels_as_data_alone(tmp_path: Path) -> None:
    evil = '<script>alert(1)</script> \u202eretourné <img src=x onerror="alert(2)">'
    at = desk(save(tmp_path, document("<b>doc</b>", [evil], removed=["<iframe src=//evil.example></iframe>"])))
    page = Page(at)
    assert "alert" not in page.http.get("/").text
    assert [row["source"].strip() for row in page.rows()] == ["<iframe src=//evil.example></iframe>", evil]
    answer = page.http.post("/api/progress", content="{}", headers=WRITE)
    assert answer.headers["content-type"] == "application/json"


@pytest.mark.parametrize(
    ("filter", "expected"),
    [
        ({}, 26),
        ({"states": ["removed"]}, 2),
        ({"states": ["unreviewed"]}, 24),
        ({"doc": "a"}, 13),
        ({"doc": "A"}, 13),
        ({"doc": ""}, 26),
        ({"doc": "x"}, 0),
        ({"flag": "any"}, 8),
        ({"flag": "numbers"}, 2),
        ({"low": 0.0, "high": 0.2}, 4),
        ({"text": "A MIDI"}, 12),
        ({"text": "nowhere at all"}, 0),
        ({"text": "100%_"}, 0),
        ({"order": "risk"}, 24),
    ],
)
def test_filters(page: Page, filter: dict[str, object], expected: int) -> None:
    assert len(page.rows(**filter)) == expected


def test_removed_texts_stand_where_they_were(page: Page) -> None:
    first = page.rows(doc="a")[0]
    assert (first["kind"], first["source"], first["rule"]) == ("removed", "Partager\n", "share: share-line")


def test_by_risk_the_least_trusted_come_first(page: Page) -> None:
    scores = [row["score"] for row in page.rows(order="risk")]
    assert scores == sorted(scores)


def test_a_list_keeps_its_rows_while_they_are_decided_on(page: Page) -> None:
    view = page.ask("view", states=["unreviewed"])
    rows = page.ask("rows", view=view["view"], start=0, count=3)["rows"]
    for row in rows:
        page.ask("decide", id=row["id"], kind="accept", text=row["target"], base="")
    again = page.ask("rows", view=view["view"], start=0, count=3)["rows"]
    assert [row["state"] for row in again] == ["accepted"] * 3
    assert page.ask("next", view=view["view"], after=0)["position"] == 3
    assert page.ask("view", states=["unreviewed"])["total"] == view["total"] - 3


def test_a_long_list_is_made_in_steps(page: Page, monkeypatch: pytest.MonkeyPatch) -> None:
    last = page.rows()[-1]
    for row in page.rows(doc="a")[1:]:
        page.ask("decide", id=row["id"], kind="reject", text="", base="")
    monkeypatch.setattr(lists, "_STEP", 10)
    told = page.ask("view", focus_doc="b", focus_place=last["place"])
    view = told["view"]
    assert told == {"view": view, "total": 10, "more": True, "focus": -1, "ahead": True}
    assert page.ask("next", view=view, after=-1)["position"] == -1
    assert page.ask("more", view=view)["total"] == 20
    assert page.ask("next", view=view, after=-1)["position"] == 14
    assert page.ask("more", view=view) == {"view": view, "total": 26, "more": False, "focus": 25, "ahead": False}
    assert page.ask("rows", view=view, start=25, count=1)["rows"][0]["place"] == last["place"]


def test_a_list_whose_making_fails_is_made_again(page: Page, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lists, "_STEP", 10)
    view = page.ask("view")["view"]
    with monkeypatch.context() as broken:
        broken.setattr(lists, "_list", failing)
        page.ask("more", 503, view=view)
    page.ask("more", 410, view=view)


def failing(*arguments: object) -> None:
    raise sqlite3.OperationalError("database is locked")


def test_what_no_filter_lets_through_is_not_waited_for(page: Page, monkeypatch: pytest.MonkeyPatch) -> None:
    row = page.rows()[-1]
    monkeypatch.setattr(lists, "_STEP", 10)
    told = page.ask("view", states=["unreviewed", "removed"], focus_doc="b", focus_place=row["place"])
    assert (told["more"], told["ahead"]) == (True, True)
    told = page.ask("view", flag="any", low=0.5, focus_doc="b", focus_place=row["place"])
    assert not told["ahead"]


def test_all_of_a_list_is_accepted_however_much_of_it_is_made(page: Page, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lists, "_STEP", 10)
    view = page.ask("view")["view"]
    assert page.ask("bulk-count", view=view)["count"] == 24
    assert page.ask("bulk", view=view, count=24)["accepted"] == 24


def test_a_refused_save_shows_what_stands(page: Page) -> None:
    row = page.rows(doc="a")[1]
    page.ask("decide", id=row["id"], kind="edit", text="First.", base=row["version"])
    refused = page.ask("decide", 409, id=row["id"], kind="edit", text="Second.", base=row["version"])
    assert refused["row"]["target"] == "First."
    page.ask("decide", id=row["id"], kind="edit", text="Second.", base=refused["row"]["version"])


def test_bulk_acceptance_does_what_was_counted_or_nothing(page: Page) -> None:
    view = page.ask("view", doc="a")["view"]
    assert page.ask("bulk-count", view=view)["count"] == 12
    page.ask("bulk", 409, view=view, count=11)
    assert page.ask("bulk", view=view, count=12)["accepted"] == 12
    assert page.ask("progress")["states"] == {"accepted": 12, "removed": 2, "unreviewed": 12}
    assert page.ask("undo")["undone"] == 12
    assert page.ask("progress")["states"] == {"removed": 2, "unreviewed": 24}


def test_progress_counts_by_state_flag_and_hour(page: Page) -> None:
    for row in page.rows(doc="b")[1:4]:
        page.ask("decide", id=row["id"], kind="reject", text="", base="")
    told = page.ask("progress")
    assert told["states"]["rejected"] == 3
    assert (told["last_hour"], sum(told["hours"].values())) == (3, 3)
    assert told["flags"]["truncated"] == 2


def test_details_tell_raw_from_clean_machine_from_reviewer_and_who_did_what(page: Page) -> None:
    row = page.rows(doc="a")[1]
    row = page.ask("decide", id=row["id"], kind="edit", text="By hand.", base="")["row"]
    page.ask("decide", id=row["id"], kind="comment", text="Sure?", base="")
    told = page.ask("detail", id=row["id"])
    assert "".join(text for kind, text in told["raw"] if kind != "out") == row["source"]
    assert "".join(text for kind, text in told["edited"] if kind != "in") == row["machine"]
    assert "".join(text for kind, text in told["edited"] if kind != "out") == "By hand."
    assert [(entry["kind"], entry["reviewer"]) for entry in told["history"]] == [("comment", "Ada"), ("edit", "Ada")]
    assert told["provenance"]["title"] == "Title of a"


def test_a_link_finds_its_segment_after_a_new_run(tmp_path: Path) -> None:
    lines = sentences(8)
    place = Page(desk(save(tmp_path, document("a", lines)))).rows()[5]["place"]
    page = Page(desk(save(tmp_path, document("a", ["Un début tout neuf.", *lines]))))
    assert page.ask("view", focus_doc="a", focus_place=place)["focus"] == 6


def test_a_document_done_again_makes_its_rows_gone(tmp_path: Path) -> None:
    page = Page(desk(save(tmp_path, document("a", sentences(3)))))
    view = page.ask("view")["view"]
    row = page.ask("rows", view=view, start=0, count=1)["rows"][0]
    save(tmp_path, document("a", sentences(3)))
    page.ask("rows", 410, view=view, start=0, count=3)
    page.ask("decide", 410, id=row["id"], kind="reject", text="", base="")
    assert page.ask("view")["total"] == 3


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("rows", {"view": 1, "start": -1, "count": 3}),
        ("rows", {"view": 1, "start": 0, "count": 100000}),
        ("view", {"low": "x"}),
        ("view", {"order": "random()"}),
        ("view", {"unknown": 1}),
        ("draft", {"doc": "a", "place": "no number", "text": ""}),
        ("draft", {"doc": "a", "place": f"{'0' * 16}.{'9' * 400}", "text": ""}),
        ("view", {"text": "x" * 2000}),
    ],
)
def test_senseless_messages_are_refused(page: Page, path: str, message: dict[str, object]) -> None:
    page.ask("view")
    assert page.ask(path, 422, **message)["error"]


def test_an_empty_run_has_an_empty_list(tmp_path: Path) -> None:
    page = Page(desk(save(tmp_path)))
    assert page.http.get("/").status_code == 200
    assert page.ask("view") == {"view": 1, "total": 0, "more": False, "focus": -1, "ahead": False}
    assert page.ask("undo")["undone"] == 0
