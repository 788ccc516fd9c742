"""``aligned.jsonl``: a segment a line; HuggingFace ``datasets`` loads its ``translation`` as a ``Translation``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.document import Segment
from pipeline.io.fields import json_line, rounded
from pipeline.io.files import atomic

if TYPE_CHECKING:
    from pipeline.io.export import Export


def write_jsonl(export: Export, folder: Path) -> None:
    """Write ``aligned.jsonl``: every segment."""
    with atomic(folder / "aligned.jsonl") as file:
        for segment in export.segments():
            file.write(json_line(record(segment, export)))


def record(segment: Segment, export: Export) -> dict[str, object]:
    """A segment as plain values, with the same keys for every segment."""
    return {
        "id": f"{segment.doc}#{segment.seg}",
        "doc": segment.doc,
        "seg": segment.seg,
        "start": segment.start,
        "end": segment.end,
        "translation": {export.source: segment.source, export.target: segment.target},
        "score": rounded(segment.score),
        "origin": segment.origin,
        "state": segment.state,
        "flags": list(segment.flags),
    }
