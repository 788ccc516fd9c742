"""Finding a document's decisions their segments again after a re-run.

The same French at the same occurrence is found by its address. A decision whose French is gone goes to the nearest
undecided segment that resembles it, if there is one: that segment is *stale*.
"""

from __future__ import annotations

from bisect import bisect
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass

from pipeline.review.addresses import Address, numbered, segment_key
from pipeline.review.events import Decision

# A changed sentence shares at least this much with its old form (Dice coefficient of character trigrams, 0..1); two
# different sentences of one article share less: see tests/cases/review/similar.yaml.
LIKENESS = 0.5
# How many segments off its expected place a changed sentence is looked for: a stage that mends a text moves sentences
# by a handful, and a wider search would compare each with each in a document that changed altogether.
REACH = 12


@dataclass(slots=True)
class Placed:
    """A segment's address, the decision that stands there, and one on an earlier French of it."""

    address: Address
    decision: Decision | None = None
    former: Decision | None = None

    @property
    def state(self) -> str:
        """The state that review shows."""
        if self.decision:
            return self.decision.state
        return "stale" if self.former else "unreviewed"


def place(doc: str, sources: Sequence[str], decisions: Iterable[Decision]) -> list[Placed]:
    """One `Placed` for each of a document's segments, given their French in order."""
    keys = [segment_key(source) for source in sources]
    by_key: dict[str, list[Decision]] = defaultdict(list)
    orphans = []
    present, standing = set(keys), list(decisions)
    settled = {(d.doc, d.replaces) for d in standing if d.replaces}
    for decision in standing:
        if decision.key in present:
            by_key[decision.key].append(decision)
        elif not decision.key.startswith("-") and (doc, decision.address.place) not in settled:
            orphans.append(decision)
    placed = _exact(doc, keys, by_key)
    for index, decision in _nearest(sources, placed, orphans):
        placed[index].former = decision
    return placed


def _exact(doc: str, keys: Sequence[str], by_key: dict[str, list[Decision]]) -> list[Placed]:
    placed = [Placed(address) for address in numbered(doc, keys)]
    free: dict[str, list[Placed]] = defaultdict(list)
    left = {key: {d.occurrence: d for d in sorted(found, key=lambda d: d.occurrence)} for key, found in by_key.items()}
    for item in placed:
        item.decision = left.get(item.address.key, {}).pop(item.address.occurrence, None)
        if item.decision is None:
            free[item.address.key].append(item)
    # Fewer occurrences than before: the decision of one that went is as good for one that stayed.
    for key, decisions in left.items():
        for item, decision in zip(free[key], decisions.values(), strict=False):
            item.address, item.decision = decision.address, decision
    return placed


def _nearest(
    sources: Sequence[str], placed: Sequence[Placed], orphans: Sequence[Decision]
) -> Iterator[tuple[int, Decision]]:
    """Pairs of a segment's index and the decision on its earlier French; no segment or decision twice."""
    if not orphans:
        return
    anchors = sorted((item.decision.seg, index) for index, item in enumerate(placed) if item.decision)
    grams = [trigrams(source) if placed[i].decision is None else set() for i, source in enumerate(sources)]
    pairs = []
    for number, orphan in enumerate(orphans):
        expected, known = _expected(anchors, orphan.seg), trigrams(orphan.source)
        for index in range(max(0, expected - REACH), min(len(sources), expected + REACH + 1)):
            likeness = dice(known, grams[index])
            if likeness >= LIKENESS:
                pairs.append((-likeness, abs(index - expected), index, number))
    taken: set[int] = set()
    done: set[int] = set()
    for _, _, index, number in sorted(pairs):
        if index not in taken and number not in done:
            taken.add(index)
            done.add(number)
            yield index, orphans[number]


def _expected(anchors: Sequence[tuple[int, int]], seg: int) -> int:
    """Where a segment that was number `seg` should be now, seen from the nearest decided one before it."""
    if not anchors:
        return seg
    was, now = anchors[max(0, bisect(anchors, (seg, -1)) - 1)]
    return seg + now - was


def trigrams(text: str) -> set[str]:
    """The text's sequences of three characters, a space at either end."""
    padded = f" {text.casefold()} "
    return {padded[i : i + 3] for i in range(len(padded) - 2)}


def dice(one: Collection[str], other: Collection[str]) -> float:
    """Dice coefficient of two sets, 0..1; 0 where both are empty.

    >>> round(dice(trigrams("Il part demain."), trigrams("Il part demain matin.")), 2)
    0.83
    """
    total = len(one) + len(other)
    return 2 * len(set(one) & set(other)) / total if total else 0.0
