"""Lines in, lines out: what ``pipeline translate`` does."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import islice

from pipeline.mt.memory import Entry
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
        found: dict[str, str] = {}
        for made in translator.translate(filter(None, window)):
            found |= _written(made, translator)
        yield from (" ".join(found[line].split()) if line else "" for line in window)


def _written(made: Mapping[str, Entry], translator: Translator) -> dict[str, str]:
    """What is written for each source: imported translations as they are, others mended."""
    imported = {source: entry.hypothesis for source, entry in made.items() if entry.imported}
    return imported | translator.mended({source: entry for source, entry in made.items() if not entry.imported})
