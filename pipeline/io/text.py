"""``clean/<id>.txt`` and ``translated/<id>.txt``: a document as plain text, line for line."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path

from pipeline.document import Segment
from pipeline.io.fields import one_line
from pipeline.io.files import PART, safe_path

FOLDERS = ("clean", "translated")


def text_files(folder: Path, id: str) -> list[Path]:
    """A document's files in each of `FOLDERS`."""
    name = safe_path(id) + ".txt"
    return [folder / kind / name for kind in FOLDERS]


def write_texts(folder: Path, id: str, texts: Mapping[str, str]) -> bool:
    """Write a document's texts, given by the name of the folder in the output folder that each belongs into.

    They take their names when they are complete, but are not flushed to the disk: there are many, and whoever writes
    them all flushes them together.

    Returns:
        False where the files held them already.
    """
    name = safe_path(id) + ".txt"
    written = [_write(f"{folder}/{kind}/{name}", text.encode("utf-8", "surrogatepass")) for kind, text in texts.items()]
    return any(written)


def _write(path: str, content: bytes) -> bool:
    if _read(path) == content:
        return False
    try:
        _replace(path, content)
    except FileNotFoundError:
        os.makedirs(os.path.dirname(path), exist_ok=True)
        _replace(path, content)
    return True


def _read(path: str) -> bytes | None:
    try:
        with open(path, "rb", buffering=0) as file:
            return file.read()
    except OSError:
        return None


def _replace(path: str, content: bytes) -> None:
    part = path + PART
    try:
        with open(part, "wb") as file:
            file.write(content)
        os.replace(part, path)
    except BaseException:
        with suppress(FileNotFoundError):
            os.unlink(part)
        raise


def translation(clean: str, segments: Iterable[Segment]) -> str:
    """The translation, line for line: line k holds the translations of the segments on line k of the clean text.

    A segment without translation, and a line without segments, stand there as they are in the clean text.
    """
    parts: dict[int, list[str]] = {}
    for segment in segments:
        parts.setdefault(segment.line, []).append(one_line(segment.target or segment.source))
    return "\n".join(" ".join(parts[k]) if k in parts else line for k, line in enumerate(clean.split("\n")))
