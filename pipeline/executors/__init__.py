"""Where the work of a run is done: in this process, in worker processes beside it, or on a Ray cluster."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Protocol, Self, TypeVar

from pipeline.mt.memory import Entry
from pipeline.tasks import Outcome, Task

T = TypeVar("T")
R = TypeVar("R")


@dataclass(frozen=True)
class Batch:
    """A shard that came back.

    Attributes:
        tasks: what was asked.
        outcomes: what became of each.
        seconds: spent on all of them together, by stage.
        entries: new translations, for the memory.
    """

    tasks: list[Task]
    outcomes: list[Outcome]
    seconds: Mapping[str, float] = field(default_factory=dict)
    entries: Mapping[str, Entry] = field(default_factory=dict)


class Executor(Protocol):
    """Takes shards of tasks through the first ``covers`` stages of the plan. Use it as a context manager."""

    covers: int

    def __enter__(self) -> Self: ...

    def __exit__(self, *error: object) -> None: ...

    def map(self, shards: Iterable[list[Task]]) -> Iterator[Batch]:
        """The shards as they come back, in their order; few are taken ahead, so that memory stays flat."""

    def call(self, function: Callable[[T], R], items: Iterable[T]) -> Iterator[R]:
        """What a function makes of each item, in their order, in processes of this machine; all of it pickles."""


class Call(Protocol):
    """`Executor.call`."""

    def __call__(self, function: Callable[[T], R], items: Iterable[T], /) -> Iterator[R]: ...


def here(function: Callable[[T], R], items: Iterable[T]) -> Iterator[R]:
    """`Executor.call` in the calling process."""
    return map(function, items)
