"""What machines read of a run: a log of JSON lines, and figures in Prometheus' text format."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from pipeline.errors import UsageError
from pipeline.io.files import atomic
from pipeline.summary import Summary

# What every log record has; the rest was given with the event.
_STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime"}


class JsonLines(logging.Formatter):
    """One JSON object a line: ``time`` (ISO 8601, UTC), ``level``, ``event``, and what was given with the event."""

    def format(self, record: logging.LogRecord) -> str:
        given = {key: value for key, value in vars(record).items() if key not in _STANDARD}
        time = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        line = {"time": time, "level": record.levelname.lower(), "event": record.getMessage(), **given}
        return json.dumps(line, ensure_ascii=False, default=str)


@contextmanager
def logged(path: Path | None) -> Iterator[None]:
    """Append what the program logs to a file; None for none.

    Raises:
        UsageError: the file cannot be written.
    """
    if path is None:
        yield
        return
    try:
        handler = logging.FileHandler(path, encoding="utf-8")
    except OSError as error:
        raise UsageError(f"{path} cannot be written: {error.strerror}; choose another --log-file") from error
    handler.setFormatter(JsonLines())
    logger = logging.getLogger("pipeline")
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    try:
        yield
    finally:
        logger.removeHandler(handler)
        handler.close()


def write_metrics(summary: Summary, path: Path) -> None:
    """Write a run's figures for Prometheus' textfile collector.

    The format: https://prometheus.io/docs/instrumenting/exposition_formats/

    Raises:
        UsageError: the file cannot be written.
    """
    try:
        with atomic(path) as file:
            for name, label, help, values in _metrics(summary):
                file.write(f"# HELP pipeline_{name} {help}\n# TYPE pipeline_{name} gauge\n")
                for key, value in values.items():
                    labels = f'{{{label}="{_escaped(key)}"}}' if label else ""
                    file.write(f"pipeline_{name}{labels} {value}\n")
    except OSError as error:
        raise UsageError(f"{path} cannot be written: {error.strerror}; choose another --metrics file") from error


def _metrics(summary: Summary) -> Iterator[tuple[str, str, str, dict[str, float]]]:
    yield "documents", "outcome", "Documents of the newest run by what became of them.", {**summary.documents}
    yield "seconds", "stage", "Seconds spent by stage; stages overlap.", summary.seconds
    yield "errors", "kind", "Documents that failed, by kind of reason.", {**summary.errors}
    yield "words", "", "Source words in the documents done.", {"": summary.words}
    for name, label in (("segments", "origin"), ("flags", "flag"), ("repairs", "kind"), ("removed", "kind")):
        help = "Characters removed by strip." if name == "removed" else f"{name.capitalize()} in the newest run."
        yield name, label, help, {**summary.counts[name]}


def _escaped(label: str) -> str:
    return label.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")
