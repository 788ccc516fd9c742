"""Loops and stutters: tandem repeats and stretches that say nothing new, cut down to the best copy.

What is done with a repeat is a `Verdict`: one of more copies, of longer phrases, or without punctuation
in between is no style. Measured on 24,000 lines of human French news, two copies of one or two words parted by a comma
are rhetoric more often than not; three or more words never were.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from pipeline.edits import Change
from pipeline.stages.repair.chants import in_chant, is_chant
from pipeline.stages.repair.findings import NOTHING, Doubt, Findings
from pipeline.stages.repair.line import Line, repeating_lines
from pipeline.stages.repair.tandem import Run
from pipeline.stages.repair.words import is_content, lexicon


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is done with a tandem run: cut with this kind, or flagged alone where ``kind`` is empty."""

    rule: str
    kind: str
    score: float


_LOOP = Verdict("tandem-loop", "loop", 0.95)
_STUTTER = Verdict("doubled-phrase", "stutter", 0.9)
_DOUBTED_LIST = Verdict("doubled-item", "", 0.5)
_DOUBTED_CHAIN = Verdict("doubled-link", "", 0.5)

_OPEN, _CLOSE = "([{«“", ")]}»”"
# Share of words that neighbouring copies must spell alike.
_ALIKE = 0.6


def fix_circles(text: str) -> Findings:
    """Loops whose copies do not follow each other strictly: what says nothing new goes.

    >>> text = "la fin du jour, de Nankin, de la nuit, de la fin du jour, de Nanken, de Nankin, de la fin du jour"
    >>> [(text[c.start:c.end], c.after) for c in fix_circles(text).changes]
    [(', de la fin du jour, de Nanken, de Nankin, de la fin du jour', '')]
    """
    if not (lines := repeating_lines(text)):
        return NOTHING
    changes, doubts = [], []
    for line in lines:
        for start, end in line.pattern.circles:
            if not in_chant(line, start, end) and (span := _circle_span(line, start, end)):
                changes.append(Change(*span, "", "circling-loop", "loop", 0.9))
                doubts.append(Doubt(line.begin(max(0, start - 1)), span[1], "garbled", "circling-loop"))
    return Findings(changes, doubts)


def _circle_span(line: Line, start: int, end: int) -> tuple[int, int] | None:
    """Where to cut so that phrases stay whole: from the start of a phrase to a word of content."""
    words = line.words
    while start < end and not _opens(line, start):
        start += 1
    while start > 1 and line.gap_kind(start) == "tight" and not is_content(words[start - 1]):
        start -= 1
    if end < len(words) and line.gap_kind(end) == "tight":
        while end > start and not is_content(words[end - 1]):
            end -= 1
    if end <= start or start == 0:
        return None
    span = line.stop(start - 1), line.stop(end - 1)
    return span if _balanced(line.text[slice(*span)]) else None


def _opens(line: Line, i: int) -> bool:
    return line.gap_kind(i) != "tight" or line.words[i] in lexicon().openers


def fix_tandems(text: str) -> Findings:
    """Phrases said twice or more in a row: the best copy stays.

    >>> for text in ("Ils nagent à la nage à la nage", "un effectif effectif effectif de 17", "très, très"):
    ...     [text[c.start:c.end] for c in fix_tandems(text).changes]
    [' à la nage']
    [' effectif effectif']
    []
    """
    if not (found := verdicts(text)):
        return NOTHING
    changes: list[Change] = []
    doubts: list[Doubt] = []
    for line, run, verdict in found:
        cuts = _cut(line, run, verdict)
        changes += cuts
        if cuts and verdict.kind == "loop":
            doubts.append(Doubt(*line.span(run.start, run.end), "garbled", verdict.rule))
    return Findings(changes, doubts)


@lru_cache(maxsize=2)
def verdicts(text: str) -> list[tuple[Line, Run, Verdict]]:
    """The tandem runs of a text that are not meant."""
    return [judged for line in repeating_lines(text) for judged in judge(line)]


def judge(line: Line) -> Iterator[tuple[Line, Run, Verdict]]:
    """The tandem runs of a line that are not meant."""
    for run in line.pattern.runs:
        if verdict := _judge(line, run):
            yield line, run, verdict


def _judge(line: Line, run: Run) -> Verdict | None:
    """What to do with a run; None where it may be meant."""
    verdict = _loop_verdict(line, run) if run.copies >= 3 else _stutter_verdict(line, run)
    return None if verdict is None or not _alike(line, run) or _is_meant(line, run) else verdict


def _is_meant(line: Line, run: Run) -> bool:
    """Numbers, idioms, chants, cries."""
    period, known = line.words[run.start : run.start + run.period], lexicon()
    if not any((len(key) > 1 and key.isalpha()) or is_content(key) for key in period):
        return True
    if run.period <= 2 and any(c.isdigit() for key in period for c in key):
        return True
    if all(key in known.interjections or key in known.names for key in period):
        return True
    if (run.period <= 3 and any(line.gap_kind(i) == "cry" for i in _seams(run))) or is_chant(line, run):
        return True
    start, end = line.span(run.start, run.end)
    return run.period <= 3 and bool(known.idioms.search(line.text[max(line.start, start - 12) : end + 12]))


def _seams(run: Run) -> range:
    """Indices of the words that begin a copy, the first copy apart."""
    return range(run.start + run.period, run.end, run.period)


def _alike(line: Line, run: Run) -> bool:
    """Whether copies are spelled alike but for a drift here and there."""
    words, p = line.words, run.period
    pairs = [(words[i], words[i + p]) for i in range(run.start, run.end - p - run.cut) if is_content(words[i])]
    same = sum(one == other for one, other in pairs)
    if run.copies == 2 and p <= 3:
        return same == len(pairs)
    return same >= _ALIKE * len(pairs)


def _loop_verdict(line: Line, run: Run) -> Verdict | None:
    """Three copies or more."""
    kinds = {line.gap_kind(i) for i in _seams(run)}
    if run.copies == 3 and "join" in kinds:
        return _DOUBTED_LIST  # "les avocats, les avocats et les avocats" stands for three different things
    if run.period > 1:
        return _LOOP
    stressed = line.words[run.start] in lexicon().emphasis
    if kinds == {"tight"}:
        return _LOOP if run.copies >= (5 if stressed else 3) else None
    return _LOOP if run.copies >= (6 if stressed else 4) else None


def _stutter_verdict(line: Line, run: Run) -> Verdict | None:
    """Two copies of two words or more."""
    kind = line.gap_kind(run.start + run.period)
    if run.period == 1 and kind != "join":
        return None  # doubled words have a fixer of their own
    content = line.content(run.start, run.start + run.period)
    if kind == "join":
        return _DOUBTED_LIST if content and (run.period >= 3 or _says_nothing(line, run)) else None
    if kind == "tight":
        return _tight_verdict(line, run, content)
    if run.period == 2:
        sure = _ends_there(line, run) if content == 2 else content == 1 and _goes_on(line, run.end)
        return _STUTTER if kind == "list" and sure and not _is_name(line, run) else None
    return _STUTTER if content >= 2 or (content and run.period >= 4) else None


def _is_name(line: Line, run: Run) -> bool:
    """Whether all words have capitals: "New York, New York"."""
    return all(line.text[line.begin(i)].isupper() for i in range(run.start, run.end))


def _says_nothing(line: Line, run: Run) -> bool:
    """Whether a pair such as "the beach and the beach" ends there: what follows could tell its halves apart."""
    last = line.words[run.end - 1]
    return _ends_there(line, run) and line.gap_kind(run.start) == "tight" and is_content(last)


def _ends_there(line: Line, run: Run) -> bool:
    return run.end == len(line.words) or line.gap_kind(run.end) != "tight"


def _tight_verdict(line: Line, run: Run, content: int) -> Verdict | None:
    """Two copies with nothing in between; "X de X de Y" may be a chain in which one X is wrong, not one too many."""
    if not content:
        return None
    first, last = line.words[run.start], line.words[run.start + run.period - 1]
    chained = is_content(first) and not is_content(last)
    if chained or (run.rest == 1 and run.period <= 3):
        return _DOUBTED_CHAIN if run.period > 2 or run.rest else None
    return _STUTTER


def _goes_on(line: Line, i: int) -> bool:
    """Whether a list goes on at word ``i``; "des livres et encore des livres" is a figure of speech."""
    return i < len(line.words) and line.words[i] != "encore" and line.gap_kind(i) == "join"


def _cut(line: Line, run: Run, verdict: Verdict) -> list[Change]:
    """The changes that leave the best copy; none where the verdict asks for none, or a quote or bracket would lose
    its partner."""
    spans = [span for span in _cuts(line, run) if span[0] < span[1]]
    if not verdict.kind or not all(_balanced(line.text[slice(*span)]) for span in spans):
        return []
    return [Change(*span, "", verdict.rule, verdict.kind, verdict.score) for span in spans]


def _cuts(line: Line, run: Run) -> list[tuple[int, int]]:
    """The spans to cut: all copies but the best, and the rest of a last copy that was cut off."""
    p = run.period
    best = run.start + p * _best_copy(line, run)
    closes = _ends_there(line, run)
    if run.rest and closes and not run.cut and not is_content(line.words[best + p - 1]):
        return [(line.stop(run.start + run.rest - 1), line.stop(run.end - 1))]
    last = run.end if run.cut or (closes and run.copies >= 3) else run.end - run.rest
    kept = best + p
    while run.cut and kept > best + 1 and not is_content(line.words[kept - 1]):
        kept -= 1
    return [(line.begin(run.start), line.begin(best)), (line.stop(kept - 1), line.stop(last - 1))]


def _best_copy(line: Line, run: Run) -> int:
    """The copy whose spellings most of the others share; of equals, the first."""
    p = run.period
    copies = [line.words[start : start + p] for start in range(run.start, run.end - p + 1, p)]
    votes = [Counter(column) for column in zip(*copies, strict=True)]
    return max(range(run.copies), key=lambda c: (sum(v[k] for v, k in zip(votes, copies[c], strict=True)), -c))


def _balanced(text: str) -> bool:
    """Whether a cut would leave quotes and brackets in pairs."""
    return text.count('"') % 2 == 0 and all(text.count(a) == text.count(b) for a, b in zip(_OPEN, _CLOSE, strict=True))
