"""Lines in, lines out: what ``pipeline translate`` does."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice

from pipeline.mt.memory import Entry
from pipeline.mt.mend import Mender
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
        made = (item for found in translator.translate(filter(None, window)) for item in found.items())
        found = {source: _written(source, entry, translator.mender) for source, entry in made}
        yield from (" ".join(found[line].split()) if line else "" for line in window)


def _written(source: str, entry: Entry, mender: Mender) -> str:
    return entry.hypothesis if entry.imported else mender.mend(source, entry.hypothesis)[0]
