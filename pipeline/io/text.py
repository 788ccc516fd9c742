"""``clean/<id>.txt`` and ``translated/<id>.txt``: a document as plain text, line for line."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from pipeline.document import Segment
from pipeline.io.fields import one_line
from pipeline.io.files import atomic, safe_path


def write_texts(folder: Path, id: str, texts: Mapping[str, str]) -> bool:
    """Write a document's texts, given by the name of the folder in the output folder that each belongs into.

    Returns:
        False where the files held them already.
    """
    files = {folder / name / (safe_path(id) + ".txt"): text for name, text in texts.items()}
    changed = [path for path, text in files.items() if not _holds(path, text)]
    for path in changed:
        with atomic(path, sync=False) as file:
            file.write(files[path])
    return bool(changed)


def _holds(path: Path, text: str) -> bool:
    try:
        return path.read_bytes() == text.encode("utf-8", "surrogatepass")
    except OSError:
        return False


def translation(clean: str, segments: Iterable[Segment]) -> str:
    """The translation, line for line: line k holds the translations of the segments on line k of the clean text.

    A segment without translation, and a line without segments, stand there as they are in the clean text.
    """
    parts: dict[int, list[str]] = {}
    for segment in segments:
        parts.setdefault(segment.line, []).append(one_line(segment.target or segment.source))
    return "\n".join(" ".join(parts[k]) if k in parts else line for k, line in enumerate(clean.split("\n")))
