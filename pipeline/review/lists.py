"""Lists of rows of the review index: which rows, and in which order.

No list takes long to begin. A text that few rows can hold is looked up in the index of three characters; all else is
made in steps, walking through an index of the wanted order and looking into each row.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from sqlite3 import Connection
from typing import Final, Literal, NamedTuple, cast

from pipeline.review.addresses import folded

Order = Literal["document", "risk"]


class _Walk(NamedTuple):
    """How rows are walked through in an order: an index in ``store.sql``, its columns, and where a step goes on."""

    through: str
    by: str
    key: str
    behind: str


_WALKS: Final[dict[Order, _Walk]] = {
    "document": _Walk("review_in_order", "r.position, r.ord", "position, ord", "(r.position, r.ord) > (?, ?)"),
    "risk": _Walk(
        "review_by_risk",
        "r.risk DESC, r.position, r.ord",
        "risk, -position, -ord",
        "(r.risk, -r.position, -r.ord) < (?, ?, ?)",
    ),
}


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
        """SQL conditions on ``review r`` for all but the text, each with its parameters."""
        if self.states:
            yield f"r.state IN ({', '.join('?' * len(self.states))})", self.states
        if self.flag:
            yield "instr(r.flags, ?)", ("," if self.flag == "any" else f",{self.flag},",)
        if self.low > 0 or self.high < 1:
            yield "r.seg IS NOT NULL AND r.risk BETWEEN ? AND ?", (1 - self.high, 1 - self.low)
        if self.doc:
            yield _OF_DOCUMENT, (self.doc,) * 6
        if self.order == "risk":
            yield "r.seg IS NOT NULL", ()


# The document of that id; where there is none, those whose id contains it. The position stands in the indexes of both
# orders, but while a run is under way two documents may have the same.
_NAMED: Final = (
    "FROM indexed WHERE CASE WHEN EXISTS (SELECT 1 FROM indexed WHERE doc = ?) "
    "THEN doc = ? ELSE instr(lower(doc), lower(?)) END"
)
_OF_DOCUMENT: Final = f"r.position IN (SELECT position {_NAMED}) AND r.doc IN (SELECT doc {_NAMED})"
# Rows that pass the other filters of which one step makes a list, looking for a text in each: some 5 ms.
_STEP: Final = 5_000
# Up to so many rows that can hold a text are looked at by themselves; where they are more, all are walked through.
_FEW: Final = 5_000
# Sequences of three characters that are looked up: more of them narrow no further than this in practice.
_GRAMS: Final = 16
_SPECIAL: Final = re.compile(r"[%_\\]")
_ESCAPED: Final = r"\\\g<0>"


class Step(NamedTuple):
    """The next rows of a list, by their ids, and whether there may be more behind them."""

    ids: list[int]
    more: bool


def steps(connection: Connection, filter: Filter) -> Iterator[Step]:
    """The rows that a filter lets through, in its order, in steps that take little time each.

    What is rare is there in one step. What is decided between two steps can let the later one find other rows.
    """
    needle = filter.needle
    few = _few(connection, needle) if needle else None
    if few is not None:
        yield Step(_in_order(connection, filter, _holding(connection, needle, few)), more=False)
        return
    for ids, more in _walk(connection, filter):
        yield Step(_holding(connection, needle, ids) if needle else ids, more)


def passes(connection: Connection, filter: Filter, id: int) -> bool:
    """Whether a filter lets a row through."""
    needle = filter.needle
    return bool(_in_order(connection, filter, _holding(connection, needle, [id]) if needle else [id]))


def _walk(connection: Connection, filter: Filter) -> Iterator[Step]:
    """The rows that pass all but the text."""
    walk = _WALKS[filter.order]
    key: tuple[object, ...] | None = ()
    while key is not None:
        behind = [(walk.behind, key)] if key else []
        where, parameters = _where([*filter.conditions(), *behind])
        select = f"SELECT r.id FROM review r INDEXED BY {walk.through} {where} ORDER BY {walk.by} LIMIT {_STEP}"
        ids = _list(connection, select, parameters)
        last = ids[-1] if len(ids) == _STEP else 0
        key = connection.execute(f"SELECT {walk.key} FROM review WHERE id = ?", (last,)).fetchone()
        yield Step(ids, more=key is not None)


def _in_order(connection: Connection, filter: Filter, ids: list[int]) -> list[int]:
    """Those of the rows that pass all but the text, in order."""
    chosen = ("r.id IN (SELECT value FROM json_each(?))", (json.dumps(ids),))
    where, parameters = _where([*filter.conditions(), chosen])
    return _list(
        connection, f"SELECT r.id FROM review r NOT INDEXED {where} ORDER BY {_WALKS[filter.order].by}", parameters
    )


def _holding(connection: Connection, needle: str, ids: list[int]) -> list[int]:
    """Those of the rows that hold a text, as they come."""
    return _list(
        connection,
        "SELECT t.id FROM json_each(?) j CROSS JOIN review_text t ON t.id = j.value WHERE t.folded LIKE ? ESCAPE '\\'",
        (json.dumps(ids), f"%{_SPECIAL.sub(_ESCAPED, needle)}%"),
    )


def _few(connection: Connection, needle: str) -> list[int] | None:
    """The rows that can hold a text; None where those are many, or the text is too short to tell."""
    grams = list(dict.fromkeys(needle[i : i + 3] for i in range(len(needle) - 2)))[:_GRAMS]
    if not grams:
        return None
    match = " AND ".join('"{}"'.format(gram.replace('"', '""')) for gram in grams)
    found = _list(connection, f"SELECT rowid AS id FROM review_grams(?) LIMIT {_FEW + 1}", (match,))
    return found if len(found) <= _FEW else None


def _list(connection: Connection, query: str, parameters: Sequence[object]) -> list[int]:
    """The only column of a query; as one text it is fetched four times as fast as row by row."""
    found = connection.execute(f"SELECT json_group_array(id) FROM ({query})", parameters)
    return cast(list[int], json.loads(found.fetchone()[0]))


def _where(conditions: Iterable[tuple[str, tuple[object, ...]]]) -> tuple[str, list[object]]:
    """Conditions and their parameters as one of each."""
    found = list(conditions)
    joined = " AND ".join(condition for condition, _ in found)
    return f"WHERE {joined}" if joined else "", [parameter for _, some in found for parameter in some]
