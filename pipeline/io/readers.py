"""Finding and reading the input: folders and files of ``.txt``, ``.html`` and ``.jsonl``.

Finding is lazy and cheap: a `Source` knows its bytes' digest, and is parsed only when its document must be (re)done.
"""

from __future__ import annotations

import glob
import hashlib
import json
import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline.document import Document, MetaValue
from pipeline.errors import DocumentError, UsageError
from pipeline.io.decoding import decode
from pipeline.io.html import extract

# Raised by whoever changes what a reader gives for the same bytes, so that earlier results are redone.
VERSION = 1
META_KEYS = ("url", "title", "date", "author", "site")


@dataclass(frozen=True, slots=True)
class Source:
    """One document that can be read.

    Attributes:
        id: the document's id; "" where it has none that can be used, and reading it says so.
        origin: the file, or file:line, for messages.
        data: the bytes; None where reading the file failed.
        kind: the reader's name in `PARSERS`.
        problem: why it cannot be read at all, "" where it can.
    """

    id: str
    origin: str
    data: bytes
    kind: str
    problem: str = ""

    def digest(self) -> str:
        """What the document depends on: bytes, reader and the reader's version."""
        head = f"{self.kind} v{VERSION} {self.id}\0{self.problem}\0".encode("utf-8", "surrogatepass")
        return hashlib.sha256(head + self.data).hexdigest()

    def read(self) -> Document:
        """Parse it.

        Raises:
            DocumentError: it holds no text that can be used, and why.
        """
        if self.problem:
            raise DocumentError(self.problem)
        document = PARSERS[self.kind](self)
        if not document.raw.strip():
            raise DocumentError("holds no text, only white space" if document.raw else "is empty")
        return document


def find(inputs: Iterable[str], exclude: Path) -> Iterator[Source]:
    """The documents of files, folders and glob patterns, in a fixed order.

    Args:
        inputs: paths or patterns; folders are searched through, hidden files and unknown suffixes left out.
        exclude: a folder never looked into (the output folder may lie inside an input).

    Raises:
        UsageError: an input does not exist.
    """
    for text in inputs:
        for path in _expand(text):
            if not path.is_dir():
                yield from _file(path, path.name)
                continue
            for found in _walk(path, exclude.resolve(), frozenset()):
                if isinstance(found, OSError):
                    yield _unreadable("", found.filename, found)
                else:
                    yield from _file(found, found.relative_to(path).as_posix())


def check_inputs(inputs: Iterable[str]) -> None:
    """Say at once which inputs do not exist or have an unknown suffix.

    Raises:
        UsageError: all of them, one a line.
    """
    problems = []
    for text in inputs:
        try:
            files = [path for path in _expand(text) if path.is_file() and _suffix(path.name) is None]
            problems += [f"{p} has no suffix that can be read; allowed: {', '.join(SUFFIXES)}" for p in files]
        except UsageError as error:
            problems.append(str(error))
    if problems:
        raise UsageError("\n".join(problems))


def _expand(text: str) -> list[Path]:
    if os.path.lexists(text):
        return [Path(text)]
    found = sorted(glob.glob(text, recursive=True))
    if not found:
        raise UsageError(f"{text} does not exist; give files, folders or a glob pattern to read from")
    return [Path(name) for name in found]


def _walk(folder: Path, exclude: Path, above: frozenset[Path]) -> Iterator[Path | OSError]:
    """Files below a folder, sorted by name; a symbolic link to a folder above is not followed again."""
    real = folder.resolve()
    if real == exclude or real in above:
        return
    try:
        entries = sorted(os.scandir(folder), key=lambda e: e.name)
    except OSError as error:
        yield error
        return
    for entry in entries:
        path = Path(entry.path)
        if entry.name.startswith("."):
            continue
        if path.is_dir():
            yield from _walk(path, exclude, above | {real})
        elif _suffix(entry.name):
            yield path


def _suffix(name: str) -> str | None:
    return next((suffix for suffix in SUFFIXES if name.lower().endswith(suffix)), None)


def _file(path: Path, name: str) -> Iterator[Source]:
    suffix = _suffix(name)
    if suffix is None:
        raise UsageError(f"{path} has no suffix that can be read; allowed: {', '.join(SUFFIXES)}")
    id = name[: -len(suffix)]
    try:
        yield from SUFFIXES[suffix](path, id)
    except OSError as error:
        yield _unreadable(id, str(path), error)


def _unreadable(id: str, origin: str, error: OSError) -> Source:
    return Source(id, origin, b"", "text", f"cannot be read: {error.strerror or error}")


def _one(kind: str) -> Callable[[Path, str], Iterator[Source]]:
    def sources(path: Path, id: str) -> Iterator[Source]:
        yield Source(id, str(path), path.read_bytes(), kind)

    return sources


def _lines(path: Path, id: str) -> Iterator[Source]:
    with path.open("rb") as file:
        for number, line in enumerate(file, 1):
            if line.strip():
                yield _line(line, f"{path}:{number}")


def _line(line: bytes, origin: str) -> Source:
    try:
        text, _ = decode(line)
        record = json.loads(text)
    except (ValueError, RecursionError, DocumentError) as error:
        return Source("", origin, line, "json", f"is no JSON: {error}")
    problem = next((say for good, say in _REQUIRED if not good(record)), "")
    return Source("" if problem else str(record["id"]), origin, line, "json", problem)


_REQUIRED: tuple[tuple[Callable[[Any], bool], str], ...] = (
    (lambda r: isinstance(r, dict), 'is no JSON object; give {"id": ..., "text": ...}'),
    (
        lambda r: isinstance(r.get("id"), str | int) and str(r["id"]).strip() != "",
        'has no "id"; give each line its own',
    ),
    (
        lambda r: isinstance(r.get("text"), str) or isinstance(r.get("html"), str),
        'has neither "text" nor "html" as a string',
    ),
)


def _parse_text(source: Source) -> Document:
    text, warnings = decode(source.data)
    return Document(source.id, text, warnings=warnings)


def _parse_html(source: Source) -> Document:
    text, warnings = decode(source.data, markup=True)
    page = extract(text)
    return Document(source.id, page.text, page.meta, warnings=warnings)


def _parse_json(source: Source) -> Document:
    line, warnings = decode(source.data)
    record = json.loads(line)
    meta: dict[str, MetaValue] = {}
    text = record.get("text")
    if not isinstance(text, str):
        page = extract(record["html"])
        text, meta = page.text, page.meta
    meta |= {key: str(record[key]) for key in META_KEYS if record.get(key)}
    # A lone surrogate, which JSON can spell, is no character: it cannot be stored or written.
    return Document(source.id, text.encode("utf-8", "replace").decode(), meta, warnings=warnings)


PARSERS: dict[str, Callable[[Source], Document]] = {"text": _parse_text, "html": _parse_html, "json": _parse_json}
SUFFIXES: dict[str, Callable[[Path, str], Iterator[Source]]] = {
    ".txt": _one("text"),
    ".html": _one("html"),
    ".htm": _one("html"),
    ".jsonl": _lines,
}
