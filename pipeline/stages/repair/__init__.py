"""Repair: the scars of an earlier machine translation, mended where that is sure and flagged where it is not."""

from __future__ import annotations

import hashlib
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.document import Document
from pipeline.stages.base import DocumentStage, Options
from pipeline.stages.lexicons import AGENCIES
from pipeline.stages.rounds import warn_of_loss

if TYPE_CHECKING:
    from pipeline.stages.repair.findings import Findings

LEXICON = Path(__file__).with_name("words.yaml")


class RepairOptions(Options):
    """Nothing to set: what may be cut, and what is style, stands in ``words.yaml``."""


class Repair(DocumentStage[RepairOptions]):
    """Loops, stutters, doubled words, splices and glued sentences mended; truncated and garbled places flagged."""

    name = "repair"
    version = 4

    def process(self, document: Document) -> None:
        """Apply the fixers until nothing changes; see `settle`."""
        from pipeline.stages.repair.fixers import mend  # compiles patterns

        length = len(document.text)
        mend(document, partial(self._apply, document))
        warn_of_loss(document, length, self.name)

    def _apply(self, document: Document, found: Findings) -> None:
        for doubt in found.merged_doubts():
            document.mark(doubt.start, doubt.end, doubt.flag, self.name, doubt.rule)
        if found.changes:
            document.edit(found.changes, self.name)

    def fingerprint(self) -> str:
        """Also what the word lists say."""
        return f"{super().fingerprint()} {_lexicon_digest()}"


@cache
def _lexicon_digest() -> str:
    return hashlib.sha256(LEXICON.read_bytes() + AGENCIES.read_bytes()).hexdigest()[:16]
