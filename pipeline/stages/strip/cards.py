"""Cards of other articles that end a page without a heading: headline, teaser, name or day, again and again."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import compress, pairwise, takewhile

from pipeline.stages.strip.bylines import has_year
from pipeline.stages.strip.leftovers import Leftover
from pipeline.stages.strip.lines import KEEP, Line
from pipeline.stages.strip.titles import TEXT

CARDS, LINES = 2, 5  # cards at least, and lines of the longest one
DAYS = 3  # cards at least where no name signs any: two days may be of a chronicle
HEADLINE = 3  # words of the shortest headline
SHARE = 0.35  # part of the page's text that cards have at most: else they are what the page has to say


def cards(lines: Sequence[Line], kept: Sequence[bool]) -> Iterator[Leftover]:
    """Lines of the cards."""
    last = max(compress(range(len(lines)), kept), default=0)
    found = list(takewhile(lambda card: _is_card(lines, card), _ranges(_signs(lines, last), last)))
    signed = any(lines[i].verdict.kind == "byline" for card in found for i in card)
    if len(found) < (CARDS if signed else DAYS):
        return
    size = [len(line.text) if stays else 0 for line, stays in zip(lines, kept, strict=True)]
    if sum(size[found[-1].start :]) <= SHARE * sum(size):
        for i in range(found[-1].start, last + 1):
            if kept[i] and lines[i].verdict.rule != KEEP:
                yield i, "related", "cards"


def _signs(lines: Sequence[Line], last: int) -> list[int]:
    """The names, and days with their year, that follow each other as those of cards do, up to the end of the page."""
    found: list[int] = []
    for i in range(min(last + LINES, len(lines)) - 1, -1, -1):
        verdict = lines[i].verdict
        if verdict.kind == "byline" or (verdict.kind == "dateline" and has_year(lines[i].text)):
            if not found or found[-1] - i > 1:  # else it stands beside the sign of the same card
                found.append(i)
        elif i < (found[-1] if found else last) - LINES:
            break
    return found[::-1]


def _ranges(signs: Sequence[int], last: int) -> Iterator[range]:
    """The lines of each card, from the last one on: a sign opens its card, or ends it where nothing stands below."""
    if len(signs) < CARDS:
        return
    if signs[-1] < last:
        ranges = [range(above, below) for above, below in pairwise((*signs, last + 1))]
    else:
        ranges = [range(above + 1, below + 1) for above, below in pairwise((2 * signs[0] - signs[1], *signs))]
    yield from reversed([card for card in ranges if card.start >= 0])


def _is_card(lines: Sequence[Line], card: range) -> bool:
    """Whether lines have a headline and one paragraph at most."""
    verdicts = [lines[i].verdict for i in card]
    headlines = sum(not v.closed and v.words >= HEADLINE and v.kind not in ("byline", "dateline") for v in verdicts)
    return 1 < len(card) <= LINES and headlines > 0 and sum(v.score >= TEXT for v in verdicts) <= 1
