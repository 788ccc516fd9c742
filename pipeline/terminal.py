"""Consoles, exit codes, and errors as messages: what all commands share."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

import typer
from rich.console import Console
from rich.text import Text

from pipeline.errors import UsageError

OK, SOME_FAILED, USAGE, INTERRUPTED = 0, 1, 2, 130

# Columns of tables where there is no terminal to fit them to.
_WIDE = 160


def console(stderr: bool) -> Console:
    """A console for data (stdout), or for everything else (stderr)."""
    stream = sys.stderr if stderr else sys.stdout
    return Console(stderr=stderr, highlight=False, width=None if stream.isatty() else _WIDE)


def errors() -> Console:
    """The console for everything that is not data."""
    return console(stderr=True)


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
def explained() -> Iterator[None]:
    """Errors that the user can mend become a message and exit code 2."""
    try:
        yield
    except UsageError as error:
        for line in str(error).splitlines():
            errors().print(Text(f"error: {line}", style="red"), soft_wrap=True)
        raise typer.Exit(USAGE) from error
    except KeyboardInterrupt as error:
        errors().print("interrupted; what was finished is kept, and the same command goes on from there")
        raise typer.Exit(INTERRUPTED) from error
    except BrokenPipeError as error:
        sys.stderr.close()
        raise typer.Exit(OK) from error
