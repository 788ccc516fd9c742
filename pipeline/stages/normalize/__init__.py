"""Normalize: one clean encoding and typography, each change recorded, nothing that a French typist meant is touched."""

from __future__ import annotations

from pipeline.document import Document
from pipeline.stages.base import DocumentStage, Options
from pipeline.stages.rounds import settle


class NormalizeOptions(Options):
    """Nothing to set: what is mended here is broken in any text."""


class Normalize(DocumentStage[NormalizeOptions]):
    """Mojibake, entities, quotes and white space, mended where they are surely broken."""

    name = "normalize"

    def process(self, document: Document) -> None:
        """Apply the fixers until nothing changes; see `settle`."""
        from pipeline.stages.normalize.fixers import FIXERS  # compiles patterns

        settle(document, FIXERS, lambda changes: document.edit(changes, self.name))
