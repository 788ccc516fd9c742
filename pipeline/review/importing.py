"""Work that was done in another tool, as events: first a preview, then all of it as one action, which is one undo.

The text is the witness, not the state: translation tools set states of their own on everything that passes through
them. So a changed English is an edit; an unchanged one is nothing, unless the caller trusts the file's states.
"""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final

from pipeline.io.imported import Imported
from pipeline.io.xml import legal
from pipeline.review.addresses import normalised, numbered, segment_key
from pipeline.review.desk import Desk, tidy
from pipeline.review.events import UNDECIDED, append, events_of
from pipeline.review.rows import Row

_CLAIMS: Final = {"accepted": "accept", "edited": "accept", "rejected": "reject"}


@dataclass(frozen=True, slots=True)
class Proposal:
    """One event that a file asks for."""

    row: Row
    kind: str
    text: str
    line: int


@dataclass(frozen=True, slots=True)
class Odd:
    """A segment of the file that changes nothing, and why."""

    line: int
    source: str
    why: str


@dataclass
class Preview:
    """What a file would change.

    Attributes:
        proposals: events to be.
        conflicts: other English for segments that were decided here; left alone unless the caller prefers the file.
        unknown: segments that this run does not have, or not with this French.
        untranslated: number of segments whose English is the French: tools put it there until someone translates.
        same: number of segments that the file does not change.
        missing: number of segments of the documents in the file that are not in it.
    """

    proposals: list[Proposal] = field(default_factory=list)
    conflicts: list[tuple[Proposal, str]] = field(default_factory=list)
    unknown: list[Odd] = field(default_factory=list)
    untranslated: int = 0
    same: int = 0
    missing: int = 0

    def counts(self) -> dict[str, int]:
        """Numbers for people."""
        kinds = Counter(proposal.kind for proposal in self.proposals)
        odd = {"conflicts": len(self.conflicts), "unknown": len(self.unknown), "untranslated": self.untranslated}
        return {**kinds, **odd, "unchanged": self.same, "not in the file": self.missing}


def preview(desk: Desk, found: Iterable[Imported], *, trust_states: bool = False) -> Preview:
    """What the segments of a file would change; nothing is saved.

    Args:
        trust_states: a file's "accepted" or "rejected" counts even where its English is unchanged.
    """
    desk.index.sync()
    result, finder, seen, met = Preview(), _Finder(desk), dict[int, str](), set[int]()
    for one in found:
        rows = list(finder.rows(one))
        if not rows:
            result.unknown.append(Odd(one.line, one.source, "no segment of this run has this French at this place"))
        met |= {row.id for row in rows}
        for row in rows:
            _judge(result, desk, row, one, trust_states)
            if one.target.strip() and seen.setdefault(row.id, tidy(one.target)) != tidy(one.target):
                result.unknown.append(Odd(one.line, one.source, "translated in two ways; the first is taken"))
    _drop_repeated(result)
    result.missing = desk.index.beside(met)
    return result


def apply(desk: Desk, plan: Preview, *, prefer_file: bool = False) -> int:
    """Save what was previewed as one action; returns the number of events.

    Args:
        prefer_file: also save what is in conflict, over the decisions that stand.

    Raises:
        Conflict: somebody decided since the preview; nothing is saved.
    """
    wanted = [*plan.proposals, *(proposal for proposal, _ in plan.conflicts if prefer_file)]
    batch = uuid.uuid4().hex
    with desk.store.transaction():
        append(desk.store, [desk.event(p.row, p.kind, p.text, p.row.version, batch) for p in wanted])
    return len(wanted)


def _judge(result: Preview, desk: Desk, row: Row, one: Imported, trust_states: bool) -> None:
    notes = [Proposal(row, "comment", note, one.line) for note in _new_notes(desk, row, one.note)]
    proposal = _proposed(row, one, trust_states)
    result.proposals += notes
    if proposal is None:
        result.same += not notes
    elif proposal.kind == "edit" and _same(row.source, proposal.text):
        result.untranslated += 1
    elif row.state in UNDECIDED:
        result.proposals.append(proposal)
    else:
        result.conflicts.append((proposal, f"{row.reviewer} has {row.state} it: {row.target}"))


def _proposed(row: Row, one: Imported, trust_states: bool) -> Proposal | None:
    """The decision that the file asks for, None where it says nothing new."""
    text = tidy(one.target)
    if text and text not in (tidy(legal(row.target)), tidy(legal(row.machine))):
        return Proposal(row, "edit", text, one.line)
    claim = _CLAIMS.get(one.state) if trust_states and row.state in UNDECIDED else None
    if claim and (text or claim == "reject"):
        return Proposal(row, claim, row.target if claim == "accept" else "", one.line)
    return None


def _new_notes(desk: Desk, row: Row, note: str) -> Iterator[str]:
    if not note.strip():
        return
    events = events_of(desk.store, row.address)
    known = {tidy(event.text) for event in events} | {f"{row.state}: {tidy(row.reason)}"}
    for line in note.split("\n"):
        if tidy(line) and tidy(line) not in known:
            yield tidy(line)


def _drop_repeated(result: Preview) -> None:
    """A segment that stands twice in a file is decided on once."""
    taken: set[tuple[int, str]] = set()
    kept = []
    for proposal in result.proposals:
        slot = (proposal.row.id, proposal.text if proposal.kind == "comment" else "")
        if slot not in taken:
            taken.add(slot)
            kept.append(proposal)
    result.proposals = kept


class _Finder:
    """The rows that a segment of a file speaks of."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._doc = ""
        self._by_place: dict[str, int] = {}
        self._by_seg: dict[int, int] = {}

    def rows(self, one: Imported) -> Iterator[Row]:
        """By the id it was written under, else by number, else every segment with the same French."""
        if not one.doc:
            yield from self._desk.rows(self._everywhere(one.source))
            return
        self._load(one.doc)
        _, _, place = one.tuid.rpartition("#")
        ids = [self._by_place.get(place, 0), self._by_seg.get(-1 if one.seg is None else one.seg, 0)]
        here = [row for row in self._desk.rows(list(dict.fromkeys(ids))) if _same(row.source, one.source)]
        yield from here[:1] or self._desk.rows(self._in_document(one.source))

    def _load(self, doc: str) -> None:
        if doc == self._doc:
            return
        rows = self._desk.store.connection.execute(
            "SELECT s.source, r.seg, r.id FROM review r JOIN segments s ON s.doc = r.doc AND s.seg = r.seg "
            "WHERE r.doc = ? ORDER BY r.seg",
            (doc,),
        ).fetchall()
        places = numbered(doc, (segment_key(source) for source, _, _ in rows))
        self._doc = doc
        self._by_place = {address.place: row[2] for address, row in zip(places, rows, strict=True)}
        self._by_seg = {seg: id for _, seg, id in rows}

    def _in_document(self, source: str) -> list[int]:
        key = segment_key(source)
        return [id for place, id in self._by_place.items() if place.startswith(f"{key}.")][:1]

    def _everywhere(self, source: str) -> list[int]:
        rows = self._desk.store.connection.execute(
            "SELECT r.id FROM review r WHERE r.key = ? AND r.seg IS NOT NULL ORDER BY position, ord",
            (segment_key(source),),
        )
        return [row[0] for row in rows]


def _same(ours: str, theirs: str) -> bool:
    return normalised(legal(ours)) == normalised(theirs)
