"""The review app's index over the run store: what there is to review, in which order, in which state.

It is derived from documents, edits, segments and decisions. A document's rows vanish with the document (a trigger in
``store.sql``) and are made again by `Index.sync`; states follow decisions as they are made (`pipeline.review.events`).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final, Literal, overload

from pipeline.document import Document, Segment
from pipeline.edits import Edit
from pipeline.review.addresses import folded, numbered, removed_key
from pipeline.review.events import UNDECIDED, decision_at, decisions_of, searched
from pipeline.review.placing import Placed, place
from pipeline.store import Store

Order = Literal["document", "risk"]
ORDERS: Final[dict[str, str]] = {"document": "r.position, r.ord", "risk": "r.risk DESC, r.position, r.ord"}
_COLUMNS: Final = "doc, position, ord, seg, edit, key, occurrence, former, state, risk, flags"


@dataclass(frozen=True)
class Filter:
    """Which rows, and in which order; an empty field does not filter.

    Attributes:
        states: any of these.
        flag: with this flag; "any" for any at all.
        low, high: the score, 0..1, both ends included.
        doc: this document alone; where there is none of that id, all whose id contains it.
        text: found in the French or the English, whatever the case and accents.
        order: "document" shows removed texts in their place; "risk" shows segments alone, the least trusted first.
    """

    states: tuple[str, ...] = ()
    flag: str = ""
    low: float = 0.0
    high: float = 1.0
    doc: str = ""
    text: str = ""
    order: Order = "document"

    @property
    def needle(self) -> str:
        """The text as it is searched for."""
        return folded(self.text.replace("\0", "").strip())

    def conditions(self) -> Iterator[tuple[str, tuple[object, ...]]]:
        """SQL conditions on ``review r`` for all but the text, each with its parameters.

        A ``+`` keeps SQLite from another index than that of the order, which would have all that it finds sorted.
        """
        if self.states:
            yield f"+r.state IN ({', '.join('?' * len(self.states))})", self.states
        if self.flag:
            yield "instr(+r.flags, ?)", ("," if self.flag == "any" else f",{self.flag},",)
        if self.low > 0 or self.high < 1:
            yield "r.seg IS NOT NULL AND r.risk BETWEEN ? AND ?", (1 - self.high, 1 - self.low)
        if self.doc:
            yield _OF_DOCUMENT, (self.doc,) * 3
        if self.order == "risk":
            yield "r.seg IS NOT NULL", ()


# The document of that id; where there is none, those whose id contains it.
_OF_DOCUMENT: Final = (
    "r.doc IN (SELECT doc FROM indexed WHERE CASE WHEN EXISTS (SELECT 1 FROM indexed WHERE doc = ?) "
    "THEN doc = ? ELSE instr(lower(doc), lower(?)) END)"
)
# How the rows that hold a text are found among all: in the order of documents texts are read as they stand in the file;
# in another order each would be sought by itself, which takes three times as long as reading them all first.
_HOLDS: Final[dict[str, tuple[str, str]]] = {
    "document": ("CROSS JOIN review_text t ON t.id = r.id", "t.folded LIKE ? ESCAPE '\\'"),
    "risk": ("", "+r.id IN (SELECT id FROM review_text WHERE folded LIKE ? ESCAPE '\\')"),
}
# Kilobytes; in SQLite's own 2 MB, what concerns 100,000 rows reads and writes the same pages over and over.
_CACHE: Final = 65_536
# Of more rows than this, sorting those found takes longer than reading all in order.
_FEW: Final = 20_000
# Sequences of three characters that are looked up: more of them narrow no further than this in practice.
_GRAMS: Final = 16
_SPECIAL: Final = re.compile(r"[%_\\]")
_ESCAPED: Final = r"\\\g<0>"


class Ids(Sequence[int]):
    """Row ids, kept as SQLite's text of them: making 100,000 numbers takes longer than finding them."""

    def __init__(self, text: str | None) -> None:
        self._text = f",{text}," if text else ","
        self._length = self._text.count(",") - 1

    @cached_property
    def _texts(self) -> list[str]:
        return self._text[1:-1].split(",") if self._length else []

    def __len__(self) -> int:
        return self._length

    @overload
    def __getitem__(self, at: int) -> int: ...
    @overload
    def __getitem__(self, at: slice) -> list[int]: ...
    def __getitem__(self, at: int | slice) -> int | list[int]:
        return [int(text) for text in self._texts[at]] if isinstance(at, slice) else int(self._texts[at])

    def find(self, id: int) -> int:
        """Where an id stands, -1 where it does not."""
        start = self._text.find(f",{id},")
        return self._text.count(",", 0, start) if start >= 0 else -1


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

    def ids(self, filter: Filter) -> Ids:
        """The rows that a filter lets through, in its order."""
        found, texts = list(filter.conditions()), ""
        if needle := filter.needle:
            few = self._few(needle)
            texts, holds = _HOLDS["document" if few else filter.order]
            found.append((holds, (f"%{_SPECIAL.sub(_ESCAPED, needle)}%",)))
            if few:
                found.append(("r.id IN (SELECT value FROM json_each(?))", (few,)))
        where = f"WHERE {' AND '.join(condition for condition, _ in found)}" if found else ""
        query = f"SELECT r.id FROM review r {texts} {where} ORDER BY {ORDERS[filter.order]}"
        parameters = [parameter for _, some in found for parameter in some]
        return Ids(self.store.connection.execute(f"SELECT group_concat(id) FROM ({query})", parameters).fetchone()[0])

    def _few(self, needle: str) -> str:
        """The rows that can hold a text, as a JSON list; "" where those are many, or the text is too short to tell."""
        grams = list(dict.fromkeys(needle[i : i + 3] for i in range(len(needle) - 2)))[:_GRAMS]
        if not grams:
            return ""
        match = " AND ".join('"{}"'.format(gram.replace('"', '""')) for gram in grams)
        found, number = self.store.connection.execute(
            "SELECT json_group_array(rowid), count(*) FROM (SELECT rowid FROM review_grams(?) LIMIT ?)",
            (match, _FEW + 1),
        ).fetchone()
        return found if number <= _FEW else ""

    def find(self, doc: str, place: str) -> int:
        """The row of an address, given as in a link; 0 where there is none."""
        key, _, occurrence = place.rpartition(".")
        row = self.store.connection.execute(
            "SELECT id FROM review WHERE doc = ? AND key = ? AND occurrence = ?", (doc, key, occurrence)
        ).fetchone()
        return row[0] if row else 0

    def undecided(self, ids: Sequence[int]) -> set[int]:
        """Those of the rows that nobody has decided on."""
        rows = self.store.connection.execute(
            f"SELECT id FROM review WHERE state IN {UNDECIDED} AND id IN (SELECT value FROM json_each(?))",
            (json.dumps(list(ids)),),
        )
        return {row[0] for row in rows}

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
            f"SELECT doc, count(seg), sum(state IN {UNDECIDED}) FROM review WHERE doc IN (SELECT doc FROM indexed "
            "WHERE instr(lower(doc), lower(?)) ORDER BY position LIMIT ?) GROUP BY doc ORDER BY position",
            (text, limit),
        )
        return rows.fetchall()

    def _drop_and_move(self) -> None:
        execute = self.store.connection.execute
        # A run under way raises the number in a document before it is the newest run itself.
        gone = "doc NOT IN (SELECT id FROM documents WHERE run >= ?)"
        for table in ("review", "indexed"):
            execute(f"DELETE FROM {table} WHERE {gone}", (self.store.newest_run(),))
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
