"""The files of an output folder, written from the run store; the table `FORMATS` names them all."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from pipeline.document import Document, Segment
from pipeline.io import jsonl, moses, tsv
from pipeline.store import Store


@dataclass(frozen=True)
class Export:
    """What a writer needs: the run's documents and segments as streams, and what to say about them.

    Attributes:
        store: the run store.
        source_language, target_language: ISO 639-1 codes.
        model: name of the model that translated, "" where none did.
        signature: the line that says exactly what produced the run.
    """

    store: Store
    source_language: str = "fr"
    target_language: str = "en"
    model: str = ""
    signature: str = ""

    def documents(self) -> Iterator[Document]:
        """The documents of the newest run in the order of the input, reviewers' decisions applied to their segments."""
        yield from self.store.documents()

    def segments(self) -> Iterator[Segment]:
        """Their segments, in order."""
        for document in self.documents():
            yield from document.segments

    def pairs(self) -> Iterator[tuple[Document, Segment]]:
        """What formats without a column for the state hold: segments with both texts that no reviewer rejected."""
        for document in self.documents():
            for segment in document.segments:
                if segment.source.strip() and segment.target.strip() and segment.state != "rejected":
                    yield document, segment


@dataclass(frozen=True)
class Format:
    """An output format: the files it writes into the output folder, and the function that writes them."""

    files: tuple[str, ...]
    write: Callable[[Export, Path], None]


FORMATS = {
    "tsv": Format(("aligned.tsv",), tsv.write_tsv),
    "jsonl": Format(("aligned.jsonl",), jsonl.write_jsonl),
    "moses": Format(("aligned.fr", "aligned.en"), moses.write_moses),
    "bitextor": Format(("aligned.bitextor.tsv",), tsv.write_bitextor),
    "keops": Format(("aligned.keops.tsv",), tsv.write_keops),
}
