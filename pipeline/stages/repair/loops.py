"""Loops and stutters: tandem repeats and stretches that say nothing new, cut down to the best copy.

Which repeats are cut is the table `_verdict` reads: a repeat of more copies, of longer phrases, or without punctuation
in between is no style. Measured on 24,000 lines of human French news, two copies of one or two words parted by a comma
are rhetoric more often than not; three or more words never were.
"""

from __future__ import annotations

from collections import Counter

from pipeline.edits import Change
from pipeline.stages.repair.findings import Doubt, Findings
from pipeline.stages.repair.line import Line, repeating_lines
from pipeline.stages.repair.tandem import Run, covered, runs
from pipeline.stages.repair.words import is_content, lexicon

_OPEN, _CLOSE = "([{«“", ")]}»”"
# A stretch without news is a loop from this many content words on, if each of them comes twice on average.
_LOOP_CONTENT = 6
_LOOP_RATIO = 2.0
# Share of words that neighbouring copies must spell alike.
_ALIKE = 0.6


def fix_circles(text: str) -> Findings:
    """Loops whose copies do not follow each other strictly: what says nothing new goes.

    >>> text = "la fin du jour, de Nankin, de la nuit, de la fin du jour, de Nanken, de Nankin, de la fin du jour"
    >>> [(text[c.start:c.end], c.after) for c in fix_circles(text).changes]
    [(', de la fin du jour, de Nanken, de Nankin, de la fin du jour', '')]
    """
    found = Findings()
    for line in repeating_lines(text):
        for start, end in covered(line.keys):
            if _is_circle(line, start, end) and (span := _circle_span(line, start, end)):
                found.changes.append(Change(*span, "", "circling-loop", "loop", 0.9))
                found.doubts.append(Doubt(line.words[max(0, start - 1)].start, span[1], "garbled", "circling-loop"))
    return found


def _is_circle(line: Line, start: int, end: int) -> bool:
    said = [key for word, key in zip(line.words[start:end], line.keys[start:end], strict=True) if is_content(word.key)]
    return len(said) >= _LOOP_CONTENT and len(said) >= _LOOP_RATIO * len(set(said))


def _circle_span(line: Line, start: int, end: int) -> tuple[int, int] | None:
    """Where to cut so that phrases stay whole: from the start of a phrase to a word of content."""
    words = line.words
    while start < end and not _opens(line, start):
        start += 1
    while start > 1 and line.gap_kind(start) == "tight" and not is_content(words[start - 1].key):
        start -= 1
    if end < len(words) and line.gap_kind(end) == "tight":
        while end > start and not is_content(words[end - 1].key):
            end -= 1
    if end <= start or start == 0:
        return None
    span = words[start - 1].end, words[end - 1].end
    return span if _balanced(line.text[slice(*span)]) else None


def _opens(line: Line, i: int) -> bool:
    return line.gap_kind(i) != "tight" or line.words[i].key in lexicon().openers


def fix_tandems(text: str) -> Findings:
    """Phrases said twice or more in a row: the best copy stays.

    >>> for text in ("pas de ski de ski de style", "les juges, les avocats, les avocats et les avocats", "très, très"):
    ...     [text[c.start:c.end] for c in fix_tandems(text).changes]
    [' de ski']
    [', les avocats et les avocats']
    []
    """
    found = Findings()
    for line in repeating_lines(text):
        for run in runs(line.keys):
            if verdict := _verdict(line, run):
                _cut(line, run, *verdict, found)
    return found


def _verdict(line: Line, run: Run) -> tuple[str, str, float] | None:
    """Rule, kind and score of a run that is no style; None where it may be meant."""
    if _is_meant(line, run) or not _alike(line, run):
        return None
    if run.copies >= 3:
        return ("tandem-loop", "loop", 0.95) if _is_loop(line, run) else None
    if run.period == 1:
        return None  # doubled words have a fixer of their own
    return ("doubled-phrase", "stutter", 0.9) if _is_stutter(line, run) else None


def _is_meant(line: Line, run: Run) -> bool:
    """Numbers, idioms, chants, cries."""
    words = line.words[run.start : run.end]
    period = [w.key for w in words[: run.period]]
    known = lexicon()
    if not any((len(key) > 1 and key.isalpha()) or is_content(key) for key in period):
        return True
    if run.period <= 2 and any(c.isdigit() for key in period for c in key):
        return True
    if all(key in known.interjections or key in known.names for key in period):
        return True
    if run.period <= 3 and any(line.gap_kind(i) == "cry" for i in _seams(run)):
        return True
    around = line.text[max(line.start, words[0].start - 12) : words[-1].end + 12]
    return run.period <= 3 and bool(known.idioms.search(around))


def _seams(run: Run) -> range:
    """Indices of the words that begin a copy, the first copy apart."""
    return range(run.start + run.period, run.end, run.period)


def _alike(line: Line, run: Run) -> bool:
    """Whether copies are spelled alike but for a drift here and there."""
    words, p = line.words, run.period
    pairs = [(words[i].key, words[i + p].key) for i in range(run.start, run.end - p) if is_content(words[i].key)]
    same = sum(one == other for one, other in pairs)
    if run.copies == 2 and p <= 3:
        return same == len(pairs)
    return same >= _ALIKE * len(pairs)


def _is_loop(line: Line, run: Run) -> bool:
    """Three copies or more."""
    kinds = {line.gap_kind(i) for i in _seams(run)}
    if run.period > 1:
        return True
    stressed = line.words[run.start].key in lexicon().emphasis
    if kinds == {"tight"}:
        return run.copies >= (5 if stressed else 3)
    return run.copies >= (6 if stressed else 4)


def _is_stutter(line: Line, run: Run) -> bool:
    """Two copies of two words or more."""
    kind = line.gap_kind(run.start + run.period)
    content = line.content(run.start, run.start + run.period)
    after = _what_follows(line, run.end)
    if run.period == 2:
        if kind == "tight":
            return not is_content(line.words[run.start].key) or content == 2
        return kind == "list" and content == 1 and after == "join"
    if kind == "join":
        return content >= 1 and (run.period >= 4 or after != "tight")
    return content >= (1 if kind == "tight" else 2) or run.period >= 4


def _what_follows(line: Line, i: int) -> str:
    if i >= len(line.words):
        return "end"
    return "tight" if line.words[i].key == "encore" else line.gap_kind(i)


def _cut(line: Line, run: Run, rule: str, kind: str, score: float, found: Findings) -> None:
    spans = [span for span in _cuts(line, run) if span[0] < span[1]]
    first, last = line.words[run.start].start, line.words[run.end - 1].end
    if all(_balanced(line.text[slice(*span)]) for span in spans):
        found.changes += [Change(*span, "", rule, kind, score) for span in spans]
    elif run.copies < 3:
        return
    if run.copies >= 3:
        found.doubts.append(Doubt(first, last, "garbled", rule))


def _cuts(line: Line, run: Run) -> list[tuple[int, int]]:
    """The spans to cut: all copies but the best, and the rest of a last copy that was cut off."""
    words, p = line.words, run.period
    best = run.start + p * _best_copy(line, run)
    closes = line.gap_kind(run.end) != "tight" if run.end < len(words) else True
    if run.rest and closes and not is_content(words[best + p - 1].key):
        return [(words[run.start + run.rest - 1].end, words[run.end - 1].end)]
    last = run.end if closes and run.copies >= 3 else run.end - run.rest
    return [(words[run.start].start, words[best].start), (words[best + p - 1].end, words[last - 1].end)]


def _best_copy(line: Line, run: Run) -> int:
    """The copy whose spellings most of the others share; of equals, the first."""
    p = run.period
    copies = [[w.key for w in line.words[run.start + c * p :][:p]] for c in range(run.copies)]
    votes = [Counter(column) for column in zip(*copies, strict=True)]
    return max(range(run.copies), key=lambda c: (sum(v[k] for v, k in zip(votes, copies[c], strict=True)), -c))


def _balanced(text: str) -> bool:
    """Whether a cut would leave quotes and brackets in pairs."""
    return text.count('"') % 2 == 0 and all(text.count(a) == text.count(b) for a, b in zip(_OPEN, _CLOSE, strict=True))
