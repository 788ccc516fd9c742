"""Word-level differences between two texts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from difflib import SequenceMatcher
from typing import Final, Literal

Part = tuple[Literal["same", "out", "in"], str]

# Words, runs of white space, and single other characters; an apostrophe ends its word as French elision does.
_PIECE: Final = re.compile(r"\w+['’]?|\s+|[^\w\s]")
# SequenceMatcher takes quadratic time on texts with little in common; beyond this a diff helps no reader either.
_LONGEST: Final = 20_000


def words(before: str, after: str) -> list[Part]:
    """What stayed, what went out and what came in, in reading order.

    >>> words("le Le chat dort", "Le chat dormait")
    [('out', 'le '), ('same', 'Le chat '), ('out', 'dort'), ('in', 'dormait')]
    """
    if before == after:
        return [("same", after)] if after else []
    if not after:
        return [("out", before)]
    if len(before) + len(after) > _LONGEST:
        return [("out", before), ("in", after)]
    return list(_joined(_parts(_PIECE.findall(before), _PIECE.findall(after))))


def _parts(old: list[str], new: list[str]) -> Iterator[Part]:
    for tag, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            yield "same", "".join(new[c:d])
        else:
            yield "out", "".join(old[a:b])
            yield "in", "".join(new[c:d])


def _joined(parts: Iterator[Part]) -> Iterator[Part]:
    """Single spaces between two changes belong to them: a changed phrase reads as one, not word by word."""
    out, came = "", ""
    for kind, text in parts:
        if kind == "same" and (not text.isspace() or not (out or came)):
            yield from _changed(out, came)
            out, came = "", ""
            yield "same", text
        else:
            out += text if kind in ("out", "same") else ""
            came += text if kind in ("in", "same") else ""
    yield from _changed(out, came)


def _changed(out: str, came: str) -> Iterator[Part]:
    if out == came:
        if out:
            yield "same", out
        return
    if out:
        yield "out", out
    if came:
        yield "in", came
