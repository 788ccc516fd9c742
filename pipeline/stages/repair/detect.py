"""How far a line is an oscillation, as a number: for flags, for looping hypotheses, for benchmarks."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from pipeline.stages.repair.chants import in_chant
from pipeline.stages.repair.findings import NOTHING, Doubt, Findings
from pipeline.stages.repair.line import Line, repeating_lines
from pipeline.stages.repair.looks import look, looked, said_again
from pipeline.stages.repair.loops import Verdict, judge, verdicts
from pipeline.stages.repair.tandem import Run
from pipeline.stages.repair.words import lexicon

# Letters of a syllable glued to itself ("WhiteWhiteWhiteWhite") that the word has before, at least.
_SAME = 9
_GLUED = re.compile(r"([^\W\d_]{3,12}?)\1{3,}", re.IGNORECASE)
# "sub-sub-sub-scription", "white-white".
_HYPHENATED = re.compile(r"(?<![\w-])([^\W\d_]{2,12})(?:-\1){2,}|(?<![\w-])(?P<two>[^\W\d_]{4,12})-(?P=two)(?![\w-])")
# From here on a line counts as a loop.
LOOP = 0.5


class Evidence(NamedTuple):
    """A span (half-open) that repeats itself, and how surely a machine did it, 0..1."""

    start: int
    end: int
    score: float


def detect_loop(text: str) -> float:
    """How surely a line repeats itself as a machine does, 0..1; 0.5 and more count as a loop.

    French and English word lists both apply.

    >>> detect_loop("It was opened in 1990, where it was opened in 1990, where it was opened.")
    0.9
    >>> detect_loop("He came, and he came again, time and time again.")
    0.0
    """
    lines = [Line(text, 0, text)] if look(text).repeats else []
    found = [*_inside(text), *_evidence(lines, [verdict for line in lines for verdict in judge(line)])]
    return max((evidence.score for evidence in found), default=0.0)


def find_garbled(text: str) -> Findings:
    """Oscillations that no fixer dares to cut: flagged.

    >>> text = "Il a un nom de comté et un nom de comté."
    >>> [(d.start, d.end, d.flag) for d in find_garbled(text).doubts]
    [(5, 39, 'garbled')]
    """
    found = [*_inside(text), *_evidence(repeating_lines(text), verdicts(text))]
    if not found:
        return NOTHING
    spans = sorted({(e.start, e.end) for e in found if e.score >= LOOP})
    return Findings(doubts=[Doubt(*span, "garbled", "oscillation") for span in spans])


def _inside(text: str) -> list[Evidence]:
    """Syllables and words glued or hyphenated to themselves."""
    matches = [*_glued(text), *_hyphenated(text)]
    return [Evidence(*m.span(), 0.6 if m.lastgroup == "two" else 0.9) for m in matches if _says_something(m)]


def _says_something(match: re.Match[str]) -> bool:
    known, part = lexicon(), (match[1] or match["two"]).lower()
    return len(set(part)) > 1 and part not in known.interjections and part not in known.names


def _glued(text: str) -> Iterator[re.Match[str]]:
    lines = [line for _, line, seen in looked(text) if seen.stammers]
    for word in dict.fromkeys(word for line in lines for word in line.split()):
        # Four copies of a part have its letters alone.
        if len(word) - len(set(word.lower())) >= _SAME and _GLUED.search(word):
            at = text.index(word)
            yield from _GLUED.finditer(text, at, at + len(word))


def _hyphenated(text: str) -> Iterator[re.Match[str]]:
    for line_start, line, seen in looked(text):
        done = line_start
        for start in said_again(text, line_start, line_start + len(line)) if seen.hyphened else ():
            if start >= done and (match := _HYPHENATED.match(text, start)):
                yield match
                done = match.end()


def _evidence(lines: Sequence[Line], judged: Sequence[tuple[Line, Run, Verdict]]) -> Iterator[Evidence]:
    for line, run, verdict in judged:
        yield Evidence(*line.span(run.start, run.end), verdict.score)
    for line in lines:
        for start, end in line.pattern.circles:
            if not in_chant(line, start, end):
                yield Evidence(*line.span(start, end), 0.9)
        for start, end, gap in line.pattern.echoes:
            if (score := _echo_score(line, start, end, gap)) and not in_chant(line, start, end):
                yield Evidence(*line.span(2 * start - end - gap, end), score)


def _echo_score(line: Line, start: int, end: int, gap: int) -> float:
    """A phrase that comes back after ``gap`` words: the longer it is, and the sooner, the less it can be meant."""
    length = end - start
    soon = gap <= (2 if length == 3 else length / 2)
    if not soon or line.content(start, end) < 2 or line.gap_kind(start) in ("stop", "cry"):  # anaphora
        return 0.0
    if gap and line.gap_kind(start) == "join" and end < len(line.words) and line.gap_kind(end) == "tight":
        return 0.0  # "assez folle pour y croire et assez folle pour y parvenir"
    if lexicon().idioms.fullmatch(line.text[slice(*line.span(start, end))]):
        return 0.0
    return 0.6 if length == 3 else 0.7
