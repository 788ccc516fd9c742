"""Tab-separated bitext: this project's columns, and those that bitextor and KEOPS read. No field is quoted."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from pipeline.errors import UsageError
from pipeline.io.fields import one_line, tab_line
from pipeline.io.imported import Imported, known_state, unique
from pipeline.io.item import Item
from pipeline.io.pieces import Pieces

# The default columns of bitextor's "raw" file: https://github.com/bitextor/bitextor/blob/master/docs/OUTPUT.md
_BITEXTOR = ("src_url", "trg_url", "src_text", "trg_text", "aligner_score")
# The header of KEOPS's templates for validation and adequacy: https://github.com/paracrawl/keops/blob/master/pm.md
_KEOPS = ("Source text", "Target text")
_QUOTED = re.compile(r'"(?:[^"]*"")+[^"]*"')


def _rows(item: Item) -> tuple[str]:
    """Every segment, with its place, score, origin, state and flags."""
    doc = one_line(item.document.id)
    rows = (
        f"{doc}\t{s.seg}\t{s.start}\t{s.end}\t{source}\t{target}\t{score}\t{s.origin}\t{s.state}\t{','.join(s.flags)}\n"
        for s, (source, target), score in zip(item.segments, item.fields, item.scores, strict=True)
    )
    return ("".join(rows),)


def _bitextor(item: Item) -> tuple[str]:
    """The pairs with the address that their document came from, or its id."""
    url = one_line(str(item.document.meta.get("url") or item.document.id))
    parts = zip(item.fields, item.scores, item.pairs, strict=True)
    return ("".join(f"{url}\t{url}\t{s}\t{t}\t{score}\n" for (s, t), score, is_pair in parts if is_pair),)


def _keops(item: Item) -> tuple[str]:
    """The pairs, for an evaluation task in KEOPS."""
    return ("".join(f"{s}\t{t}\n" for (s, t), is_pair in zip(item.fields, item.pairs, strict=True) if is_pair),)


TSV = Pieces(
    _rows,
    lambda export: (
        tab_line("doc", "seg", "start", "end", export.source, export.target, "score", "origin", "state", "flags"),
    ),
)
BITEXTOR = Pieces(_bitextor, lambda export: (tab_line(*_BITEXTOR),))
KEOPS = Pieces(_keops, lambda export: (tab_line(*_KEOPS),))


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
