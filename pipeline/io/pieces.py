"""Files in which the documents stand one after the other, between a head and a tail."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.io.files import atomic
from pipeline.io.item import Item

if TYPE_CHECKING:
    from pipeline.io.export import Export


@dataclass(frozen=True)
class Pieces:
    """How such files are made. Each function gives one text a file, or none at all.

    Attributes:
        piece: what a document comes to.
        head: what stands before the first document.
        tail: what stands behind the last; told whether there was none.
    """

    piece: Callable[[Item], Sequence[str]]
    head: Callable[[Export], Sequence[str]] = lambda export: ()
    tail: Callable[[Export, bool], Sequence[str]] = lambda export, empty: ()

    @contextmanager
    def __call__(self, export: Export, paths: Sequence[Path]) -> Iterator[Callable[[Item], None]]:
        """Write the files: give each document to the function that this yields."""
        with ExitStack() as stack:
            files = [stack.enter_context(atomic(path)) for path in paths]
            empty = True

            def put(texts: Sequence[str]) -> None:
                for file, text in zip(files, texts, strict=False):
                    file.write(text)

            def add(item: Item) -> None:
                nonlocal empty
                empty = False
                put(self.piece(item))

            put(self.head(export))
            yield add
            put(self.tail(export, empty))
