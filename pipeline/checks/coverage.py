"""Coverage: a stretch of one side has no counterpart on the other.

Each word is evidence for or against "this was left out"; the stretch with the most evidence counts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.checks.pair import Pair

# A stretch is missed where the evidence, and that of a target which is short for its source, come to this much; added
# likewise. The weights of the length (for each spread from the mean) and the limits were set on the even lines of
# newstest2013, where 1.2 and 0.3 % of the human translations pass them (benchmarks/flags.py). What was left out always
# makes a target short; what was added seldom makes it long, for it stands in another's place.
_LOST_LIMIT, _SHORTNESS = 20.0, 6.0
_ADDED_LIMIT, _LONGNESS = 13.0, 2.5


@dataclass(frozen=True, slots=True)
class Stretch:
    """The words ``start:end`` of a side, and the evidence that they were left out."""

    evidence: float
    start: int
    end: int


def left_out(pair: Pair) -> str:
    """The words of the source, or of the target, that have no counterpart."""
    lost = strongest(pair.lost)
    if lost.evidence - _SHORTNESS * pair.length_deviation > _LOST_LIMIT:
        return f"lost: {' '.join(pair.source_words[lost.start : lost.end])}"
    added = strongest(pair.added)
    if added.evidence + _LONGNESS * pair.length_deviation > _ADDED_LIMIT:
        return f"added: {' '.join(pair.target_words[added.start : added.end])}"
    return ""


def unmatched(pair: Pair) -> float:
    """Evidence for each word of the source that it was left out, and for each of the target that it was added: means.

    Both range from about -2 (each word has a counterpart) to 4. 0 for languages without lexicons, where the only words
    known to match would be those that were not translated.
    """
    if not (pair.tongues.lexicon and pair.tongues.back_lexicon):
        return 0.0
    return sum(sum(evidence) / max(1, len(evidence)) for evidence in (pair.lost, pair.added))


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
