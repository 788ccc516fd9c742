"""Tab-separated bitext: this project's columns, and those that bitextor and KEOPS read. No field is quoted."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.io.fields import rounded, tab_line
from pipeline.io.files import atomic

if TYPE_CHECKING:
    from pipeline.io.export import Export

# The default columns of bitextor's "raw" file: https://github.com/bitextor/bitextor/blob/master/docs/OUTPUT.md
_BITEXTOR = ("src_url", "trg_url", "src_text", "trg_text", "aligner_score")
# The header of KEOPS's templates for validation and adequacy: https://github.com/paracrawl/keops/blob/master/pm.md
_KEOPS = ("Source text", "Target text")


def write_tsv(export: Export, folder: Path) -> None:
    """Write ``aligned.tsv``: every segment, with its place, score, origin, state and flags."""
    languages = (export.source_language, export.target_language)
    with atomic(folder / "aligned.tsv") as file:
        file.write(tab_line("doc", "seg", "start", "end", *languages, "score", "origin", "state", "flags"))
        for s in export.segments():
            place, review = (s.doc, s.seg, s.start, s.end), (rounded(s.score), s.origin, s.state, ",".join(s.flags))
            file.write(tab_line(*place, s.source, s.target, *review))


def write_bitextor(export: Export, folder: Path) -> None:
    """Write ``aligned.bitextor.tsv``: the pairs with the address that their document came from, or its id."""
    with atomic(folder / "aligned.bitextor.tsv") as file:
        file.write(tab_line(*_BITEXTOR))
        for document, segment in export.pairs():
            url = document.meta.get("url") or document.id
            file.write(tab_line(url, url, segment.source, segment.target, rounded(segment.score)))


def write_keops(export: Export, folder: Path) -> None:
    """Write ``aligned.keops.tsv``: the pairs, for an evaluation task in KEOPS."""
    with atomic(folder / "aligned.keops.tsv") as file:
        file.write(tab_line(*_KEOPS))
        for _, segment in export.pairs():
            file.write(tab_line(segment.source, segment.target))
