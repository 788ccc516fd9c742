"""Loading is nobody's time: it counts against no document, and where it fails, no document is to blame."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from pipeline.errors import DocumentError, UsageError
from pipeline.executors import local
from pipeline.executors.local import Workers
from pipeline.io.source import Source
from pipeline.stages.base import Stage
from pipeline.tasks import Cleaner, Task
from pipeline.timelimit import loading, time_limit
from tests.scale.conftest import ARTICLE
from tests.scale.test_faults import ROOT, hang


class Heavy(Cleaner):
    """A cleaner whose rules take their time to load."""

    def load(self, first: int = 0) -> list[Stage[Any]]:
        if self._stages is None:
            time.sleep(1)
        return super().load(first)


def test_loading_does_not_count_against_a_document() -> None:
    tasks = [Task(Source(str(n), f"{n}.txt", ARTICLE.encode(), "text"), n, []) for n in range(4)]
    with Workers(Heavy((), {}, 0.3), 0, 1) as workers:
        (batch,) = workers.map([tasks])
    assert [outcome.reason for outcome in batch.outcomes] == [""] * 4


LOADS = """
import sys
from pathlib import Path
from pipeline.config import load
from pipeline.io.readers import find
from pipeline.tasks import Cleaner, Task, leading

cleaner = Cleaner(leading(load(None).steps), {}, 100)
cleaner.load()
before = set(sys.modules)
for source in find([sys.argv[1]], Path("none")):
    if source.kind != "html":  # its library is loaded with the first page, its clock stopped meanwhile
        assert cleaner(Task(source, 0, [])).document, source
        assert set(sys.modules) == before, (source.id, set(sys.modules) - before)
"""


def test_all_that_documents_need_is_loaded_before_the_first(tmp_path: Path) -> None:
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", LOADS, str(ROOT / "corpus")]
    assert subprocess.run(command, cwd=tmp_path, env=environment, check=False).returncode == 0


def test_the_clock_stands_still_while_something_is_loaded() -> None:
    with time_limit(0.2), loading():
        time.sleep(0.4)
    with pytest.raises(DocumentError, match=r"took longer than 0.2 s"), time_limit(0.2), contextlib.suppress(Exception):
        time.sleep(10)  # in a library that catches all it can


class Stuck(Cleaner):
    """A cleaner whose rules do not come."""

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)
        local.GRACE = local.LOADING = 0.5

    def load(self, first: int = 0) -> list[Stage[Any]]:
        hang()
        return []


def test_workers_that_hang_while_they_load_end_the_run_with_a_message() -> None:
    tasks = [Task(Source("1", "1.txt", ARTICLE.encode(), "text"), 0, [])]
    with Workers(Stuck((), {}, 1), 0, 1) as workers, pytest.raises(UsageError, match="see why with --workers 0"):
        list(workers.map([tasks]))
