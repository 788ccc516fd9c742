"""The zoo of widgets, in every typographic dress; the cases are `tests/cases/strip/widgets.yaml`."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from pipeline.document import Document
from pipeline.stages.strip import Strip, StripOptions

CASES = yaml.safe_load((Path(__file__).parents[1] / "cases" / "strip" / "widgets.yaml").read_text(encoding="utf-8"))
BEFORE = "Le conseil a voté lundi soir la reprise du bâtiment, vide depuis quinze ans."
AFTER = "Les travaux commenceront à l’automne et doivent durer deux ans au moins."
STRIP = Strip(StripOptions())


def without_accents(line: str) -> str:
    return "".join(char for char in unicodedata.normalize("NFD", line) if not unicodedata.combining(char))


DRESSES: dict[str, Callable[[str], str]] = {
    "plain": str,
    "without accents": without_accents,
    "capitals": str.upper,
    "straight apostrophes": lambda line: line.replace("’", "'"),
    "no-break space": lambda line: line.replace(" :", "\u00a0:"),
    "two blanks": lambda line: line.replace(" ", "  "),
    "bullet": lambda line: f"• {line}",
    "dash": lambda line: f"- {line}",
    "emoji": lambda line: f"👉 {line}",
    "arrow": lambda line: f"{line} »",
    "colon": lambda line: f"{line.rstrip(' :')} :",
}


def edits(line: str, last: bool) -> list[tuple[str, str]]:
    document = Document("d", "\n".join([BEFORE, AFTER, line] if last else [BEFORE, line, AFTER]))
    STRIP.process(document)
    return [(edit.before.strip("\n"), edit.kind) for edit in document.edits]


@pytest.mark.parametrize("dress", DRESSES)
@pytest.mark.parametrize("family", CASES, ids=lambda family: family["label"])
def test_a_widget_goes_in_any_dress(family: dict[str, Any], dress: str) -> None:
    lines = [DRESSES[dress](line) for line in family["gone"]]
    assert [line for line in lines for last in (False, True) if [e[0] for e in edits(line, last)] != [line]] == []


@pytest.mark.parametrize("family", [case for case in CASES if "kind" in case], ids=lambda family: family["label"])
def test_a_widget_goes_as_what_it_is(family: dict[str, Any]) -> None:
    assert {kind for line in family["gone"] for _, kind in edits(line, True)} == {family["kind"]}


@pytest.mark.parametrize("family", CASES, ids=lambda family: family["label"])
def test_text_that_looks_like_a_widget_stays(family: dict[str, Any]) -> None:
    assert [line for line in family["stays"] for last in (False, True) if edits(line, last)] == []
