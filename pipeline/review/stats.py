"""What review teaches: how much people changed, whether the flags and scores find it, and what strip missed."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from pipeline.review.index import Index
from pipeline.stages.strip.keys import key as phrase
from pipeline.store import Store

# chrF: character n-grams up to 6, recall weighing twice (Popović 2015, "chrF: character n-gram F-score for automatic
# MT evaluation"); white space does not count, as in sacrebleu.
_ORDER: Final = 6
_BETA: Final = 2
# Boilerplate is short: a longer rejected segment is an article's sentence.
_LONGEST_PHRASE: Final = 12
_BANDS: Final = ("0.0-0.2", "0.2-0.4", "0.4-0.6", "0.6-0.8", "0.8-1.0")


@dataclass
class Group:
    """What was decided in one group of segments.

    Attributes:
        decided: segments accepted, edited, flagged or rejected.
        bad: of these, edited, flagged or rejected.
        edited: of these, edited.
        changes: words replaced, put in or taken out by the edits.
        words: words of the reviewers' English, accepted and edited.
    """

    decided: int = 0
    bad: int = 0
    edited: int = 0
    changes: int = 0
    words: int = 0
    grams: list[list[int]] = field(default_factory=lambda: [[0, 0, 0] for _ in range(_ORDER)])

    def add(self, state: str, machine: str, text: str | None) -> None:
        """Count one decision."""
        self.decided += 1
        self.bad += state != "accepted"
        self.edited += state == "edited"
        if text is None:
            return
        self.words += len(text.split())
        self.changes += edit_distance(machine.split(), text.split())
        for total, part in zip(self.grams, matches(machine, text), strict=True):
            total[:] = [a + b for a, b in zip(total, part, strict=True)]

    @property
    def distance(self) -> float:
        """Word edits for each 100 words of the reviewers' English."""
        return 100 * self.changes / self.words if self.words else 0.0

    @property
    def chrf(self) -> float:
        """chrF of the machine's English towards the reviewers', 0..100."""
        return chrf(self.grams)


@dataclass
class Stats:
    """Groups by what they have in common, and proposals for the lexicon with their numbers of documents."""

    all: Group
    documents: dict[str, Group]
    flags: dict[str, Group]
    bands: dict[str, Group]
    phrases: list[tuple[str, int]]


def stats(store: Store) -> Stats:
    """What the decisions on the newest run's segments teach; stale ones do not count."""
    Index(store).sync()
    groups: defaultdict[tuple[str, str], Group] = defaultdict(Group)
    for doc, state, text, machine, score, flags in _decided(store):
        names = [("all", ""), ("doc", doc), ("band", band(score)), *(("flag", flag) for flag in flags or ["none"])]
        for name in names:
            groups[name].add(state, machine, text)

    def named(kind: str) -> dict[str, Group]:
        return {name: group for (of, name), group in sorted(groups.items()) if of == kind}

    return Stats(groups["all", ""], named("doc"), named("flag"), named("band"), _phrases(store))


def _decided(store: Store) -> Iterator[tuple[str, str, str | None, str, float | None, list[str]]]:
    rows = store.connection.execute(
        "SELECT d.doc, d.state, d.text, d.machine, s.score, s.flags FROM decisions d "
        "JOIN review r ON r.doc = d.doc AND r.key = d.key AND r.occurrence = d.occurrence "
        "JOIN segments s ON s.doc = r.doc AND s.seg = r.seg "
        "WHERE d.state IN ('accepted', 'edited', 'flagged', 'rejected')"
    )
    for doc, state, text, machine, score, flags in rows:
        yield doc, state, text, machine, score, [flag for flag in flags.split(",") if flag]


def _phrases(store: Store) -> list[tuple[str, int]]:
    found: defaultdict[str, set[str]] = defaultdict(set)
    for doc, source in store.connection.execute("SELECT doc, source FROM decisions WHERE state = 'rejected'"):
        if 0 < len(source.split()) <= _LONGEST_PHRASE and phrase(source):
            found[phrase(source)].add(doc)
    return sorted(((text, len(docs)) for text, docs in found.items()), key=lambda item: (-item[1], item[0]))


def band(score: float | None) -> str:
    """The score's band.

    >>> band(0.2), band(1.0), band(None)
    ('0.2-0.4', '0.8-1.0', 'none')
    """
    return "none" if score is None else _BANDS[min(int(score * 5 + 1e-9), 4)]


def edit_distance(one: Sequence[str], other: Sequence[str]) -> int:
    """Levenshtein distance: the fewest items to put in, take out or replace.

    >>> edit_distance("the old cat".split(), "the cat sleeps".split())
    2
    """
    row = list(range(len(other) + 1))
    for i, a in enumerate(one, 1):
        last, row[0] = row[0], i
        for j, b in enumerate(other, 1):
            last, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, last + (a != b))
    return row[-1]


def matches(hypothesis: str, reference: str) -> Iterator[list[int]]:
    """For each n from 1 on: character n-grams in common, in the hypothesis, in the reference."""
    texts = ["".join(text.split()) for text in (hypothesis, reference)]
    for n in range(1, _ORDER + 1):
        mine, theirs = (Counter(text[i : i + n] for i in range(len(text) - n + 1)) for text in texts)
        yield [(mine & theirs).total(), mine.total(), theirs.total()]


def chrf(grams: Iterable[Sequence[int]]) -> float:
    """chrF of summed n-gram counts, 0..100.

    >>> chrf(matches("the cat", "the cat"))
    100.0
    >>> round(chrf(matches("the cat sat", "the cat sits")), 2)
    61.03
    """
    pairs = [(common / mine, common / theirs) for common, mine, theirs in grams if mine and theirs]
    if not any(precision for precision, _ in pairs):
        return 0.0
    precision = sum(precision for precision, _ in pairs) / len(pairs)
    recall = sum(recall for _, recall in pairs) / len(pairs)
    return 100 * (1 + _BETA**2) * precision * recall / (_BETA**2 * precision + recall)
