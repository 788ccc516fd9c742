"""`pipeline run` as its users meet it: what is done, what is written, what is said; without weights (EchoEngine)."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from pipeline.cli import app
from pipeline.edits import Edit, apply_edits, undo_edits
from pipeline.store import Store

Files = dict[str, bytes]
Runner = Callable[..., Result]

ARTICLES = {
    "a.txt": "La ville de Lyon a ouvert un pont.\n\nIl mesure 120 mètres et il a coûté cher à la ville.\n",
    "sub/b.txt": "Le maire a parlé  de l39Europe devant les élus.\r\nIl a répondu à toutes les questions.\r\n",
    "c.jsonl": json.dumps({"id": "c/1", "text": "Une seule phrase est écrite ici pour la revue de presse."}) + "\n",
}


@pytest.fixture
def corpus(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with three articles, in a current folder without configuration."""
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "in"
    for name, text in ARTICLES.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8", newline="")
    return folder


def pipeline(*arguments: object) -> Result:
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


def run(*arguments: object, code: int = 0) -> Result:
    """`pipeline run` in this process, with the engine that needs no weights."""
    result = pipeline("run", "in", "--engine", "echo", "--workers", 0, *arguments)
    assert result.exit_code == code, result.output
    return result


def summary(*arguments: object, code: int = 0) -> dict[str, Any]:
    return json.loads(run("--json", *arguments, code=code).stdout)


def outputs(folder: Path = Path("outputs")) -> Files:
    """All files that the same results must give alike: everything but the store, its lock and the timings."""
    apart = ("run.sqlite", "run.lock", "manifest.json")
    files = (path for path in folder.rglob("*") if path.is_file() and not path.name.startswith(apart))
    return {str(path.relative_to(folder)): path.read_bytes() for path in files}


def rows(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (Path("outputs") / name).read_text(encoding="utf-8").splitlines()]


def test_a_run_writes_every_file_and_says_what_it_did(corpus: Path) -> None:
    result = run()
    assert "3 done" in result.stderr
    assert "pipeline:" in result.stderr  # the signature line
    expected = {"clean/a.txt", "clean/sub/b.txt", "clean/c/1.txt", "translated/sub/b.txt", "edits.jsonl"}
    expected |= {"aligned.tsv", "aligned.jsonl", "aligned.fr", "aligned.en", "aligned.tmx", "aligned.xlf"}
    assert expected <= outputs().keys()
    manifest = json.loads(Path("outputs/manifest.json").read_text())
    assert manifest["signature"] in result.stderr
    assert manifest["documents"] == {"done": 3, "unchanged": 0, "failed": 0}


def test_the_edits_lead_from_the_raw_text_to_the_clean_text_and_back(corpus: Path) -> None:
    run()
    found = [edit for edit in rows("edits.jsonl") if edit.pop("doc") == "sub/b"]
    edits = [Edit(**edit) for edit in found]
    clean = Path("outputs/clean/sub/b.txt").read_text(encoding="utf-8")
    assert edits
    assert apply_edits(ARTICLES["sub/b.txt"], edits) == clean
    assert undo_edits(clean, edits) == ARTICLES["sub/b.txt"]


def test_each_segment_names_its_place_in_the_raw_text(corpus: Path) -> None:
    run()
    for row in rows("aligned.jsonl"):
        if row["doc"] == "a":
            assert ARTICLES["a.txt"][row["start"] : row["end"]] == row["translation"]["fr"]


def test_a_translation_has_the_lines_of_its_clean_text(corpus: Path) -> None:
    run()
    for name in ("a", "sub/b", "c/1"):
        clean, target = (Path("outputs", kind, name + ".txt").read_text() for kind in ("clean", "translated"))
        assert [bool(line) for line in clean.split("\n")] == [bool(line) for line in target.split("\n")]


def test_a_second_run_does_nothing_and_says_so(corpus: Path) -> None:
    run()
    before = {
        path: path.stat().st_mtime_ns for path in Path("outputs").rglob("*.*") if not path.name.startswith("run.")
    }
    result = run()
    assert "3 unchanged; nothing to do" in result.stderr
    assert before == {path: path.stat().st_mtime_ns for path in before}


def test_only_the_changed_document_is_done_again(corpus: Path) -> None:
    run()
    (corpus / "a.txt").write_text("Le pont de Lyon est fermé depuis hier soir à cause du vent.")
    assert summary()["documents"] == {"done": 1, "unchanged": 2, "failed": 0}
    assert Path("outputs/clean/a.txt").read_text().startswith("Le pont de Lyon est fermé")


def test_a_document_taken_out_of_the_input_leaves_the_outputs(corpus: Path) -> None:
    run()
    (corpus / "a.txt").unlink()
    run()
    assert not {name for name in outputs() if name.endswith("/a.txt")}
    assert {row["doc"] for row in rows("aligned.jsonl")} == {"sub/b", "c/1"}


def test_stopping_early_and_going_on_gives_what_one_run_gives(corpus: Path) -> None:
    result = summary("--until", "segment")
    assert "aligned.tsv" not in outputs()
    assert "clean/a.txt" in outputs()
    assert "segment" in result["seconds"]
    run()
    run("--output", "other")
    assert outputs() == outputs(Path("other"))


def test_a_stage_option_redoes_that_stage_and_what_follows_only(corpus: Path) -> None:
    run()
    seconds = summary("--model", "embedded")["seconds"]
    assert "normalize" not in seconds
    plan = "stages: [normalize, {segment: {min_letters: 10}}, translate]"
    Path("pipeline.yaml").write_text(plan)
    assert "normalize" in summary()["seconds"]


def test_worker_processes_change_nothing(corpus: Path) -> None:
    run()
    assert pipeline("run", "in", "--engine", "echo", "--workers", 2, "--output", "other").exit_code == 0
    assert outputs() == outputs(Path("other"))


def test_a_file_that_is_named_twice_is_done_once(corpus: Path) -> None:
    result = pipeline("run", "in/a.txt", "in/a.txt", "--engine", "echo", "--workers", 0)
    assert result.exit_code == 1
    assert "in/a.txt: is in the input twice; name each file" in result.stderr


def test_a_name_that_a_terminal_would_obey_is_spelled_out(corpus: Path) -> None:
    (corpus / "x\x1b[31m\ny.txt").touch()
    assert "failed: in/x\\x1b[31m\\x0ay.txt: is empty" in run(code=1).stderr


def test_texts_that_a_terminal_would_obey_are_spelled_out(corpus: Path) -> None:
    (corpus / "x.txt").write_text("Le pont\x1b[31m a fermé.\r\n\r\nPartager sur \x1b[2J Facebook\r\n")
    (corpus / "y.jsonl").write_text(
        '{"id": "y\\u001b[1m", "title": "\\u001b[2m", "text": "Le pont a fermé \\u001b[3m."}'
    )
    Path("raw.yaml").write_text("input: in\nstages: [segment, translate]")
    assert r"y\x1b[1m" in run("-v").stderr
    run("--output", "raw", "--config", "raw.yaml")
    shown = [pipeline("show", "x").stdout, pipeline("show", "y\x1b[1m").stdout]
    assert r"[-\x1b[31m-]" in shown[0]
    assert r"Partager sur \x1b[2J Facebook" in shown[0]
    assert r"title  \x1b[2m" in shown[1]
    found = pipeline("diff", "outputs", "raw", "--show", 99).stdout
    assert r"y\x1b[1m#0" in found
    assert r"\x1b[31m" in found
    assert not any("\x1b" in text or "\r" in text or r"\x0d" in text for text in (*shown, found))


def test_a_folder_without_documents_is_told_what_they_are(corpus: Path) -> None:
    Path("empty").mkdir()
    stderr = pipeline("run", "empty", "--engine", "echo", "--workers", 0).stderr
    assert "none found; allowed: .txt, .html, .htm, .jsonl, .warc, each also with .gz or .zst" in stderr


def test_fresh_does_everything_again(corpus: Path) -> None:
    run()
    before = outputs()
    assert summary("--fresh")["documents"]["done"] == 3
    assert outputs() == before


def test_limit_takes_the_first_documents(corpus: Path) -> None:
    assert summary("--limit", 2)["documents"]["done"] == 2
    assert {row["doc"] for row in rows("aligned.jsonl")} == {"a", "c/1"}


BAD: dict[str, tuple[bytes, str]] = {
    "empty.txt": (b"", "is empty"),
    "blank.txt": (b" \n \n", "only white space"),
    "binary.txt": (bytes(range(256)) * 9, "is not text"),
    "page.html": (b"<html></html>", "no article"),
    "lines.jsonl": (b"{broken\n", "lines.jsonl:1: is no JSON"),
    "twice.jsonl": (b'{"id": "a", "text": "x"}', 'has the id "a" that "in/a.txt" has already'),
}


@pytest.mark.parametrize("name", BAD)
def test_input_that_cannot_be_used_is_listed_and_the_rest_is_done(name: str, corpus: Path) -> None:
    content, reason = BAD[name]
    (corpus / name).write_bytes(content)
    result = run(code=1)
    assert "3 done, 1 failed" in result.stderr
    assert reason in result.stderr
    assert name in result.stderr
    told = summary(code=1)
    assert told["documents"] == {"done": 0, "unchanged": 3, "failed": 1}
    assert not any("in/" in kind for kind in told["errors"])  # what another file fails with too is the same kind
    (corpus / name).unlink()
    assert summary()["failures"] == []


ODD: dict[str, bytes] = {
    "cp1252": "Le café a fermé ses portes à la fin de l’été.".encode("cp1252"),
    "broken": "Le café a fermé ses portes ".encode() + b"\xe9\xe0",
    "controls": b"Le pont\x00 a ferm\x01.\x1b[31m Il rouvrira bient\xc3\xb4t.",
    "separators": "Un.\u2028Deux.\u2029Trois.\x85Quatre.\x0bCinq.\x0cSix.\rSept.\r\nHuit.".encode(),
    "one-line": ("Le maire a parlé de la ville. " * 20_000).encode(),
    "one-sentence": ("la ville " * 11_000).encode(),
    "no-space": b"a" * 100_000,
    "english": b"The mayor said on Tuesday that the bridge would stay open for the whole of the winter.",
    "arabic": "أعلن رئيس البلدية يوم الثلاثاء أن الجسر سيبقى مفتوحا طوال فصل الشتاء هذا العام.".encode(),
    "residue": b"Partager sur Facebook\nTweeter\nLire aussi\nLaisser un commentaire\n",
    "emoji": "😀😀😀 👩‍👩‍👧 🇫🇷".encode(),
    "markup": b"<script>alert(1)</script> </s> <pad> >>fr<< Le pont est ferm\xc3\xa9.",
}


@pytest.mark.parametrize("name", ODD)
def test_odd_text_goes_through_and_nothing_of_it_is_lost(name: str, corpus: Path) -> None:
    (corpus / f"{name}.txt").write_bytes(ODD[name])
    run()
    store = Store.existing(Path("outputs"))
    document = store.load(name)
    assert document is not None
    assert undo_edits(document.text, document.edits) == document.raw
    assert Path(f"outputs/clean/{name}.txt").read_bytes().decode() == document.text


def test_text_in_another_language_is_flagged_and_not_translated(corpus: Path) -> None:
    (corpus / "english.txt").write_bytes(ODD["english"])
    (corpus / "arabic.txt").write_bytes(ODD["arabic"])
    run()
    found = {row["doc"]: row for row in rows("aligned.jsonl")}
    assert found["english"]["translation"]["en"] == found["english"]["translation"]["fr"]
    assert found["english"]["origin"] == "copy"
    assert found["arabic"]["translation"]["en"] == ""
    assert all("language" in found[name]["flags"] for name in ("english", "arabic"))


IDS = ["../../x", "/etc/x", "a\0b", "..", ".", "con:x", "x" * 400, "a/../b"]


@pytest.mark.parametrize("id", IDS)
def test_no_id_writes_outside_the_output_folder(id: str, corpus: Path, tmp_path: Path) -> None:
    (corpus / "ids.jsonl").write_text(json.dumps({"id": id, "text": "Le pont de la ville est fermé."}) + "\n")
    before = {path for path in tmp_path.rglob("*") if "outputs" not in path.parts}
    run()
    assert {path for path in tmp_path.rglob("*") if "outputs" not in path.parts} == before
    assert [row["translation"]["fr"] for row in rows("aligned.jsonl") if row["doc"] == id]


def make_file(path: Path) -> None:
    path.write_text("x")


def make_foreign_store(path: Path) -> None:
    path.mkdir()
    with sqlite3.connect(path / "run.sqlite") as connection:
        connection.execute("CREATE TABLE other (x)")


UNUSABLE = [(make_file, "is a file"), (make_foreign_store, "another program's database")]


@pytest.mark.parametrize(("make", "message"), UNUSABLE)
def test_an_output_folder_that_cannot_be_used_is_refused(
    make: Callable[[Path], None], message: str, corpus: Path
) -> None:
    make(Path("outputs"))
    assert message in run(code=2).stderr


def test_a_full_disk_is_explained_and_what_was_finished_is_kept(corpus: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(fd: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    result = run(code=2)
    assert "No space left on device" in result.stderr
    monkeypatch.undo()
    monkeypatch.chdir(corpus.parent)
    assert summary()["documents"]["unchanged"] == 3


USAGE = [
    (["run", "nowhere"], "nowhere does not exist"),
    (["run", "in", "--until", "trnslate"], 'did you mean "translate"'),
    (["run", "in", "--model", "opus"], 'unknown model "opus"'),
    (["run"], "no input"),
    (["run", "in", "--translators", "3"], "add --executor ray"),
    (["run", "in", "--config", "no.yaml"], "no.yaml does not exist"),
    (["show", "a"], "holds no run"),
    (["export", "--format", "xls"], 'unknown format "xls"'),
]


@pytest.mark.parametrize(("arguments", "message"), USAGE)
def test_what_the_user_can_mend_is_explained_with_exit_code_2(arguments: list[str], message: str, corpus: Path) -> None:
    result = pipeline(*arguments)
    assert result.exit_code == 2
    assert message in result.stderr
    assert "Traceback" not in result.output


def test_show_prints_changes_and_pairs(corpus: Path) -> None:
    run()
    result = pipeline("show", "sub/b")
    assert result.exit_code == 0
    assert "entity" in result.stdout
    assert "{+" in result.stdout
    assert "répondu à toutes les questions" in result.stdout
    assert 'did you mean "sub/b"?' in pipeline("show", "sub/bb").stderr


def test_export_writes_lost_files_again(corpus: Path) -> None:
    run()
    before = outputs()
    for name in ("aligned.tsv", "edits.jsonl"):
        Path("outputs", name).unlink()
    shutil.rmtree("outputs/clean")
    assert pipeline("export").exit_code == 0
    assert outputs() == before


def test_check_prints_the_plan(corpus: Path) -> None:
    result = pipeline("check")
    assert result.exit_code == 0
    assert "stage    translate" in result.stdout


def test_stages_lists_options_with_defaults(corpus: Path) -> None:
    assert "beam = 4" in pipeline("stages").stdout


def test_two_runs_in_one_folder_are_kept_apart(corpus: Path) -> None:
    from pipeline.lock import locked

    run()
    with locked(Path("outputs")):
        assert f"in use by process {os.getpid()}" in run(code=2).stderr
    run()
