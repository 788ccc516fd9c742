"""Phrases that go from inside a line, as the lexicons' ``inline`` lists have them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pipeline.document import Kind

GAP = 200  # characters that a `*` may stand for


@dataclass(frozen=True, slots=True)
class Inline:
    """A phrase that goes from inside a line: what it begins with, and what it ends with where it has a `*`."""

    text: str
    kind: Kind
    start: str
    end: str

    @classmethod
    def parse(cls, text: str, kind: Kind) -> Inline:
        start, _, end = text.partition("*")
        return cls(text, kind, start, end)

    def spans(self, text: str) -> Iterator[tuple[int, int]]:
        """Where it stands in a text, with the blank before it; never over a line break.

        >>> text = "Le pont (Lire aussi : le tunnel) ferme."
        >>> [text[a:b] for a, b in Inline.parse("(Lire aussi*)", "related").spans(text)]
        [' (Lire aussi : le tunnel)']
        """
        at = text.find(self.start)
        while at >= 0:
            stop = self._stop(text, at + len(self.start))
            if stop >= 0:
                yield at - (at > 0 and text[at - 1] == " "), stop
            at = text.find(self.start, max(stop, at + len(self.start)))

    def _stop(self, text: str, at: int) -> int:
        if not self.end:
            return at
        stop = text.find(self.end, at, at + GAP)
        return stop + len(self.end) if stop >= 0 and "\n" not in text[at:stop] else -1


def inline_spans(text: str, phrases: Sequence[Inline]) -> list[tuple[int, int, Inline]]:
    """All phrases' spans in order of their start; of overlapping ones the first."""
    there = [phrase for phrase in phrases if phrase.start in text]
    found = sorted((start, end, i) for i, phrase in enumerate(there) for start, end in phrase.spans(text))
    spans, edge = [], 0
    for start, end, i in found:
        if start >= edge:
            spans.append((start, end, there[i]))
            edge = end
    return spans
