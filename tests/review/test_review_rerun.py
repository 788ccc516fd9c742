"""Decisions and the real pipeline: what a reviewer did stands after the next run, and is in the files."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest
from review_build import desk, sentences
from typer.testing import CliRunner

from pipeline.cli import app
from pipeline.document import Document
from pipeline.outputs import Outputs
from pipeline.review.desk import Desk
from pipeline.review.lists import Filter
from pipeline.store import Store

REMOVED = "Partager sur Facebook"


def run(corpus: Path, output: Path, *options: str) -> Desk:
    arguments = ["run", str(corpus), "--output", str(output), "--engine", "echo", "--workers", "0", "-q", *options]
    result = CliRunner().invoke(app, arguments)
    assert result.exit_code == 0, result.output
    return desk(Store.existing(output))


def test_decisions_and_a_restored_line_stand_after_a_fresh_run(tmp_path: Path) -> None:
    corpus, output = tmp_path / "corpus", tmp_path / "out"
    corpus.mkdir()
    lines = sentences(8)
    (corpus / "a.txt").write_text("\n".join([REMOVED, *lines]), "utf-8")
    at = run(corpus, output)
    (removed,) = at.rows(at.index.ids(Filter(states=("removed",)))[:])
    assert removed.source.strip() == REMOVED
    at.decide(removed.id, "restore")
    rows = at.rows(at.index.ids(Filter(states=("unreviewed",)))[:])
    for n, row in enumerate(rows):
        at.decide(row.id, "edit" if n % 2 else "accept", f"By hand {n}." if n % 2 else row.target)

    lines[3] = f"Dans la soirée, {lines[3]}"
    (corpus / "a.txt").write_text("\n".join([REMOVED, "Voici un tout premier paragraphe.", *lines]), "utf-8")
    at = run(corpus, output, "--fresh")

    assert at.index.states() == {"accepted": 4, "edited": 3, "stale": 1, "unreviewed": 2}
    assert REMOVED in (output / "clean" / "a.txt").read_text("utf-8")
    english = (output / "translated" / "a.txt").read_text("utf-8")
    assert [f"By hand {n}." in english for n in (1, 3, 5, 7)] == [True, False, True, True]


def test_exports_are_written_anew_after_a_decision(tmp_path: Path) -> None:
    corpus, output = tmp_path / "corpus", tmp_path / "out"
    corpus.mkdir()
    (corpus / "a.txt").write_text("\n".join(sentences(3)), "utf-8")
    at = run(corpus, output)
    row = at.rows(at.index.ids(Filter())[:])[1]
    at.decide(row.id, "edit", "By hand.")
    run(corpus, output)
    assert "\tBy hand.\t" in (output / "aligned.tsv").read_text("utf-8")


def test_a_decision_made_during_a_run_is_in_all_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    corpus, output = tmp_path / "corpus", tmp_path / "out"
    corpus.mkdir()
    for name in "abc":
        (corpus / f"{name}.txt").write_text("\n".join(sentences(3)), "utf-8")
    at = run(corpus, output)
    row = at.rows(at.index.ids(Filter())[:])[1]
    add = Outputs.add

    def decide(self: Outputs, number: int, documents: Mapping[int, Document]) -> None:
        add(self, number, documents)
        if 1 in documents:
            at.decide(row.id, "edit", "By hand.")

    monkeypatch.setattr("pipeline.run.SHARD_DOCUMENTS", 1)
    monkeypatch.setattr(Outputs, "add", decide)
    for name in "bc":
        (corpus / f"{name}.txt").write_text("\n".join(sentences(4)), "utf-8")
    run(corpus, output)
    assert row.doc == "a"
    # Decided once, it is the English of the same French everywhere.
    assert (output / "aligned.tsv").read_text("utf-8").count("\tBy hand.\t") == 3
    assert all("By hand." in (output / "translated" / f"{name}.txt").read_text("utf-8") for name in "abc")
