"""Writing the output folder from the store: only what changed, and never half a file."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import chain, islice
from pathlib import Path

from pipeline.executors import Call, here
from pipeline.io.export import EDITS, FORMATS, Export, Format
from pipeline.io.export import write as write_formats
from pipeline.io.files import safe_path
from pipeline.io.text import translation, write_texts
from pipeline.review.decisions import decisions_digest
from pipeline.store import Store

_FOLDERS = ("clean", "translated")
# Documents whose files one process writes, and which are flushed to the disk together.
_BATCH = 500


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
class _Together:
    """Files of formats that are written in one go, so that each document is read once."""

    files: list[_Files]

    def write(self, export: Export, folder: Path) -> int:
        """Write them."""
        write_formats([one.format for one in self.files], export, folder)
        return 0

    def settle(self, store: Store) -> None:
        """Note that they stand."""
        for one in self.files:
            one.settle(store)


@dataclass(frozen=True)
class _Texts:
    """The text files of a few documents."""

    ids: list[str]
    translated: bool

    def write(self, export: Export, folder: Path) -> int:
        """Write those that do not hold their text already; returns of how many documents."""
        return sum(write_texts(folder, id, _texts(export, id, self.translated)) for id in self.ids)

    def settle(self, store: Store) -> None:
        """Note that they stand, once they are on the disk."""
        os.sync()
        with store.transaction():
            store.set_written(self.ids, True)


def write(
    export: Export,
    folder: Path,
    formats: Sequence[str],
    translated: bool,
    call: Call = here,
    processes: int = 1,
) -> list[str]:
    """Write every output file that is not up to date.

    Args:
        formats: names in `FORMATS`; none of them is written where the run stopped before it had translations.
        translated: whether it has.
        call: who writes; see `pipeline.executors.Executor.call`.
        processes: how many of them there are.

    Returns:
        what was written, for people: folders with the number of files, and file names.
    """
    files = [one for one in _formats(export, formats if translated else ()) if not one.stand(export, folder)]
    for one in files:
        one.begin(export.store)
    texts = repr((translated, decisions_digest(export.store)))
    count = 0
    jobs = chain(_together(files, processes), _due(export.store, folder, translated, texts))
    for job, number in call(partial(_write, export, folder), jobs):
        job.settle(export.store)
        count += number
    export.store.set_info("texts", texts)
    removed = sum(_remove(export.store, folder, id) for id in export.store.orphans())
    folders = _FOLDERS if translated else _FOLDERS[:1]
    changed = [f"{name}/ ({count} written, {removed} removed)" for name in folders if count or removed]
    return changed + [name for one in files for name in one.format.files(export)]


def sweep(folder: Path) -> None:
    """Remove what a killed run left half written."""
    for path in folder.rglob("*.part"):
        path.unlink(missing_ok=True)


def _write(export: Export, folder: Path, job: _Together | _Texts) -> tuple[_Together | _Texts, int]:
    return job, job.write(export, folder)


def _together(files: Sequence[_Files], processes: int) -> Iterator[_Together]:
    """What one process writes: all, or, where others help, a format that takes as long as all others by itself."""
    for alone in (False, True) if processes > 1 else (None,):
        if found := [one for one in files if alone in (None, one.format.alone)]:
            yield _Together(found)


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


def _due(store: Store, folder: Path, translated: bool, state: str) -> Iterator[_Texts]:
    """The documents whose files may be out of date.

    All of them after a reviewer's decision, which can change the text of any; else those saved since, or lost.
    """
    known = store.info("texts") == state
    due = (id for id, written in store.written() if not (known and written and _complete(folder, id, translated)))
    while ids := list(islice(due, _BATCH)):
        yield _Texts(ids, translated)


def _texts(export: Export, id: str, translated: bool) -> dict[str, str]:
    """What the files of a document hold, by folder."""
    clean = export.store.clean(id)
    return {"clean": clean, "translated": translation(clean, export.segments(id))} if translated else {"clean": clean}


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
