"""What machines read of a run while it goes on: a log of JSON lines."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from pipeline.errors import UsageError

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
    """Append what the program logs to a file; without one, warnings go to stderr.

    Raises:
        UsageError: the file cannot be written.
    """
    handler = _warnings() if path is None else _file(path)
    logger = logging.getLogger("pipeline")
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    try:
        yield
    finally:
        logger.removeHandler(handler)
        handler.close()


def _file(path: Path) -> logging.Handler:
    try:
        handler = logging.FileHandler(path, encoding="utf-8")
    except OSError as error:
        raise UsageError(f"{path} cannot be written: {error.strerror}; choose another --log-file") from error
    handler.setFormatter(JsonLines())
    return handler


def _warnings() -> logging.Handler:
    """As Python does it by itself, but for failures: the summary lists them with their reasons."""
    handler = logging.StreamHandler()
    handler.setLevel(logging.WARNING)
    handler.addFilter(lambda record: record.getMessage() != "failed")
    return handler
