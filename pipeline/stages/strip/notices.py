"""Notices of cookies in whole sentences, above and below a text that does not speak of cookies itself."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import compress, takewhile

from pipeline.stages.strip.leftovers import Leftover
from pipeline.stages.strip.lexicon import Lexicon
from pipeline.stages.strip.lines import KEEP, Line
from pipeline.stages.strip.titles import TEXT

WORDS = 6  # of the shortest sentence that counts, be its words ever so rare


def notices(lines: Sequence[Line], kept: Sequence[bool], title: int | None, lexicon: Lexicon) -> Iterator[Leftover]:
    """Lines of such notices: from the text's ends on, all sentences with a word of theirs and what stands between."""
    stay = [(i, lines[i].verdict) for i in compress(range(len(lines)), kept)]
    text = [i for i, v in stay if v.score >= TEXT or (v.closed and v.words >= WORDS)]

    def speaks(i: int) -> bool:
        return not lexicon.cookies.isdisjoint(lines[i].verdict.key.split())

    above = [i for i in takewhile(speaks, text) if title is None or i < title]
    below = list(takewhile(speaks, reversed(text)))
    rest = text[len(above) : len(text) - len(below)]
    if not rest or not (above or below) or speaks(rest[0]) or (title is not None and speaks(title)):
        return
    for i in (*range(above[-1] + 1 if above else 0), *range(below[-1] if below else len(lines), len(lines))):
        if kept[i] and i != title and lines[i].verdict.rule != KEEP:
            yield i, "cookie", "cookie-notice"
