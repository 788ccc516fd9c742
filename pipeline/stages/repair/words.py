"""Words of a line: tokens with offsets, what counts as content, and a cheap look for repetition."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import accumulate, count
from operator import add
from pathlib import Path
from typing import NamedTuple

import yaml

LEXICON = Path(__file__).with_name("words.yaml")
_TOKEN = re.compile(r"[^\W\d_]{1,7}['’](?=\w)|[^\W_]+(?:-[^\W_]+)*")
_SIGNS = '.,;:!?…«»“”"()[]–—/'


# An echo of three words has at most two between (and connectors); a longer one brings more of them back.
_NEAR, _SOON, _MANY, _PHRASE = 3, 7, 3, 3
# Four copies of three letters and more, less the letters of one; one fewer, for a small sigma at the end is another.
_COPIES, _AGAIN = 12, 8


class Word(NamedTuple):
    """A token: half-open span, and the key that copies of it share."""

    start: int
    end: int
    key: str


@dataclass(frozen=True, slots=True)
class Lexicon:
    """The word lists of ``words.yaml``, each explained there."""

    function: frozenset[str]
    openers: frozenset[str]
    connectors: frozenset[str]
    determiners: frozenset[str]
    emphasis: frozenset[str]
    interjections: frozenset[str]
    names: frozenset[str]
    offices: frozenset[str]
    titles: frozenset[str]
    unfinished: frozenset[str]
    articles: frozenset[str]
    subordinators: frozenset[str]
    comparatives: frozenset[str]
    links: frozenset[str]
    idioms: re.Pattern[str]


@cache
def lexicon() -> Lexicon:
    """The word lists, read once."""
    lists = yaml.safe_load(LEXICON.read_text(encoding="utf-8"))
    idioms = "|".join(map(re.escape, lists.pop("idioms")))
    words = {name: frozenset(words.split()) for name, words in lists.items()}
    return Lexicon(**words, idioms=re.compile(rf"\b(?:{idioms})\b", re.IGNORECASE))


def tokens(line: str) -> list[Word]:
    """The words of a line; elided words stand alone, hyphens bind.

    >>> [word.key for word in tokens("L’été, Saxe-Anhalt 2")]
    ["l'", 'été', 'saxe-anhalt', '2']
    """
    # The one letter whose lower case is two letters long would move what follows.
    keys = line.replace("İ", "I").lower().replace("’", "'")
    return [Word(start, end, keys[start:end]) for start, end in map(re.Match.span, _TOKEN.finditer(line))]


@lru_cache(maxsize=1 << 14)
def is_content(key: str) -> bool:
    """Whether a word says something by itself: neither grammar nor a number nor a single letter.

    >>> [is_content(key) for key in ("lettre", "dans", "2024", "l")]
    [True, False, False, False]
    """
    return len(key) > 1 and key not in lexicon().function and (key.isalpha() or not any(map(str.isdigit, key)))


def near(one: str, other: str) -> bool:
    """Whether two words may be spellings of one: one letter off from four letters on, two from eight on.

    >>> near("tianmen", "trianmen"), near("tianmen", "tianman"), near("russe", "russie"), near("les", "des")
    (True, True, True, False)
    """
    if one == other:
        return True
    short, long = (len(one), len(other)) if len(one) < len(other) else (len(other), len(one))
    allowed = 2 if short >= 8 else 1 if short >= 4 else 0
    if long - short > allowed:
        return False
    head = next((i for i in range(short) if one[i] != other[i]), short)
    tail = next((i for i in range(short - head) if one[-1 - i] != other[-1 - i]), short - head)
    return long - head - tail <= allowed


def repeats(words: Sequence[str]) -> bool:
    """Whether words come back closely enough to be worth a real look: cheap, and rather too often true.

    That is a word twice in a row or about a connector, two words in a row at a distance of two or three, or three words
    in a row (`_triples_return`). All take words that stood before, so one look at where each word stood last is enough.

    >>> repeats("kim kim a ri".split()), repeats("il pleut à paris et à lyon".split())
    (True, False)
    """
    last: dict[str, int] = {}
    before, row, phrase = 0, 0, False  # distance of the word before, words in a row that stood before
    for i, word in enumerate(words):
        if word not in last:
            last[word] = i
            before = row = 0
            continue
        distance = i - last[word]
        last[word] = i
        if distance == 1 or (distance == before and distance <= _NEAR):
            return True
        if distance == 2 and words[i - 1] in lexicon().connectors:
            return True
        before, row = distance, row + 1
        phrase = phrase or row == _PHRASE
    return phrase and _triples_return(words)


def stammers(words: Sequence[str]) -> bool:
    """Whether a word, in lower case, has the letters of four copies of a syllable: cheap, and rather too often true.

    >>> stammers(["whitewhitewhitewhite"]), stammers(["gouvernement"])
    (True, False)
    """
    return any(len(word) - len(set(word)) >= _AGAIN for word in words if len(word) >= _COPIES)


def _triples_return(words: Sequence[str]) -> bool:
    """Whether three words come back soon, or so many that longer phrases must."""
    triples = list(zip(words, words[1:], words[2:], strict=False))
    if len(set(triples)) == len(triples):
        return False
    last: dict[tuple[str, ...], int] = {}
    again = 0
    for i, triple in enumerate(triples):
        if triple in last:
            again += 1
            if i - last[triple] <= _SOON or again >= _MANY:
                return True
        last[triple] = i
    return False


@lru_cache(maxsize=2)
def text_lines(text: str) -> tuple[tuple[int, str], ...]:
    """Start and content of a text's lines.

    >>> text_lines("Un pont\\nUn péage")
    ((0, 'Un pont'), (8, 'Un péage'))
    """
    if "\n" not in text:
        return ((0, text),)
    contents = text.split("\n")
    starts = map(add, accumulate(map(len, contents), initial=0), count())  # line breaks count
    return tuple(zip(starts, contents, strict=False))


def plain(text: str) -> str:
    """A text in lower case with spaces for punctuation, as `repeats` wants it; lines stay lines.

    >>> plain("L’été, «déjà».")
    'l’été   déjà  '
    """
    text = text.lower()
    for sign in _SIGNS:
        text = text.replace(sign, " ")
    return text
