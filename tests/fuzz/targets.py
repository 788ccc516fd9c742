"""What must hold for any bytes whatever: one function a part of the program, each raising where something does not."""

from __future__ import annotations

import gzip
import os
import struct
import tempfile
from collections.abc import Callable, Iterator
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import zstandard

from pipeline.document import Document
from pipeline.edits import Change, EditBuffer, apply_edits, undo_edits
from pipeline.errors import DocumentError
from pipeline.io.files import safe_path
from pipeline.io.readers import find
from pipeline.stages import STAGES
from pipeline.stages.base import DocumentStage
from tests.fuzz.exports import check

# What dirty articles are made of; a byte picks one, so that mutations move whole phrases about.
PIECES = (
    "La ville de Lyon a ouvert un pont. ",
    "Il a dit : « Nous verrons bien », hier à 10 h 30. ",
    "\n",
    "\n\n",
    "\r\n",
    "Partager sur Facebook\n",
    "Lire aussi : le pont de Lyon\n",
    "Publié le 3 mai 2024 à 10h12\n",
    "(AFP) ",
    "#lyon #pont ",
    "au pied du col des Tourbières, ",
    "au-dessus de la vieille scierie, ",
    "le le ",
    "Le ",
    "l39Europe ",
    "&amp;nbsp; ",
    "&#8217;",
    "Ã©tÃ© ",
    "â€™",
    "« ",
    " »",
    "“",
    "”",
    "…",
    "...",
    "M. Dupont ",
    "Mme. ",
    "12 345,67 € ",
    "www.exemple.fr ",
    "Laissez un commentaire\n",
    "Votre adresse e-mail ne sera pas publiée.\n",
    "© AFP / Jean Martin",
    "Accueil > Monde\n",
    "\u00a0",
    "\u202f",
    "\u200b",
    "\u2028",
    "\t",
    "\x00",
    "\x1b[31m",
    "<p>",
    "</p>",
    "😀",
    "e\u0301",
    "\ufeff",
    "— ",
    "- ",
    "Par Jean Martin\n",
    "The mayor said on Tuesday that the bridge would stay open. ",
    "(",
    ")",
    "[",
    "]",
    ";",
    "?",
    "!",
    "Photo : EPA",
    "À lire également",
    "Abonnez-vous à notre newsletter\n",
    "Suivez-nous sur Twitter\n",
    "a",
    "é",
    " ",
    ", ",
    "\x0b",
    "\x1c",
    "\x85",
    "\u2029",
    "\u202e",
    "\ufffe",
    "\r",
    "&",
    '"',
    "<!--",
    "]]>",
    "</td></tr></script>",
    "{{ 7 * 7 }}",
    "&#0;",
    "long " * 2000,
)


def text_of(data: bytes) -> str:
    """Bytes as text: characters as they are, or pieces of articles."""
    if data[:1] < b"\x40":
        return data[1:].decode("utf-8", "replace")
    return "".join(PIECES[byte % len(PIECES)] for byte in data[1:])


def readers(data: bytes) -> None:
    """Any file is read, refused, or listed; never more."""
    suffixes = (".txt", ".html", ".jsonl", ".warc", ".txt.gz", ".jsonl.gz", ".warc.gz", ".txt.zst", ".jsonl.zst")
    kind, body = (data[0] if data else 0), data[1:]
    suffix = suffixes[kind % len(suffixes)]
    if kind >= 128:  # well packed, so that what is inside is fuzzed
        body = gzip.compress(body) if suffix.endswith(".gz") else body
        body = zstandard.ZstdCompressor().compress(body) if suffix.endswith(".zst") else body
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, f"a{suffix}")
        path.write_bytes(body)
        for source in find([str(path)], Path("/nonexistent")):
            source.id.encode()
            source.digest()
            inside = os.path.normpath(f"/out/{safe_path(source.id)}.txt")
            assert inside.startswith("/out/")
            try:
                document = source.read()
            except DocumentError:
                continue
            document.raw.encode()
            assert document.raw.strip()


def edits(data: bytes) -> None:
    """Whatever is changed in any order, the raw text comes back, and the text is what a plain string would be."""
    raw = text_of(data[: len(data) // 2])
    buffer, plain = EditBuffer(raw), raw
    for change in _changes(data[len(data) // 2 :], buffer):
        buffer.apply([change], "fuzz")
        plain = plain[: change.start] + change.after + plain[change.end :]
        assert buffer.text == plain
        _check_edits(raw, buffer.text, buffer.edits)


def _changes(data: bytes, buffer: EditBuffer) -> Iterator[Change]:
    for at, length, piece in struct.iter_unpack("HBB", data[: len(data) // 4 * 4]):
        size = len(buffer.text)
        start = at % (size + 1)
        end = min(size, start + length % 16)
        yield Change(start, end, PIECES[piece % len(PIECES)] if piece > 80 else "", "rule", "other")


def _check_edits(raw: str, text: str, edits: Any) -> None:
    assert apply_edits(raw, edits) == text
    assert undo_edits(text, edits) == raw
    for one, other in pairwise(edits):
        assert one.end <= other.start
    for edit in edits:
        assert raw[edit.start : edit.end] == edit.before != edit.after


@cache
def _stage(name: str) -> DocumentStage[Any]:
    spec = STAGES[name]
    stage = spec.stage(spec.options())
    assert isinstance(stage, DocumentStage)
    return stage


def _cleaned(data: bytes, *names: str) -> Document:
    document = Document("a", text_of(data), {"title": "La ville de Lyon a ouvert un pont"})
    for name in names:
        _stage(name).process(document)
        _check_edits(document.raw, document.text, document.edits)
    for mark in document.marks:
        assert 0 <= mark.start <= mark.end <= len(document.raw)
    return document


def strip(data: bytes) -> None:
    """Nothing is lost by strip, with and without normalize before it."""
    _cleaned(data, "strip")
    _cleaned(data, "normalize", "strip")


def repair(data: bytes) -> None:
    """Nothing is lost by repair, with and without normalize before it."""
    _cleaned(data, "repair")
    _cleaned(data, "normalize", "repair")


def segment(data: bytes) -> None:
    """Segments stand in order on their lines, and all that is no white space is in one."""
    document = _cleaned(data, "segment")
    lines = document.text.split("\n")
    covered: dict[int, str] = {}
    for number, found in enumerate(document.segments):
        assert found.seg == number
        assert found.source in lines[found.line]
        assert found.source.strip()
        assert document.raw[found.start : found.end] == found.source
        covered[found.line] = covered.get(found.line, "") + found.source
    for number, line in enumerate(lines):
        assert "".join(covered.get(number, "").split()) == "".join(line.split())


def exporters(data: bytes) -> None:
    """Every file gives its texts back, whatever they are."""
    check([text_of(part) for part in data.split(b"\xff")])


TARGETS: dict[str, Callable[[bytes], None]] = {
    function.__name__: function for function in (readers, edits, strip, repair, segment, exporters)
}
