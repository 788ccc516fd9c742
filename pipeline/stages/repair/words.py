"""Words of a line: tokens, where they stand, and what counts as content."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import accumulate, count
from operator import add

import yaml

from pipeline.stages.repair import LEXICON
from pipeline.yamlfile import QUICK_LOADER

_SIGNS = '.,;:!?…«»“”"()[]–—/'
# Letters of French and English names and words.
UPPER, LOWER = "A-ZÀ-ÖØ-ÞŒ", "a-zß-öø-ÿœ"
_TOKEN = re.compile(r"[^\W\d_]{1,7}'(?=\w)|[^\W_]+(?:-[^\W_]+)*")


@dataclass(frozen=True, slots=True)
class Lexicon:
    """The word lists of ``words.yaml``, each explained there; ``styled`` are words that may well stand twice."""

    function: frozenset[str]
    openers: frozenset[str]
    connectors: frozenset[str]
    determiners: frozenset[str]
    emphasis: frozenset[str]
    interjections: frozenset[str]
    names: frozenset[str]
    places: frozenset[str]
    offices: frozenset[str]
    titles: frozenset[str]
    unfinished: frozenset[str]
    articles: frozenset[str]
    subordinators: frozenset[str]
    comparatives: frozenset[str]
    links: frozenset[str]
    styled: frozenset[str]
    idioms: re.Pattern[str]
    acclaim: re.Pattern[str]


@cache
def lexicon() -> Lexicon:
    """The word lists, read once."""
    lists = yaml.load(LEXICON.read_text(encoding="utf-8"), Loader=QUICK_LOADER)
    idioms, acclaim = (_any_of(lists.pop(name)) for name in ("idioms", "acclaim"))
    words = {name: frozenset(words.split()) for name, words in lists.items()}
    styled = (words["emphasis"] | words["interjections"] | words["names"]) - words["determiners"]
    return Lexicon(**words, styled=styled, idioms=idioms, acclaim=acclaim)


def _any_of(phrases: Sequence[str]) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(map(re.escape, phrases))})\b", re.IGNORECASE)


def folded(line: str) -> str:
    """A line in lower case with straight apostrophes, as long as it was."""
    # The one letter whose lower case is two letters long would move what follows.
    return line.replace("İ", "I").lower().replace("’", "'")


def tokens(line: str) -> list[str]:
    """The words of a line, folded; elided words stand alone, hyphens bind.

    >>> tokens("L’été, Saxe-Anhalt 2")
    ["l'", 'été', 'saxe-anhalt', '2']
    """
    found: list[str] = []
    for chunk in folded(line).split():
        if chunk.isalnum():  # as most are: one word
            found.append(chunk)
        elif (bare := chunk.strip(_SIGNS)).isalnum():
            found.append(bare)
        else:
            found += _TOKEN.findall(bare)
    return found


def places(line: str, words: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Where the words of a line stand: half-open spans. Between them is no letter, so each is the next to be found.

    >>> list(places("L’été, Saxe-Anhalt 2", ["l'", "été", "saxe-anhalt", "2"]))
    [(0, 2), (2, 5), (7, 18), (19, 20)]
    """
    line, end = folded(line), 0
    for word in words:
        start = line.index(word, end)
        end = start + len(word)
        yield start, end


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
    short, long = (len(one), len(other)) if len(one) < len(other) else (len(other), len(one))
    allowed = 2 if short >= 8 else 1 if short >= 4 else 0
    if long - short > allowed or not allowed or (one[1] != other[1] and one[-1] != other[-1]):  # as most pairs
        return one == other
    head = next((i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), short)
    tail = long - head - allowed  # letters at the end that must be the same
    return tail <= 0 or one[-tail:] == other[-tail:]


def text_lines(text: str) -> Iterator[tuple[int, str]]:
    """Start and content of a text's lines.

    >>> list(text_lines("Un pont\\nUn péage"))
    [(0, 'Un pont'), (8, 'Un péage')]
    """
    contents = text.split("\n")
    starts = map(add, accumulate(map(len, contents), initial=0), count())  # line breaks count
    return zip(starts, contents, strict=False)


def plain(text: str) -> str:
    """A text in lower case with spaces for punctuation, as `repeats` wants it; lines stay lines.

    >>> plain("L’été, «déjà».")
    'l’été   déjà  '
    """
    text = text.lower()
    for sign in _SIGNS:
        text = text.replace(sign, " ")
    return text
