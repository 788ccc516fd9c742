"""Finding the input: folders and files of ``.txt``, ``.html``, ``.jsonl`` and ``.warc``, each also compressed.

Finding is lazy and cheap: a `Source` knows its bytes' digest, and is parsed only when its document must be (re)done.
One document is in memory at a time, whatever the size of the file it stands in.
"""

from __future__ import annotations

import glob
import json
import os
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, BinaryIO

from pipeline.errors import DocumentError, UsageError
from pipeline.io.compressed import COMPRESSIONS, DAMAGES, open_plain
from pipeline.io.decoding import decode
from pipeline.io.source import LARGEST, TOO_LARGE, Source, storable
from pipeline.io.warc import records

# Bytes that nearly every document has room in.
_SMALL = 65_536


def find(inputs: Iterable[str], exclude: Path) -> Iterator[Source]:
    """The documents of files, folders and glob patterns, in a fixed order.

    Args:
        inputs: paths or patterns; folders are searched through, hidden files and unknown suffixes left out.
        exclude: a folder never looked into (the output folder may lie inside an input).

    Raises:
        UsageError: an input does not exist.
    """
    for text in inputs:
        for path in expand(text):
            if not path.is_dir():
                yield from _file(path, path.name)
                continue
            for found in walk(path, real(exclude)):
                if isinstance(found, OSError):
                    yield _unreadable("", storable(found.filename), found)
                else:
                    yield from _file(*found)


def check_inputs(inputs: Iterable[str], output: Path) -> None:
    """Say at once which inputs do not exist, have an unknown suffix, or are what a run writes.

    Args:
        output: the output folder.

    Raises:
        UsageError: all of them, one a line.
    """
    problems = []
    folder = real(output)
    for text in inputs:
        try:
            paths = expand(text)
            problems += [_unknown(path) for path in paths if not split(path.name) and path.is_file()]
            problems += [
                f"{path} is what the run writes; choose another --output" for path in paths if _is_in(path, folder)
            ]
        except UsageError as error:
            problems.append(str(error))
    if problems:
        raise UsageError("\n".join(problems))


def _is_in(path: Path, folder: Path) -> bool:
    """Whether a path is the output folder, given without symbolic links, or in one of those in it that hold texts."""
    place = real(path)
    return place == folder or any(place.is_relative_to(folder / name) for name in ("clean", "translated"))


def real(path: Path) -> Path:
    """The path without symbolic links; one that leads to itself stays, where `Path.resolve` would raise."""
    return Path(os.path.realpath(path))


def expand(text: str) -> list[Path]:
    """The paths that an input names.

    Raises:
        UsageError: there are none.
    """
    if os.path.lexists(text):
        return [Path(text)]
    found = sorted(glob.glob(text, recursive=True))
    if not found:
        raise UsageError(f"{text} does not exist; give files, folders or a glob pattern to read from")
    return [Path(name) for name in found]


def walk(
    folder: Path, exclude: Path, inside: str = "", above: frozenset[Path] = frozenset()
) -> Iterator[tuple[Path, str] | OSError]:
    """Files below a folder with their paths in it, sorted; a symbolic link to a folder above is not followed again."""
    place = real(folder)
    if place == exclude or place in above:
        return
    try:
        with os.scandir(folder) as entries:
            found = sorted((entry.name, _is_folder(entry)) for entry in entries if not entry.name.startswith("."))
    except OSError as error:
        yield error
        return
    for name, is_folder in found:
        if is_folder:
            yield from walk(folder / name, exclude, f"{inside}{name}/", above | {place})
        elif split(name):
            yield folder / name, inside + name


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:  # a link that leads to itself: where it is named like a document, reading it says so
        return False


def split(name: str) -> tuple[str, str, str] | None:
    """A file's name without its suffixes, its kind's suffix and its compression's; None where it cannot be read."""
    lower = name.lower()
    for suffix, kind, compression in SUFFIXES:
        if lower.endswith(suffix):
            return name[: len(name) - len(suffix)], kind, compression
    return None


def _file(path: Path, name: str) -> Iterator[Source]:
    parts = split(name)
    if parts is None:
        raise UsageError(_unknown(path))
    id, kind, compression = parts
    origin, empty = storable(str(path)), True
    try:
        with open_plain(path, compression) as stream:
            for source in KINDS[kind](stream, origin, storable(id)):
                empty = False
                yield source
    except DAMAGES as error:
        yield _unreadable(id, origin, error)
        return
    if empty:
        yield Source(storable(id), origin, b"", "text", _NOTHING[kind])


def _unknown(path: Path) -> str:
    return f"{path} has no suffix that can be read; allowed: {allowed()}"


def allowed() -> str:
    """The suffixes of files that can be read, for messages."""
    return f"{', '.join(KINDS)}, each also with {' or '.join(filter(None, COMPRESSIONS))}"


def _unreadable(id: str, origin: str, error: Exception) -> Source:
    reason = getattr(error, "strerror", None) or error
    advice = next(advice for kind, advice in _ADVICE if isinstance(error, kind))
    if getattr(error, "errno", 0) is None:  # raised by what unpacks or parses, and not by the system
        advice = _DAMAGED
    return Source(storable(id), origin, b"", "text", f"cannot be read: {reason}; {advice}")


_DAMAGED = "get it again, or mend it, or take it out of the input"
# What to do about a file that cannot be read, by the first of these that the error is.
_ADVICE: tuple[tuple[type[Exception], str], ...] = (
    (PermissionError, "allow this user to read it, or take it out of the input"),
    (FileNotFoundError, "it was removed, or is a link to what is not there; put it back, or remove the link"),
    (OSError, "mend that, or take it out of the input"),
    (Exception, _DAMAGED),
)


def _one(kind: str) -> Callable[[BinaryIO, str, str], Iterator[Source]]:
    def sources(stream: BinaryIO, origin: str, id: str) -> Iterator[Source]:
        data = stream.read(_SMALL)
        if len(data) == _SMALL:  # else that was all, and no room for the largest document was asked for
            data += stream.read(LARGEST + 1 - _SMALL)
        yield Source(id, origin, data, kind) if len(data) <= LARGEST else Source(id, origin, b"", kind, TOO_LARGE)

    return sources


def _lines(stream: BinaryIO, origin: str, id: str) -> Iterator[Source]:
    number = 0
    while line := stream.readline(LARGEST + 1):
        number += 1
        if len(line) > LARGEST:
            # Reading on to its end could take for ever: such a line is a bomb, or the file is no JSONL.
            yield Source("", f"{origin}:{number}", b"", "json", f"{TOO_LARGE}; nothing after it is read")
            return
        if line.strip():
            yield _line(line, f"{origin}:{number}")


def _line(line: bytes, origin: str) -> Source:
    try:
        text, _ = decode(line)
        record = json.loads(text)
    except (ValueError, RecursionError, DocumentError) as error:
        return Source("", origin, line, "json", f"is no JSON: {error}; give one JSON object a line")
    problem = next((say for good, say in _REQUIRED if not good(record)), "")
    return Source("" if problem else storable(str(record["id"])), origin, line, "json", problem)


_REQUIRED: tuple[tuple[Callable[[Any], bool], str], ...] = (
    (lambda r: isinstance(r, dict), 'is no JSON object; give {"id": ..., "text": ...}'),
    (
        lambda r: type(r.get("id")) in (str, int) and str(r["id"]).strip() != "",
        'has no "id" that is a text or a whole number; give each line its own',
    ),
    (
        lambda r: isinstance(r.get("text"), str) or isinstance(r.get("html"), str),
        'has neither "text" nor "html" as a string; give one of them',
    ),
)

# What is said of a file in which no document was found; the others are documents themselves.
_NOTHING = {
    ".jsonl": 'is empty; put lines of {"id": ..., "text": ...} into it, or take it out of the input',
    ".warc": "holds no page: no response with status 200, resource or conversion is HTML or plain text; "
    "take it out of the input",
}
# By suffix: what finds the documents in the plain bytes of a file, given its path and its name without suffixes.
KINDS: dict[str, Callable[[BinaryIO, str, str], Iterator[Source]]] = {
    ".txt": _one("text"),
    ".html": _one("html"),
    ".htm": _one("html"),
    ".jsonl": _lines,
    ".warc": records,
}
SUFFIXES = [(kind + compression, kind, compression) for kind in KINDS for compression in COMPRESSIONS]
