"""What people said must be stripped, repaired and kept: in the seed articles, and in the corpus of this project."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from pipeline.cli import app
from pipeline.document import Document
from pipeline.edits import apply_edits, undo_edits
from pipeline.store import Store

ROOT = Path(__file__).resolve().parents[1]
SHARED = ROOT.parent / "shared"
SETS = {
    "seeds": (SHARED / "seeds", SHARED / "gold" / "seeds.json"),
    "corpus": (ROOT / "corpus", ROOT / "tests/gold/corpus.json"),
}

Gold = dict[str, Any]


def gold(name: str) -> Gold:
    path = SETS[name][1]
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}


def cases(part: str) -> Iterator[Any]:
    """One case for each labelled place, with an id that names it."""
    for name in SETS:
        if not gold(name):
            yield pytest.param(name, "", {}, marks=pytest.mark.skip(reason="../shared is not here"))
        for file, labels in gold(name).items():
            for number, case in enumerate(labels[part]):
                yield pytest.param(name, file, case, id=f"{file}-{part}-{case['line'] or number}")


@pytest.fixture(scope="session")
def documents(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Document]]:
    """All documents of both sets after a whole run with an engine that needs no weights."""
    found: dict[str, dict[str, Document]] = {}
    for name, (folder, _) in SETS.items():
        if not folder.exists():
            continue
        output = tmp_path_factory.mktemp(name)
        options = [
            "--engine",
            "echo",
            "--workers",
            "0",
            "--output",
            str(output),
            "--config",
            str(ROOT / "pipeline.yaml"),
        ]
        result = CliRunner().invoke(app, ["run", str(folder), *options])
        assert result.exit_code == 0, result.output
        found[name] = {document.id: document for document in Store.existing(output).documents()}
    return found


def document_of(documents: dict[str, dict[str, Document]], name: str, file: str) -> Document:
    """``file.txt`` or ``file.jsonl#id`` as the gold names them."""
    path, _, id = file.partition("#")
    return documents[name][id or path.rsplit(".", 1)[0]]


def folded(text: str) -> str:
    """White space folded, and the typography that normalize may still mend."""
    return " ".join(text.split())


@pytest.mark.parametrize(("name", "file", "case"), list(cases("strip")))
def test_residue_is_removed_with_its_kind(documents: Any, name: str, file: str, case: Gold) -> None:
    document = document_of(documents, name, file)
    if case["line"] is None:
        assert folded(case["text"]) not in folded(document.text)
        return
    start = sum(len(line) + 1 for line in document.raw.split("\n")[: case["line"] - 1])
    start = document.raw.index(case["text"], start)
    end = start + len(case["text"])
    # The white space around it may stay, or belong to a neighbour's edit.
    lead = len(case["text"]) - len(case["text"].lstrip())
    start, end = start + lead, end - (len(case["text"]) - len(case["text"].rstrip()))
    covering = [e for e in document.edits if e.start < end and e.end > start and e.stage == "strip"]
    assert all(any(e.start <= place < e.end for e in covering) for place in range(start, end)), (
        "not all of it is removed"
    )
    assert {e.kind for e in covering} == {case["kind"]}


@pytest.mark.parametrize(("name", "file", "case"), list(cases("repair")))
def test_garbled_passages_are_mended(documents: Any, name: str, file: str, case: Gold) -> None:
    document = document_of(documents, name, file)
    text = folded(document.text)
    if "after" in case:
        assert folded(case["after"]) in text
    if not case.get("max_count") and "after" not in case and not case.get("must_keep"):
        assert folded(case["before"]) not in text
    for part in case.get("must_keep", []):
        assert folded(part) in text
    for part in case.get("must_drop", []):
        assert folded(part) not in text
    for part, most in case.get("max_count", {}).items():
        assert text.lower().count(folded(part).lower()) <= most
    if "flag" in case:
        assert case["flag"] in {flag for segment in document.segments for flag in segment.flags}


@pytest.mark.parametrize(("name", "file", "case"), list(cases("keep")))
def test_good_lines_are_left_alone(documents: Any, name: str, file: str, case: Gold) -> None:
    document = document_of(documents, name, file)
    if case["line"] is None:
        assert folded(case["text"]) in folded(document.text)
        return
    start = sum(len(line) + 1 for line in document.raw.split("\n")[: case["line"] - 1])
    start = document.raw.index(case["text"], start)
    touching = [e for e in document.edits if e.start < start + len(case["text"]) and e.end > start]
    assert [e for e in touching if e.stage in ("strip", "repair")] == []


@pytest.mark.parametrize(("name", "file", "case"), list(cases("flags")))
def test_doubtful_places_are_flagged(documents: Any, name: str, file: str, case: Gold) -> None:
    document = document_of(documents, name, file)
    lines = document.raw.split("\n")
    start = sum(len(line) + 1 for line in lines[: case["line"] - 1])
    end = start + len(lines[case["line"] - 1])
    there = [segment for segment in document.segments if segment.start < end and segment.end > start]
    assert case["kind"] in {flag for segment in there for flag in segment.flags}


def test_the_edits_give_the_clean_text_and_the_raw_text_back(documents: Any) -> None:
    for document in (document for group in documents.values() for document in group.values()):
        assert apply_edits(document.raw, document.edits) == document.text
        assert undo_edits(document.text, document.edits) == document.raw


@pytest.mark.skipif(not SHARED.exists(), reason="../shared is not here")
def test_the_repeated_caption_of_the_fifth_seed_is_one_readable_sentence(documents: Any) -> None:
    document = documents["seeds"]["004_6a6a17839d07f7c1"]
    (caption,) = [segment for segment in document.segments if "Xi Jinping, leader nord-coréen" in segment.source]
    assert caption.source.startswith("Président russe Vladimir Poutine, président chinois Xi Jinping")
    assert "garbled" in caption.flags
    assert len(caption.source) < 600
    assert "Sputnik" not in caption.source
    (loop,) = [edit for edit in document.edits if edit.kind == "loop" and caption.start <= edit.start <= caption.end]
    assert "Tianman" in loop.before
