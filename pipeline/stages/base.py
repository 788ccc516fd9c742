"""What a stage is: options, a version, and a function from documents to documents."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import ClassVar, Generic, TypeVar

from pydantic import BaseModel, ConfigDict

from pipeline.document import Document
from pipeline.mt.memory import Memory


class Options(BaseModel):
    """Base of every stage's options: unknown names are errors, each default stands once, with its reason."""

    model_config = ConfigDict(extra="forbid", frozen=True)


@dataclass(frozen=True)
class Resources:
    """What a run lends to its stages.

    Attributes:
        memory: earlier translations; None where there are none to look up.
        restored: by document id, the exact removed texts that a reviewer wants back; ``strip`` leaves them alone.
        advance: called with a stage's name and a number of finished units (documents; segments for ``translate``).
    """

    memory: Memory | None = None
    restored: Mapping[str, frozenset[str]] = field(default_factory=dict)
    advance: Callable[[str, int], None] = lambda stage, units: None


OptionsT = TypeVar("OptionsT", bound=Options)


class Stage(ABC, Generic[OptionsT]):
    """One step of the pipeline.

    Attributes:
        name: as written in ``pipeline.yaml``.
        version: raised by whoever changes what the stage puts out, so that earlier results are redone.
        needs: stages that must stand earlier in the plan.
    """

    name: ClassVar[str]
    version: ClassVar[int] = 1
    needs: ClassVar[tuple[str, ...]] = ()

    def __init__(self, options: OptionsT, resources: Resources | None = None) -> None:
        self.options = options
        self.resources = resources or Resources()

    @abstractmethod
    def __call__(self, documents: Iterable[Document]) -> Iterator[Document]:
        """Process documents lazily; as many come out as go in, in the same order."""

    def read_files(self) -> None:
        """Read what the options name, as far as that is quick and was not done when the stage was made.

        Raises:
            UsageError: something cannot be used.
        """

    def describe(self) -> dict[str, str]:
        """What the run should tell of the stage beside its options, such as the model it uses."""
        return {}

    def fingerprint(self) -> str:
        """What the stage's result depends on beside its input: version, options, data files."""
        return f"{self.name} v{self.version} {self.options.model_dump_json()}"


class DocumentStage(Stage[OptionsT]):
    """A stage that looks at one document at a time."""

    @abstractmethod
    def process(self, document: Document) -> None:
        """Change the document in place.

        Raises:
            DocumentError: this document cannot be processed; the run goes on without it.
        """

    def __call__(self, documents: Iterable[Document]) -> Iterator[Document]:
        for document in documents:
            self.process(document)
            yield document
