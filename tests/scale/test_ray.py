"""The same bytes from a local Ray of two workers, one of them killed in the middle."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest
from typer.testing import CliRunner, Result

from benchmarks.corpus import generate
from benchmarks.kill import contents
from pipeline.cli import app
from pipeline.errors import UsageError
from pipeline.executors.ray import Ray
from pipeline.io.source import Source
from pipeline.store import Store
from pipeline.tasks import Cleaner, Task

ray = pytest.importorskip("ray", reason="needs the extra pipeline[ray]")


@pytest.fixture(scope="module")
def cluster() -> Iterator[None]:
    """A Ray of two CPUs, on this machine alone."""
    os.environ["RAY_USAGE_STATS_ENABLED"] = "0"
    ray.init(address="local", num_cpus=2, include_dashboard=False, log_to_driver=False, logging_level="ERROR")
    yield
    ray.shutdown()


def run(*arguments: object, code: int = 0) -> Result:
    result = CliRunner().invoke(app, ["run", "in", "--engine", "echo", *map(str, arguments)])
    assert result.exit_code == code, (result.output, result.exception)
    return result


def kill_one_worker(done: threading.Event, killed: list[str]) -> None:
    """Kill the first process that cleans or finishes a shard, once."""
    while not done.is_set() and not killed:
        for process in psutil.process_iter(["name", "cmdline"]):
            title = " ".join(process.info["cmdline"] or [])
            if title.startswith(("ray::_Finisher.finish", "ray::_clean")) and process.username():
                process.kill()
                killed.append(title)
                break
        time.sleep(0.005)


def test_a_run_on_ray_gives_the_same_bytes_though_a_worker_is_killed(
    cluster: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("pipeline.run.SHARD_DOCUMENTS", 8)
    list(generate(tmp_path / "in", 40))
    (tmp_path / "in" / "empty.txt").write_text("")
    run("--workers", 0, "--output", "expected", code=1)
    done, killed = threading.Event(), list[str]()
    killer = threading.Thread(target=kill_one_worker, args=(done, killed))
    killer.start()
    result = run("--executor", "ray", code=1)
    done.set()
    killer.join()
    assert killed
    assert "40 done, 1 failed" in result.stderr
    assert contents(Path("outputs")) == contents(Path("expected"))
    assert "40 unchanged" in run("--executor", "ray", code=1).stderr


def test_translators_that_would_wait_for_ever_are_refused(corpus: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ray.shutdown()  # the cluster of other tests
    monkeypatch.delenv("RAY_ADDRESS", raising=False)
    result = run("--executor", "ray", "--gpus", 1000, code=2)
    assert "1000 are needed with --translators 1 --gpus 1000; ask for less" in result.stderr


def not_there() -> None:
    raise FileNotFoundError("glossary.tsv")


class Elsewhere:
    """A step that needs a file which only the driver's machine has."""

    def __reduce__(self) -> tuple[Any, ...]:
        return not_there, ()


def test_a_machine_that_lacks_something_ends_the_run_with_its_name(cluster: None, corpus: Path) -> None:
    store = Store.open(corpus.parent)
    task = Task(Source("a", "a.txt", b"Un texte.", "text"), 0, [])
    executor = Ray(Cleaner((), {}, 9), (Elsewhere(),), store.path, 1, 0)  # type: ignore[arg-type]
    with executor, pytest.raises(UsageError, match=r"could not be made ready \(.*glossary.tsv.*\); install the same"):
        list(executor.map([[task]]))
