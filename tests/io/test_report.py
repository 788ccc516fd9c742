"""The static report: everything is on it, in its place, and nothing scraped becomes markup."""

from __future__ import annotations

import base64
import hashlib
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import html

from pipeline.document import Document, Segment
from pipeline.edits import Change
from pipeline.io import report
from pipeline.io.export import FORMATS
from pipeline.io.report.rows import rows, visible
from pipeline.io.reviews import Review
from tests.io.conftest import Make, document

CASES = Path(__file__).parents[1] / "cases" / "io"
TEXTS = [case["text"] for case in yaml.safe_load((CASES / "hostile.yaml").read_text(encoding="utf-8"))]


def hostile() -> Document:
    evil = "</title><script>alert(1)</script>"
    return document(evil, *((text, text) for text in TEXTS), meta={"title": evil, "url": "javascript:alert(2)"})


def page(folder: Path, name: str = "report.html") -> Any:
    return html.document_fromstring((folder / name).read_bytes())


def text(element: Any) -> str:
    return " ".join(" ".join(element.itertext()).split())


# -- in its place ---------------------------------------------------------------------------------------------------


def test_removed_text_and_repairs_stand_in_their_place(tmp_path: Path, article: Document, export: Make) -> None:
    FORMATS["report"].write(export(article), tmp_path)
    table = page(tmp_path).xpath("//table[@class='pairs']")[0]
    found = [text(row) for row in table.xpath(".//tbody/tr")]
    assert found[0].startswith("Kim gagne a/b · https://example.org/kim")
    assert found[1] == "removed ✕ Partager sur Facebook share strip · share-bar"
    assert found[2] == "0 [removed: Kim ] doubled-word Kim a gagné. Kim won. 0.91 garbled names"
    assert found[4] == "2 Il pleut. not translated no score"


def test_decisions_and_comments_stand_beside_their_segment(tmp_path: Path, article: Document, export: Make) -> None:
    article.segments[0].state = "edited"
    article.segments[0].target = "Kim has won."
    said = {("a/b", 0): Review("anna", "", "Kim won.", (("ben", "Tense?"),))}
    FORMATS["report"].write(export(article, said=said), tmp_path)
    (row,) = page(tmp_path).xpath("//tr[@data-state='edited']")
    assert "Kim has won. machine: Kim won. ben: Tense?" in text(row)


def test_the_summary_counts(tmp_path: Path, article: Document, export: Make) -> None:
    FORMATS["report"].write(export(article, document("c", ("un", "one"))), tmp_path)
    root = page(tmp_path)
    cards = {text(card[0]): text(card[1]) for card in root.xpath("//dl/div")}
    assert cards == {"documents": "2", "segments": "4", "edits": "2", "with doubts": "1"}
    bars = [text(row) for row in root.xpath("//table[@class='bars']//tr")]
    assert bars == ["garbled 1", "names 1", "share 1 21 characters", "doubled-word 1 4 characters"]
    scores = [text(row) for row in root.xpath("//table[caption='Scores']//tr")][1:]
    assert scores == ["0.75 0.8 1 0", "0.9 0.95 1 1"]
    assert "2 without a score" in text(root)


# -- safe -----------------------------------------------------------------------------------------------------------


def test_scraped_text_is_never_markup(tmp_path: Path, export: Make) -> None:
    FORMATS["report"].write(
        export(document("d", *(("un", "one") for _ in TEXTS), meta={"title": "t", "url": "u"})), tmp_path / "1"
    )
    FORMATS["report"].write(export(hostile()), tmp_path / "2")
    first, second = ([element.tag for element in page(tmp_path / n).iter()] for n in ("1", "2"))
    assert first == second
    root = page(tmp_path / "2")
    assert not root.xpath("//a[not(starts-with(@href, '#'))]")
    shown = [cell.text_content() for cell in root.xpath("//tr[@data-state]/td[3]")]
    assert shown == [visible(one).replace("\r\n", "\n").replace("\r", "\n") for one in TEXTS]


def test_characters_that_turn_the_text_around_are_shown_by_name(tmp_path: Path, export: Make) -> None:
    FORMATS["report"].write(export(hostile()), tmp_path)
    content = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert not re.search("[\0\x07\x1b\u202a-\u202e\u2066-\u2069]", content)
    assert "⟨RLO⟩" in content


def test_only_the_reports_own_script_and_style_may_run(tmp_path: Path, export: Make) -> None:
    FORMATS["report"].write(export(hostile()), tmp_path)
    content = (tmp_path / "report.html").read_text(encoding="utf-8")
    policy = page(tmp_path).xpath("//meta[@http-equiv='Content-Security-Policy']/@content")[0]
    assert policy.startswith("default-src 'none';")
    for tag in ("style", "script"):
        (body,) = re.findall(f"<{tag}>(.*?)</{tag}>", content, re.DOTALL)
        digest = base64.b64encode(hashlib.sha256(body.encode()).digest()).decode()
        assert f"{tag}-src 'sha256-{digest}'" in policy
    assert "unsafe" not in policy
    assert not re.search(r"<[^>]+\s(style|on\w+|src)=", content)


# -- split ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(report, "PAGE_SIZE", 3000)


@pytest.mark.usefixtures("small_pages")
def test_a_long_report_is_split_with_an_index(tmp_path: Path, export: Make) -> None:
    made = [document(id, *((f"{id} fr {n}", f"{id} en {n}") for n in range(20))) for id in ("un", "deux")]
    FORMATS["report"].write(export(*made), tmp_path)
    names = sorted(tmp_path.iterdir(), key=lambda path: (len(path.name), path.name))
    assert [path.name for path in names[:2]] == ["report.html", "report-2.html"]
    index = page(tmp_path).xpath("//nav[@aria-label='Pages']//a/@href")
    assert index == [path.name for path in names]
    shown = [text(cell) for path in names for cell in page(tmp_path, path.name).xpath("//tr[@data-state]/td[3]")]
    assert shown == [segment.target for one in made for segment in one.segments]
    for path, following in zip(names, [*names[1:], None], strict=True):
        links = page(tmp_path, path.name).xpath("//a[@rel='next']/@href")
        assert set(links) == ({following.name} if following else set())


@pytest.mark.usefixtures("small_pages")
def test_pages_of_an_earlier_longer_report_go(tmp_path: Path, export: Make) -> None:
    FORMATS["report"].write(export(document("d", *((f"{n}", f"{n}") for n in range(40)))), tmp_path)
    assert (tmp_path / "report-2.html").exists()
    (tmp_path / "report-x.html").write_text("mine")
    FORMATS["report"].write(export(document("d", ("un", "one"))), tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["report-x.html", "report.html"]


# -- rows -----------------------------------------------------------------------------------------------------------

WORDS = st.text("ab \n", max_size=4)


@st.composite
def edited(draw: st.DrawFn) -> Document:
    """A document with edits of two stages, its lines as segments."""
    made = Document("d", draw(st.text("ab \n", max_size=40)))
    for stage in ("strip", "repair"):
        borders = sorted(draw(st.lists(st.integers(0, len(made.text)), max_size=6)))
        spans = zip(borders[::2], borders[1::2], strict=False)
        made.edit([Change(start, end, draw(WORDS), "r", "other") for start, end in spans], stage)
    start = 0
    for number, line in enumerate(made.text.split("\n")):
        if line.strip():
            span = made.to_raw(start, start + len(line))
            made.segments.append(Segment("d", len(made.segments), *span, line, number))
        start += len(line) + 1
    return made


@settings(max_examples=300, deadline=None)
@given(edited())
def test_rows_show_every_segment_and_every_removed_text(made: Document) -> None:
    shown = list(rows(made))
    assert [row.segment for row in shown if row.segment] == made.segments
    pieces = [piece for row in shown for piece in row.pieces]
    for edit in made.edits:
        if edit.before.strip():
            assert any(piece.edit == edit for piece in pieces)
    seen = "".join(sorted("".join(made.raw.split())))
    given_ = "".join(sorted("".join(_raw(shown).split())))
    assert given_ == seen


def _raw(shown: list[Any]) -> str:
    """The raw text that rows show, an edit that two segments share once."""
    edits = {piece.edit for row in shown for piece in row.pieces if piece.edit}
    plain = [piece.text for row in shown for piece in row.pieces if not piece.edit]
    return "".join([*plain, *(edit.before for edit in edits)])


# -- in a browser ---------------------------------------------------------------------------------------------------


@pytest.fixture
def browser(tmp_path: Path) -> Iterator[Any]:
    webdriver = pytest.importorskip("selenium.webdriver")
    chromium, driver = shutil.which("chromium"), shutil.which("chromedriver")
    if not (chromium and driver):
        pytest.skip("chromium and chromedriver are not installed")
    options = webdriver.ChromeOptions()
    options.binary_location = chromium
    for flag in ("headless", "no-sandbox", "disable-gpu", "disable-quic", "no-first-run",
                 "disable-background-networking", "disable-component-update", "disable-sync",
                 f"user-data-dir={tmp_path / 'profile'}"):  # fmt: skip
        options.add_argument(f"--{flag}")
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    chrome = webdriver.Chrome(service=webdriver.ChromeService(driver), options=options)
    yield chrome
    chrome.quit()


def test_the_filters_work_and_the_browser_has_nothing_to_say(
    browser: Any, tmp_path: Path, article: Document, export: Make
) -> None:
    FORMATS["report"].write(export(article, hostile()), tmp_path)
    browser.get((tmp_path / "report.html").as_uri())
    total = 3 + len(TEXTS)
    filtered = "const f = arguments[0]; f.value = arguments[1]; f.dispatchEvent(new Event('change', {bubbles: true}));"

    def wanted(field: str, value: str) -> str:
        browser.execute_script(filtered, browser.find_element("id", field), value)
        return str(browser.find_element("id", "count").text)

    assert browser.find_element("id", "count").text == f"{total} segments"
    assert wanted("flag", "names") == f"1 of {total} segments"
    assert wanted("flag", "") == f"{total} segments"
    assert wanted("text", "DORT") == f"1 of {total} segments"
    assert [row.is_displayed() for row in browser.find_elements("css selector", "tr.seg")[:3]] == [False, True, False]
    assert browser.get_log("browser") == []
