"""``edits.jsonl``: every change that was made to every document, one a line, with offsets in the raw text.

``doc start end before after stage rule kind score``
"""

from __future__ import annotations

from functools import lru_cache

from pipeline.io.fields import JSON_ERRORS, json_lines, json_text
from pipeline.io.item import Item
from pipeline.io.pieces import Pieces


def _lines(item: Item) -> tuple[str]:
    doc = json_text(item.document.id)
    lines = (
        f'{{"doc": {doc}, "start": {start}, "end": {end}, "before": {json_text(before)}, "after": {json_text(after)}, '
        f"{_why(stage, rule, kind, score)}}}\n"
        for start, end, before, after, stage, rule, kind, score in item.document.edits
    )
    return (json_lines("".join(lines)),)


@lru_cache(4096)
def _why(stage: str, rule: str, kind: str, score: float) -> str:
    return f'"stage": {json_text(stage)}, "rule": {json_text(rule)}, "kind": {json_text(kind)}, "score": {score!r}'


EDITS = Pieces(_lines, errors=JSON_ERRORS)
