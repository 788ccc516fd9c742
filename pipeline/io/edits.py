"""``edits.jsonl``: every change that was made to every document, one a line."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.io.fields import json_line
from pipeline.io.files import atomic

if TYPE_CHECKING:
    from pipeline.io.export import Export


def write_edits(export: Export, folder: Path) -> None:
    """Write ``edits.jsonl``: ``doc start end before after stage rule kind score``, offsets in the raw text."""
    with atomic(folder / "edits.jsonl") as file:
        for doc, edit in export.edits():
            file.write(json_line({"doc": doc, **edit._asdict()}))
