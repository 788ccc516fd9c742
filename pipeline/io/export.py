"""The files of an output folder, written from the run store; the table `FORMATS` names them all."""

from __future__ import annotations

import pkgutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from pipeline.document import Document, Segment
from pipeline.edits import Edit
from pipeline.errors import StoreError, did_you_mean
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
        overlay(self.store, document)
        return document

    def edits(self) -> Iterator[tuple[str, Edit]]:
        """Their edits, in order, each with its document's id."""
        for id in self.store.ids():
            for edit in self.store.edits(id):
                yield id, edit

    def segments(self) -> Iterator[Segment]:
        """Their segments, in order."""
        for document in self.documents():
            yield from document.segments

    def pairs(self) -> Iterator[tuple[Document, Segment]]:
        """The pairs, in order, with their documents."""
        for document in self.documents():
            for segment in document.segments:
                if self.is_pair(segment):
                    yield document, segment

    @staticmethod
    def is_pair(segment: Segment) -> bool:
        """True for what belongs into a bitext or a translation memory.

        It has both texts, no reviewer rejected it, and it is not text of the target language that was copied.
        """
        texts = segment.source.strip() and segment.target.strip()
        return bool(texts) and segment.state != "rejected" and segment.origin != "copy"

    def reviews(self, document: Document) -> Mapping[int, Review]:
        """What people have said, by segment number, where they have said anything."""
        return reviews_of(self.store, document)


@dataclass(frozen=True)
class Format:
    """An output format: names of the files it writes into the output folder, and the function that writes them.

    The function is named, not imported: most runs and commands need few of the writers, or none.
    """

    templates: tuple[str, ...]
    writer: str

    def files(self, export: Export) -> list[str]:
        """Names of the files; some hold the languages."""
        return [name.format(source=export.source, target=export.target) for name in self.templates]

    def write(self, export: Export, folder: Path) -> None:
        """Write the files."""
        pkgutil.resolve_name(self.writer)(export, folder)


FORMATS = {
    "tsv": Format(("aligned.tsv",), "pipeline.io.tsv:write_tsv"),
    "jsonl": Format(("aligned.jsonl",), "pipeline.io.jsonl:write_jsonl"),
    "moses": Format(("aligned.{source}", "aligned.{target}"), "pipeline.io.moses:write_moses"),
    "tmx": Format(("aligned.tmx", "aligned.accepted.tmx"), "pipeline.io.tmx:write_tmx"),
    "xliff": Format(("aligned.xlf",), "pipeline.io.xliff:write_xliff"),
    "omegat": Format(("aligned.omegat.xlf",), "pipeline.io.xliff:write_omegat"),
    "report": Format(("report.html",), "pipeline.io.report:write_report"),
    "parquet": Format(("aligned.parquet",), "pipeline.io.parquet:write_parquet"),
    "bitextor": Format(("aligned.bitextor.tsv",), "pipeline.io.tsv:write_bitextor"),
    "keops": Format(("aligned.keops.tsv",), "pipeline.io.tsv:write_keops"),
}
