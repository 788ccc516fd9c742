"""Lines in, lines out: what ``pipeline translate`` does."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice

from pipeline.mt.translator import Translator

WINDOW = 256
"""Lines read before the first is written: enough for full batches, a second or two to the first output."""


def translate_lines(lines: Iterable[str], translator: Translator) -> Iterator[str]:
    """One line out for each line in, in order; a blank line stays blank.

    Args:
        lines: with or without their line end.

    Yields:
        translations without a line end; no line holds a line separator.
    """
    stream = iter(lines)
    while window := [" ".join(line.split()) for line in islice(stream, WINDOW)]:
        found = {
            source: e.hypothesis for made in translator.translate(filter(None, window)) for source, e in made.items()
        }
        yield from (" ".join(found[line].split()) if line else "" for line in window)
