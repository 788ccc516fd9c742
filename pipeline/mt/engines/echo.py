"""The fake: gives the source back, so that tests and dry runs need no weights."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.mt.align import Link, Span, identity
from pipeline.mt.engines.base import Decoding, Hypothesis


class EchoEngine:
    """Every source is its own translation, and every text is aligned with itself, word by word."""

    name = "echo"
    fingerprint = "echo"

    def lengths(self, sources: Sequence[str]) -> list[int]:
        """Words, as there are no pieces."""
        return [len(source.split()) for source in sources]

    def unspelled(self, source: str) -> list[Span]:
        return []

    def translate(self, sources: Sequence[str], decoding: Decoding | None = None) -> list[Hypothesis]:
        return [Hypothesis(source, 0.0) for source in sources]

    def align(self, sources: Sequence[str], targets: Sequence[str]) -> list[list[Link]]:
        return [identity(source) if source == target else [] for source, target in zip(sources, targets, strict=True)]
