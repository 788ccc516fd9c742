"""A line under the microscope: its words, which of them are the same, and what stands between them."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from functools import cached_property, lru_cache
from typing import Literal

from pipeline.stages.repair.words import is_content, lexicon, near, repeats, tokens

Gap = Literal["tight", "list", "join", "stop", "cry"]
# Spellings of one word stand close together in a loop; comparing with all words of a line would take too long.
_RECENT = 40
_LINE = re.compile(r"[^\n]+")
_SPACE = re.compile(r"\s*\Z")
_LIST = re.compile(r"[\s,;:/–—-]*\Z")
_CRY = re.compile(r"[!?…]|\.\.")


class Line:
    """A line of a text, without the connectors (``et``, ``ou``) between its words.

    Attributes:
        text: the whole text that the line belongs to; all offsets are offsets of it.
        start, end: the line's span.
        words: its words but the connectors.
    """

    def __init__(self, text: str, start: int, end: int) -> None:
        self.text, self.start, self.end = text, start, end
        self.words = [w for w in tokens(text[start:end], start) if w.key not in lexicon().connectors]

    @cached_property
    def keys(self) -> list[int]:
        """A number for each word; spellings of one content word share theirs."""
        known: dict[str, int] = {}
        recent: defaultdict[str, list[str]] = defaultdict(list)
        return [self._number(word.key, known, recent[word.key[0]]) for word in self.words]

    @staticmethod
    def _number(key: str, known: dict[str, int], recent: list[str]) -> int:
        if key not in known:
            alike = next((k for k in recent[-_RECENT:] if near(k, key)), None) if is_content(key) else None
            known[key] = known[alike] if alike else len(known)
            if is_content(key):
                recent.append(key)
        return known[key]

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
        return sum(is_content(w.key) for w in self.words[start:end])


@lru_cache(maxsize=2)
def repeating_lines(text: str) -> tuple[Line, ...]:
    """The lines of a text in which words come back soon; the fixers of repetition look at no others."""
    return tuple(_repeating(text))


def _repeating(text: str) -> Iterator[Line]:
    for match in _LINE.finditer(text):
        if repeats(match[0]):
            yield Line(text, match.start(), match.end())
