"""Progress bars with rate and time left, on stderr."""

from __future__ import annotations

import threading
from collections import Counter
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, Progress, ProgressColumn, Task, TextColumn
from rich.text import Text

from pipeline.config import Config
from pipeline.errors import UsageError
from pipeline.io.counting import Total

# Seconds that the rate is taken over: a shard that is translated by a large model takes minutes.
_PERIOD = 1800.0
# Name of the thread that counts the input.
COUNTING = "counting"


class _Done(ProgressColumn):
    def render(self, task: Task) -> Text:
        total = "?" if task.total is None else f"{_about(task)}{task.total:,.0f}"
        return Text(f"{task.completed:,.0f}/{total}", style="progress.download")


class _Rate(ProgressColumn):
    def render(self, task: Task) -> Text:
        return Text(f"{task.speed:,.1f}/s" if task.speed else "", style="progress.data.speed")


class _Left(ProgressColumn):
    def render(self, task: Task) -> Text:
        if task.total is None:
            return Text(task.fields["unknown"], style="progress.remaining")
        left = task.time_remaining
        return Text("" if left is None else f"{_about(task)}{timedelta(seconds=int(left))}", style="progress.remaining")


def _set_end(task: Task, total: int, sure: bool) -> None:
    task.total, task.fields["sure"] = total, sure  # `Progress.update` would forget the rate with the old total


def _about(task: Task) -> str:
    return "" if task.fields["sure"] else "~"


class Bars:
    """One bar for all documents and one for each stage; silent where stderr is no terminal.

    The input is counted meanwhile. Totals that are estimates, and the time left by them, have a ``~``: those of large
    web archives, of segments, and of stages that some documents of this run need not go through.

    Args:
        limit: see `pipeline.run.Settings.limit`.
        shown: whether to show them at all.
    """

    def __init__(self, console: Console, config: Config, limit: int | None, shown: bool) -> None:
        columns = TextColumn("{task.description:<12}"), BarColumn(), _Done(), _Rate(), _Left()
        self._shown = shown and console.is_terminal
        self._progress = Progress(*columns, console=console, disable=not self._shown, speed_estimate_period=_PERIOD)
        self._config = config
        self._limit = limit
        self._documents = self._add("documents")
        self._tasks = {step.name: self._add(step.name) for step in config.steps}
        self._total: Total | None = None
        self._units: Counter[str] = Counter()

    def __enter__(self) -> Self:
        self._progress.start()
        if self._shown:
            threading.Thread(target=self._count, name=COUNTING, daemon=True).start()
        return self

    def __exit__(self, *error: object) -> None:
        self._progress.stop()

    def advance(self, stage: str, units: int) -> None:
        """A stage finished some units: documents, but segments for ``translate``.

        Two names are no stages: "documents" are through, "skipped" ones need no stage.
        """
        if stage == "read":
            return
        self._units[stage] += units
        self._progress.advance(self._tasks.get(stage, self._documents).id, units)
        if stage not in self._tasks:
            self._set_ends()

    def _add(self, name: str) -> Task:
        self._progress.add_task(name, total=None, sure=True, unknown="counting")
        return self._progress.tasks[-1]

    def _count(self) -> None:
        with suppress(OSError, UsageError):  # the run itself says what is wrong with its input
            self._total = Total(self._config.inputs, Path(self._config.outputs.path), self._limit)
        for task in (self._documents, *self._tasks.values()):
            task.fields["unknown"] = "time left not known yet"
        self._set_ends()

    def _set_ends(self) -> None:
        if self._total is None:
            return
        skipped, through, sure = self._units["skipped"], self._units["documents"], self._total.sure
        total = max(self._total.documents, skipped + through)
        _set_end(self._documents, total, sure)
        due = total - skipped
        for name, task in self._tasks.items():
            done = self._units[name]
            if name != "translate" and done >= through:
                _set_end(task, due, sure)
            elif through or not due:  # so many units came of so many documents until now
                _set_end(task, round(due * done / max(through, 1)), sure and due == through)
