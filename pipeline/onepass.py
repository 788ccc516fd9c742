"""One way through the documents of a run, in the order of the input, into all the files that they go into."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import Any

from pipeline.document import Document
from pipeline.executors import Call
from pipeline.io.export import Export, Format
from pipeline.io.files import Together
from pipeline.io.item import Item
from pipeline.io.text import text_files, translation, write_texts

# Documents whose text files are flushed to the disk together.
_NOTED = 5000
_NONE: Mapping[str, Document] = MappingProxyType({})


@dataclass(frozen=True)
class _Job:
    """Documents that one process makes the files of.

    Attributes:
        first: number of the first of them in the run, from 1.
        ids: of all of them.
        due: of those whose text files may be out of date.
    """

    first: int
    ids: list[str]
    due: list[str]


@dataclass(frozen=True)
class _Made:
    """What came of a job.

    Attributes:
        parts: what the documents come to in each format; see `pipeline.io.export.Writer`.
        texts: the documents whose text files are right now.
        changed: how many of them were not before.
    """

    parts: list[Any]
    texts: list[str]
    changed: int


@dataclass(frozen=True)
class _Maker:
    """Writes the text files of some documents, and makes their parts of the other files; pickles."""

    export: Export
    folder: Path
    formats: Sequence[Format]
    translated: bool

    def __call__(self, job: _Job, ready: Mapping[str, Document] = _NONE) -> _Made:
        """Do a job; documents that are ready, given by id, need not be read from the store."""
        documents = self.export.some(job.ids, ready)
        items = [Item(self.export, document, number) for number, document in enumerate(documents, job.first)]
        due = frozenset(job.due)
        changed = sum(
            _write_texts(self.folder, item.document, self.translated) for item in items if item.document.id in due
        )
        return _Made([format.writer.make(items) for format in self.formats], job.due, changed)


class _Dropped(Exception):
    """What was written is not wanted."""


class Pass:
    """Files on their way: each document of a run goes into its text files and those of some formats.

    Worker processes write the texts and make the parts of the other files, some documents at a time; the parts are put
    one behind the other here. The files take their names in `finish`, or are dropped.

    Args:
        formats: by name.
        translated: whether the run has translations.
        known: whether text files say what reviewers have decided. Else all of them are due: a decision can change the
            text of any. Due are also those of documents saved since they were written, and lost ones.
        call: who makes what goes into the files; see `pipeline.executors.Executor.call`.
    """

    def __init__(
        self, export: Export, folder: Path, formats: Mapping[str, Format], translated: bool, known: bool, call: Call
    ) -> None:
        self.formats = formats
        self._store = export.store
        self._maker = _Maker(export, folder, tuple(formats.values()), translated)
        self._known = known
        self._call = call
        self._last, self._number = -1, 0  # place in the input of the last document taken; how many were
        self._texts: list[str] = []  # documents whose text files are right, but maybe not on the disk yet
        self._changed = 0
        with ExitStack() as stack:
            files = stack.enter_context(Together())
            self._adds = [stack.enter_context(one.open(export, folder, files)) for one in self._maker.formats]
            self._stack = stack.pop_all()

    def take(self, run: int, last: int = sys.maxsize, ready: Mapping[str, Document] = _NONE) -> None:
        """Take the documents up to a place in the input, behind all that were taken before.

        Args:
            run: number of the run that they belong to.
            ready: by id, those that are in memory as they were saved; people's decisions are put onto them.
        """
        jobs = self._jobs(run, last)
        for made in map(partial(self._maker, ready=ready), jobs) if ready else self._call(self._maker, jobs):
            for add, part in zip(self._adds, made.parts, strict=True):
                add(part)
            self._changed += made.changed
            self._texts += made.texts
            if len(self._texts) >= _NOTED:
                self._note()

    def finish(self) -> int:
        """Give the files their names; returns how many documents have other texts than before."""
        self._stack.close()
        self._note()
        return self._changed

    def drop(self) -> None:
        """Leave all files but the texts as they were, unless `finish` was called."""
        with suppress(_Dropped), self._stack:
            raise _Dropped

    def _jobs(self, run: int, last: int) -> Iterator[_Job]:
        for portion in self._store.portions(run, self._last, last):
            ids = [id for id, _ in portion]
            due = [id for id, written in portion if not (self._known and written and self._complete(id))]
            if self._adds or due:
                yield _Job(self._number + 1, ids if self._adds else due, due)
            self._number += len(portion)
        self._last = last

    def _complete(self, id: str) -> bool:
        clean, target = text_files(self._maker.folder, id)
        return clean.is_file() and (not self._maker.translated or target.is_file())

    def _note(self) -> None:
        """Note in the store which text files stand, once they are on the disk."""
        if self._texts:
            os.sync()
            with self._store.transaction():
                self._store.set_written(self._texts, True)
        self._texts = []


def _write_texts(folder: Path, document: Document, translated: bool) -> bool:
    """Write the text files of a document; False where they held its text already."""
    texts = {"clean": document.text}
    if translated:
        texts["translated"] = translation(document.text, document.segments)
    return write_texts(folder, document.id, texts)
