"""Consoles, exit codes, and errors as messages: what all commands share."""

from __future__ import annotations

import re
import signal
import sys
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import FrameType

import typer
from rich.console import Console
from rich.text import Text

from pipeline.errors import UsageError

OK, SOME_FAILED, USAGE, INTERRUPTED, TERMINATED = 0, 1, 2, 130, 143

# Columns of tables where there is no terminal to fit them to.
_WIDE = 160
# What texts and names of files may hold, and a terminal would obey; carriage returns are left out by rich.
_CONTROL = re.compile(r"[\x00-\x08\x0a-\x0c\x0e-\x1f\x7f-\x9f]")


def console(stderr: bool) -> Console:
    """A console for data (stdout), or for everything else (stderr)."""
    stream = sys.stderr if stderr else sys.stdout
    return Console(stderr=stderr, highlight=False, width=None if stream.isatty() else _WIDE)


def errors() -> Console:
    """The console for everything that is not data."""
    return console(stderr=True)


def spelled(text: str) -> str:
    r"""Somebody's text for a terminal: control characters are spelled out.

    >>> spelled("a\x1b[31m")
    'a\\x1b[31m'
    """
    return _CONTROL.sub(lambda found: f"\\x{ord(found[0]):02x}", text)


class Watched:
    """A file that a run tells how it fares in: without it the run is not begun, but goes on if it cannot be kept up.

    Args:
        option: that the user named it with.
        start: what such a file starts with: one that starts with something else is somebody's, and left alone.

    Raises:
        UsageError: it is.
    """

    def __init__(self, path: Path, option: str, start: bytes) -> None:
        if path.is_file() and (there := _head(path, len(start))) and there != start:
            raise UsageError(f"{path} is there, and holds something else; choose another {option}")
        self._path = path
        self._option = option
        self._begun = False
        self._lost = False

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Write to it.

        Raises:
            UsageError: it cannot be written, the first time; later that is told once, on stderr.
        """
        try:
            yield
        except OSError as error:
            self._fail(f"{self._path} cannot be written: {error.strerror or error}", error)
        self._begun = True

    def _fail(self, message: str, error: OSError) -> None:
        if not self._begun:
            raise UsageError(f"{message}; choose another {self._option}") from error
        if not self._lost:
            errors().print(Text(f"warning: {message}; the run goes on without it", style="yellow"), soft_wrap=True)
        self._lost = True


def _head(path: Path, size: int) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(size)
    except OSError:
        return b""  # writing to it says why


def read_lines(stream: Iterable[bytes], name: str) -> Iterator[str]:
    """Lines of UTF-8 text without their ends; what is no UTF-8 is told on stderr, and stands as U+FFFD.

    Args:
        name: of the file, for messages.
    """
    for number, line in enumerate(stream, start=1):
        text = line.decode("utf-8", errors="replace").rstrip("\r\n")
        if "\ufffd" in text and "\ufffd".encode() not in line:
            errors().print(f"{name}: line {number}: not UTF-8; what cannot be read became U+FFFD", markup=False)
        yield text.removeprefix("\ufeff") if number == 1 else text


@contextmanager
def explained(next: str = "run it again") -> Iterator[None]:
    """Errors that the user can mend, Ctrl-C and SIGTERM become a message and an exit code.

    Args:
        next: what to say of a command that was stopped.
    """
    signals: list[int] = []
    try:
        with _terminable(signals):
            yield
    except UsageError as error:
        for line in str(error).splitlines():
            errors().print(Text(f"error: {spelled(line)}", style="red"), soft_wrap=True)
        raise typer.Exit(USAGE) from error
    except KeyboardInterrupt as error:
        errors().print(f"{'terminated' if signals else 'interrupted'}; {next}")
        raise typer.Exit(TERMINATED if signals else INTERRUPTED) from error
    except BrokenPipeError as error:
        sys.stderr.close()
        raise typer.Exit(OK) from error
    except OSError as error:  # of the files that a command names, most are told as what they are
        where = error.filename or "stdout, or the current folder,"
        told = f"error: {where} cannot be used: {error.strerror or error}; mend that; {next}"
        errors().print(Text(spelled(told), style="red"), soft_wrap=True)
        with suppress(OSError):
            sys.stdout.close()  # what is left in it would fail again, with a traceback
        raise typer.Exit(USAGE) from error


@contextmanager
def _terminable(signals: list[int]) -> Iterator[None]:
    """Let SIGTERM, which service managers, containers and clusters end a program with, do all that Ctrl-C does.

    Args:
        signals: it is added to these, for a library may raise another `KeyboardInterrupt` in place of this one.
    """

    def terminate(signum: int, frame: FrameType | None) -> None:
        signals.append(signum)
        raise KeyboardInterrupt

    if threading.current_thread() is not threading.main_thread():  # which alone may say what signals do
        yield
        return
    before = signal.signal(signal.SIGTERM, terminate)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
