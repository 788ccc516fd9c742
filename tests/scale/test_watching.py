"""What can be watched of a run: its progress, its log, its figures, and what it says when it is stopped."""

from __future__ import annotations

import io
import json
import os
import random
import re
import shutil
import signal
import subprocess
import threading
from pathlib import Path

import pytest
from rich.console import Console
from typer.testing import CliRunner, Result

from pipeline.cli import app
from pipeline.config import load
from pipeline.document import Document
from pipeline.io.counting import Total
from pipeline.io.readers import find
from pipeline.io.source import Source
from pipeline.job import Job
from pipeline.progress import COUNTING, Bars
from pipeline.run import Settings
from tests.scale.conftest import ARTICLE
from tests.scale.test_faults import processes_of, start, wait_for
from tests.scale.test_streams import HTML, PACKERS, archive


def run(*arguments: object, code: int = 0) -> Result:
    result = CliRunner().invoke(app, ["run", "in", "--engine", "echo", *map(str, arguments)])
    assert result.exit_code == code, (result.output, result.exception)
    return result


# -- the log and the figures ------------------------------------------------------------------------------------------

WATCHED = ["--metrics", "--log-file"]


@pytest.mark.parametrize("option", WATCHED)
def test_a_file_to_watch_a_run_in_gets_its_folder(option: str, corpus: Path) -> None:
    run(option, "new/folder/file")
    assert Path("new/folder/file").stat().st_size


@pytest.mark.parametrize("option", WATCHED)
def test_a_file_to_watch_a_run_in_that_cannot_be_written_is_told_before_anything_is_done(
    option: str, corpus: Path
) -> None:
    message = f"error: in/0.txt/no cannot be written: Not a directory; choose another {option}\n"
    assert run(option, "in/0.txt/no", code=2).stderr.replace("File exists", "Not a directory") == message
    assert not Path("outputs").exists()


@pytest.mark.parametrize("option", WATCHED)
@pytest.mark.parametrize("file", ["in/0.txt", "in", ""])
def test_what_is_no_file_to_watch_a_run_in_is_left_alone(option: str, file: str, corpus: Path) -> None:
    before = (corpus / "0.txt").read_bytes()
    assert f"choose another {option}" in run(option, file, code=2).stderr
    assert (corpus / "0.txt").read_bytes() == before
    assert sorted(path.name for path in corpus.parent.iterdir()) == ["in"]


@pytest.mark.parametrize("option", WATCHED)
def test_a_run_goes_on_when_the_file_it_is_watched_in_is_lost(
    option: str, corpus: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def lose(self: Source) -> Document:
        shutil.rmtree("watch", ignore_errors=True)
        Path("watch").touch()
        return read(self)

    read = Source.read
    monkeypatch.setattr(Source, "read", lose)
    Path("watch").mkdir()
    file = {"--metrics": "watch/file", "--log-file": "/dev/full"}[option]
    stderr = run("--workers", 0, option, file).stderr
    assert stderr.count(f"warning: {file} cannot be written: ") == 1
    assert "4 done" in stderr


def test_a_run_that_is_stopped_says_so_where_it_is_watched(corpus: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def stop(self: Source) -> Document:
        os.kill(os.getpid(), signal.SIGTERM)
        raise AssertionError

    monkeypatch.setattr(Source, "read", stop)
    stderr = run("--workers", 0, "--metrics", "run.prom", "--log-file", "run.log", code=143).stderr
    assert stderr == "terminated; what was finished is kept, and the same command goes on from there\n"
    assert "pipeline_running 0" in Path("run.prom").read_text()
    assert json.loads(Path("run.log").read_text().splitlines()[-1])["event"] == "stopped"


# -- stopped ----------------------------------------------------------------------------------------------------------


def test_a_run_that_is_terminated_keeps_what_is_finished_and_ends_its_workers(corpus: Path) -> None:
    for number in range(300):
        (corpus / f"long-{number}.txt").write_text(f"La ville a {number} ponts. " * 9_000)
    process = start(corpus.parent, "--workers", 2, "--log-file", "run.log", stderr=subprocess.PIPE)
    log = corpus.parent / "run.log"
    wait_for(lambda: log.exists() and '"shard"' in log.read_text())
    process.terminate()
    _, stderr = process.communicate()
    assert process.returncode == 143
    assert stderr == b"terminated; what was finished is kept, and the same command goes on from there\n"
    wait_for(lambda: not processes_of(corpus.parent))
    explained = json.loads(run("--explain", "--json").stdout)
    assert any(reason["why"] == "unchanged" for reason in explained)


# -- totals and time left ---------------------------------------------------------------------------------------------


def watched(limit: int | None = None, until: str | None = None) -> dict[str, list[str]]:
    """What a terminal shows of a run in the end: by bar, units with their total, rate, and time left."""
    file = io.StringIO()
    job = Job(None, {"translate": {"engine": "echo"}}, ("in",), None, until)
    with Bars(Console(file=file, force_terminal=True, width=100), job.config, limit, shown=True) as bars:
        for thread in threading.enumerate():
            if thread.name == COUNTING:
                thread.join()
        job(Settings(limit, 0, advance=bars.advance))
    lines = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", file.getvalue()).splitlines()
    return {words[0]: words[2:] for words in map(str.split, lines) if len(words) > 2}


def test_bars_have_totals_for_all_stages(corpus: Path) -> None:
    (corpus / "b.jsonl").write_text('{"id": "x", "text": "Un texte."}\n{"id": "y", "text": "Un autre."}')
    shown = watched()
    assert {name: words[0] for name, words in shown.items()} == {
        "documents": "6/6", "normalize": "6/6", "strip": "6/6", "repair": "6/6", "segment": "6/6",
        "translate": "10/10", "check": "6/6",
    }  # fmt: skip
    assert {name: words[0] for name, words in watched().items()} == {"documents": "6/6"} | dict.fromkeys(
        ["normalize", "strip", "repair", "segment", "translate", "check"], "0/0"
    )


def test_a_limit_is_the_total(corpus: Path) -> None:
    shown = watched(limit=3)
    assert (shown["documents"][0], shown["check"][0]) == ("3/3", "3/3")


def test_a_total_that_is_estimated_anew_leaves_the_rate(corpus: Path) -> None:
    file = io.StringIO()
    with Bars(Console(file=file, force_terminal=True, width=100), load(None), None, shown=True) as bars:
        bars._total = Total(["in"], Path("none"), None)
        bars.advance("translate", 5)
        bars.advance("documents", 1)
        bars.advance("translate", 7)
        bars.advance("documents", 1)
    (last,) = re.findall(r"translate .*?12/~24.*", file.getvalue().rsplit("documents", 1)[1])
    assert re.search(r"[\d,.]+/s", last)


def test_what_is_not_known_yet_is_estimated_or_said_to_be_unknown(corpus: Path) -> None:
    file = io.StringIO()
    with Bars(Console(file=file, force_terminal=True, width=100), load(None), None, shown=True) as bars:
        assert "counting" in file.getvalue()
        bars._total = Total(["in"], Path("none"), None)
        bars.advance("normalize", 3)
        bars.advance("translate", 5)
        bars.advance("documents", 2)
        bars.advance("skipped", 1)
    assert "5/~8" in file.getvalue()
    assert "3/3" in file.getvalue()


def test_pages_of_a_large_archive_are_estimated(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    chance = random.Random(1)
    pages = [
        (f"https://example.org/{n}", "200 OK", "".join(chance.choices("abcdefgh ", k=3000)).encode(), HTML)
        for n in range(200)
    ]
    plain = archive(tmp_path / "a.warc", *pages).read_bytes()
    for suffix, pack in PACKERS.items():
        (tmp_path / f"a.warc{suffix}").write_bytes(pack(plain))
    for path in tmp_path.iterdir():
        exact = Total([str(path)], Path("none"), None)
        assert (exact.documents, exact.sure) == (200, True)
        with monkeypatch.context() as patch:
            patch.setattr("pipeline.io.counting._HEAD", path.stat().st_size // 4)
            about = Total([str(path)], Path("none"), None)
            assert 100 < about.documents < 250
            assert not about.sure
            assert Total([str(path)], Path("none"), 10).documents == 10


def test_the_count_is_what_is_found(tmp_path: Path) -> None:
    page = ("https://example.org/", "200 OK", b"<p>x</p>", HTML)
    archive(tmp_path / "a.warc.gz", page, page, ("https://example.org/x", "404 Not Found", b"", HTML))
    (tmp_path / "b.jsonl").write_text('{"id": 1, "text": "x"}\n{"id": 2, "text": "x"}')
    (tmp_path / "c.txt").write_text(ARTICLE)
    (tmp_path / "empty.jsonl.gz").write_bytes(PACKERS[".gz"](b""))
    (tmp_path / "gone.txt").symlink_to(tmp_path / "none")
    total = Total([str(tmp_path)], Path("none"), None)
    assert (total.documents, total.sure) == (len(list(find([str(tmp_path)], Path("none")))), True)
    assert total.documents == 7
