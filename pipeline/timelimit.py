"""The time that a document may take, and a clock that stands still while something is loaded for it and all others."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from pipeline.errors import DocumentError

# Most seconds that loading may take; cold caches and a busy disk stretch its second or two to a few times that.
LOADING = 60.0


class _Expired(BaseException):
    """The time is over. No `Exception`: libraries catch those and go on."""


@contextmanager
def time_limit(seconds: float) -> Iterator[None]:
    """Let a document take so long, loading aside; in the main thread only.

    Raises:
        DocumentError: it took longer.
    """
    before = signal.signal(signal.SIGALRM, _expire)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        try:
            yield
        finally:  # inside of the other: the time may be over in here
            signal.setitimer(signal.ITIMER_REAL, 0)
            signal.signal(signal.SIGALRM, before)
    except _Expired:
        raise DocumentError(f"took longer than {seconds:g} s; split it, or raise --time-limit") from None


@contextmanager
def loading() -> Iterator[None]:
    """Stop the clock of `time_limit`, where one runs, for what is loaded once in a process.

    Raises:
        DocumentError: that took longer than `LOADING`.
    """
    left, _ = signal.getitimer(signal.ITIMER_REAL)
    if not left:
        yield
        return
    signal.setitimer(signal.ITIMER_REAL, LOADING)
    try:
        yield
    except _Expired:
        raise DocumentError(
            f"waited over {LOADING:g} s for a library to load; free the machine, and run again"
        ) from None
    finally:
        signal.setitimer(signal.ITIMER_REAL, left)


def _expire(signum: int, frame: FrameType | None) -> None:
    raise _Expired
