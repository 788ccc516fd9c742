"""Figures as the target language writes them: models copy "100 000" and "11,50" as they stand in the source."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from pipeline.checks.language import Language
from pipeline.mt.placing import Application, Term

_SPACES = re.compile(r"\s")


def copied_figures(source: str, target: str, ours: Language, theirs: Language) -> Iterator[Application]:
    """What the target's figures are to be that stand in the source in the same writing.

    Nothing where one of the languages does not say how it writes them.
    """
    if not (ours.group and ours.decimal and theirs.group and theirs.decimal):
        return
    figure = _figure(ours.group, ours.decimal)
    written = {_SPACES.sub(" ", match.group()) for match in figure.finditer(source)}
    for match in figure.finditer(target) if written else ():
        before = match.group()
        if _SPACES.sub(" ", before) in written:
            after = "".join(theirs.decimal if c == ours.decimal else c if c.isdigit() else theirs.group for c in before)
            yield Application(Term(after, (before,)), *match.span(), before, after)


@cache
def _figure(group: str, decimal: str) -> re.Pattern[str]:
    """Digits in groups of three, with decimals or without, or one or two decimals; others may be telephone numbers."""
    group = r"\s" if group == " " else re.escape(group)
    grouped = rf"[1-9]\d{{0,2}}(?:{group}\d{{3}})+(?:{re.escape(decimal)}\d+)?"
    return re.compile(rf"(?<![\w.,])(?<!\d\s)(?:{grouped}|\d+{re.escape(decimal)}\d{{1,2}})(?!\w|[.,]\d|\s\d)")
