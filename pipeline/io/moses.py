"""``aligned.fr`` and ``aligned.en``: the pair of files that Moses and most toolkits train on."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.io.fields import one_line
from pipeline.io.files import atomic

if TYPE_CHECKING:
    from pipeline.io.export import Export


def write_moses(export: Export, folder: Path) -> None:
    """Write the pair: line k of one is the translation of line k of the other, and no line is blank."""
    with (
        atomic(folder / f"aligned.{export.source}") as source,
        atomic(folder / f"aligned.{export.target}") as target,
    ):
        for _, segment in export.pairs():
            source.write(one_line(segment.source).strip() + "\n")
            target.write(one_line(segment.target).strip() + "\n")
