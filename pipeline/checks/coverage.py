"""Coverage: a stretch of one side has no counterpart on the other.

Each word is evidence for or against "this was left out"; the stretch with the most evidence counts.
"""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.checks.lengths import length_deviation
from pipeline.checks.lexicon import Entry
from pipeline.checks.pair import Pair

# A word that the lexicon does not know speaks for nothing unless it stands on the other side as it is.
_UNKNOWN_FOUND = -1.5
# A stretch is missed where the evidence, and that of a target which is short for its source, come to this much; added
# likewise. The weight of the length (in spreads, see `length_deviation`) and the limits were set on the even lines of
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
    tongues = pair.tongues
    length = _LENGTH_WEIGHT * length_deviation(pair.source, pair.target)
    lost = uncovered(pair.source_stems, pair.target_stem_set, tongues.lexicon)
    if lost.evidence - length > _LOST_LIMIT:
        return f"lost: {' '.join(pair.source_words[lost.start : lost.end])}"
    added = uncovered(pair.target_stems, pair.source_stem_set, tongues.back_lexicon)
    if added.evidence + length > _ADDED_LIMIT:
        return f"added: {' '.join(pair.target_words[added.start : added.end])}"
    return ""


def uncovered(stems: list[str], there: set[str], lexicon: dict[str, Entry]) -> Stretch:
    """The stretch of ``stems`` with the most evidence of having no counterpart among the stems ``there``.

    >>> from pipeline.checks.lexicon import entry
    >>> lexicon = {"soldat": entry(0.95, "soldie"), "ville": entry(0.9, "city town")}
    >>> uncovered(["soldat", "ville"], {"soldie"}, lexicon).start
    1
    """
    best = Stretch(0.0, 0, 0)
    evidence, start = 0.0, 0
    for i, word in enumerate(stems):
        if evidence <= 0:
            evidence, start = 0.0, i
        evidence += _evidence(word, there, lexicon)
        if evidence > best.evidence:
            best = Stretch(evidence, start, i + 1)
    return best


def _evidence(word: str, there: set[str], lexicon: dict[str, Entry]) -> float:
    entry = lexicon.get(word)
    if word in there:
        return entry.found if entry else _UNKNOWN_FOUND
    if entry is None:
        return 0.0
    return entry.lost if entry.translations.isdisjoint(there) else entry.found
