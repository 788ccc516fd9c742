"""Figures in Prometheus' text format, in a file that is kept up to date while a run goes on."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Self

from pipeline.io.files import atomic
from pipeline.summary import Summary
from pipeline.terminal import Watched

# Seconds between two writes; Prometheus itself asks every 15 s or less often.
EVERY = 5.0

# Name, label ("" for none), help, and the numbers by label.
Metric = tuple[str, str, str, Mapping[str, float]]


class Metrics:
    """A run's figures for the textfile collector of Prometheus' node exporter.

    The format: https://prometheus.io/docs/instrumenting/exposition_formats/

    Args:
        path: the file, None for none.
        advance: told of progress too; see `pipeline.run.Settings.advance`.
    """

    def __init__(self, path: Path | None, advance: Callable[[str, int], None]) -> None:
        self._path = path
        self._watched = Watched(path, "--metrics", b"# HELP pipeline_") if path else None
        self._advance = advance
        self._units: Counter[str] = Counter()
        self._figures: list[Metric] = []

    def __enter__(self) -> Self:
        """Write the file for the first time.

        Raises:
            UsageError: it cannot be written.
        """
        self._write(running=True)
        return self

    def __exit__(self, *error: object) -> None:
        self._write(running=False)

    def advance(self, stage: str, units: int) -> None:
        """Count what a stage finished."""
        self._advance(stage, units)
        self._units[stage] += units
        if time.monotonic() - self._written >= EVERY:
            self._write(running=True)

    def finish(self, summary: Summary) -> None:
        """Have the final figures written with the rest, at the end."""
        self._figures = list(_figures(summary))

    def _write(self, running: bool) -> None:
        self._written = time.monotonic()
        if self._path is None or self._watched is None:
            return
        help = 'Units finished in this run: segments by translate, documents by the others; "documents" are through.'
        metrics: list[Metric] = [
            ("running", "", "1 while the run goes on.", {"": int(running)}),
            ("progress", "stage", help, self._units),
            *self._figures,
        ]
        with self._watched.writing(), atomic(self._path) as file:
            file.writelines(line for metric in metrics for line in _lines(*metric))


def _lines(name: str, label: str, help: str, values: Mapping[str, float]) -> Iterator[str]:
    yield f"# HELP pipeline_{name} {help}\n# TYPE pipeline_{name} gauge\n"
    for key, value in values.items():
        labels = f'{{{label}="{_escaped(key)}"}}' if label else ""
        yield f"pipeline_{name}{labels} {value}\n"


def _figures(summary: Summary) -> Iterator[Metric]:
    yield "documents", "outcome", "Documents of the newest run by what became of them.", {**summary.documents}
    yield "seconds", "stage", "Seconds spent by stage; stages overlap.", summary.seconds
    yield "errors", "kind", "Documents that failed, by kind of reason.", {**summary.errors}
    yield "words", "", "Source words in the documents done.", {"": summary.words}
    for name, label in (("segments", "origin"), ("flags", "flag"), ("repairs", "kind"), ("removed", "kind")):
        help = "Characters removed by strip." if name == "removed" else f"{name.capitalize()} in the newest run."
        yield name, label, help, {**summary.counts[name]}


def _escaped(label: str) -> str:
    return label.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")
