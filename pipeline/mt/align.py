"""Word alignment from cross-attention."""

from __future__ import annotations

import re
from collections.abc import Sequence

Span = tuple[int, int]
Link = tuple[int, int, int, int]

_WORD = re.compile(r"\w+|[^\w\s]")


def links(
    source: str,
    target: str,
    source_spans: Sequence[Span],
    target_spans: Sequence[Span],
    attention: Sequence[Sequence[float]],
) -> list[Link]:
    """Words that belong together, as character spans ``(s0, s1, t0, t1)`` sorted by target.

    A target piece belongs to the source piece that it attends to most; two words are linked if any of their pieces are.

    Args:
        source_spans, target_spans: characters of each piece; an empty span for pieces that stand for no text.
        attention: one row a target piece, one weight a source piece.
    """
    source_words, target_words = word_spans(source), word_spans(target)
    found = set()
    for span, weights in zip(target_spans, attention, strict=False):
        best = max(range(len(source_spans)), key=lambda i: weights[i])
        left, right = _word(source_words, source_spans[best]), _word(target_words, span)
        if left and right:
            found.add((*left, *right))
    return sorted(found, key=lambda link: (link[2], link[0]))


def word_spans(text: str) -> list[Span]:
    """Spans of words and of single marks.

    >>> word_spans("L'eau, 5")
    [(0, 1), (1, 2), (2, 5), (5, 6), (7, 8)]
    """
    return [match.span() for match in _WORD.finditer(text)]


def _word(words: Sequence[Span], piece: Span) -> Span | None:
    """The word that shares most characters with a piece; the later one where two share as many."""
    shared = [(min(end, piece[1]) - max(start, piece[0]), (start, end)) for start, end in words]
    size, word = max(shared, default=(0, (0, 0)))
    return word if size > 0 else None


def identity(text: str) -> list[Link]:
    """Links of a text with itself."""
    return [(*span, *span) for span in word_spans(text)]
