"""The translation memory: translations made once are not made again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Entry:
    """What the memory holds for a source: the hypothesis as the guard left it.

    Attributes:
        hypothesis: target text; may be empty.
        logprob: mean log-probability per target piece, None for an imported translation.
        alignment: (source, target) character spans ``(s0, s1, t0, t1)``.
        imported: True where a person or another tool made it (it is then preferred, and its origin is "memory").
    """

    hypothesis: str
    logprob: float | None = None
    alignment: list[tuple[int, int, int, int]] = field(default_factory=list)
    imported: bool = False


class Memory(Protocol):
    """Translations by key, the key being a digest of normalised source, model fingerprint and decoding options."""

    def lookup(self, keys: Iterable[str]) -> dict[str, Entry]:
        """The entries there are for these keys."""

    def store(self, entries: Mapping[str, Entry]) -> None:
        """Keep entries; kept for good once the run commits."""
