"""The main job: input through the stages into the store."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from heapq import nlargest
from typing import Literal

from pipeline.config import Config
from pipeline.document import Document
from pipeline.executors import Batch, Executor
from pipeline.executors.local import Inline, Workers
from pipeline.io.source import Source
from pipeline.outputs import Outputs
from pipeline.plan import Found, Plan, digest
from pipeline.stages.base import Resources
from pipeline.store import Failure, Store
from pipeline.storememory import StoreMemory
from pipeline.summary import signature
from pipeline.tasks import Cleaner, Outcome, Task, build, finish, leading, settled, timed

# A shard is cleaned, translated and committed together. Documents and bytes bound it, whichever comes first: enough
# segments to sort into full batches, little enough to hold in memory and to lose when a run is killed.
SHARD_DOCUMENTS = 128
SHARD_BYTES = 2_000_000
# Documents seen unchanged that are noted in one transaction.
NOTED = 1024
# Slowest documents that a run remembers.
SLOWEST = 10

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Settings:
    """How to run; nothing in it changes what comes out, but for ``limit``.

    Attributes:
        limit: take at most this many documents, None for all.
        workers: cleaning processes; 0 cleans in the main process.
        fresh: forget earlier results first; decisions of reviewers stay.
        time_limit: seconds that the cleaning of one document may take.
        advance: told of progress: stage name, finished units; see `pipeline.console.Bars.advance`.
        executor: what spreads the work: worker processes here, or Ray.
        translators: for Ray: translating processes.
        gpus: for Ray: GPUs of each of them.
    """

    limit: int | None = None
    workers: int = 1
    fresh: bool = False
    time_limit: float = 120.0
    advance: Callable[[str, int], None] = lambda stage, units: None
    executor: Literal["local", "ray"] = "local"
    translators: int = 1
    gpus: float = 0.0


@dataclass
class Work:
    """What a run did: documents done and left as they were, source words in those done, and where the time went."""

    done: int = 0
    unchanged: int = 0
    words: int = 0
    seconds: dict[str, float] = field(default_factory=dict)
    slowest: list[tuple[float, str]] = field(default_factory=list)


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
        self.plan = Plan(config, self._stages, store, restored, settings.limit)
        self._seen: list[tuple[str, int]] = []
        self._failed: list[Failure] = []
        self.work = Work()

    @property
    def model(self) -> dict[str, str]:
        """What the stages tell of the model they use."""
        return {name: value for stage in self._stages for name, value in stage.describe().items()}

    @cached_property
    def signature(self) -> str:
        """One line that says exactly what the run does; see `pipeline.summary.signature`."""
        return signature(self.plan.facts, self.model)

    def __call__(self, executor: Executor, outputs: Outputs) -> Work:
        """Do what has to be done.

        Args:
            executor: see `executor`.
            outputs: takes each document that is done.

        Raises:
            UsageError: an input, model or output cannot be used. What was finished before is kept.
        """
        with self._store.transaction():
            if self._settings.fresh:
                self._store.clear()
            self._number = self._store.start_run()
            for fact in self.plan.facts:
                self._store.set_info(f"print:{digest(fact)}", fact)
        for batch in executor.map(_shards(self._tasks())):
            self._finish(batch, executor.covers)
            with timed(self.work.seconds, "write"):
                outputs.add(self._number, _done(batch))
        with self._store.transaction():
            self._note()
            self._store.finish_run(self._number)
        return self.work

    def executor(self) -> Executor:
        """What the settings say to run it with; for a ``with`` statement."""
        front = leading(self._config.steps)
        cleaner = Cleaner(front, self._restored, self._settings.time_limit)
        if self._settings.executor == "ray":
            from pipeline.executors.ray import Ray

            settings = self._settings
            return Ray(cleaner, self._config.steps, self._store.path, settings.translators, settings.gpus)
        count = self._settings.workers
        return Workers(cleaner, len(front), count) if count else Inline(cleaner, len(front))

    def _tasks(self) -> Iterator[Task]:
        """The documents that must be (re)done; the others are noted."""
        for found in self.plan:
            if found.problem:
                self._fail(found.source, found.problem)
                self._settings.advance("skipped", 1)
            elif found.task is None:
                self._see(found)
            else:
                yield found.task

    def _finish(self, batch: Batch, covered: int) -> None:
        """Take a shard through the rest of the plan, and keep it."""
        self._time(batch)
        seconds = {**batch.seconds, **finish(list(enumerate(self._stages))[covered:], batch.outcomes)}
        settled()
        self._count(seconds)
        for name in seconds.keys() - {"translate"}:  # it tells of its segments itself
            self._settings.advance(name, len(batch.tasks))
        if "translate" in batch.seconds:  # but not from another machine
            done = [outcome.document for outcome in batch.outcomes if outcome.document]
            self._settings.advance("translate", sum(len(document.segments) for document in done))
        self._memory.store(batch.entries)
        with self._store.transaction():
            for task, outcome in zip(batch.tasks, batch.outcomes, strict=True):
                self._keep(task, outcome)
            self._memory.flush()
            self._note()
        self._settings.advance("documents", len(batch.tasks))
        _log.info("shard", extra={"documents": len(batch.tasks), "done": self.work.done})

    def _time(self, batch: Batch) -> None:
        spent = []
        through: Counter[str] = Counter()
        for task, outcome in zip(batch.tasks, batch.outcomes, strict=True):
            self._count(outcome.loading)
            self._count(outcome.seconds)
            through.update(outcome.seconds.keys())
            spent.append((round(sum(outcome.seconds.values()), 3), task.source.id))
        for name, documents in through.items():
            self._settings.advance(name, documents)
        self.work.slowest = nlargest(SLOWEST, [*self.work.slowest, *spent])

    def _keep(self, task: Task, outcome: Outcome) -> None:
        if outcome.document is None:
            self._fail(task.source, outcome.reason)
            return
        self._store.save(outcome.document, task.source.origin, task.position, self._number, task.prints)
        self.work.done += 1
        self.work.words += sum(len(segment.source.split()) for segment in outcome.document.segments)

    def _fail(self, source: Source, reason: str) -> None:
        self._failed.append(Failure(source.origin, source.id, reason))
        _log.error("failed", extra={"document": source.id, "origin": source.origin, "reason": reason})
        self._note_many()

    def _see(self, found: Found) -> None:
        self.work.unchanged += 1
        self._seen.append((found.source.id, found.position))
        self._settings.advance("skipped", 1)
        self._note_many()

    def _note_many(self) -> None:
        if len(self._seen) + len(self._failed) >= NOTED and not self._store.connection.in_transaction:
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


def _done(batch: Batch) -> dict[int, Document]:
    """The documents of a shard that did not fail, by place in the input."""
    outcomes = zip(batch.tasks, batch.outcomes, strict=True)
    return {task.position: outcome.document for task, outcome in outcomes if outcome.document}


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
