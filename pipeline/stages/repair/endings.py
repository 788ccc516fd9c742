"""How a paragraph ends: with a closing mark, in words that may end it, or in words that break off."""

from __future__ import annotations

import re
from functools import cache

from pipeline.stages.repair.words import lexicon, places, tokens

_CLOSING = tuple(".!?…:;»”\"'’)]*")
# The end of a sentence and the start of the next; a scan for its full stop is the faster one.
SENTENCES = re.compile(r"[.!?…](?:(?<=[^\W\d_]{2}.)|(?<=[^\W\d_]{2}[»”\")].))[»”\")]? +[«“\"(]?[A-ZÀ-ÖØ-ÞŒ]")
TAIL = 300  # characters of a paragraph's end that are looked at
# Menus and captions are shorter.
_MIN_WORDS = 6
# Letters that no French word ends with, so that a word that does was cut; few words of the web do ("nav", "div").
_NO_ENDS = ("v", "j", "ç", *(one + "r" for one in "bcdfgptv"), *(one + "l" for one in "bcfgp"))
_MIN_CUT = 4


def closes(line: str) -> bool:
    """Whether a line ends in a closing mark."""
    return line.rstrip().endswith(_CLOSING)


def breaks_off(line: str) -> str:
    """The rule by which a paragraph without a closing mark breaks off; empty where it may be whole."""
    words = tokens(line[-TAIL:]) if _may_break_off(line) else []
    if len(words) < _MIN_WORDS:
        return ""
    last = line.rstrip().rpartition(" ")[2]
    if words[-1] in lexicon().unfinished and last[-1].isalpha() and "." not in last:  # no address
        return "unfinished-phrase"
    if is_cut(last):
        return "unfinished-word"
    if _has_no_verb(line[-TAIL:], words):
        return "unfinished-clause"
    return "unfinished-list" if line.rstrip().endswith(",") and SENTENCES.search(line) else ""


def is_cut(word: str) -> bool:
    """Whether a word in small letters ends as no French word does.

    >>> is_cut("gouv"), is_cut("ministr"), is_cut("ministre"), is_cut("Kyiv")
    (True, True, False, False)
    """
    return len(word) >= _MIN_CUT and word.endswith(_NO_ENDS) and word.isalpha() and word.islower()


def _has_no_verb(tail: str, words: list[str]) -> bool:
    """Whether the last clause is a conjunction and a subject: "que Vladimir Poutine et Kim", "que ses agents"."""
    known = lexicon()
    last = max((i for i, word in enumerate(words) if word in known.subordinators), default=len(words))
    clause = words[last + 1 :]
    if not clause or not known.comparatives.isdisjoint(words[max(0, last - 8) : last]):
        return False
    if len(clause) == 2 and clause[0] in known.articles:
        return True
    starts = [start for start, _ in places(tail, words)][last + 1 :]
    return all(word in known.links or tail[at].isupper() for word, at in zip(clause, starts, strict=True))


def _may_break_off(line: str) -> bool:
    """Whether a paragraph without a closing mark has the letters of a word that a rule asks for."""
    tail = line[-TAIL:].rstrip().lower().replace("’", "'")
    return tail.endswith(_endings()) or any(word in tail for word in lexicon().subordinators)


@cache
def _endings() -> tuple[str, ...]:
    return (",", *_NO_ENDS, *lexicon().unfinished)
