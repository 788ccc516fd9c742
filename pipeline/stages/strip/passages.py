"""Passages: verse, lists and wrapped text, whose lines are short and open as those of menus are, but go on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pipeline.stages.strip.lines import Line

LINES = 4  # short lines of the shortest passage
SHARE = 0.4  # part of them that shows a sentence that goes on; menus and lists of headlines stay far below
SHORT = 1.0  # score from which a line is text by itself
FACT = 4  # words of the longest label and of the longest value of a fact
WORDS, CLOSED_WORDS = 3, 8  # words of a line that may go on from the one before, and of one that may end a sentence
OPEN = frozenset(("", "hints"))  # tiers of the lines of a passage
_LINKS = "et ou ni mais car puis comme si quand lorsque que qu qui dont je j tu t il elle on ils elles d sans parmi"
LINKS = frozenset(_LINKS.split())  # words that lines of verse open with, be it with a capital, and labels seldom
ITEM = "-–—•*▪"


def passages(lines: Sequence[Line]) -> Iterator[tuple[int, int]]:
    """Index ranges of passages, between lines of boilerplate, dates and names."""
    start = 0
    breaks = [i for i, line in enumerate(lines) if line.verdict.tier not in OPEN and line.verdict.rule != "number"]
    for end in (*breaks, len(lines)):
        above = lines[start - 1].verdict if start else None
        profile = above is not None and above.alone and above.kind == "navigation"  # of a member, as forums have them
        if end - start >= LINES and _is_passage(lines[start:end], not profile):
            yield start, end
        start = end + 1


def _is_passage(run: Sequence[Line], facts: bool) -> bool:
    short = written = 0
    listed = False  # below a line that opens a list
    for line in run:
        if line.verdict.score < SHORT:
            short += 1
            written += _goes_on(line) or (listed and line.text[0] in ITEM) or (facts and _is_fact(line))
            listed = listed or line.text[-1] == ":"
    return short >= LINES and written >= SHARE * short


def _goes_on(line: Line) -> bool:
    """Whether a line ends or starts within a sentence, as labels and headlines do not."""
    verdict = line.verdict
    if verdict.closed:
        return verdict.words <= CLOSED_WORDS
    if line.text[-1] in ",;:" or (line.text[0].islower() and verdict.words >= WORDS):
        return True
    return verdict.words > 1 and not verdict.tier and verdict.key.partition(" ")[0] in LINKS


def _is_fact(line: Line) -> bool:
    """``Durée : 1 h 42``; a value that is but a star is to be filled in."""
    if ":" not in line.text:  # as in nearly all lines
        return False
    label, _, value = line.text.partition(":")
    words = value.split()
    return not line.verdict.tier and len(label.split()) <= FACT and 1 <= len(words) <= FACT and words != ["*"]
