"""``edits.jsonl``: every change that was made to every document, one a line."""

from __future__ import annotations

from dataclasses import fields
from operator import attrgetter
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.edits import Edit
from pipeline.io.fields import json_line
from pipeline.io.files import atomic

if TYPE_CHECKING:
    from pipeline.io.export import Export

_FIELDS = tuple(field.name for field in fields(Edit))
_values = attrgetter(*_FIELDS)


def write_edits(export: Export, folder: Path) -> None:
    """Write ``edits.jsonl``: ``doc start end before after stage rule kind score``, offsets in the raw text."""
    with atomic(folder / "edits.jsonl") as file:
        for doc, edit in export.edits():
            file.write(json_line({"doc": doc, **dict(zip(_FIELDS, _values(edit), strict=True))}))
