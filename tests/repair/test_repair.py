"""Scars of machine translation: what is mended, what is flagged, and what is style and stays."""

from __future__ import annotations

import csv
import json
import pickle
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.document import Document
from pipeline.edits import apply_edits, undo_edits
from pipeline.stages.normalize import Normalize, NormalizeOptions
from pipeline.stages.repair import Repair, RepairOptions
from pipeline.stages.repair.detect import LOOP, detect_loop

CASES = yaml.safe_load((Path(__file__).parents[1] / "cases" / "repair" / "cases.yaml").read_text("utf-8"))
SHARED = Path(__file__).resolve().parents[3] / "shared"
LOOPS = SHARED / "gold" / "loops"
needs_gold = pytest.mark.skipif(not LOOPS.is_dir(), reason="the gold of ../shared is not there")
PHRASES = [
    "de la ",
    "mer, ",
    "le ",
    "Le ",
    "port ",
    "et ",
    "Reuters",
    "ministre de ",
    "Brun ",
    "fin.",
    "“",
    "\n",
    "que ",
    "vent-",
    "à ",
    "\n- port",
]


def repaired(text: str) -> Document:
    document = Document("doc", text)
    Repair(RepairOptions()).process(document)
    return document


def params() -> list[Any]:
    return [
        pytest.param(
            c, id=c["label"], marks=[pytest.mark.xfail(strict=True, reason=c["known"])] if "known" in c else []
        )
        for c in CASES
    ]


@pytest.mark.parametrize("case", params())
def test_case(case: dict[str, Any]) -> None:
    document = repaired(case["text"])
    assert document.text == case.get("after", case["text"])
    assert sorted({mark.flag for mark in document.marks}) == case.get("flags", [])
    assert "rule" not in case or case["rule"] in {edit.rule for edit in document.edits}


@settings(max_examples=150, deadline=None)
@given(st.one_of(st.text(max_size=60), st.lists(st.sampled_from(PHRASES), max_size=25).map("".join)))
def test_second_pass_changes_nothing(text: str) -> None:
    document = repaired(text)
    assert repaired(document.text).text == document.text
    assert apply_edits(text, document.edits) == document.text
    assert undo_edits(document.text, document.edits) == text
    assert all(0 <= mark.start <= mark.end <= len(text) for mark in document.marks)


@pytest.mark.parametrize(
    "unit", ["a", " ", "#", "“«", "de la ", "le “", "Reuters", "aReuters ", "fin.Mot", "a-", "Ab Ab ", "x y z "]
)
def test_long_monotony_is_finished(unit: str) -> None:
    document = repaired(unit * 4000)
    assert repaired(document.text).text == document.text


def test_fingerprint_knows_the_word_lists() -> None:
    stage = Repair(RepairOptions())
    assert len(stage.fingerprint().split()[-1]) == 16
    assert pickle.loads(pickle.dumps(repaired("Il est est là."))).text == "Il est là."


@pytest.mark.parametrize(
    ("text", "loops"),
    [
        ("He went to the port, where he went to the port, where he went to the port.", True),
        ("We have a quiet room, but also a quiet room.", True),
        ("HelloHelloHelloHello world", True),
        ("Again and again, more and more people came.", False),
        ("The old man and the young man met the other men.", False),
    ],
)
def test_oscillation(text: str, loops: bool) -> None:
    assert (detect_loop(text) >= LOOP) is loops


@needs_gold
def test_oscillation_figures() -> None:
    with (LOOPS / "oscillations.tsv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    found = [row["label"] == "1" for row in rows if detect_loop(row["text"]) >= LOOP]
    assert sum(found) / len(found) >= 0.9
    assert sum(found) / sum(row["label"] == "1" for row in rows) >= 0.7


@needs_gold
def test_human_lines_stay() -> None:
    lines = (LOOPS / "human.fr.txt").read_text("utf-8").splitlines()
    touched = [line for line in lines if repaired(line).edits]
    assert len(touched) <= len(lines) / 1000


@needs_gold
@pytest.mark.parametrize("name", sorted(p.name for p in (SHARED / "seeds").glob("*.txt")))
def test_seed(name: str) -> None:
    gold = json.loads((SHARED / "gold" / "seeds.json").read_text("utf-8"))[name]
    document = Document(name, (SHARED / "seeds" / name).read_text("utf-8"))
    Normalize(NormalizeOptions()).process(document)
    Repair(RepairOptions()).process(document)
    lines = Lines(document)
    for case in gold["repair"]:
        lines.check(case)
    for flag in gold["flags"]:
        assert flag["kind"] in lines.flags(flag["line"])
    for kept in gold["keep"]:
        assert not lines.edits(kept["line"])


class Lines:
    """A document seen by the lines of its raw text, numbered from 1."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.spans: list[tuple[int, int]] = [(0, 0)]
        start = 0
        for line in document.raw.split("\n"):
            self.spans.append((start, start + len(line)))
            start += len(line) + 1

    def flags(self, number: int) -> set[str]:
        start, end = self.spans[number]
        return {mark.flag for mark in self.document.marks if mark.start < end and mark.end > start}

    def edits(self, number: int) -> list[Any]:
        start, end = self.spans[number]
        return [e for e in self.document.edits if e.stage == "repair" and e.start < end and e.end > start]

    def check(self, case: dict[str, Any]) -> None:
        start, end = self.spans[case["line"]]
        # What stands before the case in its line is a credit that `strip` takes away.
        start += self.document.raw[start:end].index(case["before"])
        text = self.document.text[slice(*self.document.to_current(start, end))]
        assert case.get("after", "") in text
        assert all(part in text for part in case.get("must_keep", []))
        assert not any(part in text for part in case.get("must_drop", []))
        assert all(text.count(part) <= most for part, most in case.get("max_count", {}).items())
        assert case.get("flag") is None or case["flag"] in self.flags(case["line"])


def test_a_document_that_loses_most_of_its_text_says_so() -> None:
    assert "repair removed" in repaired("Le train part " + "de la gare du port, " * 20).warnings[0]
    assert not repaired("Le train est parti parti de la gare.").warnings


def test_a_capital_whose_small_letter_is_two_letters_long_hides_no_copy() -> None:
    assert repaired("İbrahim a vu le Le leader du parti.").text == "İbrahim a vu le leader du parti."
