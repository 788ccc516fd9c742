"""Documents to write, and an export of them that needs no store."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from pipeline.document import Document, Segment
from pipeline.edits import Change
from pipeline.io.export import Export
from pipeline.io.reviews import Review

SCHEMAS = Path(__file__).resolve().parents[2].parent / "shared" / "schemas"


@dataclass(frozen=True)
class Held(Export):
    """An export of documents at hand."""

    held: Sequence[Document] = ()
    said: Mapping[tuple[str, int], Review] = field(default_factory=dict)

    def documents(self) -> Iterator[Document]:
        return iter(self.held)

    def reviews(self, document: Document) -> Mapping[int, Review]:
        return {seg: review for (doc, seg), review in self.said.items() if doc == document.id}


Make = Callable[..., Export]


@pytest.fixture(scope="session")
def export() -> Make:
    def make(*documents: Document, **more: object) -> Export:
        given = {"model": "test-model", "signature": "test|v:1", **more}
        return Held(store=None, held=documents, **given)  # type: ignore[arg-type]

    return make


def document(id: str, *pairs: tuple[str, str], meta: dict[str, str] | None = None) -> Document:
    """A document with one line for each (source, target), each line one segment."""
    made = Document(id, "\n".join(source for source, _ in pairs), dict(meta or {}))
    start = 0
    for seg, (source, target) in enumerate(pairs):
        segment = Segment(id, seg, start, start + len(source), source, seg, target, target, -0.5)
        segment.origin, segment.score = "mt" if target else "", 0.75
        made.segments.append(segment)
        start += len(source) + 1
    return made


@pytest.fixture
def article() -> Document:
    """A document with a share bar, a doubled word, a paragraph of two sentences, and a blank line."""
    raw = "Partager sur Facebook\nKim Kim a gagné. Elle dort.\n\nIl pleut."
    made = Document("a/b", raw, {"title": "Kim gagne", "url": "https://example.org/kim"})
    made.edit([Change(0, 21, "", "share-bar", "share")], "strip")
    made.edit([Change(1, 5, "", "same-word", "doubled-word")], "repair")
    for seg, (source, line, target) in enumerate(
        [("Kim a gagné.", 1, "Kim won."), ("Elle dort.", 1, "She sleeps."), ("Il pleut.", 3, "")]
    ):
        start = made.text.index(source)
        span = made.to_raw(start, start + len(source))
        made.segments.append(Segment(made.id, seg, *span, source, line, target, target, -0.25))
        made.segments[-1].origin = "mt" if target else ""
    made.segments[0].score = 0.91234567
    made.segments[0].flag("names", "garbled")
    return made
