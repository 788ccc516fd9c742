"""Paragraphs that stop in mid-sentence."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from functools import cache

from pipeline.stages.repair.findings import NOTHING, Doubt, Findings
from pipeline.stages.repair.words import lexicon, text_lines, tokens

_CLOSING = tuple(".!?…:;»”\"'’)]*")
_SENTENCE_END = re.compile(r"[^\W\d_]{2}[»”\")]?[.!?…][»”\")]? +[«“\"(]?[A-ZÀ-ÖØ-ÞŒ]")
# Whether there is one; a scan for its full stop is the faster one.
_SENTENCES = re.compile(r"[.!?…](?:(?<=[^\W\d_]{2}.)|(?<=[^\W\d_]{2}[»”\")].))[»”\")]? +[«“\"(]?[A-ZÀ-ÖØ-ÞŒ]")
_ITEM = re.compile(r"\s*(?:[-–—•*·▪►#]|\d+[.)])\s?")
# Menus and captions are shorter.
_MIN_WORDS = 6
_TAIL = 300  # characters of a paragraph's end that are looked at
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
    lines = [(start, line) for start, line in text_lines(text) if line and not line.isspace()]
    unclosed = [i for i, (_, line) in enumerate(lines) if not line.rstrip().endswith(_CLOSING)]
    if not unclosed:
        return NOTHING
    whole = ["", *(line for _, line in lines), ""]
    doubts = [doubt for i in unclosed for doubt in _truncated(lines[i][0], *whole[i : i + 3])]
    return Findings(doubts=[*doubts, *_unclosed(lines, unclosed)])


def _unclosed(lines: Sequence[tuple[int, str]], unclosed: Sequence[int]) -> Iterator[Doubt]:
    """Paragraphs of several sentences, the last without a closing mark, in a text that closes such paragraphs."""
    unclosed = [i for i in unclosed if _SENTENCES.search(lines[i][1])]
    if not unclosed:
        return
    closed = [i for i, (_, line) in enumerate(lines) if _closes(line) and _SENTENCES.search(line)]
    if len(closed) < _CLOSED_SHARE * len(unclosed):
        return
    following = [*(line.lstrip()[:1] for _, line in lines[1:]), ""]
    for i in unclosed:
        start, line = lines[i]
        if bisect_left(closed, i) >= _CLOSED_BEFORE and not following[i].islower() and _ends_in_words(line):
            yield Doubt(start, start + len(line), "truncated", "unfinished-paragraph")


def _closes(line: str) -> bool:
    return line.rstrip().endswith(_CLOSING)


def _ends_in_words(line: str) -> bool:
    """Whether a line's last sentence is no item, signature or credit: words, the last of them no name."""
    tail = line[-_TAIL:].rstrip()
    last = tail[max((found.end() - 1 for found in _SENTENCE_END.finditer(tail)), default=0) :]
    return len(last.split()) >= _LAST_WORDS and bool(_WORD_AT_END.search(last)) and not _ITEM.match(line)


def _truncated(start: int, before: str, line: str, after: str) -> Iterator[Doubt]:
    # A line that goes on in the next one was only wrapped.
    if not _may_break_off(line) or after.lstrip()[:1].islower() or _ITEM.match(line):
        return
    if after and max(map(len, (before, line, after))) <= _VERSE:
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
    last = line.rstrip().rpartition(" ")[2]
    if keys[-1] in lexicon().unfinished and last[-1].isalpha() and "." not in last:  # no address
        return "unfinished-phrase"
    if _has_no_verb(line):
        return "unfinished-clause"
    return "unfinished-list" if line.rstrip().endswith(",") and _SENTENCES.search(line) else ""


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
