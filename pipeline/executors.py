"""Where cleaning runs: in worker processes, beside the translator in the main process."""

from __future__ import annotations

import multiprocessing
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import CancelledError, Future, ProcessPoolExecutor, TimeoutError
from concurrent.futures.process import BrokenProcessPool
from typing import Protocol, Self

from pipeline.tasks import Cleaner, Outcome, Task

# Documents that travel to a worker together: few enough to share the work, enough to hide the cost of sending.
CHUNK = 8
# Shards that are cleaned while an earlier one is translated.
AHEAD = 2
# How often a document that kills its worker is tried alone before it is listed as failed.
TRIES = 2
# Seconds beyond its time limit after which a worker that does not answer its alarm either is killed.
GRACE = 20.0

_cleaner: Cleaner


class Executor(Protocol):
    """Cleans shards of tasks, keeping their order. Use it as a context manager."""

    def __enter__(self) -> Self: ...

    def __exit__(self, *error: object) -> None: ...

    def map(self, shards: Iterable[list[Task]]) -> Iterator[list[Outcome]]:
        """The outcomes of each shard, in order."""


class Inline:
    """Cleans in the calling process: no start-up cost, and no protection from a document that kills its process."""

    def __init__(self, cleaner: Cleaner) -> None:
        self._cleaner = cleaner

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        pass

    def map(self, shards: Iterable[list[Task]]) -> Iterator[list[Outcome]]:
        """See `Executor.map`."""
        for shard in shards:
            yield [self._cleaner(task) for task in shard]


class Workers:
    """Cleans in worker processes, and lives on when one of them dies.

    Args:
        cleaner: what each worker does.
        count: number of processes, from 1.
    """

    def __init__(self, cleaner: Cleaner, count: int) -> None:
        self._cleaner = cleaner
        self._count = count

    def __enter__(self) -> Self:
        self._pool = self._start(self._count)
        self._spare: ProcessPoolExecutor | None = None  # one process for documents under suspicion
        return self

    def __exit__(self, *error: object) -> None:
        _kill(self._pool)
        self._drop_spare()

    def map(self, shards: Iterable[list[Task]]) -> Iterator[list[Outcome]]:
        """See `Executor.map`; a few shards are taken and cleaned ahead."""
        waiting: deque[list[tuple[list[Task], Future[list[Outcome]]]]] = deque()
        for shard in shards:
            waiting.append([self._submit(shard[i : i + CHUNK]) for i in range(0, len(shard), CHUNK)])
            if len(waiting) > AHEAD:
                yield self._collect(waiting.popleft())
        while waiting:
            yield self._collect(waiting.popleft())

    def _start(self, count: int) -> ProcessPoolExecutor:
        # Spawned, not forked: the main process holds threads of the translation engine.
        context = multiprocessing.get_context("spawn")
        return ProcessPoolExecutor(count, context, initializer=_receive, initargs=(self._cleaner,))

    def _submit(self, chunk: list[Task]) -> tuple[list[Task], Future[list[Outcome]]]:
        try:
            return chunk, self._pool.submit(_clean, chunk)
        except RuntimeError:  # broken, or shut down because it was
            self._pool = self._start(self._count)
            return chunk, self._pool.submit(_clean, chunk)

    def _collect(self, futures: list[tuple[list[Task], Future[list[Outcome]]]]) -> list[Outcome]:
        outcomes: list[Outcome] = []
        for chunk, future in futures:
            try:
                outcomes += future.result(self._patience(len(chunk)))
            except (BrokenProcessPool, CancelledError, TimeoutError):
                _kill(self._pool)  # every chunk that was under way comes here in its turn
                outcomes += [self._alone(task) for task in chunk]
        return outcomes

    def _patience(self, tasks: int) -> float:
        """Seconds to wait for a chunk: those queued before it may all use their limit."""
        return self._cleaner.limit * tasks * CHUNK + GRACE

    def _alone(self, task: Task) -> Outcome:
        """One task with no other task near that it could take down."""
        reason = ""
        for _ in range(TRIES):
            self._spare = self._spare or self._start(1)
            try:
                return self._spare.submit(_clean, [task]).result(self._cleaner.limit + GRACE)[0]
            except BrokenProcessPool:
                reason = f"killed its worker process {TRIES} times; its memory or a library gave out"
            except TimeoutError:
                reason = f"hung its worker process {TRIES} times for over {self._cleaner.limit:g} s"
            self._drop_spare()
        return Outcome(task, None, reason)

    def _drop_spare(self) -> None:
        if self._spare:
            _kill(self._spare)
        self._spare = None


def _receive(cleaner: Cleaner) -> None:
    global _cleaner
    _cleaner = cleaner


def _clean(chunk: list[Task]) -> list[Outcome]:
    return [_cleaner(task) for task in chunk]


def _kill(pool: ProcessPoolExecutor) -> None:
    for process in list((pool._processes or {}).values()):
        process.kill()
    pool.shutdown(wait=True, cancel_futures=True)
