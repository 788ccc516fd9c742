"""Long sentences to parts that a model can take, at clause boundaries; and what no model should see, kept apart."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from pipeline.checks.addresses import find_addresses
from pipeline.mt.align import Span

Lengths = Callable[[list[str]], list[int]]

# A leading bullet or number of a list; models drop or translate it.
_MARKER = re.compile(r"\s*(?:[-–—•·▪■●◦‣*]|\(?\d{1,2}[.)]|\(?[a-z]\))\s+(?=\S)")
# A run without a space that is longer than any word: data, not language.
_BLOB = re.compile(r"\S{200,}")
# Tags, and what models have for control tokens: "<br>", "</s>", ">>fra<<".
_MARKUP = re.compile(r"</?[a-zA-Z]\w{0,15}(?:\s[^<>]{0,200})?/?>|>>\w{1,15}<<")
_EDGES = '.,;:!?…()[]«»“”"'  # what stands beside a stretch that is copied goes with it
# White space (the group) where a sentence may be taken apart, from the best kind of place to the worst.
_BOUNDARIES = (
    re.compile(r"[.!?…;][\"'»”’)]*(\s+)"),
    re.compile(r"[:–—)](\s+)|(\s+)(?=[–—(])"),
    re.compile(r",(\s+)"),
    re.compile(r"(\s+)(?=\S)"),
)


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of a source.

    Attributes:
        start, end: its characters.
        translate: False where it is to be copied.
    """

    start: int
    end: int
    translate: bool = True


def parts(source: str, lengths: Lengths, limit: int, kept: Iterable[Span] = ()) -> list[Part]:
    """Take a source apart; what lies between the parts is white space.

    List markers, addresses, markup, runs without a space of 200 characters and more, and stretches without a letter
    are to be copied.

    Args:
        lengths: pieces of each of some texts, the closing one included.
        limit: most pieces of a part that is to be translated.
        kept: more stretches that are to be copied.

    >>> [(source[p.start : p.end], p.translate) for source in ["1. Un deux"] for p in parts(source, lambda t: [9], 9)]
    [('1.', False), ('Un deux', True)]
    """
    found = []
    for part in _apart(source, kept):
        if part.translate:
            found += [Part(*span) for span in _fitting(source, part.start, part.end, lengths, limit)]
        else:
            found.append(part)
    return found


def _apart(source: str, kept: Iterable[Span]) -> Iterator[Part]:
    marker = _MARKER.match(source)
    position = marker.end() if marker else 0
    if marker:
        yield from _trimmed(source, 0, position, translate=False)
    for start, end in sorted({*kept, *_copied(source)}):
        while start > position and source[start - 1] in _EDGES:
            start -= 1
        while end < len(source) and source[end] in _EDGES:
            end += 1
        if end > position:
            yield from _trimmed(source, position, start)
            yield from _trimmed(source, max(start, position), end, translate=False)
            position = end
    yield from _trimmed(source, position, len(source))


def _copied(source: str) -> Iterator[Span]:
    yield from find_addresses(source)
    yield from (match.span() for pattern in (_BLOB, _MARKUP) for match in pattern.finditer(source))


def _trimmed(source: str, start: int, end: int, translate: bool = True) -> Iterator[Part]:
    text = source[start:end]
    start += len(text) - len(text.lstrip())
    end -= len(text) - len(text.rstrip())
    if start < end:
        yield Part(start, end, translate and any(map(str.isalpha, source[start:end])))


def _fitting(source: str, start: int, end: int, lengths: Lengths, limit: int) -> list[tuple[int, int]]:
    if lengths([source[start:end]])[0] <= limit:
        return [(start, end)]
    first, second = _halves(source, start, end)
    return [*_fitting(source, *first, lengths, limit), *_fitting(source, *second, lengths, limit)]


def _halves(source: str, start: int, end: int) -> tuple[tuple[int, int], tuple[int, int]]:
    """Two parts of a stretch: at the best kind of boundary in its middle half, there the one nearest to the middle."""
    middle, reach = (start + end) / 2, (end - start) / 4
    for boundary in _BOUNDARIES:
        spans = (match.span(match.lastindex or 0) for match in boundary.finditer(source, start, end))
        near = [span for span in spans if abs(span[0] - middle) <= reach]
        if near:
            left, right = min(near, key=lambda span: abs(span[0] - middle))
            return (start, left), (right, end)
    return (start, int(middle)), (int(middle), end)
