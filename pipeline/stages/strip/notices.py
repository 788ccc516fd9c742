"""Notices of cookies in whole sentences, above and below a text that does not speak of cookies itself."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import compress

from pipeline.stages.strip.leftovers import Leftover
from pipeline.stages.strip.lexicon import Lexicon
from pipeline.stages.strip.lines import KEEP, Line
from pipeline.stages.strip.titles import TEXT

WORDS = 6  # of the shortest sentence that counts, be its words ever so rare


def notices(lines: Sequence[Line], kept: Sequence[bool], title: int | None, lexicon: Lexicon) -> Iterator[Leftover]:
    """Lines of such notices: from the page's ends on, all sentences with a word of theirs and what stands between."""
    stay = list(compress(range(len(lines)), kept))
    first, text = _notice(lines, stay, lexicon)
    last, _ = _notice(lines, reversed(stay), lexicon)
    if text is None or first is last is None:
        return
    if (first is not None and first > (title or 0)) or (title is not None and _speaks(lines[title], lexicon)):
        return  # the text itself speaks of cookies
    for i in stay:
        notice = (first is not None and i <= first) or (last is not None and i >= last)
        if notice and i != title and lines[i].verdict.rule != KEEP:
            yield i, "cookie", "cookie-notice"


def _notice(lines: Sequence[Line], order: Iterable[int], lexicon: Lexicon) -> tuple[int | None, int | None]:
    """The last sentence in a row with a word of notices, and the first one without."""
    found = None
    for i in order:
        verdict = lines[i].verdict
        if verdict.score >= TEXT or (verdict.closed and verdict.words >= WORDS):
            if not _speaks(lines[i], lexicon):
                return found, i
            found = i
    return found, None


def _speaks(line: Line, lexicon: Lexicon) -> bool:
    return not lexicon.cookies.isdisjoint(line.verdict.key.split())
