"""Parallel text: reading it, and telling two sentences that are the same but for trifles."""

from __future__ import annotations

import hashlib
import io
import re
import unicodedata
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import NamedTuple, TextIO, TypeVar

# The corpora are compressed with a window of 2**27 bytes (`zstd --long=27`), more than the decoder allows by default.
ZSTD_WINDOW = 2**27

T = TypeVar("T")


class Pair(NamedTuple):
    """A sentence pair, and the set it belongs to."""

    set: str
    fr: str
    en: str


def read(paths: Iterable[Path], max_pairs: int = 0) -> Iterator[Pair]:
    """The pairs of tab-separated files (``.tsv``, ``.tsv.zst``), ``max_pairs`` a file (0: all of them).

    Two columns are French and English, and the set is the file's name up to the first ``-`` or ``.``; three begin
    with the set. Other lines are passed over.
    """
    for path in paths:
        name = re.split(r"[-.]", path.name)[0]
        with _open(path) as lines:
            for line in islice(lines, max_pairs or None):
                columns = line.rstrip("\n").split("\t")
                if len(columns) in (2, 3):
                    yield Pair(*([name, *columns][-3:]))


def fold(text: str) -> str:
    """The letters of a text and nothing else: no case, accents, digits, punctuation or spaces.

    Two sentences with one folding are the same sentence for the exclusion of duplicates and of test sets.

    >>> fold("L’été 2013, à Cœur-Joie !") == fold("l'ete 2012 a coeur joie")
    True
    """
    plain = unicodedata.normalize("NFKD", text.replace("œ", "oe").replace("Œ", "OE")).lower()
    return "".join(char for char in plain if char.isalpha())


def digest(text: str) -> int:
    """A 64-bit hash of a text's folding, the same on every machine.

    >>> digest("Bonjour !") == digest("bonjour")
    True
    """
    return int.from_bytes(hashlib.blake2b(fold(text).encode(), digest_size=8).digest(), "big")


@contextmanager
def _open(path: Path) -> Iterator[TextIO]:
    """A plain or compressed text file; lines end at ``\\n`` only, as in Moses files."""
    if path.suffix != ".zst":
        with path.open(encoding="utf-8", newline="\n") as file:
            yield file
        return
    import zstandard

    with path.open("rb") as raw, zstandard.ZstdDecompressor(max_window_size=ZSTD_WINDOW).stream_reader(raw) as stream:
        yield io.TextIOWrapper(stream, encoding="utf-8", newline="\n")


def chunks(items: Iterable[T], size: int) -> Iterator[list[T]]:
    """Lists of ``size`` items, the last one shorter.

    >>> list(chunks("abcde", 2))
    [['a', 'b'], ['c', 'd'], ['e']]
    """
    iterator = iter(items)
    while chunk := list(islice(iterator, size)):
        yield chunk
