"""Whole pages: what goes and what stays. The cases are `tests/cases/strip/pages/*.txt`; anyone can add one.

Each line of a case is a line of the page with a mark and a blank before it: `+` stays whole, `-` goes, `?` either;
lines that begin with `#` are comments.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.document import Document
from pipeline.stages.strip import Strip, StripOptions

CASES = sorted((Path(__file__).parents[1] / "cases" / "strip" / "pages").glob("*.txt"))


@pytest.fixture(scope="module")
def strip() -> Strip:
    return Strip(StripOptions())


def read(path: Path) -> list[tuple[str, str]]:
    lines = path.read_text(encoding="utf-8").splitlines()
    return [(line[0], line[2:]) for line in lines if line and not line.startswith("#")]


def cleaned(strip: Strip, text: str) -> Document:
    document = Document("page", text)
    strip.process(document)
    return document


@pytest.mark.parametrize("gap", ["\n", "\n\n", "\r\n"], ids=["tight", "blank-lines", "windows"])
@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_page(strip: Strip, path: Path, gap: str) -> None:
    lines = read(path)
    document = cleaned(strip, gap.join(text for _, text in lines))
    start, lost, left = 0, [], []
    for mark, text in lines:
        end = start + len(text)
        cuts = [edit for edit in document.edits if edit.start < end and edit.end > start]
        if mark == "+" and cuts:
            lost.append(text)
        if mark == "-" and not any(edit.start <= start and end <= edit.end for edit in cuts):
            left.append(text)
        start = end + len(gap)
    assert not lost, "text was removed"
    assert not left, "boilerplate was left"


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_a_text_alone_is_left_alone(strip: Strip, path: Path) -> None:
    """What stays of a page is a page of which nothing goes."""
    text = "\n".join(text for mark, text in read(path) if mark == "+")
    assert cleaned(strip, text).text == text


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_twice_is_once(strip: Strip, path: Path) -> None:
    once = cleaned(strip, "\n".join(text for _, text in read(path))).text
    assert cleaned(strip, once).text == once
