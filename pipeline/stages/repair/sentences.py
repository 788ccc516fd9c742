"""Paragraphs that stop in mid-sentence."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from pipeline.stages.repair.findings import Doubt, Findings
from pipeline.stages.repair.words import lexicon, tokens

_CLOSING = tuple(".!?…:;»”\"'’)]*")
_SENTENCE_END = re.compile(r"[^\W\d_]{2}[»”\")]?[.!?…][»”\")]? +[«“\"(]?[A-ZÀ-ÖØ-ÞŒ]")
_ITEM = re.compile(r"\s*(?:[-–—•*·▪►#]|\d+[.)])\s?")
# Menus and captions are shorter.
_MIN_WORDS = 6
_TAIL = 300  # characters of a paragraph's end that are looked at


def find_truncated(text: str) -> Findings:
    """Paragraphs that break off: nothing is changed, the paragraph is flagged.

    >>> for text in ("C’est la troisième fois en deux ans que Kim Jong Un", "Kim Jong Un rejoint Xi Jinping à Pékin"):
    ...     [(d.start, d.end) for d in find_truncated(text).doubts]
    [(0, 51)]
    []
    """
    lines = list(_lines(text))
    following = [*(line.lstrip()[:1] for _, line in lines[1:]), ""]
    return Findings(
        doubts=[d for (i, x), after in zip(lines, following, strict=False) for d in _truncated(i, x, after)]
    )


def _lines(text: str) -> Iterator[tuple[int, str]]:
    """Start and content of the lines that are not blank."""
    start = 0
    for line in text.split("\n"):
        if line and not line.isspace():
            yield start, line
        start += len(line) + 1


def _truncated(start: int, line: str, after: str) -> Iterator[Doubt]:
    # A line that goes on in the next one was only wrapped.
    if not _may_break_off(line) or after.islower() or _ITEM.match(line):
        return
    keys = [word.key for word in tokens(line[-_TAIL:])]
    if len(keys) >= _MIN_WORDS and (rule := _broken_off(line, keys)):
        yield Doubt(start, start + len(line), "truncated", rule)


def _may_break_off(line: str) -> bool:
    """Whether a paragraph is not closed and has the letters of a word that a rule asks for: cheap, rules out most."""
    tail = line[-_TAIL:].rstrip()
    if tail.endswith(_CLOSING):
        return False
    tail = tail.lower().replace("’", "'")
    return tail.endswith(_endings()) or any(word in tail for word in lexicon().subordinators)


@cache
def _endings() -> tuple[str, ...]:
    return (",", *lexicon().unfinished)


def _broken_off(line: str, keys: list[str]) -> str:
    """The rule by which a paragraph without closing punctuation breaks off; empty where it may be whole."""
    if keys[-1] in lexicon().unfinished and line.rstrip()[-1].isalpha():
        return "unfinished-phrase"
    if _has_no_verb(line):
        return "unfinished-clause"
    return "unfinished-list" if line.rstrip().endswith(",") and _SENTENCE_END.search(line) else ""


def _has_no_verb(line: str) -> bool:
    """Whether the last clause is a conjunction and a subject: "que Vladimir Poutine et Kim", "que ses agents"."""
    tail, known = line[-_TAIL:], lexicon()
    words = tokens(tail)
    last = max((i for i, w in enumerate(words) if w.key in known.subordinators), default=len(words))
    clause = words[last + 1 :]
    if not clause or any(w.key in known.comparatives for w in words[max(0, last - 8) : last]):
        return False
    if len(clause) == 2 and clause[0].key in known.articles:
        return True
    return all(w.key in known.links or tail[w.start].isupper() for w in clause)
