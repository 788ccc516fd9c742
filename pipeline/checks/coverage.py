"""Coverage: a stretch of one side has no counterpart on the other.

Each word is evidence for or against "this was left out"; the stretch with the most evidence counts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.checks.pair import Pair

# A stretch is missed where the evidence, and that of a target which is short for its source, come to this much; added
# likewise. The weight of the length (in spreads from the mean) and the limits were set on the even lines of
# newstest2013, where 2 and 0.5 % of the human translations pass them (benchmarks/flags.py).
_LENGTH_WEIGHT = 2.5
_LOST_LIMIT, _ADDED_LIMIT = 13.0, 11.0


@dataclass(frozen=True, slots=True)
class Stretch:
    """The words ``start:end`` of a side, and the evidence that they were left out."""

    evidence: float
    start: int
    end: int


def left_out(pair: Pair) -> str:
    """The words of the source, or of the target, that have no counterpart."""
    length = _LENGTH_WEIGHT * pair.length_deviation
    lost = strongest(pair.lost)
    if lost.evidence - length > _LOST_LIMIT:
        return f"lost: {' '.join(pair.source_words[lost.start : lost.end])}"
    added = strongest(pair.added)
    if added.evidence + length > _ADDED_LIMIT:
        return f"added: {' '.join(pair.target_words[added.start : added.end])}"
    return ""


def strongest(evidence: Sequence[float]) -> Stretch:
    """The stretch of words with the greatest sum of evidence; an empty one where no word is missed.

    >>> strongest([-1.0, 2.0, -0.5, 1.5, -3.0])
    Stretch(evidence=3.0, start=1, end=4)
    """
    best = Stretch(0.0, 0, 0)
    total, start = 0.0, 0
    for i, value in enumerate(evidence):
        if total <= 0:
            total, start = 0.0, i
        total += value
        if total > best.evidence:
            best = Stretch(total, start, i + 1)
    return best
