"""Writing the output folder of a run: only what changed, and never half a file."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Self

from pipeline.document import Document
from pipeline.executors import Call, here
from pipeline.io.export import EDITS, FORMATS, Export
from pipeline.io.files import PART
from pipeline.io.text import FOLDERS, text_files
from pipeline.onepass import Pass
from pipeline.review.decisions import decisions_digest


class Outputs:
    """The output files of a run: those that are not up to date are written, each document is read once for all of them.

    What a run has done can be added while it is in memory; all else is read from the store. For a ``with`` statement:
    where that is left before `finish` has come to its end, only text files have changed.

    Args:
        formats: names in `FORMATS`; none of them is written where the run stopped before it had translations.
        translated: whether it has.
        call: who makes what goes into the files; see `pipeline.executors.Executor.call`.
    """

    def __init__(
        self, export: Export, folder: Path, formats: Sequence[str], translated: bool, call: Call = here
    ) -> None:
        self._export = export
        self._store = export.store
        self._folder = folder
        self._formats = {"edits": EDITS, **{name: FORMATS[name] for name in formats if translated}}
        self._translated = translated
        self._call = call
        self._decisions = decisions_digest(export.store)
        self._pass: Pass | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: Any) -> None:
        if self._pass:
            self._pass.drop()

    def add(self, run: int, documents: Mapping[int, Document]) -> None:
        """Take documents that a run has done and saved, and those that it left as they were before and between them.

        Args:
            run: its number.
            documents: by place in the input, behind all those added before; what people have decided is put onto them.
        """
        if documents:
            self._pass = self._pass or self._begin(self._formats)
            self._pass.take(run, min(documents) - 1)
            self._pass.take(run, max(documents), {document.id: document for document in documents.values()})

    def finish(self) -> list[str]:
        """Take what is left of the newest run, and give the files their names.

        Returns:
            what was written, for people: folders with the number of files, and file names.
        """
        self._decide()
        states = self._states()
        self._pass = self._pass or self._begin(name for name in states if not self._stands(name, states[name]))
        self._pass.take(self._store.newest_run())
        changed = self._pass.finish()
        with self._store.transaction():
            for name in self._pass.formats:
                self._store.set_info(_key(name), states[name])
            self._store.set_info("texts", self._texts())
        return [*self._folders(changed, self._remove()), *self._files()]

    def _decide(self) -> None:
        """Begin anew where people have decided something meanwhile: some documents were taken before, some after."""
        decisions = decisions_digest(self._store)
        if self._pass and self._decisions != decisions:
            self._pass.drop()
            self._pass = None
        self._decisions = decisions

    def _begin(self, names: Iterable[str]) -> Pass:
        """Write these formats. What is known of them is forgotten: if that is cut off, some may be newer."""
        formats = {name: self._formats[name] for name in names}
        with self._store.transaction():
            for name in formats:
                self._store.set_info(_key(name), "")
        known = self._store.info("texts") == self._texts()
        return Pass(self._export, self._folder, formats, self._translated, known, self._call)

    def _stands(self, name: str, state: str) -> bool:
        """Whether the files of a format were last written from this state, and are still there."""
        files = self._formats[name].files(self._export)
        return self._store.info(_key(name)) == state and all((self._folder / file).is_file() for file in files)

    def _states(self) -> dict[str, str]:
        """For each format a digest of all that it is written from; for the edits reviewers' decisions are nothing."""
        digest = hashlib.sha256(self._export.signature.encode())
        for part in self._store.state():
            digest.update(part.encode("utf-8", "surrogatepass"))
        state = digest.hexdigest()
        return {name: state if name == "edits" else f"{state}, {self._decisions}" for name in self._formats}

    def _texts(self) -> str:
        """What text files are written from beside their document."""
        return repr((self._translated, self._decisions))

    def _remove(self) -> int:
        """Remove the files of documents that are no longer in the input; their results stay in the store."""
        orphans = self._store.orphans()
        for path in (path for id in orphans for path in text_files(self._folder, id)):
            path.unlink(missing_ok=True)
        with self._store.transaction():
            self._store.set_written(orphans, False)
        return len(orphans)

    def _folders(self, changed: int, removed: int) -> list[str]:
        names = FOLDERS if self._translated else FOLDERS[:1]
        return [f"{name}/ ({changed} written, {removed} removed)" for name in names if changed or removed]

    def _files(self) -> list[str]:
        assert self._pass
        return [name for one in self._pass.formats.values() for name in one.files(self._export)]


def write(export: Export, folder: Path, formats: Sequence[str], translated: bool) -> list[str]:
    """Write what is not up to date of an earlier run's files; returns what was written."""
    with Outputs(export, folder, formats, translated) as outputs:
        return outputs.finish()


def sweep(folder: Path) -> None:
    """Remove what a killed run left half written."""
    for path in folder.rglob(f"*{PART}"):
        path.unlink(missing_ok=True)


def _key(name: str) -> str:
    return f"written: {name}"
