"""What machines read of a run while it goes on: a log of JSON lines."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from pipeline.terminal import Watched

# What every log record has; the rest was given with the event.
_STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime"}

# The last event of a run that did not come to its end.
_STOPPED = "stopped"


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
    handler = _warnings() if path is None else _File(path)
    logger = logging.getLogger("pipeline")
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    try:
        yield
    except BaseException as error:
        logger.error(_STOPPED, extra={"reason": str(error) or type(error).__name__})
        raise
    finally:
        logger.removeHandler(handler)
        handler.close()


class _File(logging.FileHandler):
    def __init__(self, path: Path) -> None:
        self._watched = Watched(path, "--log-file", b'{"time": ')
        with self._watched.writing():
            path.parent.mkdir(parents=True, exist_ok=True)
            super().__init__(path, encoding="utf-8")
        self.setFormatter(JsonLines())

    def handleError(self, record: logging.LogRecord) -> None:
        with self._watched.writing():
            raise

    def close(self) -> None:
        with self._watched.writing():
            super().close()


def _warnings() -> logging.Handler:
    """As Python does it by itself, but for what is told on stderr anyway."""
    handler = logging.StreamHandler()
    handler.setLevel(logging.WARNING)
    handler.addFilter(lambda record: record.getMessage() not in ("failed", _STOPPED))
    return handler
