"""Where the work of a run is done: in this process, in worker processes beside it, or on a Ray cluster."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Protocol, Self

from pipeline.mt.memory import Entry
from pipeline.tasks import Outcome, Task


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
