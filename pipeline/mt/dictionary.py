"""A dictionary of word forms, learned from parallel text by ``benchmarks/fit_dictionary.py``.

One file a language pair; a line has, separated by tabs, a folded source word, the target words that surely translate
it, the likeliest first, and the stems of all target words that may stand for it.
"""

from __future__ import annotations

import gzip
import hashlib
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path

DICTIONARIES = Path(__file__).parent / "dictionaries"


class Dictionary:
    """The dictionary of a language pair; empty where there is none.

    >>> words = Dictionary("fr", "en")
    >>> words.words("foie"), words.stems("foie"), words.words("xyz")
    (['liver'], ['foie', 'gras', 'heart', 'liver'], [])
    """

    def __init__(self, source: str, target: str) -> None:
        self._file = DICTIONARIES / f"{source}-{target}.tsv.gz"

    @cached_property
    def digest(self) -> str:
        """Digest of the file, "" where there is none."""
        return hashlib.sha256(self._file.read_bytes()).hexdigest()[:12] if self._file.is_file() else ""

    @cached_property
    def _lines(self) -> Mapping[str, str]:
        lines = gzip.decompress(self._file.read_bytes()).decode().splitlines() if self._file.is_file() else []
        return dict(line.split("\t", 1) for line in lines)

    def words(self, source: str) -> list[str]:
        """The target words that surely translate a folded source word, the likeliest first."""
        return self._lines.get(source, "").partition("\t")[0].split()

    def stems(self, source: str) -> list[str]:
        """The stems of all target words that may stand for a folded source word."""
        return self._lines.get(source, "").partition("\t")[2].split()
