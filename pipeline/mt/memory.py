"""The translation memory: translations made once are not made again."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from pipeline.mt.tokenizer import normalise


@dataclass(frozen=True, slots=True)
class Entry:
    """What the memory holds for a source: the hypothesis as the guard left it.

    Attributes:
        hypothesis: target text; may be empty.
        logprob: mean log-probability per target piece, None for an imported translation.
        alignment: (source, target) character spans ``(s0, s1, t0, t1)`` of its parts, where the source was taken apart.
        imported: True where a person or another tool made it (it is then preferred, and its origin is "memory").
        source: the source it was made for, by which a hit is verified.
    """

    hypothesis: str
    logprob: float | None = None
    alignment: list[tuple[int, int, int, int]] = field(default_factory=list)
    imported: bool = False
    source: str = ""

    def holds_for(self, source: str) -> bool:
        """Whether this is a translation of the source: equal but for typography and white space."""
        return self.source == source or normalise(self.source) == normalise(source)


class Memory(Protocol):
    """Translations by key, the key being a digest of normalised source, model fingerprint and decoding options."""

    def lookup(self, keys: Iterable[str]) -> dict[str, Entry]:
        """The entries there are for these keys."""

    def store(self, entries: Mapping[str, Entry]) -> None:
        """Keep entries; kept for good once the run commits."""


def key(source: str, maker: str) -> str:
    """The key of a translation.

    Args:
        source: any text; what `normalise` folds together has one key.
        maker: an engine's fingerprint, or a language pair such as ``fr-en`` for what was imported.

    >>> key("l’eau", "x") == key("l'eau", "x") != key("l'eau", "y")
    True
    """
    return hashlib.sha256(f"{maker}\0{normalise(source)}".encode("utf-8", "surrogatepass")).hexdigest()[:32]
