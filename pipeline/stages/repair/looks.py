"""A cheap look at each line: what tells at once that a fixer has nothing to do there, as with nearly all lines."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from pipeline.stages.repair.agencies import is_glued, is_named
from pipeline.stages.repair.endings import SENTENCES, breaks_off, closes
from pipeline.stages.repair.words import LOWER, UPPER, lexicon, plain, text_lines

# An echo of three words has at most two between (and connectors); a longer one brings more of them back.
_NEAR, _SOON, _MANY, _PHRASE = 3, 7, 3, 3
# Four copies of three letters and more, less the letters of one; one fewer, for a small sigma at the end is another.
_COPIES, _AGAIN = 12, 8
_SECOND = re.compile(r"-([^\W\d_]{2,12})(?!\w)")
_LINK = re.compile(rf" L(?<=[\w'’] L)(?:[ea]s? [{LOWER}]|['’])")
# A longer line is looked at in pieces, or not cheaply.
LONG_LINE, _PIECE = 2000, 400
_SENTENCE = re.compile(rf" (?<=[.!?…»”] )(?=[{UPPER}«“])")


class Look(NamedTuple):
    """What may be found in a line, each too often rather than too seldom.

    Attributes:
        repeats: words that come back soon; see `repeats`.
        stammers: a word that repeats its letters; see `stammers`.
        hyphened: a word joined by a hyphen to one that ends as it does.
        glued: a name glued to a word; see `is_glued`.
        agency: an agency's name.
        linked: an article or "L’" after another word than a sentence's last.
        broken: no closing mark after several sentences, or after words that break off; see `breaks_off`.
    """

    repeats: bool
    stammers: bool
    hyphened: bool
    glued: bool
    agency: bool
    linked: bool
    broken: bool


_ANYTHING = Look(*[True] * len(Look._fields))


@lru_cache(maxsize=1 << 15)  # the pieces of a line of 10 MB
def look(line: str) -> Look:
    """What may be found in a line."""
    words = plain(line).split()
    return Look(
        repeats(words),
        stammers(words),
        "-" in line and next(said_again(line), None) is not None,
        is_glued(line),
        is_named(line, words),
        _LINK.search(line) is not None,
        not closes(line) and (breaks_off(line) != "" or SENTENCES.search(line) is not None),
    )


@lru_cache(maxsize=2)
def looked(text: str) -> list[tuple[int, str, Look]]:
    """Start and content of a text's lines, and what may be found in them: anything, in a very long one."""
    return [(start, line, look(line) if len(line) <= LONG_LINE else _ANYTHING) for start, line in text_lines(text)]


def is_plain(text: str) -> bool:
    """Whether nothing can be found in a text, which is one line."""
    return "\n" not in text and len(text) <= LONG_LINE and not any(look(text))


def pieces(start: int, line: str) -> Iterator[tuple[int, str]]:
    """Start and content of a line's pieces, cut between sentences where there are any, else between words."""
    begin, end = 0, len(line)
    while end - begin > LONG_LINE:
        cut = _SENTENCE.search(line, begin + _PIECE, begin + LONG_LINE)
        stop = cut.start() if cut else max(line.find(" ", begin + _PIECE, begin + LONG_LINE), begin + _PIECE)
        yield start + begin, line[begin:stop]
        begin = stop
    yield start + begin, line[begin:]


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
    long = [word for word in words if len(word) >= _COPIES]
    return any(len(word) - len(set(word)) >= _AGAIN for word in long) if long else False


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


def said_again(text: str, start: int = 0, end: int | None = None) -> Iterator[int]:
    """Where, in a text or its span, parts stand that a hyphen joins to the same letters again."""
    for second in _SECOND.finditer(text, start, len(text) if end is None else end):
        first = second.start() - len(second[1])
        if first >= 0 and text.startswith(second[1], first):
            yield first
