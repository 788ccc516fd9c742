"""What a reviewer's or another tool's file says of a segment."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_args

from pipeline.document import State
from pipeline.errors import UsageError


@dataclass(frozen=True, slots=True)
class Imported:
    """A segment as it comes back.

    Attributes:
        doc: the document's id, "" where the file does not say.
        seg: its number when it was written, None where the file does not say.
        tuid: the id under which it was written, ``<doc>#<place>`` (see `pipeline.review.addresses.Address`); another
            tool's own id, or "", where the file is not ours.
        source: the source text; through XML, illegal characters are U+FFFD (see `pipeline.io.xml.legal`).
        target: the translation, "" where there is none.
        state: what the file claims, "" where it claims nothing; other tools set states of their own, so the text of
            the translation is the better witness.
        note: comments, one a line.
        line: line of the file, from 1.
    """

    doc: str
    seg: int | None
    tuid: str
    source: str
    target: str
    state: State | Literal[""] = ""
    note: str = ""
    line: int = 0


def known_state(text: str) -> State | Literal[""]:
    """The state of this name, "" where there is none."""
    return next((state for state in get_args(State) if state == text), "")


def unique(path: Path, found: Iterable[Imported]) -> Iterator[Imported]:
    """The same segments, checked: no id, or else no place, stands twice.

    Raises:
        UsageError: one does.
    """
    lines: dict[object, int] = {}
    for one in found:
        key = one.tuid or (one.doc, one.seg)
        if key in lines and key != ("", None):
            name = one.tuid or f"{one.doc}#{one.seg}"
            raise UsageError(f'{path}:{one.line}: "{name}" stands here and in line {lines[key]}; keep one of them')
        lines[key] = one.line
        yield one
