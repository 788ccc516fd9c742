"""Reviewers' events: an append-only journal in the run store, and the decisions that it comes to.

Nothing is ever overwritten: an undo is one more event, which names the one it takes back.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from itertools import groupby
from operator import attrgetter
from typing import Final, NamedTuple

from pipeline.errors import PipelineError
from pipeline.review.addresses import Address, folded
from pipeline.store import Store

# What a segment's state is after each kind of event; the others leave it.
STATES: Final = {
    "accept": "accepted",
    "edit": "edited",
    "flag": "flagged",
    "reject": "rejected",
    "restore": "restored",
}
KINDS: Final = (*STATES, "comment", "undo")
UNDECIDED: Final = ("unreviewed", "stale")
# In SQL: a new event's uid, 32 hexadecimal digits as `uuid4().hex`.
NEW_UID: Final = "lower(hex(randomblob(16)))"


class Event(NamedTuple):
    """One thing that a reviewer did to one segment or removed text; see the table ``events`` in ``store.sql``."""

    uid: str
    doc: str
    key: str
    occurrence: int
    kind: str
    reviewer: str
    at: str
    seg: int = -1
    text: str = ""
    source: str = ""
    machine: str = ""
    base: str = ""
    batch: str = ""
    undoes: str = ""
    replaces: str = ""

    @property
    def address(self) -> Address:
        """Where it belongs."""
        return Address(self.doc, self.key, self.occurrence)


class Decision(NamedTuple):
    """What the events of one address come to.

    Attributes:
        state: a value of `STATES`, or "unreviewed" where all was undone.
        text: the English that was decided (or the removed text to restore); None where only the state was.
        reason: why it was flagged or rejected.
        source, machine: the French and the machine's English that the reviewer saw.
        version: what the next event must name as its base.
        replaces: place of an earlier decision that this one settles.
    """

    doc: str
    key: str
    occurrence: int
    seg: int
    state: str
    text: str | None
    reason: str
    source: str
    machine: str
    reviewer: str
    at: str
    version: str
    replaces: str

    @property
    def address(self) -> Address:
        """Where it belongs."""
        return Address(self.doc, self.key, self.occurrence)


class Conflict(PipelineError):
    """Someone else has decided since, or the text has changed: nothing was saved."""


_EVENT: Final = ", ".join(Event._fields)
_DECISION: Final = ", ".join(Decision._fields)


# In SQL, with the id of an event: the addresses of the events behind it (found by id, not by reading the whole index of
# addresses), the states of their rows in the review index, and the rows whose English those events may have changed.
_TOUCHED: Final = "SELECT DISTINCT doc, key, occurrence FROM events NOT INDEXED WHERE id > ?"
_OF_ROW: Final = "e.doc = r.doc AND e.key = r.key AND e.occurrence = r.occurrence"
_RESTATE: Final = f"""
UPDATE review AS r SET former = touched.former, state = CASE WHEN touched.state <> 'unreviewed' THEN touched.state
  WHEN seg IS NULL THEN 'removed' WHEN touched.former <> '' THEN 'stale' ELSE 'unreviewed' END
FROM (
  SELECT r.id, d.state, coalesce((SELECT replaces FROM events e WHERE {_OF_ROW} AND replaces <> '' ORDER BY id DESC
    LIMIT 1), r.former) AS former
  FROM ({_TOUCHED}) JOIN review r USING (doc, key, occurrence) JOIN decisions d USING (doc, key, occurrence)
) AS touched WHERE touched.id = r.id
"""
_RETEXT: Final = f"""
SELECT r.id, s.source, coalesce(d.text, s.target)
FROM ({_TOUCHED}) JOIN review r USING (doc, key, occurrence) JOIN decisions d USING (doc, key, occurrence)
JOIN segments s ON s.doc = r.doc AND s.seg = r.seg
WHERE EXISTS (SELECT 1 FROM events e WHERE {_OF_ROW} AND e.kind IN ('accept', 'edit') AND e.text <> s.target)
"""


def append(store: Store, events: Sequence[Event], *, check: bool = True) -> None:
    """Add events and write their decisions anew, inside the caller's transaction. Known ones are left out.

    Args:
        check: refuse an event whose base is no longer the newest; a merged journal is taken as it is.

    Raises:
        Conflict: an event is based on an older version.
    """
    if check:
        _check(store, events)
    newest = last(store)
    marks = ", ".join("?" * len(Event._fields))
    store.connection.executemany(f"INSERT OR IGNORE INTO events ({_EVENT}) VALUES ({marks})", events)
    refold(store, newest)


def take_back(store: Store, uids: Sequence[str], reviewer: str, at: str) -> None:
    """Add an undo of each of these events, in their order, inside the caller's transaction."""
    newest = last(store)
    store.connection.execute(
        f"INSERT INTO events ({_EVENT}) SELECT {NEW_UID}, e.doc, e.key, e.occurrence, 'undo', ?, ?, e.seg, '', "
        "e.source, e.machine, '', '', e.uid, '' FROM json_each(?) j CROSS JOIN events e ON e.uid = j.value",
        (reviewer, at, json.dumps(uids)),
    )
    refold(store, newest)


def last(store: Store) -> int:
    """Id of the newest event, 0 where there is none."""
    return int(store.connection.execute("SELECT coalesce(max(id), 0) FROM events").fetchone()[0])


def refold(store: Store, after: int) -> None:
    """Write decisions, and what the review index says of them, anew for every address with an event behind an id."""
    rows = store.connection.execute(
        f"SELECT {_EVENT} FROM events WHERE (doc, key, occurrence) IN ({_TOUCHED}) ORDER BY doc, key, occurrence, id",
        (after,),
    )
    histories = groupby(map(Event._make, rows), attrgetter("doc", "key", "occurrence"))
    decisions = [decision for _, events in histories if (decision := fold(list(events)))]
    marks = ", ".join("?" * len(Decision._fields))
    store.connection.executemany(f"INSERT OR REPLACE INTO decisions ({_DECISION}) VALUES ({marks})", decisions)
    store.connection.execute(_RESTATE, (after,))
    changed = [(id, searched(source, target)) for id, source, target in store.connection.execute(_RETEXT, (after,))]
    store.connection.executemany("UPDATE review_text SET folded = ?2 WHERE id = ?1", changed)
    store.connection.executemany("INSERT INTO review_grams (rowid, folded) VALUES (?, ?)", changed)


def searched(source: str, target: str) -> str:
    """What a segment is found by."""
    return folded(f"{source}\n{target}")


def fold(events: Sequence[Event]) -> Decision | None:
    """What one address's events come to; None where none of them decides."""
    undone = {event.undoes for event in events if event.kind == "undo"}
    deciding = [event for event in events if event.kind != "comment"]
    if not deciding:
        return None
    state, text, reason, replaces, named = "unreviewed", None, "", "", deciding[-1]
    for event in deciding:
        if event.kind not in STATES or event.uid in undone:
            continue
        state, replaces, named = STATES[event.kind], event.replaces or replaces, event
        if event.kind in ("flag", "reject"):
            reason = event.text  # the English stays as it was decided before
        else:
            text, reason = event.text, ""
    return Decision(
        *named.address, named.seg, state, text, reason, named.source, named.machine, named.reviewer, named.at,
        deciding[-1].uid, replaces,
    )  # fmt: skip


def events_of(store: Store, address: Address) -> list[Event]:
    """The events of one address, oldest first."""
    rows = store.connection.execute(
        f"SELECT {_EVENT} FROM events WHERE doc = ? AND key = ? AND occurrence = ? ORDER BY id", address
    )
    return [Event._make(row) for row in rows]


def journal(store: Store) -> Iterator[Event]:
    """All events, oldest first."""
    return (Event._make(row) for row in store.connection.execute(f"SELECT {_EVENT} FROM events ORDER BY id"))


def event_of(store: Store, uid: str) -> Event:
    """The event with this uid."""
    return Event._make(store.connection.execute(f"SELECT {_EVENT} FROM events WHERE uid = ?", (uid,)).fetchone())


def decision_at(store: Store, address: Address) -> Decision | None:
    """The decision of an address, None where it has none."""
    row = store.connection.execute(
        f"SELECT {_DECISION} FROM decisions WHERE doc = ? AND key = ? AND occurrence = ?", address
    ).fetchone()
    return Decision._make(row) if row else None


def decisions_of(store: Store, doc: str) -> list[Decision]:
    """A document's decisions that stand, in the order of their segments when they were made."""
    rows = store.connection.execute(
        f"SELECT {_DECISION} FROM decisions WHERE doc = ? AND state <> 'unreviewed' ORDER BY seg, key, occurrence",
        (doc,),
    )
    return [Decision._make(row) for row in rows]


def _check(store: Store, events: Sequence[Event]) -> None:
    for event in events:
        theirs = decision_at(store, event.address)
        if event.kind not in ("comment", "undo") and theirs and theirs.version != event.base:
            raise Conflict(f"{theirs.reviewer} has decided since you opened this segment ({theirs.state}); not saved")
