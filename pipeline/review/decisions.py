"""What a run and its exports need of the reviewers' decisions."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final, cast

from pipeline.document import Document, Segment, State
from pipeline.review.events import Decision, decisions_of
from pipeline.review.placing import Placed, place
from pipeline.store import Store

# In SQL: the English of a key that reviewers always gave the same English, else NULL. The first and the last of its
# texts are found without reading those between them.
ALIKE: Final = (
    "(SELECT iif(a.text = (SELECT max(b.text) FROM decisions b WHERE b.key = a.key "
    "AND b.state IN ('accepted', 'edited')), a.text, NULL) FROM decisions a "
    "WHERE a.key = {key} AND a.state IN ('accepted', 'edited') ORDER BY a.text LIMIT 1)"
)


def decided(store: Store, documents: Iterable[Document]) -> Iterator[Document]:
    """Documents with decisions put onto their segments; it is asked once whether there are any."""
    if not store.connection.execute("SELECT 1 FROM events LIMIT 1").fetchone():
        yield from documents
        return
    for document in documents:
        _overlay(store, document.id, document.segments)
        yield document


def _overlay(store: Store, doc: str, segments: Sequence[Segment]) -> None:
    """Put decisions onto a document's segments: their English, and the state of each.

    The English is, in this order: what was decided here; what was decided everywhere alike for the same French; what
    the model says.
    """
    placed = place(doc, [segment.source for segment in segments], decisions_of(store, doc))
    alike = everywhere_alike(store, (item.address.key for item in placed if not item.decision))
    for segment, item in zip(segments, placed, strict=True):
        segment.state = cast(State, item.state)
        _fill(segment, item, alike)


def everywhere_alike(store: Store, keys: Iterable[str]) -> dict[str, str]:
    """English by key, for French that reviewers always gave the same English."""
    rows = store.connection.execute(
        f"SELECT value, {ALIKE.format(key='value')} AS alike FROM json_each(?) WHERE alike IS NOT NULL",
        (json.dumps(list(keys)),),
    )
    return dict(rows.fetchall())


def restored(store: Store) -> Mapping[str, frozenset[str]]:
    """By document id, the removed texts that reviewers want back: each exactly as it stood, and its lines."""
    texts: defaultdict[str, set[str]] = defaultdict(set)
    for doc, text in store.connection.execute("SELECT doc, text FROM decisions WHERE state = 'restored'"):
        # A text of several lines may be removed in other portions the next time.
        texts[doc] |= {text, *(line.strip() for line in text.splitlines() if line.strip())}
    return {doc: frozenset(found) for doc, found in texts.items()}


def decisions_digest(store: Store) -> str:
    """A short text that changes with every new decision."""
    newest, number = store.connection.execute("SELECT coalesce(max(id), 0), count(*) FROM events").fetchone()
    return f"{number} events up to {newest}"


def chosen(decision: Decision | None, alike: str | None, machine: str) -> str:
    """A segment's English by order of preference."""
    if decision and decision.text is not None:
        return decision.text
    return machine if decision or alike is None else alike


def _fill(segment: Segment, item: Placed, alike: Mapping[str, str]) -> None:
    target = chosen(item.decision, alike.get(item.address.key), segment.target)
    if target != segment.target:
        segment.target, segment.origin = target, "memory"
        segment.alignment = []  # it was that of the machine's English
    if item.state == "edited":
        segment.origin = "human"
