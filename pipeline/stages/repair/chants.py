"""Chants: short cries that a crowd repeats word by word, which a machine's loops seldom are."""

from __future__ import annotations

from pipeline.stages.repair.line import Line
from pipeline.stages.repair.tandem import Run
from pipeline.stages.repair.words import lexicon

# Words of a cry, and how often it is written out.
_MAX_WORDS, _MAX_COPIES = 5, 5
_OPEN, _CLOSE, _BEGINS = "«“„\"'‘", "»”\"'’", ".!?…:«“„\"'‘—–"


def is_chant(line: Line, run: Run) -> bool:
    """Whether whole copies, all spelled alike and apart, are acclaim, or all that is cried or quoted.

    >>> line = Line(text := "Allez les bleus, allez les bleus, allez les bleus !", 0, text)
    >>> is_chant(line, line.pattern.runs[0])
    True
    """
    words, p = line.words[run.start : run.end], run.period
    if run.rest or p > _MAX_WORDS or run.copies > _MAX_COPIES or words[p:] != words[:-p]:
        return False
    if any(line.gap_kind(i) not in ("list", "cry") for i in range(run.start + p, run.end, p)):
        return False
    before, after = line.gap(run.start), line.gap(run.end)
    if lexicon().acclaim.match(line.text, line.begin(run.start)):
        return True
    cried = "!" in after and (not run.start or any(sign in before for sign in _BEGINS))
    return cried or (any(sign in before for sign in _OPEN) and any(sign in after for sign in _CLOSE))


def in_chant(line: Line, start: int, end: int) -> bool:
    """Whether the words ``start:end`` stand within a chant."""
    return any(run.start <= start and end <= run.end and is_chant(line, run) for run in line.pattern.runs)
