"""What people have said of a document's segments, for the formats that hold notes and dates."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from pipeline.document import Document
from pipeline.io.fields import places
from pipeline.review.addresses import Address
from pipeline.review.events import Decision, decisions_of
from pipeline.store import Store


@dataclass(frozen=True, slots=True)
class Review:
    """What people have said of a segment, beside its state and its text.

    Attributes:
        by: who decided last, "" where nobody has.
        at: when, ISO 8601 in UTC.
        machine: what the machine had said, where a person changed it.
        comments: (who, text), oldest first; then why it was flagged or rejected.
    """

    by: str = ""
    at: str = ""
    machine: str = ""
    comments: tuple[tuple[str, str], ...] = ()


def reviews_of(store: Store, document: Document) -> dict[int, Review]:
    """By segment number, what people have said, where they have said anything."""
    if not store.connection.execute("SELECT 1 FROM events WHERE doc = ? LIMIT 1", (document.id,)).fetchone():
        return {}
    decisions = {decision.address.place: decision for decision in decisions_of(store, document.id)}
    comments = _comments(store, document.id)
    return {
        segment.seg: _review(decisions.get(place), comments.get(place, []))
        for place, segment in zip(places(document), document.segments, strict=True)
        if place in decisions or place in comments
    }


def _review(decision: Decision | None, comments: list[tuple[str, str]]) -> Review:
    if decision is None:
        return Review(comments=tuple(comments))
    reason = [(decision.reviewer, f"{decision.state}: {decision.reason}")] if decision.reason else []
    machine = decision.machine if decision.state == "edited" else ""
    return Review(decision.reviewer, decision.at, machine, (*comments, *reason))


def _comments(store: Store, doc: str) -> dict[str, list[tuple[str, str]]]:
    """By place, the comments that were not undone."""
    rows = store.connection.execute(
        "SELECT key, occurrence, reviewer, text FROM events WHERE doc = ? AND kind = 'comment' "
        "AND uid NOT IN (SELECT undoes FROM events WHERE doc = ? AND undoes <> '') ORDER BY id",
        (doc, doc),
    )
    comments = defaultdict(list)
    for key, occurrence, reviewer, text in rows:
        comments[Address(doc, key, occurrence).place].append((reviewer, text))
    return comments
