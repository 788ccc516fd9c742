"""``aligned.fr`` and ``aligned.en``: the pair of files that Moses and most toolkits train on."""

from __future__ import annotations

from pipeline.io.item import Item
from pipeline.io.pieces import Pieces


def _lines(item: Item) -> tuple[str, str]:
    """Line k of one is the translation of line k of the other, and no line is blank."""
    pairs = [fields for fields, is_pair in zip(item.fields, item.pairs, strict=True) if is_pair]
    sources, targets = (
        ("".join(f"{text.strip()}\n" for text in texts) for texts in zip(*pairs, strict=True)) if pairs else ("", "")
    )
    return sources, targets


MOSES = Pieces(_lines)
