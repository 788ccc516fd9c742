"""Runs that are killed, starved, blocked or cut off: the next run gives what an undisturbed one gives."""

from __future__ import annotations

import contextlib
import json
import multiprocessing
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any

import psutil
import pytest
from typer.testing import CliRunner, Result

from benchmarks.corpus import generate
from benchmarks.kill import COMMAND, contents
from pipeline.cli import app
from pipeline.executors import local
from pipeline.executors.local import CHUNK, Workers
from pipeline.io.source import Source
from pipeline.store import Failure
from pipeline.summary import kinds
from pipeline.tasks import Cleaner, Outcome, Task
from tests.scale.conftest import ARTICLE

ROOT = Path(__file__).parents[2]


def run(*arguments: object, code: int = 0) -> Result:
    """`pipeline run in` in this process, without weights."""
    result = CliRunner().invoke(app, ["run", "in", "--engine", "echo", *map(str, arguments)])
    assert result.exit_code == code, (result.output, result.exception)
    return result


# -- documents that crash or hang -------------------------------------------------------------------------------------


class Poisoned(Cleaner):
    """A cleaner that some documents are too much for, as they would be for a library."""

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)
        local.GRACE = 1.0

    def __call__(self, task: Task) -> Outcome:
        if multiprocessing.parent_process() is not None:
            POISONS.get(task.source.id, lambda: None)()
        return super().__call__(task)


def hang() -> None:
    signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGALRM])
    time.sleep(1000)


POISONS: dict[str, Callable[[], object]] = {"3": lambda: os._exit(1), "7": hang}


def test_documents_that_crash_or_hang_are_listed_and_the_rest_is_done() -> None:
    tasks = [Task(Source(str(n), f"{n}.txt", ARTICLE.encode(), "text"), n, []) for n in range(12)]
    with Workers(Poisoned((), {}, 2), 0, 2) as workers:
        (batch,) = workers.map([tasks])
    reasons = {task.source.id: outcome.reason for task, outcome in zip(batch.tasks, batch.outcomes, strict=True)}
    assert [id for id, reason in reasons.items() if not reason] == [id for id in reasons if id not in POISONS]
    assert reasons["3"].startswith("its worker process died")
    assert reasons["7"].startswith("its worker process hung for over 2 s")
    failures = [Failure(id, id, reason) for id, reason in reasons.items() if reason]
    assert kinds(failures) == {"its worker process died": 1, "its worker process hung for over … s": 1}


def test_a_document_that_takes_too_long_is_listed(corpus: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def slow(self: Source) -> None:
        time.sleep(60 if self.id == "2" else 0)
        raise ValueError("read")

    monkeypatch.setattr(Source, "read", slow)
    summary = json.loads(run("--workers", 0, "--time-limit", 0.2, "--json", code=1).stdout)
    reasons = {failure["id"]: failure["reason"] for failure in summary["failures"]}
    assert "took longer than 0.2 s" in reasons["2"]
    assert "please report this" in reasons["3"]


class Unlucky(Cleaner):
    """A cleaner whose process the system kills, once, at each document that a file `kill-ID` is there for."""

    def __call__(self, task: Task) -> Outcome:
        mark = Path(f"kill-{task.source.id}")
        if mark.exists():
            mark.unlink()
            os.kill(os.getpid(), signal.SIGKILL)
        return super().__call__(task)


def test_a_worker_that_the_system_kills_costs_no_document(corpus: Path) -> None:
    marks = [Path(f"kill-{number}") for number in (10, 130, 299)]
    for mark in marks:
        mark.touch()
    tasks = [Task(Source(str(n), f"{n}.txt", ARTICLE.encode(), "text"), n, []) for n in range(300)]
    with Workers(Unlucky((), {}, 60), 0, 2) as workers:
        done = [o for batch in workers.map(tasks[i : i + 60] for i in range(0, 300, 60)) for o in batch.outcomes]
    assert not any(mark.exists() for mark in marks)
    assert [outcome.document and outcome.document.id for outcome in done] == [str(n) for n in range(300)]


def fragile(number: int) -> int:
    if number == 3 and multiprocessing.parent_process() is not None:
        os._exit(1)
    return number


def test_what_a_worker_that_dies_was_writing_is_written() -> None:
    with Workers(Cleaner((), {}, 60), 0, 2) as workers:
        assert sorted(workers.call(fragile, range(20))) == list(range(20))


# -- runs that are killed ---------------------------------------------------------------------------------------------


def processes_of(folder: Path) -> list[psutil.Process]:
    return [process for process in psutil.process_iter() if _is_in(process, folder)]


def _is_in(process: psutil.Process, folder: Path) -> bool:
    try:
        alive = process.status() != psutil.STATUS_ZOMBIE and process.pid != os.getpid()
        return alive and process.cwd() == str(folder)
    except psutil.Error:
        return False


def start(folder: Path, *arguments: object, stderr: IO[bytes] | None = None) -> subprocess.Popen[bytes]:
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [*COMMAND, "in", "--engine", "echo", "-q", *map(str, arguments)]
    return subprocess.Popen(command, cwd=folder, env=environment, start_new_session=True, stderr=stderr)


def wait_for(condition: Callable[[], object], seconds: float = 120) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "waited too long"
        time.sleep(0.01)


def wait_for_file(process: subprocess.Popen[bytes], path: Path) -> None:
    wait_for(lambda: path.exists() or process.poll() is not None)


def test_a_killed_run_is_finished_by_the_next_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A few of the moments that `benchmarks/kill.py` tries in number, given here by what has been written."""
    monkeypatch.chdir(tmp_path)
    list(generate(tmp_path / "in", 20))
    monkeypatch.setattr("pipeline.run.SHARD_DOCUMENTS", 4)
    run("--workers", 0, "--output", "expected")
    for moment in ("run.sqlite-wal", "clean", "aligned.tmx"):
        shutil.rmtree("outputs", ignore_errors=True)
        process = start(tmp_path, "--workers", 0)
        wait_for_file(process, tmp_path / "outputs" / moment)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        run("--workers", 0)
        assert contents(Path("outputs")) == contents(Path("expected")), moment


def test_workers_end_with_the_main_process(corpus: Path) -> None:
    for number in range(2 * CHUNK):
        (corpus / f"long-{number}.txt").write_text("La ville a un pont. " * 50_000)
    process = start(corpus.parent, "--workers", 2)
    wait_for(lambda: len(processes_of(corpus.parent)) >= 4)  # with the one that tracks resources
    process.kill()  # the main process alone, as the system does when memory is short
    process.wait()
    wait_for(lambda: not processes_of(corpus.parent))


def test_the_lock_of_a_killed_run_does_not_block_the_next(corpus: Path) -> None:
    run("--workers", 0)
    Path("outputs/run.lock").write_text('{"process": 1, "host": "gone"}')
    run("--workers", 0)


def test_what_a_killed_run_left_half_written_is_removed(corpus: Path) -> None:
    run("--workers", 0, "--output", "expected")
    process = start(corpus.parent, "--workers", 0)
    wait_for_file(process, corpus.parent / "outputs/clean")
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    for name in ("clean/gone.txt.part", "aligned.tmx.part"):
        Path("outputs", name).write_text("half")
    run("--workers", 0)
    assert contents(Path("outputs")) == contents(Path("expected"))


# -- power cuts -------------------------------------------------------------------------------------------------------


class PowerCut(BaseException):
    """The computer is off."""


def test_a_change_that_is_taken_back_after_a_kill_leaves_no_trace(
    corpus: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run("--workers", 0)
    expected, text = contents(Path("outputs")), (corpus / "0.txt").read_text()
    (corpus / "0.txt").write_text(text.replace("Lyon", "Nantes"))
    with monkeypatch.context() as patch, contextlib.suppress(PowerCut):
        Disk(15).watch(patch)  # some files have their new names, others do not
        run("--workers", 0)
    assert contents(Path("outputs")) != expected
    (corpus / "0.txt").write_text(text)
    run("--workers", 0)
    assert contents(Path("outputs")) == expected


class Disk:
    """A disk that forgets the renames that were not synced when the power goes; SQLite keeps its own promises.

    Args:
        events: renames and syncs before the cut.
    """

    def __init__(self, events: int) -> None:
        self.left = events
        self.pending: list[tuple[Path, bytes | None]] = []
        self._replace = os.replace

    def watch(self, patch: pytest.MonkeyPatch) -> None:
        """Stand between the program and the real disk."""
        for name in ("replace", "fsync", "sync"):
            patch.setattr(os, name, getattr(self, name))

    def replace(self, part: str | Path, name: str | Path) -> None:
        self._event()
        path = Path(name).resolve()
        self.pending.append((path, path.read_bytes() if path.exists() else None))
        self._replace(part, path)

    def fsync(self, handle: int) -> None:
        self._event()
        synced = Path(os.readlink(f"/proc/self/fd/{handle}"))
        self.pending = [(path, old) for path, old in self.pending if path.parent != synced]

    def sync(self) -> None:
        self._event()
        self.pending = []

    def cut(self) -> None:
        """Forget what was not synced, newest first."""
        for path, old in reversed(self.pending):
            path.unlink() if old is None else path.write_bytes(old)

    def _event(self) -> None:
        self.left -= 1
        if self.left < 0:
            raise PowerCut


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
@pytest.mark.parametrize("events", [0, 1, 5, 8, 9, 14, 18, 19, 22, 27, 28, 29, 30, 31, 32])
def test_a_power_cut_loses_nothing_for_good(events: int, corpus: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run("--workers", 0)
    for path in corpus.iterdir():
        path.write_text(path.read_text().replace("Lyon", "Nantes"))
    run("--workers", 0, "--output", "expected")
    disk = Disk(events)
    with monkeypatch.context() as patch:
        disk.watch(patch)
        with contextlib.suppress(PowerCut):
            run("--workers", 0)
    disk.cut()
    run("--workers", 0)
    assert contents(Path("outputs")) == contents(Path("expected"))
