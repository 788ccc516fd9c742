"""Paragraphs that stop in mid-sentence."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from pipeline.stages.repair.findings import Doubt, Findings
from pipeline.stages.repair.words import lexicon, tokens

_PARAGRAPH = re.compile(r"[^\n]+")
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
    lines = [m for m in _PARAGRAPH.finditer(text) if m[0].strip()]
    following = [*(m[0].lstrip() for m in lines[1:]), ""]
    return Findings(doubts=[d for m, after in zip(lines, following, strict=False) for d in _truncated(m, after)])


def _truncated(line: re.Match[str], after: str) -> Iterator[Doubt]:
    # A line that goes on in the next one was only wrapped.
    if line[0].rstrip().endswith(_CLOSING) or _ITEM.match(line[0]) or after[:1].islower():
        return
    if not _may_break_off(line[0]):
        return
    keys = [word.key for word in tokens(line[0][-_TAIL:])]
    if len(keys) >= _MIN_WORDS and (rule := _broken_off(line[0], keys)):
        yield Doubt(line.start(), line.end(), "truncated", rule)


def _may_break_off(line: str) -> bool:
    """Whether the letters of a word that a rule asks for stand in a paragraph; spares the rules nearly every one."""
    tail = line[-_TAIL:].rstrip().lower().replace("’", "'")
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
