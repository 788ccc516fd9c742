"""Typography and encoding: what is mended, what stays, and that a second pass has nothing to do."""

from __future__ import annotations

import unicodedata
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.document import Document
from pipeline.edits import apply_edits, undo_edits
from pipeline.stages.normalize import Normalize, NormalizeOptions
from pipeline.stages.normalize.encoding import _is_bad

CASES = yaml.safe_load((Path(__file__).parents[1] / "cases" / "normalize" / "cases.yaml").read_text("utf-8"))
# Pieces that the fixers look for, put together at random.
PIECES = [
    "&",
    "amp;",
    "#39;",
    "39",
    "l",
    "été",
    "Ã©",
    "â€™",
    "“",
    "''",
    "»",
    "«",
    " ",
    "\xa0",
    "\r\n",
    "\u200b",
    "e\u0301",
    "?",
    "\n",
    ";",
]


def normalized(text: str) -> Document:
    document = Document("doc", text)
    Normalize(NormalizeOptions()).process(document)
    return document


@pytest.mark.parametrize("case", CASES, ids=[case["label"] for case in CASES])
def test_case(case: dict[str, Any]) -> None:
    document = normalized(case["text"])
    assert document.text == case.get("after", case["text"])
    assert "rule" not in case or case["rule"] in {edit.rule for edit in document.edits}


def test_edits_are_small() -> None:
    document = normalized("Un long texte propre, puis dÃ©faut, puis encore un long texte propre.")
    assert [(edit.before, edit.after) for edit in document.edits] == [("Ã©", "é")]


@settings(max_examples=150, deadline=None)
@given(st.one_of(st.text(max_size=60), st.lists(st.sampled_from(PIECES), max_size=20).map("".join)))
def test_second_pass_changes_nothing(text: str) -> None:
    document = normalized(text)
    assert normalized(document.text).text == document.text
    assert unicodedata.is_normalized("NFC", document.text)
    assert apply_edits(text, document.edits) == document.text
    assert undo_edits(document.text, document.edits) == text


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet="aZ. \n\xa0\x85’»“éœŒÃÂØ€°²вЂГў™▒¤", max_size=20))
def test_mojibake_is_seen_wherever_ftfy_sees_it(text: str) -> None:
    from ftfy.badness import is_bad

    assert _is_bad(text) == is_bad(text)


@pytest.mark.parametrize("unit", ["a", " ", "“ ''", "&amp;", "Ã©", "e\u0301", "<<", "\xa0 ", "l39Uk"])
def test_long_monotony_is_finished(unit: str) -> None:
    document = normalized(unit * 20_000)
    assert normalized(document.text).text == document.text
