"""Documents on their way through the stages: one at a time in worker processes, a shard at a time after that."""

from __future__ import annotations

import gc
import time
import traceback
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import cache
from itertools import takewhile
from pathlib import Path
from typing import Any

from pipeline.config import Step
from pipeline.document import Document
from pipeline.errors import DocumentError, UsageError
from pipeline.io.source import Source
from pipeline.stages import STAGES
from pipeline.stages.base import DocumentStage, Resources, Stage
from pipeline.timelimit import LOADING, time_limit


@dataclass(frozen=True)
class Task:
    """A document that must be (re)done.

    Attributes:
        source: where to read it.
        position: place in the input, from 0.
        prints: the fingerprints that it will have when it is done; see `pipeline.plan`.
        first: index of the first stage to run; below 0 it starts with reading.
        document: the stored state that ``first`` starts from; None to read the source.
    """

    source: Source
    position: int
    prints: list[str]
    first: int = 0
    document: Document | None = None


# Makes stages load all they can need: broken characters, a credit, doubled words, a language that needs a detector.
_TEXT = "Il a Ã©tÃ© élu élu.\n\nPhoto : Reuters\n\nLorem ipsum dolor sit amet consectetur adipiscing elit.\n"
_SAMPLE = Task(Source("", "", _TEXT.encode(), "text"), 0, [])

# Objects that a process makes before the garbage collector looks through them.
_OBJECTS = 10_000


@dataclass
class Outcome:
    """What became of a task.

    Attributes:
        document: its document, None where there is none.
        reason: why there is none.
        first: the task's first stage.
        seconds: spent on it alone, by stage.
        loading: spent by the process on loading what it and all others need, by stage.
    """

    document: Document | None
    reason: str = ""
    first: int = 0
    seconds: dict[str, float] = field(default_factory=dict)
    loading: dict[str, float] = field(default_factory=dict)


def build(steps: Sequence[Step], resources: Resources) -> list[Stage[Any]]:
    """The stages of a plan, ready to run."""
    return [STAGES[step.name].stage(step.options, resources) for step in steps]


def leading(steps: Sequence[Step]) -> tuple[Step, ...]:
    """The steps up to the first one that looks at many documents together: what a worker can do alone."""
    return tuple(takewhile(lambda step: issubclass(STAGES[step.name].stage, DocumentStage), steps))


class Cleaner:
    """Reads documents and takes them through document stages; pickles, so that worker processes can have one.

    Args:
        steps: the plan's leading document stages.
        restored: see `Resources.restored`.
        limit: seconds that one document may take.
    """

    def __init__(self, steps: Sequence[Step], restored: Mapping[str, frozenset[str]], limit: float) -> None:
        self._steps = tuple(steps)
        self._restored = restored
        self.limit = limit
        self._stages: list[Stage[Any]] | None = None
        self._loading: dict[str, float] = {}

    def __getstate__(self) -> dict[str, Any]:
        return {**self.__dict__, "_stages": None}

    def __call__(self, task: Task) -> Outcome:
        """Do one task. Whatever the document does to the stages becomes the outcome's reason, never an exception."""
        stages = self.load(task.first)
        outcome = self._do(task, stages)
        outcome.loading, self._loading = self._loading, {}
        return outcome

    def _do(self, task: Task, stages: Sequence[Stage[Any]]) -> Outcome:
        seconds: dict[str, float] = {}
        try:
            with time_limit(self.limit):
                return Outcome(_work(task, stages, seconds), "", task.first, seconds)
        except DocumentError as error:
            return Outcome(None, str(error), task.first, seconds)
        except Exception as error:
            return Outcome(None, unexpected(error), task.first, seconds)

    def load(self, first: int = 0) -> list[Stage[Any]]:
        """The stages from one on; what they need is loaded, so that no document pays for that with its own time."""
        first = max(first, 0)
        if self._stages is None:
            self._stages = build(self._steps, Resources(restored=self._restored))
            self._cold = len(self._stages)
        if first < self._cold:
            cold, self._cold = self._stages[first : self._cold], first
            with suppress(Exception), time_limit(LOADING):  # documents that fail as this one does say why
                _work(_SAMPLE, cold, self._loading)
        return self._stages[first:]


def _work(task: Task, stages: Sequence[Stage[Any]], seconds: dict[str, float]) -> Document:
    with timed(seconds, "read"):
        document = task.document or task.source.read()
    for stage in stages:
        assert isinstance(stage, DocumentStage)
        with timed(seconds, stage.name):
            stage.process(document)
    return document


@cache
def settled() -> None:
    """To be called when a process has done its first documents: what it has loaded for them stays to its end.

    The garbage collector need not look through all of that again and again, nor look for circles after every few
    hundred of the small objects that documents are made of.
    """
    gc.freeze()
    gc.set_threshold(_OBJECTS)


def finish(stages: Iterable[tuple[int, Stage[Any]]], outcomes: Sequence[Outcome]) -> dict[str, float]:
    """Take the documents of a cleaned shard through the stages after cleaning, given with their index in the plan.

    Where a stage fails, its documents go through it one by one, so that only the culprits fail.

    Returns:
        seconds by stage.

    Raises:
        UsageError: a model cannot be used.
    """
    seconds: dict[str, float] = {}
    for index, stage in stages:
        due = [outcome for outcome in outcomes if outcome.document and outcome.first <= index]
        with timed(seconds, stage.name):
            _through(stage, due)
    return seconds


def _through(stage: Stage[Any], outcomes: list[Outcome]) -> None:
    try:
        _advance(stage, outcomes)
    except UsageError:
        raise
    except Exception:
        for outcome in outcomes:
            _alone(stage, outcome)


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


def unexpected(error: Exception) -> str:
    """A failure's reason where the program itself is to blame: the error and the place it came from."""
    place = traceback.extract_tb(error.__traceback__)[-1]
    return f"{type(error).__name__}: {error} (at {Path(place.filename).name}:{place.lineno}; please report this)"


@contextmanager
def timed(seconds: dict[str, float], name: str) -> Iterator[None]:
    """Count the seconds that are spent inside, under a name."""
    started = time.perf_counter()
    try:
        yield
    finally:
        seconds[name] = seconds.get(name, 0.0) + time.perf_counter() - started
