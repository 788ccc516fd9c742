"""Reviewers' events: an append-only journal in the run store, and the decisions that it comes to.

Nothing is ever overwritten: an undo is one more event, which names the one it takes back.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, fields
from operator import attrgetter
from typing import Final

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


@dataclass(frozen=True, slots=True)
class Event:
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


@dataclass(frozen=True, slots=True)
class Decision:
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


_EVENT: Final = ", ".join(field.name for field in fields(Event))
_DECISION: Final = ", ".join(field.name for field in fields(Decision))
_event_values = attrgetter(*(field.name for field in fields(Event)))
_decision_values = attrgetter(*(field.name for field in fields(Decision)))


def append(store: Store, events: Sequence[Event], *, check: bool = True) -> None:
    """Add events and write their decisions anew, inside the caller's transaction. Known ones are left out.

    Args:
        check: refuse an event whose base is no longer the newest; a merged journal is taken as it is.

    Raises:
        Conflict: an event is based on an older version.
    """
    if check:
        _check(store, events)
    marks = ", ".join("?" * len(fields(Event)))
    store.connection.executemany(
        f"INSERT OR IGNORE INTO events ({_EVENT}) VALUES ({marks})", (_event_values(event) for event in events)
    )
    refold(store, {event.address for event in events})


def refold(store: Store, addresses: Iterable[Address]) -> None:
    """Write decisions, and what the review index says of them, anew from the events."""
    marks = ", ".join("?" * len(fields(Decision)))
    for address in sorted(addresses):
        events = events_of(store, address)
        decision = fold(events)
        if decision is None:
            continue
        store.connection.execute(
            f"INSERT OR REPLACE INTO decisions ({_DECISION}) VALUES ({marks})", _decision_values(decision)
        )
        former = next((event.replaces for event in reversed(events) if event.replaces), "")
        store.connection.execute(
            "UPDATE review SET former = iif(?2 = '', former, ?2), state = CASE WHEN ?1 <> 'unreviewed' THEN ?1 "
            "WHEN seg IS NULL THEN 'removed' WHEN former <> '' OR ?2 <> '' THEN 'stale' ELSE 'unreviewed' END "
            "WHERE doc = ?3 AND key = ?4 AND occurrence = ?5",
            (decision.state, former, *address),
        )
        if len(events) > 1 or decision.text != decision.machine:
            _refold_text(store, decision)


def _refold_text(store: Store, decision: Decision) -> None:
    store.connection.execute(
        "UPDATE review_text SET folded = ? "
        "WHERE id IN (SELECT id FROM review WHERE doc = ? AND key = ? AND occurrence = ?)",
        (folded(f"{decision.source}\n{decision.text or decision.machine}"), *decision.address),
    )


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
    return [Event(*row) for row in rows]


def journal(store: Store) -> Iterator[Event]:
    """All events, oldest first."""
    return (Event(*row) for row in store.connection.execute(f"SELECT {_EVENT} FROM events ORDER BY id"))


def standing(store: Store, uids: Iterable[str]) -> list[Event]:
    """Those of the events that were not undone."""
    rows = store.connection.execute(
        f"SELECT {_EVENT} FROM events WHERE uid IN (SELECT value FROM json_each(?)) AND uid NOT IN "
        "(SELECT undoes FROM events WHERE undoes <> '') ORDER BY id",
        (json.dumps(list(uids)),),
    )
    return [Event(*row) for row in rows]


def decision_at(store: Store, address: Address) -> Decision | None:
    """The decision of an address, None where it has none."""
    row = store.connection.execute(
        f"SELECT {_DECISION} FROM decisions WHERE doc = ? AND key = ? AND occurrence = ?", address
    ).fetchone()
    return Decision(*row) if row else None


def decisions_of(store: Store, doc: str) -> list[Decision]:
    """A document's decisions that stand, in the order of their segments when they were made."""
    rows = store.connection.execute(
        f"SELECT {_DECISION} FROM decisions WHERE doc = ? AND state <> 'unreviewed' ORDER BY seg, key, occurrence",
        (doc,),
    )
    return [Decision(*row) for row in rows]


def _check(store: Store, events: Sequence[Event]) -> None:
    for event in events:
        theirs = decision_at(store, event.address)
        if event.kind not in ("comment", "undo") and theirs and theirs.version != event.base:
            raise Conflict(f"{theirs.reviewer} has decided since you opened this segment ({theirs.state}); not saved")
