"""Writes `docs/cli.md` from the command line's own definitions: python docs/reference.py"""

from __future__ import annotations

from collections.abc import Iterator
from inspect import cleandoc
from pathlib import Path
from typing import Any

import typer

from pipeline.cli import app

PAGE = Path(__file__).with_name("cli.md")
HEAD = "# Command line\n\nWritten by `python docs/reference.py` from the program's own definitions; a test compares.\n"


def page() -> str:
    """The whole page."""
    return HEAD + "".join(_section(path, command) for path, command in _commands())


def _commands() -> Iterator[tuple[str, Any]]:
    for name, command in _below(typer.main.get_command(app)):
        yield name, command
        yield from ((f"{name} {sub}", below) for sub, below in _below(command))


def _below(group: Any) -> list[tuple[str, Any]]:
    """The commands of a group, none of a plain command."""
    return list(getattr(group, "commands", {}).items())


def _section(path: str, command: Any) -> str:
    options = "".join(f"- {_names(option)}: {option.help}{_default(option)}\n" for option in command.params)
    return f"\n## pipeline {path}\n\n{cleandoc(command.help or '')}\n\n{options}"


def _names(option: Any) -> str:
    names = option.opts if option.opts[0].startswith("-") else [option.metavar or option.name.upper()]
    return ", ".join(f"`{name}`" for name in names)


def _default(option: Any) -> str:
    shown = option.default not in (None, False, "") and not option.required and not callable(option.default)
    return f" Default: {option.default}." if shown else ""


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
