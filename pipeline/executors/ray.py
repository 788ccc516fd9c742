"""All stages on a Ray cluster: cleaning as tasks, the rest in actors that load the model once.

Shards travel from task to actor without passing through the driver, come back in their order, and are stored by the
driver alone; actors look translations up through one more actor, on the driver's machine, that reads the store.
What a machine or a process that fails had under way, Ray does again elsewhere.
"""

from __future__ import annotations

import logging
import os
import signal
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self
from uuid import uuid4

from pipeline.config import Step
from pipeline.errors import UsageError
from pipeline.executors import Batch, R, T, here
from pipeline.executors.rayaddress import check_answers, unanswered
from pipeline.mt.memory import Entry
from pipeline.stages.base import Resources
from pipeline.store import Store
from pipeline.storememory import StoreMemory
from pipeline.tasks import Cleaner, Outcome, Task, build, finish, leading

# Shards under way for each translator: one that it works on, one that is cleaned, one that waits.
AHEAD = 3
# How often Ray tries a shard whose process or machine failed. A document that kills its process takes its shard's
# other documents down with it; after that they are tried one by one.
TRIES = 2

_UNREADY = "a translating process on the cluster could not be made ready"
_ALIKE = "install the same pipeline on every machine, with the model and all files of the plan at the same paths"

_log = logging.getLogger(__name__)

_RETRIES = {"max_retries": TRIES}
_RESTARTS = {"max_restarts": -1, "max_task_retries": TRIES}


def _start(ray: Any) -> None:
    address = os.environ.get("RAY_ADDRESS", "")
    check_answers(address)
    # A cluster has its own dashboard; here none is wanted, and none may be asked for there.
    where = {} if address else {"address": "local", "include_dashboard": False}
    terminate = signal.getsignal(signal.SIGTERM)
    try:
        ray.init(**where, log_to_driver=False, logging_level="ERROR")
    except (ConnectionError, RuntimeError, ValueError) as error:
        token = "" if "RAY_AUTH_MODE" in os.environ else "; where it asks for a token, set RAY_AUTH_MODE=token"
        raise UsageError(unanswered(address, str(error)) + token) from error
    finally:
        signal.signal(signal.SIGTERM, terminate)  # Ray's own ends the program without a word


def _lacking(there: Mapping[str, float], translators: int, gpus: float) -> str:
    """What a cluster lacks for all translators and a task that cleans, "" for nothing: a run would wait for it."""
    needed = {"CPU": translators + 1.0, "GPU": translators * gpus}
    return "; ".join(
        f"Ray has {there.get(name, 0.0):g} {name}s, and {number:g} are needed with --translators {translators} "
        f"--gpus {gpus:g}; ask for less, or add machines"
        for name, number in needed.items()
        if there.get(name, 0.0) < number
    )


class Ray:
    """Runs the whole plan on the cluster that ``RAY_ADDRESS`` names, or else on this machine.

    Args:
        cleaner: the plan's leading stages.
        steps: the whole plan.
        store: the run store's file.
        translators: actors that run the stages after cleaning.
        gpus: GPUs of each of them.
    """

    def __init__(self, cleaner: Cleaner, steps: Sequence[Step], store: Path, translators: int, gpus: float) -> None:
        self._cleaner = cleaner
        self._steps = tuple(steps)
        self._store = store.resolve()
        self._translators = translators
        self._gpus = gpus
        self.covers = len(steps)

    def __enter__(self) -> Self:
        ray = _ray()
        self._started = not ray.is_initialized()
        if self._started:
            _start(ray)
        if lacking := _lacking(ray.cluster_resources(), self._translators, self._gpus):
            if "RAY_ADDRESS" not in os.environ and self._started:
                ray.shutdown()
                raise UsageError(lacking)
            _log.warning(lacking)  # a cluster may grow
        name = f"pipeline-memory-{uuid4()}"
        self._memory = _memory_actor(self._store, name)
        maker = ray.remote(_Finisher).options(num_cpus=1, num_gpus=self._gpus, **_RESTARTS)
        self._finishers = [maker.remote(self._steps, name) for _ in range(self._translators)]
        self._clean = ray.remote(_clean).options(num_cpus=1, **_RETRIES)
        return self

    def __exit__(self, *error: object) -> None:
        ray = _ray()
        for actor in [*self._finishers, self._memory]:
            ray.kill(actor)
        if self._started:
            ray.shutdown()

    def map(self, shards: Iterable[list[Task]]) -> Iterator[Batch]:
        """See `Executor.map`."""
        cleaner = _ray().put(self._cleaner)
        waiting: deque[tuple[list[Task], Any]] = deque()
        for number, shard in enumerate(shards):
            finisher = self._finishers[number % len(self._finishers)]
            waiting.append((shard, finisher.finish.remote(self._clean.remote(cleaner, shard))))
            if len(waiting) > AHEAD * len(self._finishers):
                yield self._collect(*waiting.popleft())
        while waiting:
            yield self._collect(*waiting.popleft())

    def call(self, function: Callable[[T], R], items: Iterable[T]) -> Iterator[R]:
        """See `Executor.call`; the cluster's other machines do not have the files."""
        return here(function, items)

    def _collect(self, shard: list[Task], future: Any) -> Batch:
        ray = _ray()
        try:
            finished = ray.get(future)
        except ray.exceptions.RayTaskError as error:
            raise error.cause if isinstance(error.cause, UsageError) else error from error
        except ray.exceptions.RayError as error:
            if getattr(error, "actor_init_failed", False):  # no document is to blame
                raise UsageError(f"{_UNREADY} ({_last_line(error)}); {_ALIKE}") from error
            return self._split(shard, error)
        return Batch(shard, finished.outcomes, finished.seconds, finished.entries)

    def _split(self, shard: list[Task], error: Exception) -> Batch:
        """A shard that failed again and again: its documents one by one, so that only the culprit is left out."""
        if len(shard) == 1:
            reason = (
                f"its process on the cluster died {TRIES + 1} times ({type(error).__name__}); leave it out, or split it"
            )
            return Batch(shard, [Outcome(None, reason)])
        batches = list(self.map([task] for task in shard))
        outcomes = [outcome for batch in batches for outcome in batch.outcomes]
        seconds: dict[str, float] = {}
        entries: dict[str, Entry] = {}
        for batch in batches:
            entries |= batch.entries
            for name, spent in batch.seconds.items():
                seconds[name] = seconds.get(name, 0.0) + spent
        return Batch(shard, outcomes, seconds, entries)


def _last_line(error: Exception) -> str:
    return str(error).strip().splitlines()[-1]


@dataclass
class _Finished:
    outcomes: list[Outcome]
    seconds: Mapping[str, float]
    entries: Mapping[str, Entry]


def _clean(cleaner: Cleaner, shard: list[Task]) -> list[Outcome]:
    return [cleaner(task) for task in shard]


class _Finisher:
    """Runs the stages after cleaning; the model stays loaded between shards."""

    def __init__(self, steps: tuple[Step, ...], memory: str) -> None:
        self._memory = _RemoteMemory(_ray().get_actor(memory))
        stages = build(steps, Resources(self._memory))
        self._stages = list(enumerate(stages))[len(leading(steps)) :]

    def finish(self, outcomes: list[Outcome]) -> _Finished:
        seconds = finish(self._stages, outcomes)
        return _Finished(outcomes, seconds, self._memory.take())


@dataclass
class _RemoteMemory:
    """What the driver's store holds, and what this actor has made since it was last asked."""

    actor: Any
    new: dict[str, Entry] = field(default_factory=dict)

    def lookup(self, keys: Iterable[str]) -> dict[str, Entry]:
        found: dict[str, Entry] = _ray().get(self.actor.lookup.remote(list(keys)))
        return found | {key: self.new[key] for key in keys if key in self.new}

    def store(self, entries: Mapping[str, Entry]) -> None:
        self.new |= entries

    def take(self) -> dict[str, Entry]:
        taken, self.new = self.new, {}
        return taken


class _Reader:
    """The translation memory of the store, for reading."""

    def __init__(self, path: str) -> None:
        self._memory = StoreMemory(Store.existing(Path(path).parent))

    def lookup(self, keys: list[str]) -> dict[str, Entry]:
        return self._memory.lookup(keys)


def _memory_actor(store: Path, name: str) -> Any:
    """On the driver's machine, where the store's file is; found by its name, also by an actor that is started again."""
    ray = _ray()
    from ray.util.scheduling_strategies import NodeAffinitySchedulingStrategy

    here = NodeAffinitySchedulingStrategy(ray.get_runtime_context().get_node_id(), soft=False)
    maker = ray.remote(_Reader).options(name=name, num_cpus=0, scheduling_strategy=here, **_RESTARTS)
    return maker.remote(str(store))


def _ray() -> Any:
    """Ray, imported late; without it and its network calls everything else works."""
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
    try:
        import ray
    except ImportError as error:
        raise UsageError("--executor ray needs Ray; install it with: pip install 'pipeline[ray]'") from error
    return ray
