"""Normalize: one clean encoding and typography, each change recorded, nothing that a French typist meant is touched."""

from __future__ import annotations

from pipeline.document import Document
from pipeline.stages.base import DocumentStage, Options
from pipeline.stages.normalize.fixers import FIXERS

# A round can bring to light what the next one mends (an entity inside an entity); nothing real needs more.
MAX_ROUNDS = 8


class NormalizeOptions(Options):
    """Nothing to set: what is mended here is broken in any text."""


class Normalize(DocumentStage[NormalizeOptions]):
    """Mojibake, entities, quotes and white space, mended where they are surely broken."""

    name = "normalize"

    def process(self, document: Document) -> None:
        """Apply the fixers in their order until nothing changes; none is asked twice about the same text."""
        seen: dict[str, str] = {}
        for _ in range(MAX_ROUNDS):
            before = document.text
            for name, fixer in FIXERS.items():
                if seen.get(name) != document.text:
                    seen[name] = document.text
                    document.edit(fixer(document.text), self.name)
            if document.text == before:
                return
