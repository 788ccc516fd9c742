"""Writing the output folder from the store: only what changed, and never half a file."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from pipeline.document import Document
from pipeline.executors import Call, here
from pipeline.io.export import EDITS, FORMATS, Export, Format
from pipeline.io.files import PART, Together, safe_path
from pipeline.io.item import Item
from pipeline.io.text import translation, write_texts
from pipeline.review.decisions import decisions_digest
from pipeline.store import Store

_FOLDERS = ("clean", "translated")
# Documents whose text files are flushed to the disk together.
_NOTED = 5000


@dataclass(frozen=True)
class _Files:
    """The files of a format, and a digest of all that they are made of."""

    name: str
    format: Format
    state: str

    def stand(self, export: Export, folder: Path) -> bool:
        """Whether they were last written from this state, and are still there."""
        files = self.format.files(export)
        return export.store.info(self._key) == self.state and all((folder / file).is_file() for file in files)

    def begin(self, store: Store) -> None:
        """Forget what is known of them: if writing is cut off, some may be newer than others."""
        store.set_info(self._key, "")

    def settle(self, store: Store) -> None:
        """Note that they stand."""
        store.set_info(self._key, self.state)

    @property
    def _key(self) -> str:
        return f"written: {self.name}"


@dataclass(frozen=True)
class _Job:
    """Documents that one process makes the files of.

    Attributes:
        first: number of the first of them in the run, from 1.
        ids: of all of them.
        due: of those whose text files may be out of date.
    """

    first: int
    ids: list[str]
    due: list[str]


@dataclass(frozen=True)
class _Made:
    """What came of a job.

    Attributes:
        parts: what the documents come to in each format; see `pipeline.io.export.Writer`.
        texts: the documents whose text files are right now.
        changed: how many of them were not before.
    """

    parts: list[Any]
    texts: list[str]
    changed: int


def write(export: Export, folder: Path, formats: Sequence[str], translated: bool, call: Call = here) -> list[str]:
    """Write every output file that is not up to date; each document is read once for all of them.

    Args:
        formats: names in `FORMATS`; none of them is written where the run stopped before it had translations.
        translated: whether it has.
        call: who makes what goes into the files; see `pipeline.executors.Executor.call`.

    Returns:
        what was written, for people: folders with the number of files, and file names.
    """
    store = export.store
    files = [one for one in _formats(export, formats if translated else ()) if not one.stand(export, folder)]
    with store.transaction():
        for one in files:
            one.begin(store)
    texts = repr((translated, decisions_digest(store)))
    jobs = _jobs(export, folder, translated, known=store.info("texts") == texts, every=bool(files))
    made = call(partial(_make, export, folder, [one.format for one in files], translated), jobs)
    count = _write(export, folder, files, made)
    with store.transaction():
        for one in files:
            one.settle(store)
        store.set_info("texts", texts)
    removed = sum(_remove(store, folder, id) for id in store.orphans())
    folders = _FOLDERS if translated else _FOLDERS[:1]
    changed = [f"{name}/ ({count} written, {removed} removed)" for name in folders if count or removed]
    return changed + [name for one in files for name in one.format.files(export)]


def sweep(folder: Path) -> None:
    """Remove what a killed run left half written."""
    for path in folder.rglob(f"*{PART}"):
        path.unlink(missing_ok=True)


def _make(export: Export, folder: Path, formats: Sequence[Format], translated: bool, job: _Job) -> _Made:
    """Write the text files of some documents, and make their parts of the other files."""
    items = [Item(export, document, number) for number, document in enumerate(export.some(job.ids), job.first)]
    due = frozenset(job.due)
    changed = sum(_write_texts(folder, item.document, translated) for item in items if item.document.id in due)
    return _Made([format.writer.make(items) for format in formats], job.due, changed)


def _write(export: Export, folder: Path, files: Sequence[_Files], made: Iterator[_Made]) -> int:
    """Write the files from their parts, and note which texts are written; returns how many texts were not before."""
    changed = 0
    texts: list[str] = []
    with Together() as together, ExitStack() as stack:
        adds = [stack.enter_context(one.format.open(export, folder, together)) for one in files]
        for one in made:
            changed += one.changed
            texts += one.texts
            for add, part in zip(adds, one.parts, strict=True):
                add(part)
            if len(texts) >= _NOTED:
                _note(export.store, texts)
                texts = []
    _note(export.store, texts)
    return changed


def _note(store: Store, texts: Sequence[str]) -> None:
    """Note that these documents' text files stand, once they are on the disk."""
    if texts:
        os.sync()
        with store.transaction():
            store.set_written(texts, True)


def _formats(export: Export, names: Sequence[str]) -> Iterator[_Files]:
    state = _state(export)
    yield _Files("edits", EDITS, state)
    for name in names:
        yield _Files(name, FORMATS[name], f"{state}, {decisions_digest(export.store)}")


def _state(export: Export) -> str:
    """A digest of everything that the files are written from, but for reviewers' decisions."""
    digest = hashlib.sha256(export.signature.encode())
    for part in export.store.state():
        digest.update(part.encode("utf-8", "surrogatepass"))
    return digest.hexdigest()


def _jobs(export: Export, folder: Path, translated: bool, known: bool, every: bool) -> Iterator[_Job]:
    """The documents whose files may be out of date.

    Args:
        known: whether text files say what reviewers have decided; else all of them are due: a decision can change the
            text of any. Due are also those of documents saved since, and lost ones.
        every: whether files are to be written that hold all documents.
    """
    first = 1
    for portion in export.store.portions():
        due = [id for id, written in portion if not (known and written and _complete(folder, id, translated))]
        if every or due:
            yield _Job(first, [id for id, _ in portion] if every else due, due)
        first += len(portion)


def _write_texts(folder: Path, document: Document, translated: bool) -> bool:
    """Write the text files of a document; False where they held its text already."""
    texts = {"clean": document.text}
    if translated:
        texts["translated"] = translation(document.text, document.segments)
    return write_texts(folder, document.id, texts)


def _paths(folder: Path, id: str) -> Iterator[Path]:
    return (folder / name / (safe_path(id) + ".txt") for name in _FOLDERS)


def _complete(folder: Path, id: str, translated: bool) -> bool:
    clean, target = _paths(folder, id)
    return clean.is_file() and (not translated or target.is_file())


def _remove(store: Store, folder: Path, id: str) -> bool:
    """Remove the files of a document that is no longer in the input; its results stay in the store."""
    for path in _paths(folder, id):
        path.unlink(missing_ok=True)
    store.set_written([id], False)
    return True
