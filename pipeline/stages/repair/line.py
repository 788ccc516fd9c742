"""A line under the microscope: its words, which of them are the same, and what stands between them."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import cached_property, lru_cache
from typing import Literal, NamedTuple
from weakref import WeakValueDictionary

from pipeline.stages.repair.looks import LONG_LINE, look, looked, pieces
from pipeline.stages.repair.tandem import Run, Triple, covered, echoes, returning_triples, runs
from pipeline.stages.repair.words import folded, is_content, lexicon, near, places, tokens

Gap = Literal["tight", "list", "join", "stop", "cry"]
# Spellings of one word stand close together in a loop; comparing with all words of a line would take too long.
_RECENT = 40
# A stretch without news is a loop from this many content words on, if each of them comes twice on average.
_LOOP_CONTENT, _LOOP_RATIO = 6, 2.0
# Three copies of four words, one of which drifts, have so many echoes; its spellings share so many first letters.
_ECHOES, _STEM = 2, 4
_LIST = re.compile(r"[\s,;:/–—-]*\Z")
_CRY = re.compile(r"[!?…]|\.\.")


class Word(NamedTuple):
    """A word in its text: half-open span, and the word folded."""

    start: int
    end: int
    key: str


class Pattern:
    """What repeats in a line, wherever it stands.

    Attributes:
        all_words: its words, folded.
        words: those that are no connectors (``et``, ``ou``); what repeats is counted in these.
    """

    def __init__(self, line: str) -> None:
        self._line = line
        self.all_words = tokens(line)
        connectors = lexicon().connectors
        self.words = [word for word in self.all_words if word not in connectors]

    @cached_property
    def all_places(self) -> list[tuple[int, int]]:
        """Where all words stand in the line."""
        return list(places(self._line, self.all_words))

    @cached_property
    def places(self) -> list[tuple[int, int]]:
        """Where the words stand in the line that are no connectors."""
        if len(self.words) == len(self.all_words):
            return self.all_places
        connectors = lexicon().connectors
        return [place for place, word in zip(self.all_places, self.all_words, strict=True) if word not in connectors]

    @cached_property
    def quotes(self) -> bool:
        """Whether a mark that opens a quotation stands in the line."""
        return any(mark in self._line for mark in '“«"„')

    @cached_property
    def keys(self) -> list[str]:
        """The words, a spelling of an earlier word of content replaced by that."""
        groups: defaultdict[str, list[str]] = defaultdict(list)
        for word in dict.fromkeys(filter(is_content, self.words)):
            groups[word[0]].append(word)
        first = {word: one for group in groups.values() if len(group) > 1 for word, one in _spellings(group)}
        return [first.get(word, word) for word in self.words] if first else self.words

    @cached_property
    def again(self) -> int:
        """How many words stood in the line before."""
        return len(self.keys) - len(set(self.keys))

    @cached_property
    def triples(self) -> Sequence[Triple]:
        """See `returning_triples`."""
        return returning_triples(self.keys)

    @cached_property
    def runs(self) -> list[Run]:
        """Tandem repeats among the keys; see `runs`."""
        found = list(runs(self.keys, self.triples))
        if len(self.echoes) >= _ECHOES and all(run.copies < 3 for run in found):
            found = self._drifting_loops() or found
        last = found[-1] if found else None
        if last and self._is_cut(last.end, self.keys[last.end - last.period]):
            found[-1] = last._replace(end=last.end + 1, cut=True)
        return found

    def _drifting_loops(self) -> list[Run]:
        """Runs of three copies and more in which words also count as the same that begin alike after the same two."""
        keys, first = list(self.keys), dict[tuple[str, ...], str]()
        for i in range(2, len(keys)):
            like = first.setdefault(tuple(keys[i - 2 : i]), keys[i])
            if like[:_STEM] == keys[i][:_STEM] and min(len(like), len(keys[i])) >= _STEM:
                keys[i] = like
        return [run for run in runs(keys, returning_triples(keys)) if run.copies >= 3 and run.period > 3]

    def _is_cut(self, i: int, like: str) -> bool:
        """Whether word ``i`` is the line's last and the start of another one, and nothing closes it."""
        if i != len(self.keys) - 1:
            return False
        word = self.words[i]
        return word != like and like.startswith(word) and folded(self._line).rstrip(" …").endswith(word)

    @cached_property
    def circles(self) -> list[tuple[int, int]]:
        """Word spans in which nothing new is said, and that more than once; see `covered`."""
        # Each word of such a span stood before.
        if self.again < _LOOP_CONTENT or self._said_again() < _LOOP_CONTENT:
            return []
        return [self._with_cut_word(*span) for span in covered(self.keys) if self._says_nothing_new(*span)]

    def _with_cut_word(self, start: int, end: int) -> tuple[int, int]:
        """A span of words, with the word that follows it where that was cut off."""
        again = [i + 1 for i in range(end - 1) if self.keys[i] == self.keys[end - 1]]
        return start, end + any(self._is_cut(end, self.keys[i]) for i in again)

    def _said_again(self) -> int:
        """How many words of content stood in the line before."""
        content = self._content(0, len(self.words))
        return len(content) - len(set(content))

    def _says_nothing_new(self, start: int, end: int) -> bool:
        content = self._content(start, end)
        return len(content) >= _LOOP_CONTENT and len(content) >= _LOOP_RATIO * len(set(content))

    def _content(self, start: int, end: int) -> list[str]:
        """The keys of the words of content among the words ``start:end``."""
        return [self.keys[i] for i in range(start, end) if is_content(self.words[i])]

    @cached_property
    def echoes(self) -> list[tuple[int, int, int]]:
        """Phrases that come back after others; see `echoes`."""
        return list(echoes(self.keys, self.triples))


def _spellings(group: list[str]) -> Iterator[tuple[str, str]]:
    """Words that are spellings of an earlier one of the group, and the first of those."""
    first: dict[str, str] = {}
    for i, word in enumerate(group):
        for one in group[max(0, i - _RECENT) : i]:
            if near(one, word):
                first[word] = first.get(one, one)
                yield word, first[word]
                break


_patterns: WeakValueDictionary[str, Pattern] = WeakValueDictionary()


def pattern(line: str) -> Pattern:
    """What repeats in a line; remembered while `repeating_lines` holds a text with it, for most lines stay the same."""
    found = _patterns.get(line)
    if found is None:
        found = _patterns[line] = Pattern(line)
    return found


class Line:
    """A line, or piece of a very long one, in its text.

    Attributes:
        text: the whole text; all offsets are offsets of it.
        start, end: the line's span.
        pattern: what repeats in it.
        words: its words but the connectors, folded.
    """

    def __init__(self, text: str, start: int, content: str) -> None:
        self.text, self.start, self.end = text, start, start + len(content)
        self.pattern = pattern(content)
        self.words = self.pattern.words

    def any_word(self, i: int) -> Word:
        """Word ``i`` of all words, connectors too."""
        start, end = self.pattern.all_places[i]
        return Word(self.start + start, self.start + end, self.pattern.all_words[i])

    def begin(self, i: int) -> int:
        """Where word ``i`` begins in the text."""
        return self.start + self.pattern.places[i][0]

    def stop(self, i: int) -> int:
        """Where word ``i`` ends in the text."""
        return self.start + self.pattern.places[i][1]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Where the words ``start:end`` stand in the text."""
        return self.begin(start), self.stop(end - 1)

    def gap(self, i: int) -> str:
        """The text between word ``i - 1`` and word ``i``; up to the line's edge before the first and after the last."""
        first = self.stop(i - 1) if i else self.start
        last = self.begin(i) if i < len(self.words) else self.end
        return self.text[first:last]

    def gap_kind(self, i: int) -> Gap:
        """How word ``i`` follows the one before it: by a space, a comma or dash, a connector, a full stop, a cry."""
        gap = self.gap(i)
        if gap == " " or not gap.strip():
            return "tight"
        if _CRY.search(gap):
            return "cry"
        if any(c.isalpha() or c == "&" for c in gap):
            return "join"
        return "list" if _LIST.match(gap) else "stop"

    def content(self, start: int, end: int) -> int:
        """How many of the words ``start:end`` carry content."""
        return sum(map(is_content, self.words[start:end]))


@lru_cache(maxsize=2)
def repeating_lines(text: str) -> list[Line]:
    """The lines of a text in which words come back soon; the fixers of repetition look at no others."""
    return [Line(text, start, line) for start, line in _repeating(text)]


def _repeating(text: str) -> Iterator[tuple[int, str]]:
    for start, line, seen in looked(text):
        if len(line) > LONG_LINE:
            yield from ((begin, piece) for begin, piece in pieces(start, line) if look(piece).repeats)
        elif seen.repeats:
            yield start, line
