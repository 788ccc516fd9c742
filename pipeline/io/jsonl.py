"""``aligned.jsonl``: a segment a line; HuggingFace ``datasets`` loads its ``translation`` as a ``Translation``."""

from __future__ import annotations

from functools import lru_cache

from pipeline.io.fields import JSON_ERRORS, json_lines, json_text
from pipeline.io.item import Item
from pipeline.io.pieces import Pieces


def _lines(item: Item) -> tuple[str]:
    """Every segment, with the same keys for each."""
    doc = json_text(item.document.id)
    source, target = json_text(item.export.source), json_text(item.export.target)
    lines = (
        f'{{"id": {doc[:-1]}#{s.seg}", "doc": {doc}, "seg": {s.seg}, "start": {s.start}, "end": {s.end}, '
        f'"translation": {{{source}: {json_text(s.source)}, {target}: {json_text(s.target)}}}, '
        f'"score": {score or "null"}, {_judged(s.origin, s.state, tuple(s.flags))}}}\n'
        for s, score in zip(item.segments, item.scores, strict=True)
    )
    return (json_lines("".join(lines)),)


@lru_cache(512)
def _judged(origin: str, state: str, flags: tuple[str, ...]) -> str:
    named = ", ".join(map(json_text, flags))
    return f'"origin": {json_text(origin)}, "state": {json_text(state)}, "flags": [{named}]'


JSONL = Pieces(_lines, errors=JSON_ERRORS)
