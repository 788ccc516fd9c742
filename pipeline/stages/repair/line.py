"""A line under the microscope: its words, which of them are the same, and what stands between them."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from functools import cached_property, lru_cache
from typing import Literal, NamedTuple
from weakref import WeakValueDictionary

from pipeline.stages.repair.tandem import Run, covered, echoes, runs
from pipeline.stages.repair.words import Word, is_content, lexicon, near, plain, repeats, stammers, text_lines, tokens

Gap = Literal["tight", "list", "join", "stop", "cry"]
# Spellings of one word stand close together in a loop; comparing with all words of a line would take too long.
_RECENT = 40
_LONG_LINE, _PIECE = 2000, 400
_SENTENCE = re.compile(r" (?<=[.!?…»”] )(?=[A-ZÀ-ÖØ-ÞŒ«“])")
_SPACE = re.compile(r"\s*\Z")
_LIST = re.compile(r"[\s,;:/–—-]*\Z")
_CRY = re.compile(r"[!?…]|\.\.")


class Pattern:
    """What repeats in a line, wherever it stands: all here is counted in words without connectors, from its start."""

    def __init__(self, line: str) -> None:
        self.all_words = tokens(line)
        connectors = lexicon().connectors
        self.words = [word.key for word in self.all_words if word.key not in connectors]

    @cached_property
    def keys(self) -> list[int]:
        """A number for each word; spellings of one content word share theirs."""
        known: dict[str, int] = {}
        recent: defaultdict[str, list[str]] = defaultdict(list)
        for word in self.words:
            if word not in known:
                known[word] = self._number(word, known, recent[word[0]])
        return [known[word] for word in self.words]

    @cached_property
    def said_again(self) -> int:
        """How many words of content stood in the line before."""
        content = [key for key, word in zip(self.keys, self.words, strict=True) if is_content(word)]
        return len(content) - len(set(content))

    @cached_property
    def runs(self) -> list[Run]:
        """Tandem repeats among the keys; see `runs`."""
        return list(runs(self.keys))

    @cached_property
    def covered(self) -> list[tuple[int, int]]:
        """Word spans that shortly earlier ones cover; see `covered`."""
        return list(covered(self.keys))

    @cached_property
    def echoes(self) -> list[tuple[int, int, int]]:
        """Phrases that come back after others; see `echoes`."""
        return list(echoes(self.keys))

    @staticmethod
    def _number(word: str, known: dict[str, int], recent: list[str]) -> int:
        """The number of a word that is new; ``recent`` are words of content with its first letter."""
        if not is_content(word):
            return len(known)
        alike = next((w for w in recent[-_RECENT:] if near(w, word)), None)
        recent.append(word)
        return known[alike] if alike else len(known)


_patterns: WeakValueDictionary[str, Pattern] = WeakValueDictionary()


def pattern(line: str) -> Pattern:
    """What repeats in a line; remembered while `repeating_lines` holds a text with it, for most lines stay the same."""
    found = _patterns.get(line)
    if found is None:
        found = _patterns[line] = Pattern(line)
    return found


class Line:
    """A line of a text, without the connectors (``et``, ``ou``) between its words.

    Attributes:
        text: the whole text that the line belongs to; all offsets are offsets of it.
        start, end: the line's span.
        pattern: what repeats in it.
    """

    def __init__(self, text: str, start: int, end: int) -> None:
        self.text, self.start, self.end = text, start, end
        self.pattern = pattern(text[start:end])

    @cached_property
    def all_words(self) -> list[Word]:
        """Its words."""
        return [Word(self.start + start, self.start + end, key) for start, end, key in self.pattern.all_words]

    @cached_property
    def words(self) -> list[Word]:
        """Its words but the connectors."""
        connectors = lexicon().connectors
        return [word for word in self.all_words if word.key not in connectors]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Where the words ``start:end`` stand in the text."""
        return self.words[start].start, self.words[end - 1].end

    def gap(self, i: int) -> str:
        """The text between word ``i - 1`` and word ``i``; up to the line's edge before the first and after the last."""
        first = self.words[i - 1].end if i else self.start
        last = self.words[i].start if i < len(self.words) else self.end
        return self.text[first:last]

    def gap_kind(self, i: int) -> Gap:
        """How word ``i`` follows the one before it: by a space, a comma or dash, a connector, a full stop, a cry."""
        gap = self.gap(i)
        if _SPACE.match(gap):
            return "tight"
        if _CRY.search(gap):
            return "cry"
        if any(c.isalpha() or c == "&" for c in gap):
            return "join"
        return "list" if _LIST.match(gap) else "stop"

    def content(self, start: int, end: int) -> int:
        """How many of the words ``start:end`` carry content."""
        return sum(map(is_content, self.pattern.words[start:end]))


@lru_cache(maxsize=2)
def repeating_lines(text: str) -> tuple[Line, ...]:
    """The lines of a text in which words come back soon; the fixers of repetition look at no others."""
    return tuple([Line(text, start, start + len(piece)) for start, piece in _pieces(text) if look(piece).repeats])


def stammering_words(text: str) -> Iterator[str]:
    """The words of a text that `stammers` does not rule out, as white space parts them."""
    for _, line in text_lines(text):
        if len(line) > _LONG_LINE or look(line).stammers:
            yield from line.split()


class Look(NamedTuple):
    """What a cheap look at a line tells: whether words come back soon in it, or letters in a word."""

    repeats: bool
    stammers: bool


@lru_cache(maxsize=1 << 15)  # the pieces of a line of 10 MB
def look(line: str) -> Look:
    """Whether a line is worth a real look; see `repeats` and `stammers`."""
    words = plain(line).split()
    return Look(repeats(words), stammers(words))


def _pieces(text: str) -> Iterator[tuple[int, str]]:
    """Start and content of the lines; a very long one in pieces, cut between sentences where there are any, else
    between words."""
    for start, line in text_lines(text):
        if len(line) <= _LONG_LINE:
            yield start, line
            continue
        end = start + len(line)
        while end - start > _LONG_LINE:
            cut = _SENTENCE.search(text, start + _PIECE, start + _LONG_LINE)
            stop = cut.start() if cut else max(text.find(" ", start + _PIECE, start + _LONG_LINE), start + _PIECE)
            yield start, text[start:stop]
            start = stop
        yield start, text[start:end]
