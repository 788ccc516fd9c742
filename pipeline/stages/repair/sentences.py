"""Paragraphs that stop in mid-sentence."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence

from pipeline.stages.repair.endings import SENTENCES, TAIL, breaks_off, closes
from pipeline.stages.repair.findings import NOTHING, Doubt, Findings
from pipeline.stages.repair.looks import looked
from pipeline.stages.repair.splices import words_from

_SENTENCE_END = re.compile(r"[^\W\d_]{2}[»”\")]?[.!?…][»”\")]? +[«“\"(]?[A-ZÀ-ÖØ-ÞŒ]")
_ITEM = re.compile(r"\s*(?:[-–—•*·▪►#]|\d+[.)])\s?")
_VERSE = 80  # characters of the longest line of verse
# A paragraph of several sentences without a closing mark broke off where the text closes its others: standfirsts, which
# often have none, stand above two of these, and a writer who leaves marks out leaves out many.
_CLOSED_BEFORE, _CLOSED_SHARE = 2, 2
_LAST_WORDS = 4  # words of the shortest last sentence: signatures and credits are shorter
_WORD_AT_END = re.compile(r"(?:^|[\s'’-])[a-zà-öø-ÿœ]+$")


def find_truncated(text: str) -> Findings:
    """Paragraphs that break off: nothing is changed, the paragraph is flagged.

    >>> for text in ("C’est la troisième fois en deux ans que Kim Jong Un", "Kim Jong Un rejoint Xi Jinping à Pékin"):
    ...     [(d.start, d.end) for d in find_truncated(text).doubts]
    [(0, 51)]
    []
    """
    if not any(seen.broken for _, _, seen in looked(text)):
        return NOTHING
    whole_lines = [(start, line, seen.broken) for start, line, seen in looked(text) if line and not line.isspace()]
    lines = [(start, line) for start, line, _ in whole_lines]
    unclosed = [i for i, (_, line, broken) in enumerate(whole_lines) if broken and not closes(line)]
    whole = ["", *(line for _, line in lines), ""]
    doubts = [doubt for i in unclosed for doubt in _truncated(lines[i][0], *whole[i : i + 3])]
    sure = [doubt for doubt in doubts if doubt.rule != "unfinished-word" or _goes_on_elsewhere(text, doubt.end)]
    return Findings(doubts=[*sure, *_unclosed(lines, unclosed)])


def _goes_on_elsewhere(text: str, end: int) -> bool:
    """Whether a longer word of the document begins as the one before ``end``."""
    stem = text[max(0, end - TAIL) : end].split()[-1]
    words = words_from(text, stem[0])
    longer = bisect_right(words, stem)
    return longer < len(words) and words[longer].startswith(stem)


def _unclosed(lines: Sequence[tuple[int, str]], unclosed: Sequence[int]) -> Iterator[Doubt]:
    """Paragraphs of several sentences, the last without a closing mark, in a text that closes such paragraphs."""
    unclosed = [i for i in unclosed if SENTENCES.search(lines[i][1])]
    following = [*(line.lstrip()[:1] for _, line in lines[1:]), ""]
    doubted = [i for i in unclosed if not following[i].islower() and _ends_in_words(lines[i][1])]
    if not doubted:  # as nearly always; what follows looks at all lines
        return
    closed = [i for i, (_, line) in enumerate(lines) if closes(line) and SENTENCES.search(line)]
    for i in doubted if len(closed) >= _CLOSED_SHARE * len(unclosed) else ():
        start, line = lines[i]
        if bisect_left(closed, i) >= _CLOSED_BEFORE:
            yield Doubt(start, start + len(line), "truncated", "unfinished-paragraph")


def _ends_in_words(line: str) -> bool:
    """Whether a line's last sentence is no item, signature or credit: words, the last of them no name."""
    tail = line[-TAIL:].rstrip()
    last = tail[max((found.end() - 1 for found in _SENTENCE_END.finditer(tail)), default=0) :]
    return len(last.split()) >= _LAST_WORDS and bool(_WORD_AT_END.search(last)) and not _ITEM.match(line)


def _truncated(start: int, before: str, line: str, after: str) -> Iterator[Doubt]:
    # A line that goes on in the next one was only wrapped.
    if not (rule := breaks_off(line)) or after.lstrip()[:1].islower() or _ITEM.match(line):
        return
    if not after or max(map(len, (before, line, after))) > _VERSE:
        yield Doubt(start, start + len(line), "truncated", rule)
