"""All that there is to know of one row: where its French comes from, what the machine said, what people did."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from pipeline.review.desk import Desk
from pipeline.review.diff import Part, words
from pipeline.review.events import Event, decisions_of, events_of
from pipeline.review.rows import Row, documents_meta


@dataclass(frozen=True, slots=True)
class Detail:
    """What the detail strip shows; diffs are lists of (same | out | in, text).

    Attributes:
        raw: from the raw text to the clean French.
        guard: from what the model said to the machine's English (glossary, post-editing).
        edited: from the machine's English to the one that stands.
        former: from an earlier French, with a decision, to this one; empty where the row is not stale.
        edits: the edits inside the segment's raw span: stage, kind, rule, score.
        history: the events, newest first, each with the text's difference from the one before.
        restored: who had the removed text restored that the segment comes from, and its place.
    """

    row: Row
    raw: list[Part]
    guard: list[Part]
    edited: list[Part]
    former: list[Part]
    edits: list[dict[str, Any]]
    history: list[dict[str, Any]]
    provenance: dict[str, str]
    restored: list[dict[str, str]]


def detail(desk: Desk, id: int) -> Detail:
    """The details of a row.

    Raises:
        Gone: it is no longer there.
    """
    row = desk.row(id)
    nothing: dict[str, Any] = {"raw": row.source, "hypothesis": "", "edits": []}
    found = _segment(desk, row) if row.kind == "segment" else nothing
    return Detail(
        row,
        raw=words(found["raw"], row.source),
        guard=words(found["hypothesis"] or row.machine, row.machine),
        edited=words(row.machine, row.target),
        former=words(row.former.source, row.source) if row.former else [],
        edits=found["edits"],
        history=history(row, events_of(desk.store, row.address)),
        provenance=_provenance(desk, row, found),
        restored=_restored(desk, row, found["raw"]),
    )


def history(row: Row, events: list[Event]) -> list[dict[str, Any]]:
    """The events as people read them, newest first."""
    undone = {event.undoes: event.reviewer for event in events if event.undoes}
    entries, text = [], events[0].machine if events else ""
    for event in events:
        written = event.kind in ("accept", "edit")
        entries.append(
            {
                "uid": event.uid, "kind": event.kind, "reviewer": event.reviewer, "at": event.at,
                "undone": undone.get(event.uid, ""), "bulk": bool(event.batch),
                "text": "" if written or event.kind == "restore" else event.text,
                "diff": words(text, event.text) if written else [],
            }
        )  # fmt: skip
        text = event.text if written else text
    return entries[::-1]


def _segment(desk: Desk, row: Row) -> dict[str, Any]:
    execute = desk.store.connection.execute
    start, end, hypothesis, logprob, language, raw = execute(
        'SELECT s.start, s."end", s.hypothesis, s.logprob, s.language, substr(d.raw, s.start + 1, s."end" - s.start) '
        "FROM segments s JOIN documents d ON d.id = s.doc WHERE s.doc = ? AND s.seg = ?",
        (row.doc, row.seg),
    ).fetchone()
    names = ("stage", "kind", "rule", "score", "before", "after")
    edits = execute(
        f'SELECT {", ".join(names)} FROM edits WHERE doc = ? AND start < ? AND "end" > ? ORDER BY n',
        (row.doc, end, start),
    )
    return {
        "start": start, "end": end, "hypothesis": hypothesis, "logprob": logprob, "language": language, "raw": raw,
        "edits": [dict(zip(names, edit, strict=True)) for edit in edits],
    }  # fmt: skip


def _restored(desk: Desk, row: Row, raw: str) -> list[dict[str, str]]:
    inside = [d for d in decisions_of(desk.store, row.doc) if d.state == "restored" and raw.strip() in (d.text or "")]
    return [{"place": d.address.place, "reviewer": d.reviewer, "at": d.at} for d in inside]


def _provenance(desk: Desk, row: Row, found: dict[str, Any]) -> dict[str, str]:
    meta = documents_meta(desk.store, [row.doc]).get(row.doc, {})
    facts = json.loads(desk.store.info("run") or "{}")
    known = {
        "document": row.doc,
        **{name: meta.get(name, "") for name in ("title", "author", "date", "site", "url")},
        "raw text": f"characters {found['start']} to {found['end']}" if "start" in found else "",
        "language": found.get("language", ""),
        "origin": row.origin,
        "model": facts.get("model", "") if row.origin == "mt" else "",
        "log-probability": f"{found['logprob']:.2f} per piece" if found.get("logprob") is not None else "",
        "rule": row.rule,
    }
    return {name: ", ".join(value) if isinstance(value, list) else str(value) for name, value in known.items() if value}
