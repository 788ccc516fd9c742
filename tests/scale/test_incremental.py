"""Only what changed is done again; what would be done, and what a change altered, can be seen beforehand and after."""

from __future__ import annotations

import json
import logging
import os
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from benchmarks.kill import contents
from pipeline import onepass, outputs
from pipeline.cli import app
from tests.scale.conftest import ARTICLE


def pipeline(*arguments: object, code: int = 0) -> Result:
    result = CliRunner().invoke(app, [str(argument) for argument in arguments])
    assert result.exit_code == code, (result.output, result.exception)
    return result


def run(*arguments: object, code: int = 0) -> Result:
    return pipeline("run", "in", "--engine", "echo", "--workers", 0, *arguments, code=code)


def reasons(*arguments: object) -> list[tuple[int, str, str]]:
    """What `--explain` says, but for the details of a change."""
    found = json.loads(run("--explain", "--json", *arguments).stdout)
    return [(reason["documents"], reason["start"], reason["why"].split(":")[0]) for reason in found]


def test_before_the_first_run_all_is_new_and_nothing_is_written(corpus: Path) -> None:
    assert reasons() == [(4, "read", "new")]
    assert not Path("outputs").exists()


def test_each_reason_for_work_is_named_and_is_what_the_run_does(corpus: Path) -> None:
    run()
    assert reasons() == [(4, "", "unchanged")]
    (corpus / "0.txt").write_text(ARTICLE.format(77))
    (corpus / "1.txt").unlink()
    (corpus / "new.txt").write_text(ARTICLE.format(88))
    (corpus / "empty.txt").write_text("")
    run(code=1)
    (corpus / "0.txt").write_text(ARTICLE.format(99))
    (corpus / "2.txt").unlink()
    expected = [
        (1, "read", "failed before"), (1, "read", "the input changed"), (2, "", "unchanged"),
        (1, "", "no longer in the input; their files are removed"),
    ]  # fmt: skip
    assert reasons() == expected
    documents = json.loads(run("--json", code=1).stdout)["documents"]
    assert documents == {"done": 1, "unchanged": 2, "failed": 1}


PLANS = [
    ("strip: {lexicons: [fr]}", "read", "strip changed"),
    ("segment: {min_letters: 30}", "segment", "segment changed"),
    ("check: {low_score: 0.5}", "check", "check changed"),
]


@pytest.mark.parametrize(("changed", "start", "why"), PLANS)
def test_an_option_redoes_its_stage_and_what_follows(changed: str, start: str, why: str, corpus: Path) -> None:
    run()
    plan = "\n".join(
        f"  - {changed if changed.startswith(name) else name}"
        for name in ("normalize", "strip", "repair", "segment", "translate", "check")
    )
    Path("pipeline.yaml").write_text(f"stages:\n{plan}\n")
    assert reasons() == [(4, start, why)]
    run()
    run("--output", "other")
    for name in ("aligned.jsonl", "edits.jsonl"):
        assert Path("outputs", name).read_bytes() == Path("other", name).read_bytes()


def test_a_stage_that_was_left_out_is_named(corpus: Path) -> None:
    run("--until", "repair")
    assert reasons() == [(4, "segment", "segment has not been run")]


def test_only_the_files_of_changed_documents_are_looked_at(corpus: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run()
    (corpus / "0.txt").write_text(ARTICLE.format(77))
    loaded: list[str] = []
    monkeypatch.setattr(onepass, "_write_texts", lambda folder, document, translated: bool(loaded.append(document.id)))
    run()
    assert loaded == ["0"]


@pytest.mark.parametrize("workers", [0, 1])
def test_files_are_the_same_however_they_came_about(
    workers: int, corpus: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Documents done, left as they were, failed and gone, in one run or in two."""
    monkeypatch.setattr("pipeline.run.SHARD_DOCUMENTS", 2)
    run()
    for number in (0, 2, 7):
        (corpus / f"{number}.txt").write_text(ARTICLE.format(77 + number))
    (corpus / "1a.txt").write_text("")
    (corpus / "3.txt").unlink()
    run("--workers", workers, code=1)
    run("--output", "other", code=1)
    assert contents(Path("outputs")) == contents(Path("other"))


def test_texts_of_a_run_that_was_cut_off_go_with_their_document(corpus: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(outputs.Outputs, "finish", lambda self: os.stat("/nowhere"))
        run(code=2)
    assert Path("outputs/clean/0.txt").is_file()
    (corpus / "0.txt").unlink()
    run()
    assert not Path("outputs/clean/0.txt").exists()


def test_another_format_is_written_alone(corpus: Path) -> None:
    run()
    Path("pipeline.yaml").write_text("outputs: {path: outputs, formats: [tsv, keops]}")
    assert json.loads(run("--json").stdout)["files"] == ["aligned.keops.tsv", "manifest.json"]


def test_a_difference_of_rules_is_shown_segment_by_segment(corpus: Path) -> None:
    run()
    (corpus / "0.txt").write_text(ARTICLE.format(77) + "\nUne phrase de plus est venue ici.\n")
    run("--output", "other")
    found: dict[str, Any] = json.loads(pipeline("diff", "outputs", "other", "--json").stdout)
    kinds = {change["what"]: change for change in found["changes"]}
    assert kinds.keys() == {"source", "added"}
    assert "77 mètres" in kinds["source"]["after"]["source"]
    assert found["counts"]["documents: the same"] == 3
    assert found["counts"]["segments: the same"] == 7
    text = pipeline("diff", "outputs", "other").stdout
    assert "[-0-]{+77+}" in text
    assert "1 more" in pipeline("diff", "outputs", "other", "--show", 1).stdout
    assert json.loads(pipeline("diff", "outputs", "outputs", "--json").stdout)["changes"] == []


def test_edits_that_a_rule_no_longer_makes_are_counted(corpus: Path) -> None:
    run("--until", "repair")
    Path("pipeline.yaml").write_text("stages: [strip, repair, segment, translate]")
    run("--output", "other", "--until", "repair")
    counts = json.loads(pipeline("diff", "outputs", "other", "--json").stdout)["counts"]
    assert counts["edits: normalize/spaces"] == -4


def test_the_log_has_one_object_a_line(corpus: Path) -> None:
    (corpus / "empty.txt").write_text("")
    run("--log-file", "run.log", code=1)
    run("--log-file", "run.log", code=1)
    lines = [json.loads(line) for line in Path("run.log").read_text().splitlines()]
    assert [line["event"] for line in lines] == ["started", "failed", "shard", "finished"] * 2
    assert lines[1]["reason"].startswith("is empty; put text into it")
    assert lines[3]["documents"] == {"done": 4, "unchanged": 0, "failed": 1}
    assert not logging.getLogger("pipeline").handlers


def test_metrics_are_what_prometheus_reads(corpus: Path) -> None:
    (corpus / "empty.txt").write_text("")
    run("--metrics", "pipeline.prom", code=1)
    lines = Path("pipeline.prom").read_text().splitlines()
    assert 'pipeline_documents{outcome="done"} 4' in lines
    assert 'pipeline_errors{kind="is empty"} 1' in lines
    assert "# TYPE pipeline_documents gauge" in lines
    assert "pipeline_running 0" in lines
    assert all(line.startswith("#") or len(line.rsplit(" ", 1)) == 2 for line in lines)


def test_metrics_show_the_progress_of_a_run(corpus: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipeline.metrics.EVERY", 0)
    found: list[str] = []
    seen = lambda self: found.extend(Path("pipeline.prom").read_text().splitlines()) or []  # noqa: E731
    monkeypatch.setattr(outputs.Outputs, "finish", seen)
    run("--metrics", "pipeline.prom")
    assert {"pipeline_running 1", 'pipeline_progress{stage="check"} 4', 'pipeline_progress{stage="documents"} 4'} <= {
        *found
    }


def test_ids_that_are_one_name_on_other_systems_are_warned_of(corpus: Path) -> None:
    assert "one name" not in run().stderr
    lines = [{"id": id, "text": "Un texte."} for id in ("b", "A", "a", "\u00e9t\u00e9", "E\u0301te\u0301", "c")]
    (corpus / "x.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    message = '"A" and "a" (and 1 more pairs) are one name on most disks of Windows and macOS; rename one'
    assert message in run().stderr
    assert len({path.name for path in Path("outputs/clean").iterdir()}) == 10


def test_the_summary_names_the_slowest_documents(corpus: Path) -> None:
    summary = json.loads(run("--json").stdout)
    assert {id for _, id in summary["slowest"]} == {"0", "1", "2", "3"}
    assert {"read", "normalize", "translate", "write", "total"} <= summary["seconds"].keys()


def test_a_document_named_like_a_temporary_file_is_not_swept(corpus: Path) -> None:
    (corpus / "x.txt.part.txt").write_text(ARTICLE.format(5))
    run()
    names = {path.name for path in Path("outputs/clean").iterdir()}
    outputs.sweep(Path("outputs"))
    assert {path.name for path in Path("outputs/clean").iterdir()} == names
