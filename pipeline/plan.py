"""Finding out what must be done: which documents of the input, from which stage on, and why."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any
from unicodedata import normalize

from pipeline.config import Config
from pipeline.io import readers
from pipeline.io.source import Source
from pipeline.stages.base import Stage
from pipeline.store import Store
from pipeline.tasks import Task

# Fingerprints before those of the stages: of the source, and of the removed texts that reviewers want back.
HEADS = 2

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Found:
    """A document of the input.

    Attributes:
        source: where to read it.
        position: place in the input, from 0.
        task: what must be done, None where nothing.
        known: the fingerprints that it was saved with, none where it was not.
        same: how many of them, from the first on, it would have again.
        problem: why it cannot be a document of this run, "" where it can.
    """

    source: Source
    position: int
    task: Task | None
    known: tuple[str, ...] = ()
    same: int = 0
    problem: str = ""


class Plan:
    """What a configuration asks of its input, given what stands in the store.

    Args:
        config: inputs and output folder.
        stages: in order.
        store: earlier results.
        restored: removed texts that reviewers want back, by document id.
        limit: take at most this many documents, None for all.
    """

    def __init__(
        self,
        config: Config,
        stages: Sequence[Stage[Any]],
        store: Store,
        restored: Mapping[str, frozenset[str]],
        limit: int | None,
    ) -> None:
        self._config = config
        self._store = store
        self._restored = restored
        self._limit = limit
        self.names = [stage.name for stage in stages]
        self.facts = [stage.fingerprint() for stage in stages]
        self._own = [digest(fact) for fact in self.facts]

    def __iter__(self) -> Iterator[Found]:
        """All documents of the input, in order, as they are found."""
        self._store.connection.execute("DROP TABLE IF EXISTS temp.taken")
        self._store.connection.execute("CREATE TEMP TABLE taken (id TEXT PRIMARY KEY, origin TEXT) WITHOUT ROWID")
        found = readers.find(self._config.inputs, Path(self._config.outputs.path))
        for position, source in enumerate(islice(found, self._limit)):
            problem = source.problem or self._taken(source)
            yield Found(source, position, None, problem=problem) if problem else self._found(source, position)
        self._tell_likeness()

    def _taken(self, source: Source) -> str:
        """The problem that two inputs have one id, "" where they have not."""
        insert = "INSERT INTO temp.taken VALUES (?, ?) ON CONFLICT DO NOTHING"
        if self._store.connection.execute(insert, (source.id, source.origin)).rowcount:
            return ""
        query = "SELECT origin FROM temp.taken WHERE id = ?"
        other = self._store.connection.execute(query, (source.id,)).fetchone()[0]
        if other == source.origin:
            return "is in the input twice; name each file, or a folder that holds it, once"
        return f'has the id "{source.id}" that "{other}" has already; rename one, or give a folder above both'

    def _tell_likeness(self) -> None:
        """Warn of ids whose files are one where names are compared as most disks of Windows and macOS do."""
        self._store.connection.create_function("folded", 1, _folded, deterministic=True)
        query = "SELECT min(id), max(id) FROM temp.taken GROUP BY folded(id) HAVING count(*) > 1 ORDER BY 1"
        if alike := self._store.connection.execute(query).fetchall():
            others = f" (and {len(alike) - 1:,} more pairs)" if len(alike) > 1 else ""
            _log.warning(
                '"%s" and "%s"%s are one name on most disks of Windows and macOS; rename one', *alike[0], others
            )

    def _found(self, source: Source, position: int) -> Found:
        prints, known = self._prints(source), self._store.prints(source.id)
        same = next((i for i, (a, b) in enumerate(zip(known, prints, strict=False)) if a != b), len(known))
        task = self._task(source, position, prints, same, known) if same < len(prints) else None
        return Found(source, position, task, tuple(known), same)

    def _task(self, source: Source, position: int, prints: list[str], same: int, known: list[str]) -> Task:
        first = same - HEADS
        # From `segment` on stages change nothing but segments, so the stored text is the one that they start from.
        kept = "segment" in self.names[: max(first, 0)] or (first >= 0 and self._was_segment(known[same:]))
        if same == len(known) > 0 or kept:
            return Task(source, position, prints, first, self._store.load(source.id))
        return Task(source, position, prints)

    def _was_segment(self, known: list[str]) -> bool:
        """Whether the first of these fingerprints was that of a segment stage, so that the text before it stands."""
        return bool(known) and self._store.info(f"print:{known[0]}").startswith("segment ")

    def _prints(self, source: Source) -> list[str]:
        """A fingerprint of the source, one of what is restored in it, and one of each stage."""
        restored = self._restored.get(source.id)
        return [digest(source.digest()), digest(*sorted(restored)) if restored else "", *self._own]


def _folded(id: str) -> str:
    return id.lower() if id.isascii() else normalize("NFC", id).casefold()


def digest(*parts: str) -> str:
    """A short fingerprint."""
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:32]
