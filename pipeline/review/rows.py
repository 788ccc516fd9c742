"""Rows as a reviewer sees them: a segment, or a removed text, with all that was decided on it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

from pipeline.review.addresses import Address
from pipeline.review.decisions import ALIKE
from pipeline.review.events import decision_at
from pipeline.store import Store


@dataclass(frozen=True, slots=True)
class Former:
    """A decision on an earlier French of a segment that is stale."""

    place: str
    source: str
    text: str | None
    state: str
    reviewer: str


@dataclass(frozen=True, slots=True)
class Row:
    """One row.

    Attributes:
        id: of the row in the index; another one after the document was done again.
        kind: "segment" or "removed".
        place: the address within the document, for links that do not move.
        source: French, or the removed text.
        machine: the machine's English.
        target: the English by order of preference.
        alike: True where `target` was decided on the same French elsewhere.
        version: what a save must name as its base.
        rule: "kind: rule" of a removed text.
    """

    id: int
    kind: Literal["segment", "removed"]
    doc: str
    seg: int
    place: str
    state: str
    source: str
    machine: str
    target: str
    alike: bool
    score: float | None
    origin: str
    flags: list[str]
    version: str
    reason: str
    reviewer: str
    at: str
    draft: str | None
    comments: int
    rule: str
    former: Former | None

    @property
    def address(self) -> Address:
        """Where decisions on it belong."""
        return Address.parse(self.doc, self.place)


_SELECT: Final = f"""
SELECT r.id, r.doc, r.seg, r.key, r.occurrence, r.state, r.flags, r.former,
       s.source, s.target AS machine, s.score, s.origin, e.before, e.kind, e.rule,
       d.text, d.version, d.reason, d.reviewer, d.at, d.state AS decided, t.text AS draft,
       (SELECT count(*) FROM events c WHERE c.doc = r.doc AND c.key = r.key AND c.occurrence = r.occurrence
        AND c.kind = 'comment' AND NOT EXISTS (SELECT 1 FROM events u WHERE u.undoes = c.uid AND u.undoes <> ''))
       AS comments,
       {ALIKE.format(key="r.key")} AS alike
FROM review r
LEFT JOIN segments s ON s.doc = r.doc AND s.seg = r.seg
LEFT JOIN edits e ON e.doc = r.doc AND e.n = r.edit
LEFT JOIN decisions d ON d.doc = r.doc AND d.key = r.key AND d.occurrence = r.occurrence
LEFT JOIN drafts t ON t.doc = r.doc AND t.key = r.key AND t.occurrence = r.occurrence AND t.reviewer = ?
WHERE r.id IN (SELECT value FROM json_each(?))
"""


def rows(store: Store, ids: Sequence[int], reviewer: str) -> list[Row]:
    """The rows with these ids, in this order, as one reviewer sees them; those that are gone are left out."""
    cursor = store.connection.execute(_SELECT, (reviewer, json.dumps(list(ids))))
    names = [column[0] for column in cursor.description]
    found = {values[0]: dict(zip(names, values, strict=True)) for values in cursor}
    return [_row(store, found[id]) for id in ids if id in found]


def documents_meta(store: Store, ids: Iterable[str]) -> dict[str, dict[str, Any]]:
    """``meta`` of documents by id."""
    found = store.connection.execute(
        "SELECT id, meta FROM documents WHERE id IN (SELECT value FROM json_each(?))", (json.dumps(sorted(ids)),)
    )
    return {id: json.loads(meta) for id, meta in found}


def _row(store: Store, found: dict[str, Any]) -> Row:
    segment = found["seg"] is not None
    standing = found["decided"] not in (None, "unreviewed")
    machine = found["machine"] or ""
    decided = found["text"] if segment and standing else None
    elsewhere = None if standing else found["alike"]
    return Row(
        id=found["id"],
        kind="segment" if segment else "removed",
        doc=found["doc"],
        seg=found["seg"] if segment else -1,
        place=f"{found['key']}.{found['occurrence']}",
        state=found["state"],
        source=found["source"] or "" if segment else found["before"],
        machine=machine,
        target=next(text for text in (decided, elsewhere, machine) if text is not None),
        alike=elsewhere is not None and elsewhere != machine,
        score=found["score"],
        origin=found["origin"] or "",
        flags=[flag for flag in found["flags"].split(",") if flag],
        version=found["version"] or "",
        reason=found["reason"] or "",
        reviewer=found["reviewer"] or "" if standing else "",
        at=found["at"] or "" if standing else "",
        draft=found["draft"],
        comments=found["comments"],
        rule="" if segment else f"{found['kind']}: {found['rule']}",
        former=_former(store, found["doc"], found["former"]) if found["state"] == "stale" else None,
    )


def _former(store: Store, doc: str, place: str) -> Former | None:
    decision = decision_at(store, Address.parse(doc, place))
    if decision is None:
        return None
    return Former(place, decision.source, decision.text, decision.state, decision.reviewer)
