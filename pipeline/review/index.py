"""The review app's index over the run store: what there is to review, in which order, in which state.

It is derived from documents, edits, segments and decisions. A document's rows vanish with the document (a trigger in
``store.sql``) and are made again by `Index.sync`; states follow decisions as they are made (`pipeline.review.events`).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final

from pipeline.document import Document, Segment
from pipeline.edits import Edit
from pipeline.review.addresses import folded, numbered, removed_key
from pipeline.review.events import UNDECIDED, decision_at, decisions_of, searched
from pipeline.review.lists import Filter, Step, passes, steps
from pipeline.review.placing import Placed, place
from pipeline.store import Store

_COLUMNS: Final = "doc, position, ord, seg, edit, key, occurrence, former, state, risk, flags"
# Kilobytes; in SQLite's own 2 MB, what concerns 100,000 rows reads and writes the same pages over and over.
_CACHE: Final = 65_536


class Index:
    """The index of one store."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self._seen = -1
        store.connection.execute(f"PRAGMA cache_size = -{_CACHE}")

    def sync(self) -> None:
        """Bring the index up to date; costs next to nothing where no other connection has written."""
        seen = self.store.connection.execute("PRAGMA data_version").fetchone()[0]
        if seen == self._seen:
            return
        with self.store.transaction():
            self._drop_and_move()
            newest = self.store.connection.execute("SELECT coalesce(max(id), 0) FROM review").fetchone()[0]
            missing = self._missing()
            for id, position in missing:
                document = self.store.load(id)
                if document:
                    self._add(document, position)
            if missing:
                self._add_grams(newest)
        self._seen = seen

    def pending(self) -> int:
        """How many documents the next `sync` has to add."""
        return len(self._missing())

    def ids(self, filter: Filter) -> list[int]:
        """All rows that a filter lets through, in its order."""
        return [id for step in self.steps(filter) for id in step.ids]

    def steps(self, filter: Filter) -> Iterator[Step]:
        """They, in steps; see `pipeline.review.lists`."""
        return steps(self.store.connection, filter)

    def passes(self, filter: Filter, id: int) -> bool:
        """Whether a filter lets a row through."""
        return passes(self.store.connection, filter, id)

    def find(self, doc: str, place: str) -> int:
        """The row of an address, given as in a link; 0 where there is none."""
        key, _, occurrence = place.rpartition(".")
        row = self.store.connection.execute(
            "SELECT id FROM review WHERE doc = ? AND key = ? AND occurrence = ?", (doc, key, occurrence)
        ).fetchone()
        return row[0] if row else 0

    def any_undecided(self) -> bool:
        """Whether there is anything at all that nobody has decided on."""
        query = f"SELECT 1 FROM review WHERE state IN {UNDECIDED} LIMIT 1"
        return self.store.connection.execute(query).fetchone() is not None

    def undecided(self, ids: Sequence[int]) -> set[int]:
        """Those of the rows that nobody has decided on."""
        rows = self.store.connection.execute(
            f"SELECT id FROM review WHERE state IN {UNDECIDED} AND id IN (SELECT value FROM json_each(?))",
            (json.dumps(list(ids)),),
        )
        return {row[0] for row in rows}

    def beside(self, ids: Iterable[int]) -> int:
        """How many segments the documents of these rows have beside them."""
        query = (
            "WITH known AS (SELECT value AS id FROM json_each(?)) SELECT count(*) FROM review WHERE seg IS NOT NULL "
            "AND doc IN (SELECT doc FROM review WHERE id IN known) AND id NOT IN known"
        )
        return int(self.store.connection.execute(query, (json.dumps(list(ids)),)).fetchone()[0])

    def states(self) -> dict[str, int]:
        """How many rows are in each state."""
        return dict(self.store.connection.execute("SELECT state, count(*) FROM review GROUP BY state").fetchall())

    def flags(self) -> dict[str, int]:
        """How many segments have each flag."""
        rows = self.store.connection.execute("SELECT flags, count(*) FROM review WHERE flags <> '' GROUP BY flags")
        counts: dict[str, int] = {}
        for flags, number in rows:
            for flag in flags.strip(",").split(","):
                counts[flag] = counts.get(flag, 0) + number
        return dict(sorted(counts.items()))

    def documents(self, text: str, limit: int) -> list[tuple[str, int, int]]:
        """Documents whose id contains a text, with their numbers of segments and of undecided ones."""
        rows = self.store.connection.execute(
            f"SELECT i.doc, count(r.seg), sum(r.state IN {UNDECIDED}) FROM (SELECT * FROM indexed "
            "WHERE instr(lower(doc), lower(?)) ORDER BY position LIMIT ?) i "
            "JOIN review r INDEXED BY review_in_order ON r.position = i.position GROUP BY i.doc ORDER BY i.position",
            (text, limit),
        )
        return rows.fetchall()

    def _drop_and_move(self) -> None:
        execute = self.store.connection.execute
        # A run under way raises the number in a document before it is the newest run itself.
        gone = execute(
            "SELECT doc FROM indexed WHERE doc NOT IN (SELECT id FROM documents WHERE run >= ?)",
            (self.store.newest_run(),),
        ).fetchall()
        for table in ("review", "indexed"):
            self.store.connection.executemany(f"DELETE FROM {table} WHERE doc = ?", gone)
        moved = execute(
            "SELECT d.position, d.id FROM documents d JOIN indexed i ON i.doc = d.id WHERE d.position <> i.position"
        ).fetchall()
        for table in ("review", "indexed"):
            self.store.connection.executemany(f"UPDATE {table} SET position = ? WHERE doc = ?", moved)

    def _missing(self) -> list[tuple[str, int]]:
        rows = self.store.connection.execute(
            "SELECT id, position FROM documents WHERE run >= ? AND id NOT IN (SELECT doc FROM indexed)",
            (self.store.newest_run(),),
        )
        return rows.fetchall()

    def _add(self, document: Document, position: int) -> None:
        execute = self.store.connection.execute
        execute("INSERT INTO indexed VALUES (?, ?)", (document.id, position))
        marks = ", ".join("?" * 11)
        for ord, (values, text) in enumerate(_rows(self.store, document)):
            row = (document.id, position, ord, *values)
            id = execute(f"INSERT INTO review ({_COLUMNS}) VALUES ({marks})", row).lastrowid
            execute("INSERT INTO review_text VALUES (?, ?)", (id, text))

    def _add_grams(self, after: int) -> None:
        """Note what the rows behind an id hold; all rows anew once half of what is noted is of rows that are gone."""
        execute = self.store.connection.execute
        new, rows = execute("SELECT count(*) FILTER (WHERE id > ?), count(*) FROM review", (after,)).fetchone()
        noted = execute("SELECT count(*) FROM review_grams").fetchone()[0]
        if noted + new >= 2 * rows:
            execute("INSERT INTO review_grams (review_grams) VALUES ('delete-all')")
            after = 0
        execute("INSERT INTO review_grams (rowid, folded) SELECT id, folded FROM review_text WHERE id > ?", (after,))


def removed_texts(document: Document) -> Iterator[tuple[int, Edit]]:
    """Edits that took a whole text out, with their numbers."""
    for number, edit in enumerate(document.edits):
        if edit.stage == "strip" and edit.before.strip() and not edit.after.strip():
            yield number, edit


_Values = tuple[tuple[Any, ...], str]


def _rows(store: Store, document: Document) -> list[_Values]:
    """The document's segments and removed texts in order: what follows doc, position and ord, and the text."""
    placed = place(document.id, [s.source for s in document.segments], decisions_of(store, document.id))
    found = [(s.start, 1, _segment_row(s, p)) for s, p in zip(document.segments, placed, strict=True)]
    return [row for _, _, row in sorted([*found, *_removed_rows(store, document)], key=lambda item: item[:2])]


def _segment_row(segment: Segment, placed: Placed) -> _Values:
    text = searched(segment.source, (placed.decision and placed.decision.text) or segment.target)
    values = (
        segment.seg, None, placed.address.key, placed.address.occurrence,
        placed.former.address.place if placed.former else "", placed.state,
        1 - (segment.score or 0.0), f",{','.join(segment.flags)}," if segment.flags else "",
    )  # fmt: skip
    return values, text


def _removed_rows(store: Store, document: Document) -> Iterable[tuple[int, int, _Values]]:
    edits = list(removed_texts(document))
    addresses = numbered(document.id, (removed_key(edit.before) for _, edit in edits))
    for (number, edit), address in zip(edits, addresses, strict=True):
        decision = decision_at(store, address)
        state = decision.state if decision and decision.state == "restored" else "removed"
        values = (None, number, address.key, address.occurrence, "", state, 0.0, "")
        yield edit.start, 0, (values, folded(edit.before))
