"""Tab-separated bitext: this project's columns, and those that bitextor and KEOPS read. No field is quoted."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.errors import UsageError
from pipeline.io.fields import rounded, tab_line
from pipeline.io.files import atomic
from pipeline.io.imported import Imported, known_state, unique

if TYPE_CHECKING:
    from pipeline.io.export import Export

# The default columns of bitextor's "raw" file: https://github.com/bitextor/bitextor/blob/master/docs/OUTPUT.md
_BITEXTOR = ("src_url", "trg_url", "src_text", "trg_text", "aligner_score")
# The header of KEOPS's templates for validation and adequacy: https://github.com/paracrawl/keops/blob/master/pm.md
_KEOPS = ("Source text", "Target text")
_QUOTED = re.compile(r'"(?:[^"]*"")+[^"]*"')


def write_tsv(export: Export, folder: Path) -> None:
    """Write ``aligned.tsv``: every segment, with its place, score, origin, state and flags."""
    languages = (export.source, export.target)
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


def read_tsv(path: Path, source_language: str = "fr", target_language: str = "en") -> Iterator[Imported]:
    """The segments of a file with the columns of ``aligned.tsv``, in any order, ``doc`` and what follows optional.

    Raises:
        UsageError: columns for the two languages are missing, a line has too few or too many fields, a segment number
            is no number, or a segment stands twice.
    """
    yield from unique(path, _read(path, source_language, target_language))


def _read(path: Path, source_language: str, target_language: str) -> Iterator[Imported]:
    try:
        with path.open(encoding="utf-8-sig", newline="\n") as file:
            columns = _split(next(file, ""))
            for wanted in (source_language, target_language):
                if wanted not in columns:
                    raise UsageError(f'{path}:1: no column "{wanted}"; the header names {", ".join(columns)}')
            for number, line in enumerate(file, 2):
                if line.strip("\r\n"):
                    row = _row(path, number, columns, line)
                    yield _imported(path, number, row, row[source_language], row[target_language])
    except UnicodeDecodeError as error:
        raise UsageError(f"{path}: not UTF-8 at byte {error.start}; save it as UTF-8") from error
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}") from error


def _row(path: Path, number: int, columns: list[str], line: str) -> dict[str, str]:
    fields = _split(line)
    if len(fields) != len(columns):
        raise UsageError(f"{path}:{number}: {len(fields)} fields, but the header names {len(columns)}")
    return dict(zip(columns, fields, strict=True))


def _split(line: str) -> list[str]:
    return [_unquote(field) for field in line.rstrip("\r\n").split("\t")]


def _unquote(field: str) -> str:
    """Take back the quoting that spreadsheets put around a field that holds quotes, which they double."""
    return field[1:-1].replace('""', '"') if _QUOTED.fullmatch(field) else field


def _imported(path: Path, line: int, row: dict[str, str], source: str, target: str) -> Imported:
    seg = row.get("seg", "")
    if seg and not seg.isdecimal():
        raise UsageError(f'{path}:{line}: seg is "{seg}"; it must be a number')
    return Imported(
        doc=row.get("doc", ""),
        seg=int(seg) if seg else None,
        tuid="",
        source=source,
        target=target,
        state=known_state(row.get("state", "")),
        note=row.get("note", ""),
        line=line,
    )
