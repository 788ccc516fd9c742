"""The files of an output folder, written from the run store; the table `FORMATS` names them all."""

from __future__ import annotations

import pkgutil
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from pipeline.document import Document, Segment
from pipeline.errors import StoreError, did_you_mean
from pipeline.io.item import Item
from pipeline.io.reviews import Review, reviews_of
from pipeline.review.decisions import decided, overlay
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
        yield from decided(self.store)

    def document(self, id: str) -> Document:
        """One document, decisions applied.

        Raises:
            StoreError: the store has none of that id.
        """
        document = self.store.load(id)
        if document is None:
            ids = islice(self.store.ids(), 10_000)
            raise StoreError(f'{self.store.path} has no document "{id}"{did_you_mean(id, ids)}')
        overlay(self.store, document.id, document.segments)
        return document

    def segments(self, id: str) -> list[Segment]:
        """The segments of one document, decisions applied."""
        segments = self.store.segments(id)
        overlay(self.store, id, segments)
        return segments

    def items(self) -> Iterator[Item]:
        """Them, as the writers take them."""
        return (Item(self, document) for document in self.documents())

    def reviews(self, document: Document) -> Mapping[int, Review]:
        """What people have said, by segment number, where they have said anything."""
        return reviews_of(self.store, document)


# Takes the documents one by one, in order.
Add = Callable[[Item], None]
Writer = Callable[[Export, Sequence[Path]], AbstractContextManager[Add]]


@dataclass(frozen=True)
class Format:
    """An output format: names of the files that it writes into the output folder, and what writes them.

    The writer is named, not imported: most runs and commands need few of them, or none.

    Attributes:
        alone: True where writing it takes about as long as all others together.
    """

    templates: tuple[str, ...]
    writer: str
    alone: bool = False

    def files(self, export: Export) -> list[str]:
        """Names of the files; some hold the languages."""
        return [name.format(source=export.source, target=export.target) for name in self.templates]

    def open(self, export: Export, folder: Path) -> AbstractContextManager[Add]:
        """The files, to be written document by document; they take their names together, at the end."""
        writer: Writer = pkgutil.resolve_name(self.writer)
        return writer(export, [folder / name for name in self.files(export)])

    def write(self, export: Export, folder: Path) -> None:
        """Write the files of this format alone."""
        write([self], export, folder)


def write(formats: Iterable[Format], export: Export, folder: Path) -> None:
    """Write the files of these formats, reading each document once."""
    with ExitStack() as stack:
        adds = [stack.enter_context(format.open(export, folder)) for format in formats]
        for item in export.items():
            for add in adds:
                add(item)


# Written by every run, whatever formats it was asked for.
EDITS = Format(("edits.jsonl",), "pipeline.io.edits:EDITS")
FORMATS = {
    "tsv": Format(("aligned.tsv",), "pipeline.io.tsv:TSV"),
    "jsonl": Format(("aligned.jsonl",), "pipeline.io.jsonl:JSONL"),
    "moses": Format(("aligned.{source}", "aligned.{target}"), "pipeline.io.moses:MOSES"),
    "tmx": Format(("aligned.tmx", "aligned.accepted.tmx"), "pipeline.io.tmx:TMX"),
    "xliff": Format(("aligned.xlf",), "pipeline.io.xliff:XLIFF"),
    "omegat": Format(("aligned.omegat.xlf",), "pipeline.io.xliff:OMEGAT"),
    "report": Format(("report.html",), "pipeline.io.report:write_report", alone=True),
    "parquet": Format(("aligned.parquet",), "pipeline.io.parquet:write_parquet"),
    "bitextor": Format(("aligned.bitextor.tsv",), "pipeline.io.tsv:BITEXTOR"),
    "keops": Format(("aligned.keops.tsv",), "pipeline.io.tsv:KEOPS"),
}
