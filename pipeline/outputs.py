"""Writing the output folder from the store: only what changed, and never half a file."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from pipeline.io.export import FORMATS, Export, Format
from pipeline.io.files import safe_path
from pipeline.io.text import translation, write_texts
from pipeline.review.decisions import decisions_digest
from pipeline.store import Store

_FOLDERS = ("clean", "translated")
# Written by every run, whatever formats it was asked for.
_EDITS = Format(("edits.jsonl",), "pipeline.io.edits:write_edits")
# Documents whose files are flushed to the disk together.
_BATCH = 500


def write(export: Export, folder: Path, formats: Sequence[str], translated: bool) -> list[str]:
    """Write every output file that is not up to date.

    Args:
        formats: names in `FORMATS`; none of them is written where the run stopped before it had translations.
        translated: whether it has.

    Returns:
        what was written, for people: file names, and folders with the number of files.
    """
    done = _write_documents(export, folder, translated)
    state = _state(export)
    done += _write_once(export, folder, "edits", _EDITS, state)
    for name in formats if translated else ():
        done += _write_once(export, folder, name, FORMATS[name], f"{state}, {decisions_digest(export.store)}")
    return done


def sweep(folder: Path) -> None:
    """Remove what a killed run left half written."""
    for path in folder.rglob("*.part"):
        path.unlink(missing_ok=True)


def _state(export: Export) -> str:
    """A digest of everything that the files are written from, but for reviewers' decisions."""
    digest = hashlib.sha256(export.signature.encode())
    for part in export.store.state():
        digest.update(part.encode("utf-8", "surrogatepass"))
    return digest.hexdigest()


def _write_once(export: Export, folder: Path, name: str, format: Format, state: str) -> list[str]:
    """Write a format's files unless they were last written from this state; returns those written."""
    key, files = f"written: {name}", format.files(export)
    if export.store.info(key) == state and all((folder / file).is_file() for file in files):
        return []
    export.store.set_info(key, "")  # if this is cut off, some of the files may be newer than what is known of them
    format.write(export, folder)
    export.store.set_info(key, state)
    return files


def _write_documents(export: Export, folder: Path, translated: bool) -> list[str]:
    state = repr((translated, decisions_digest(export.store)))
    count = 0
    written: list[tuple[str, str]] = []
    for id, before in _due(export.store, folder, translated, state):
        texts = _texts(export, id, translated)
        digest = _digest(texts)
        if before == digest and _complete(folder, id, translated):
            continue
        if before:  # as in `_write_once`
            export.store.set_written([(id, "")])
        write_texts(folder, id, texts)
        written.append((id, digest))
        count += 1
        if len(written) >= _BATCH:
            written = _settle(export.store, written)
    _settle(export.store, written)
    export.store.set_info("texts", state)
    removed = sum(_remove(export.store, folder, id) for id in export.store.orphans())
    folders = _FOLDERS if translated else _FOLDERS[:1]
    return [f"{name}/ ({count} written, {removed} removed)" for name in folders if count or removed]


def _due(store: Store, folder: Path, translated: bool, state: str) -> Iterator[tuple[str, str]]:
    """Ids, with the digest last written, of the documents whose files may be out of date.

    All of them after a reviewer's decision, which can change the text of any; else those saved since, or lost.
    """
    known = store.info("texts") == state
    for id, before in store.written():
        if not (known and before and _complete(folder, id, translated)):
            yield id, before


def _settle(store: Store, written: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Flush the files to the disk before the store says that they are there."""
    if written:
        os.sync()
        with store.transaction():
            store.set_written(written)
    return []


def _texts(export: Export, id: str, translated: bool) -> dict[str, str]:
    """What the files of a document hold, by folder."""
    if not translated:
        return {"clean": export.store.clean(id)}
    document = export.document(id)
    return {"clean": document.text, "translated": translation(document)}


def _digest(texts: Mapping[str, str]) -> str:
    return hashlib.sha256("\0".join(texts.values()).encode("utf-8", "surrogatepass")).hexdigest()


def _paths(folder: Path, id: str) -> Iterator[Path]:
    return (folder / name / (safe_path(id) + ".txt") for name in _FOLDERS)


def _complete(folder: Path, id: str, translated: bool) -> bool:
    clean, target = _paths(folder, id)
    return clean.is_file() and (not translated or target.is_file())


def _remove(store: Store, folder: Path, id: str) -> bool:
    """Remove the files of a document that is no longer in the input; its results stay in the store."""
    for path in _paths(folder, id):
        path.unlink(missing_ok=True)
    store.set_written([(id, "")])
    return True
