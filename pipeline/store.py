"""The run store: one SQLite file per output folder that holds all results, and from which all files are written."""

from __future__ import annotations

import json
import sqlite3
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Any, Self

from pipeline.document import Document, Mark, Segment
from pipeline.edits import Edit
from pipeline.errors import StoreError
from pipeline.schema import explain, prepare

FILE_NAME = "run.sqlite"

_EDIT = 'start, "end", before, after, stage, rule, kind, score'
_SEGMENT = (
    'doc, seg, start, "end", source, line, target, hypothesis, '
    "logprob, alignment, score, origin, state, language, flags"
)
_DOCUMENT = "id, raw, meta, marks, warnings"
# Documents that are read together, and characters of raw text, whichever is reached first.
PORTION = 32
PORTION_CHARACTERS = 2_000_000


@dataclass(frozen=True, slots=True)
class Failure:
    """An input that could not be read or processed: where it came from, its id if known, and why."""

    origin: str
    id: str
    reason: str


class Store:
    """An open run store. Changes are kept by `commit`, or by leaving `transaction` without an exception."""

    def __init__(self, path: Path, connection: sqlite3.Connection) -> None:
        self.path = path
        self.connection = connection

    @classmethod
    def open(cls, folder: Path) -> Self:
        """Open the store of an output folder, making folder and store where there is none.

        Raises:
            StoreError: the folder cannot be used, or the file in it is damaged, newer, or another program's.
        """
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except (FileExistsError, NotADirectoryError) as error:
            raise StoreError(f"{folder} is a file; --output names a folder") from error
        except OSError as error:
            raise StoreError(f"{folder} cannot be made: {error.strerror}; choose another --output") from error
        path = folder / FILE_NAME
        try:
            connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
            prepare(connection, path)
        except sqlite3.DatabaseError as error:
            raise StoreError(explain(path, error)) from error
        return cls(path, connection)

    @classmethod
    def existing(cls, folder: Path) -> Self:
        """Open the store of a folder that a run has written.

        Raises:
            StoreError: there is none, or it cannot be used.
        """
        if not (folder / FILE_NAME).is_file():
            raise StoreError(f"{folder} holds no run; make one with: pipeline run --output {folder}")
        return cls.open(folder)

    def __reduce__(self) -> tuple[Any, ...]:
        """Another process gets a connection of its own."""
        return type(self).existing, (self.path.parent,)

    def close(self) -> None:
        """Close the file; what was not committed is dropped."""
        self.connection.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All changes made inside are kept together, or none of them."""
        self.connection.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self.connection.execute("ROLLBACK")
            raise
        self.connection.execute("COMMIT")

    def clear(self) -> None:
        """Drop all results; decisions of reviewers and imported translations stay."""
        for table in ("documents", "edits", "segments", "failures"):
            self.connection.execute(f"DELETE FROM {table}")
        self.connection.execute("DELETE FROM memory WHERE NOT json_extract(entry, '$.imported')")

    # -- runs and information ------------------------------------------------------------------------------------

    def info(self, key: str) -> str:
        """A stored value, "" where there is none."""
        row = self.connection.execute("SELECT value FROM info WHERE key = ?", (key,)).fetchone()
        return row[0] if row else ""

    def set_info(self, key: str, value: str) -> None:
        """Store a value."""
        self.connection.execute("INSERT OR REPLACE INTO info VALUES (?, ?)", (key, value))

    def newest_run(self) -> int:
        """Number of the newest finished run, 0 before the first."""
        return int(self.info("newest_run") or 0)

    def start_run(self) -> int:
        """A number for a new run, above that of every run before it, finished or not."""
        run = int(self.info("last_started") or 0) + 1
        self.set_info("last_started", str(run))
        return run

    def interrupted(self) -> bool:
        """Whether the last run that was started did not write all its files."""
        return self.info("last_started") != self.info("last_complete")

    def complete(self) -> None:
        """Note that all files of the last run that was started are written."""
        self.set_info("last_complete", self.info("last_started"))

    def finish_run(self, run: int) -> None:
        """From now on the outputs hold this run's documents."""
        self.set_info("newest_run", str(run))

    # -- documents -----------------------------------------------------------------------------------------------

    def prints(self, id: str) -> list[str]:
        """The fingerprints that a document was saved with, none where it was not."""
        row = self.connection.execute("SELECT prints FROM documents WHERE id = ?", (id,)).fetchone()
        return json.loads(row[0]) if row else []

    def see(self, seen: Iterable[tuple[str, int]], run: int) -> None:
        """Note that documents, given as (id, position), belong to a run unchanged."""
        self.connection.executemany(
            "UPDATE documents SET position = ?, run = ? WHERE id = ?", ((position, run, id) for id, position in seen)
        )

    def save(self, document: Document, origin: str, position: int, run: int, prints: list[str]) -> None:
        """Replace everything that is stored of a document."""
        self.forget(document.id, origin)
        self.connection.execute(
            "INSERT INTO documents (id, position, run, origin, prints, raw, clean, meta, warnings, marks, written) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'old')",
            (
                document.id, position, run, origin, dumps(prints), document.raw, document.text, dumps(document.meta),
                dumped(document.warnings), dumped(document.marks),
            ),
        )  # fmt: skip
        self.connection.executemany(
            "INSERT INTO edits VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [(document.id, n, *edit) for n, edit in enumerate(document.edits)],
        )
        self.connection.executemany(
            f"INSERT INTO segments ({_SEGMENT}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            list(map(_segment_row, document.segments)),
        )

    def forget(self, id: str, origin: str) -> None:
        """Drop what is stored of a document, its failures included."""
        if self.connection.execute("DELETE FROM documents WHERE id = ?", (id,)).rowcount:
            for table in ("edits", "segments"):
                self.connection.execute(f"DELETE FROM {table} WHERE doc = ?", (id,))
        self.connection.execute("DELETE FROM failures WHERE origin = ?", (origin,))

    def load(self, id: str) -> Document | None:
        """A document as it was saved, None where there is none."""
        return next(self.loaded([id]), None)

    def loaded(self, ids: Sequence[str]) -> Iterator[Document]:
        """Documents as they were saved, in this order; those that are not there are left out."""
        these = f"IN ({', '.join('?' * len(ids))})"
        select = self.connection.execute
        rows = {row[0]: row for row in select(f"SELECT {_DOCUMENT} FROM documents WHERE id {these}", ids)}
        edits = select(f"SELECT {_EDIT}, doc FROM edits WHERE doc {these} ORDER BY doc, n", ids)
        segments = select(f"SELECT {_SEGMENT} FROM segments WHERE doc {these} ORDER BY doc, seg", ids)
        edits_of = {doc: [Edit._make(row[:-1]) for row in found] for doc, found in groupby(edits, itemgetter(-1))}
        segments_of = {doc: list(map(_segment, found)) for doc, found in groupby(segments, itemgetter(0))}
        for id in ids:
            if id in rows:
                yield _document(rows[id], edits_of.get(id, ()), segments_of.get(id, ()))

    def documents(self) -> Iterator[Document]:
        """The documents of the newest run, in the order of the input."""
        for portion in self.portions(self.newest_run()):
            yield from self.loaded([id for id, _ in portion])

    def ids(self) -> Iterator[str]:
        """Ids of the documents of the newest run, in the order of the input."""
        return (row[0] for row in self._of(self.newest_run(), "id"))

    def portions(self, run: int, after: int = -1, last: int = sys.maxsize) -> Iterator[list[tuple[str, bool]]]:
        """A run's documents in the order of the input, few enough at a time to be held in memory together.

        Each with its id, and whether its text files were written since it was saved.

        Args:
            after, last: only those behind the one place in the input, up to the other.
        """
        portion: list[tuple[str, bool]] = []
        size = 0
        for id, written, characters in self._of(run, "id, written, length(raw)", after, last):
            portion.append((id, written == "yes"))
            size += characters
            if len(portion) >= PORTION or size >= PORTION_CHARACTERS:
                yield portion
                portion, size = [], 0
        if portion:
            yield portion

    def set_written(self, ids: Iterable[str], written: bool) -> None:
        """Note whether the text files of documents are written, or gone."""
        mark = "yes" if written else ""
        self.connection.executemany("UPDATE documents SET written = ? WHERE id = ?", ((mark, id) for id in ids))

    def orphans(self) -> list[str]:
        """Ids of documents that may have text files but are not in the newest run."""
        rows = self.connection.execute("SELECT id FROM documents WHERE run < ? AND written <> ''", (self.newest_run(),))
        return [row[0] for row in rows]

    def state(self) -> Iterator[str]:
        """Strings that together say what the newest run holds, without reading it all."""
        for row in self._of(self.newest_run(), "id || prints"):
            yield row[0]

    def fail(self, failure: Failure, run: int) -> None:
        """Note an input that could not be read or processed."""
        self.connection.execute(
            "INSERT OR REPLACE INTO failures VALUES (?, ?, ?, ?)", (failure.origin, run, failure.id, failure.reason)
        )

    def failures(self) -> list[Failure]:
        """The failures of the newest run, by origin."""
        rows = self.connection.execute(
            "SELECT origin, id, reason FROM failures WHERE run = ? ORDER BY origin", (self.newest_run(),)
        )
        return [Failure(*row) for row in rows]

    def _of(self, run: int, columns: str, after: int = -1, last: int = sys.maxsize) -> Iterator[tuple[Any, ...]]:
        # Pages by position: a cursor held open would see a half-changed table if the caller writes meanwhile.
        query = (
            f"SELECT position, {columns} FROM documents WHERE run = ? AND position > ? AND position <= ? "
            "ORDER BY position LIMIT 200"
        )
        while rows := self.connection.execute(query, (run, after, last)).fetchall():
            yield from (row[1:] for row in rows)
            after = rows[-1][0]


dumps = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def _document(row: tuple[Any, ...], edits: Sequence[Edit], segments: Sequence[Segment]) -> Document:
    id, raw, meta, marks, warnings = row
    return Document(
        id,
        raw,
        json.loads(meta),
        edits=edits,
        marks=[Mark(*mark) for mark in _list(marks)],
        warnings=_list(warnings),
        segments=segments,
    )


def _segment_row(segment: Segment) -> tuple[Any, ...]:
    return (
        segment.doc, segment.seg, segment.start, segment.end, segment.source, segment.line, segment.target,
        segment.hypothesis, segment.logprob, dumped(segment.alignment), segment.score, segment.origin, segment.state,
        segment.language, ",".join(segment.flags),
    )  # fmt: skip


def _segment(row: tuple[Any, ...]) -> Segment:
    doc, seg, start, end, source, line, target, hypothesis, logprob, alignment, score, origin, state, lang, flags = row
    spans = [(a, b, c, d) for a, b, c, d in _list(alignment)]
    return Segment(
        doc, seg, start, end, source, line, target, hypothesis, logprob, spans, score, origin, state, lang,
        flags.split(",") if flags else [],
    )  # fmt: skip


def dumped(values: Sequence[Any]) -> str:
    """A JSON list; most of them are empty."""
    return dumps(values) if values else "[]"


def _list(text: str) -> list[Any]:
    """A JSON list; most of them are empty, which is known without a decoder."""
    return [] if text == "[]" else json.loads(text)
