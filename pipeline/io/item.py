"""A document on its way into the files."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING

from pipeline.document import Document, Segment
from pipeline.io import xml
from pipeline.io.fields import one_line, places, rounded
from pipeline.io.reviews import Review

if TYPE_CHECKING:
    from pipeline.io.export import Export


class Item:
    """A document, and what several formats say of its segments: worked out once, when the first of them asks.

    Each list has one entry a segment.

    Args:
        number: of the document in the run, from 1.
    """

    def __init__(self, export: Export, document: Document, number: int) -> None:
        self.export = export
        self.document = document
        self.number = number

    @property
    def segments(self) -> list[Segment]:
        """The document's segments, reviewers' decisions applied."""
        return self.document.segments

    @cached_property
    def reviews(self) -> Mapping[int, Review]:
        """What people have said, by segment number, where they have said anything."""
        return self.export.reviews(self.document)

    @cached_property
    def places(self) -> list[str]:
        """Ids that are unique in the document and outlive changes around a segment; see `Address.place`."""
        return places(self.document)

    @cached_property
    def fields(self) -> list[tuple[str, str]]:
        """Source and target as fields of a line."""
        return [(one_line(segment.source), one_line(segment.target)) for segment in self.segments]

    @cached_property
    def contents(self) -> list[tuple[str, str]]:
        """Source and target as contents of XML elements."""
        return [(xml.content(segment.source), xml.content(segment.target)) for segment in self.segments]

    @cached_property
    def scores(self) -> list[str]:
        """Scores as the files state them, "" for none."""
        return ["" if segment.score is None else str(rounded(segment.score)) for segment in self.segments]

    @cached_property
    def pairs(self) -> list[bool]:
        """True for what belongs into a bitext or a translation memory.

        It has both texts, no reviewer rejected it, and it is not text of the target language that was copied.
        """
        return [
            segment.state != "rejected"
            and segment.origin != "copy"
            and bool(segment.source.strip() and segment.target.strip())
            for segment in self.segments
        ]
