"""Cleaning and writing in this process, or in worker processes beside the translator."""

from __future__ import annotations

import faulthandler
import logging
import multiprocessing
import os
import pickle
import signal
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import CancelledError, Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing.connection import wait
from typing import NamedTuple, Self

from pipeline.errors import UsageError
from pipeline.executors import Batch, R, T, here
from pipeline.tasks import Cleaner, Outcome, Task, settled
from pipeline.timelimit import LOADING

# Documents that travel to a worker together: few enough to share the work, enough to hide the cost of sending.
CHUNK = 16
# Shards that are cleaned while an earlier one is translated.
AHEAD = 2
# How often a document that kills its worker is tried alone before it is listed as failed.
TRIES = 2
# Seconds beyond its time limit after which a worker that does not answer its alarm is killed.
GRACE = 20.0
# What is said where a worker does not come as far as a document.
_NO_DOCUMENT = "a worker process died or hung while it loaded rules; free memory, or see why with --workers 0"

_log = logging.getLogger(__name__)
_cleaner: Cleaner


class Inline:
    """Cleans in the calling process: no start-up cost, and no protection from a document that kills its process."""

    def __init__(self, cleaner: Cleaner, covers: int) -> None:
        self._cleaner = cleaner
        self.covers = covers

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        pass

    def map(self, shards: Iterable[list[Task]]) -> Iterator[Batch]:
        """See `Executor.map`."""
        for shard in shards:
            yield Batch(shard, [self._cleaner(task) for task in shard])

    def call(self, function: Callable[[T], R], items: Iterable[T]) -> Iterator[R]:
        """See `Executor.call`."""
        return here(function, items)


class Workers:
    """Cleans, and writes files, in worker processes, and lives on when one of them dies.

    Args:
        cleaner: what each worker does.
        covers: number of stages in it.
        count: number of processes, from 1.
    """

    def __init__(self, cleaner: Cleaner, covers: int, count: int) -> None:
        self._cleaner = cleaner
        self._count = count
        self.covers = covers

    def __enter__(self) -> Self:
        self._pool = self._start(self._count)
        self._spare: ProcessPoolExecutor | None = None  # one process for documents under suspicion
        return self

    def __exit__(self, *error: object) -> None:
        _kill(self._pool)
        self._drop_spare()

    def map(self, shards: Iterable[list[Task]]) -> Iterator[Batch]:
        """See `Executor.map`; a few shards are taken and cleaned ahead."""
        waiting: deque[list[_Sent]] = deque()
        for shard in shards:
            waiting.append([self._send(shard[i : i + CHUNK]) for i in range(0, len(shard), CHUNK)])
            if len(waiting) > AHEAD:
                yield self._collect(waiting.popleft())
        while waiting:
            yield self._collect(waiting.popleft())

    def call(self, function: Callable[[T], R], items: Iterable[T]) -> Iterator[R]:
        """See `Executor.call`; what a worker that dies had under way is done in this process."""
        waiting: deque[tuple[T, Future[R]]] = deque()
        for item in items:
            waiting.append((item, self._submit(function, item)))
            if len(waiting) > AHEAD * self._count:
                yield _result(function, *waiting.popleft())
        while waiting:
            yield _result(function, *waiting.popleft())

    def _start(self, count: int) -> ProcessPoolExecutor:
        # Spawned, not forked: the main process holds threads of the translation engine.
        context = multiprocessing.get_context("spawn")
        return ProcessPoolExecutor(count, context, initializer=_begin, initargs=(self._cleaner,))

    def _send(self, chunk: list[Task]) -> _Sent:
        future = self._submit(_clean, chunk)
        return _Sent(chunk, future, self._pool)

    def _submit(self, function: Callable[[T], R], item: T) -> Future[R]:
        try:
            return self._pool.submit(function, item)
        except RuntimeError:  # broken, or shut down because it was
            _log.warning("a worker process died; what was under way is tried again")
            self._pool = self._start(self._count)
            return self._pool.submit(function, item)

    def _collect(self, sent: list[_Sent]) -> Batch:
        outcomes: list[Outcome] = []
        for chunk, future, pool in sent:
            try:
                outcomes += pickle.loads(future.result())
            except (BrokenProcessPool, CancelledError):
                _kill(pool)  # every chunk that was under way in it comes here in its turn
                outcomes += self._again(chunk)
        return Batch([task for chunk, *_ in sent for task in chunk], outcomes)

    def _again(self, chunk: list[Task]) -> list[Outcome]:
        """A chunk that was under way when a worker died: all of it where it is innocent, else one by one."""
        try:
            return self._try(chunk)
        except BrokenProcessPool:
            return [self._alone(task) for task in chunk]

    def _alone(self, task: Task) -> Outcome:
        """One task with no other task near that it could take down."""
        hung = False
        for _ in range(TRIES):
            self._ready_spare()
            started = time.monotonic()
            try:
                return self._try([task])[0]
            except BrokenProcessPool:
                hung = time.monotonic() - started > self._cleaner.limit
        how = f"hung for over {self._cleaner.limit:g} s" if hung else "died; its memory or a library gave out"
        return Outcome(
            None, f"its worker process {how} (tried alone {TRIES} times); split it, or take it out of the input"
        )

    def _try(self, chunk: list[Task]) -> list[Outcome]:
        try:
            outcomes: list[Outcome] = pickle.loads(self._ready_spare().submit(_clean, chunk).result())
        except BrokenProcessPool:
            self._drop_spare()
            raise
        return outcomes

    def _ready_spare(self) -> ProcessPoolExecutor:
        if self._spare is None:
            self._spare = self._start(1)
            try:
                self._spare.submit(_clean, []).result()  # it has loaded, so that only the document's own time counts
            except BrokenProcessPool as error:
                raise UsageError(_NO_DOCUMENT) from error
        return self._spare

    def _drop_spare(self) -> None:
        if self._spare:
            _kill(self._spare)
        self._spare = None


class _Sent(NamedTuple):
    """A chunk under way, and where."""

    chunk: list[Task]
    future: Future[bytes]
    pool: ProcessPoolExecutor


def _begin(cleaner: Cleaner) -> None:
    global _cleaner
    _cleaner = cleaner
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the main process says what happens on Ctrl-C
    threading.Thread(target=_follow, daemon=True).start()


def _follow() -> None:
    """End with the main process, however it ends."""
    parent = multiprocessing.parent_process()
    if parent:
        wait([parent.sentinel])
        os._exit(1)


def _clean(chunk: list[Task]) -> bytes:
    """The pickled outcomes of a chunk: while it waits, that takes a fraction of the memory of what it stands for."""
    outcomes = []
    with open(os.devnull, "w") as nowhere:
        # A watchdog outside of Python: it also ends a worker that hangs in a library.
        faulthandler.dump_traceback_later(LOADING + GRACE, exit=True, file=nowhere)
        _cleaner.load(min((task.first for task in chunk), default=0))
        for task in chunk:
            faulthandler.dump_traceback_later(_cleaner.limit + GRACE, exit=True, file=nowhere)
            outcomes.append(_cleaner(task))
        faulthandler.cancel_dump_traceback_later()
    settled()
    return pickle.dumps(outcomes, pickle.HIGHEST_PROTOCOL)


def _result(function: Callable[[T], R], item: T, future: Future[R]) -> R:
    try:
        return future.result()
    except (BrokenProcessPool, CancelledError):
        return function(item)


def _kill(pool: ProcessPoolExecutor) -> None:
    for process in list((pool._processes or {}).values()):
        process.kill()
    pool.shutdown(wait=True, cancel_futures=True)
