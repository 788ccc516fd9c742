"""Length: the translation is far shorter or longer than its source usually makes it."""

from __future__ import annotations

from pipeline.checks.pair import Pair

_LIMIT = 3.2  # spreads from the mean


def length_differs(pair: Pair) -> str:
    """Whether the translation is too short or too long."""
    if abs(pair.length_deviation) < _LIMIT:
        return ""
    return "too short" if pair.length_deviation < 0 else "too long"
