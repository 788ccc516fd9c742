"""The files of an output folder, written from the run store; the table `FORMATS` names them all."""

from __future__ import annotations

import pkgutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, Protocol

from pipeline.document import Document
from pipeline.errors import StoreError, did_you_mean
from pipeline.io.files import Together
from pipeline.io.item import Item
from pipeline.io.reviews import Review, reviews_of
from pipeline.review.decisions import decided
from pipeline.store import Store


@dataclass(frozen=True)
class Export:
    """What a writer needs: the run's documents and segments as streams, and what to say about them.

    Attributes:
        store: the run store.
        source, target: ISO 639-1 codes of the languages.
        model: name of the model that translated, "" where none did.
        signature: the line that says exactly what produced the run.
        date: when the run was made, ISO 8601 in UTC; "" leaves it out. Never the time of writing, or writing twice
            would give different files.
    """

    store: Store
    source: str = "fr"
    target: str = "en"
    model: str = ""
    signature: str = ""
    date: str = ""

    def documents(self) -> Iterator[Document]:
        """The documents of the newest run in the order of the input, reviewers' decisions applied to their segments."""
        return decided(self.store, self.store.documents())

    def some(self, ids: Sequence[str], ready: Mapping[str, Document]) -> Iterator[Document]:
        """Those of these ids, in this order; read from the store, but for those that are ready, given by id."""
        missing = [id for id in ids if id not in ready]
        loaded = {document.id: document for document in self.store.loaded(missing)} if missing else {}
        return decided(self.store, (ready.get(id) or loaded[id] for id in ids))

    def document(self, id: str) -> Document:
        """One document, decisions applied.

        Raises:
            StoreError: the store has none of that id.
        """
        document = next(decided(self.store, self.store.loaded([id])), None)
        if document is None:
            ids = islice(self.store.ids(), 10_000)
            raise StoreError(f'{self.store.path} has no document "{id}"{did_you_mean(id, ids)}')
        return document

    def reviews(self, document: Document) -> Mapping[int, Review]:
        """What people have said, by segment number, where they have said anything."""
        return reviews_of(self.store, document)


class Writer(Protocol):
    """What writes a format. What documents come to is made apart from writing it, so that other processes can help."""

    def make(self, items: Sequence[Item]) -> Any:
        """What some documents come to; pickles."""

    def open(self, export: Export, paths: Sequence[Path], files: Together) -> AbstractContextManager[Add]:
        """The files, to be given what the documents came to, in their order."""


Add = Callable[[Any], None]


@dataclass(frozen=True)
class Format:
    """An output format: names of the files that it writes into the output folder, and what writes them.

    The writer is named, not imported: most runs and commands need few of them, or none.
    """

    templates: tuple[str, ...]
    named: str

    def files(self, export: Export) -> list[str]:
        """Names of the files; some hold the languages."""
        return [name.format(source=export.source, target=export.target) for name in self.templates]

    @property
    def writer(self) -> Writer:
        """What writes them."""
        found: Writer = pkgutil.resolve_name(self.named)
        return found

    def open(self, export: Export, folder: Path, files: Together) -> AbstractContextManager[Add]:
        """The files in this folder; see `Writer.open`."""
        return self.writer.open(export, [folder / name for name in self.files(export)], files)

    def write(self, export: Export, folder: Path) -> None:
        """Write the files of this format alone."""
        with Together() as files, self.open(export, folder, files) as add:
            for number, document in enumerate(export.documents(), 1):
                add(self.writer.make([Item(export, document, number)]))


# Written by every run, whatever formats it was asked for.
EDITS = Format(("edits.jsonl",), "pipeline.io.edits:EDITS")
FORMATS = {
    "tsv": Format(("aligned.tsv",), "pipeline.io.tsv:TSV"),
    "jsonl": Format(("aligned.jsonl",), "pipeline.io.jsonl:JSONL"),
    "moses": Format(("aligned.{source}", "aligned.{target}"), "pipeline.io.moses:MOSES"),
    "tmx": Format(("aligned.tmx", "aligned.accepted.tmx"), "pipeline.io.tmx:TMX"),
    "xliff": Format(("aligned.xlf",), "pipeline.io.xliff:XLIFF"),
    "omegat": Format(("aligned.omegat.xlf",), "pipeline.io.xliff:OMEGAT"),
    "report": Format(("report.html",), "pipeline.io.report:REPORT"),
    "parquet": Format(("aligned.parquet",), "pipeline.io.parquet:PARQUET"),
    "bitextor": Format(("aligned.bitextor.tsv",), "pipeline.io.tsv:BITEXTOR"),
    "keops": Format(("aligned.keops.tsv",), "pipeline.io.tsv:KEOPS"),
}
