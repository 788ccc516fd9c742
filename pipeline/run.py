"""The main job: input through the stages into the store, and from the store into files."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice, takewhile
from pathlib import Path
from typing import Any

from pipeline.config import Config
from pipeline.errors import UsageError
from pipeline.executors import Executor, Inline, Workers
from pipeline.io import readers
from pipeline.stages.base import DocumentStage, Resources, Stage
from pipeline.store import Failure, Store, StoreMemory
from pipeline.summary import signature
from pipeline.tasks import Cleaner, Outcome, Task, build, unexpected

# A shard is cleaned, translated and committed together. Documents and characters bound it, whichever comes first:
# enough segments to sort into full batches, little enough to hold in memory and to lose when a run is killed.
SHARD_DOCUMENTS = 128
SHARD_BYTES = 2_000_000


@dataclass(frozen=True)
class Settings:
    """How to run; nothing in it changes what comes out, but for ``limit``.

    Attributes:
        limit: take at most this many documents, None for all.
        workers: cleaning processes; 0 cleans in the main process.
        fresh: forget earlier results first; decisions of reviewers stay.
        time_limit: seconds that the cleaning of one document may take.
        advance: told of progress: stage name, finished units.
        planned: told of work found: number of documents to do, of documents seen.
    """

    limit: int | None = None
    workers: int = 1
    fresh: bool = False
    time_limit: float = 120.0
    advance: Callable[[str, int], None] = lambda stage, units: None
    planned: Callable[[int, int], None] = lambda todo, seen: None


@dataclass
class Work:
    """What a run did: documents done and left as they were, source words in those done, and seconds by stage."""

    done: int = 0
    unchanged: int = 0
    words: int = 0
    seconds: dict[str, float] = field(default_factory=dict)


class Run:
    """One run of a configuration over its input, into an open store.

    Args:
        config: the plan.
        store: where results are kept.
        settings: how to run.
        restored: removed texts that reviewers want back, by document id.
    """

    def __init__(
        self, config: Config, store: Store, settings: Settings, restored: Mapping[str, frozenset[str]]
    ) -> None:
        self._config = config
        self._store = store
        self._settings = settings
        self._restored = restored
        self._memory = StoreMemory(store)
        self._stages = build(config.steps, Resources(self._memory, restored, settings.advance))
        self._front = _leading(self._stages)
        self._names = [stage.name for stage in self._stages]
        self._prints = [stage.fingerprint() for stage in self._stages]
        self._seen: list[tuple[str, int]] = []
        self._failed: list[Failure] = []
        self.work = Work()

    @property
    def model(self) -> dict[str, str]:
        """What the stages tell of the model they use."""
        return {name: value for stage in self._stages for name, value in stage.describe().items()}

    @property
    def signature(self) -> str:
        """One line that says exactly what the run does; see `pipeline.summary.signature`."""
        return signature(self._prints, self.model)

    def __call__(self) -> Work:
        """Do what has to be done.

        Raises:
            UsageError: an input, model or output cannot be used. What was finished before is kept.
        """
        with self._store.transaction():
            if self._settings.fresh:
                self._store.clear()
            self._number = self._store.start_run()
        with self._executor() as executor:
            for outcomes in executor.map(_shards(self._tasks())):
                self._finish(outcomes)
        with self._store.transaction():
            self._note()
            self._store.finish_run(self._number)
        return self.work

    def _executor(self) -> Executor:
        steps = self._config.steps[: len(self._front)]
        cleaner = Cleaner(steps, self._restored, self._settings.time_limit)
        return Workers(cleaner, self._settings.workers) if self._settings.workers else Inline(cleaner)

    # -- finding out what must be done ---------------------------------------------------------------------------

    def _tasks(self) -> Iterator[Task]:
        """The documents that must be (re)done; those that need not be are noted as seen."""
        self._store.connection.execute(
            "CREATE TEMP TABLE IF NOT EXISTS taken (id TEXT PRIMARY KEY, origin TEXT) WITHOUT ROWID"
        )
        found = readers.find(self._config.inputs, Path(self._config.outputs.path))
        for position, source in enumerate(islice(found, self._settings.limit)):
            problem = source.problem or self._taken(source)
            task = None if problem else self._task(source, position)
            if problem:
                self._fail(source, problem)
            elif task is None:
                self._see(source, position)
            else:
                yield task
            self._settings.planned(int(task is not None), 1)

    def _taken(self, source: readers.Source) -> str:
        """The problem that two inputs have one id, "" where they have not."""
        insert = "INSERT INTO temp.taken VALUES (?, ?) ON CONFLICT DO NOTHING"
        if self._store.connection.execute(insert, (source.id, source.origin)).rowcount:
            return ""
        query = "SELECT origin FROM temp.taken WHERE id = ?"
        other = self._store.connection.execute(query, (source.id,)).fetchone()[0]
        return f'has the id "{source.id}" that {other} has already; rename one'

    def _task(self, source: readers.Source, position: int) -> Task | None:
        prints, known = self._expected(source), self._store.prints(source.id)
        same = next((i for i, (a, b) in enumerate(zip(known, prints, strict=False)) if a != b), len(known))
        if same >= len(prints):
            return None
        first = same - 1  # the first print is the reading's
        # Segments are all that stages change once there are segments, so the stored text is the one they start from.
        if same == len(known) > 0 or "segment" in self._names[: max(first, 0)]:
            return Task(source, position, prints, first, self._store.load(source.id))
        return Task(source, position, prints)

    def _expected(self, source: readers.Source) -> list[str]:
        """A fingerprint of the source and one of each stage's result, each covering all before it."""
        prints = [_digest(source.digest(), *sorted(self._restored.get(source.id, ())))]
        for own in self._prints:
            prints.append(_digest(prints[-1], own))
        return prints

    # -- keeping what was done -----------------------------------------------------------------------------------

    def _finish(self, outcomes: list[Outcome]) -> None:
        """Take a cleaned shard through the rest of the plan, and keep it."""
        for outcome in outcomes:
            self._count(outcome.seconds)
        for index, stage in enumerate(self._stages[len(self._front) :], len(self._front)):
            self._count(_through(stage, [o for o in outcomes if o.document and o.task.first <= index]))
        with self._store.transaction():
            for outcome in outcomes:
                self._keep(outcome)
            self._memory.flush()
            self._note()

    def _keep(self, outcome: Outcome) -> None:
        task = outcome.task
        if outcome.document is None:
            self._fail(task.source, outcome.reason)
            return
        self._store.save(outcome.document, task.source.origin, task.position, self._number, task.prints)
        self.work.done += 1
        self.work.words += sum(len(segment.source.split()) for segment in outcome.document.segments)
        self._settings.advance("documents", 1)

    def _fail(self, source: readers.Source, reason: str) -> None:
        self._failed.append(Failure(source.origin, source.id, reason))

    def _see(self, source: readers.Source, position: int) -> None:
        self.work.unchanged += 1
        self._seen.append((source.id, position))
        if len(self._seen) >= SHARD_DOCUMENTS * 8:
            with self._store.transaction():
                self._note()

    def _note(self) -> None:
        """Write down the documents seen unchanged and the failures."""
        self._store.see(self._seen, self._number)
        for failure in self._failed:
            self._store.fail(failure, self._number)
        self._seen, self._failed = [], []

    def _count(self, seconds: Mapping[str, float]) -> None:
        for name, spent in seconds.items():
            self.work.seconds[name] = self.work.seconds.get(name, 0.0) + spent


def _leading(stages: Iterable[Stage[Any]]) -> list[DocumentStage[Any]]:
    """The stages up to the first one that looks at many documents together."""
    return list(takewhile(lambda stage: isinstance(stage, DocumentStage), stages))  # type: ignore[arg-type]


def _shards(tasks: Iterable[Task]) -> Iterator[list[Task]]:
    shard: list[Task] = []
    size = 0
    for task in tasks:
        shard.append(task)
        size += len(task.source.data)
        if len(shard) >= SHARD_DOCUMENTS or size >= SHARD_BYTES:
            yield shard
            shard, size = [], 0
    if shard:
        yield shard


def _through(stage: Stage[Any], outcomes: list[Outcome]) -> dict[str, float]:
    """Take the documents of a shard through a stage; if it fails, one by one, so that only the culprits fail."""
    started = time.perf_counter()
    try:
        _advance(stage, outcomes)
    except UsageError:
        raise
    except Exception:
        for outcome in outcomes:
            _alone(stage, outcome)
    return {stage.name: time.perf_counter() - started}


def _alone(stage: Stage[Any], outcome: Outcome) -> None:
    try:
        _advance(stage, [outcome])
    except UsageError:
        raise
    except Exception as error:
        outcome.document = None
        outcome.reason = f"{stage.name}: {unexpected(error)}"


def _advance(stage: Stage[Any], outcomes: list[Outcome]) -> None:
    documents = [outcome.document for outcome in outcomes if outcome.document]
    for outcome, document in zip(outcomes, list(stage(documents)), strict=True):
        outcome.document = document


def _digest(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:32]
