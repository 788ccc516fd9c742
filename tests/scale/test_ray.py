"""The same bytes from a local Ray of two workers, one of them killed in the middle."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from typer.testing import CliRunner, Result

from benchmarks.corpus import generate
from benchmarks.kill import contents
from pipeline.cli import app

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
