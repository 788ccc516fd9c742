"""Files in which the documents stand one after the other, between a head and a tail."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.io.files import Together
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
        errors: what becomes of halves of surrogate pairs, which UTF-8 cannot hold; see `str.encode`.
    """

    piece: Callable[[Item], Sequence[str]]
    head: Callable[[Export], Sequence[str]] = lambda export: ()
    tail: Callable[[Export, bool], Sequence[str]] = lambda export, empty: ()
    errors: str = "surrogatepass"

    def make(self, items: Sequence[Item]) -> list[bytes]:
        """The bytes that go into each file."""
        return [self._bytes("".join(texts)) for texts in zip(*map(self.piece, items), strict=True)]

    @contextmanager
    def open(self, export: Export, paths: Sequence[Path], files: Together) -> Iterator[Callable[[list[bytes]], None]]:
        """Write the files: give what `make` made of the documents to the function that this yields."""
        with ExitStack() as stack:
            opened = [stack.enter_context(files.part(path).open("wb")) for path in paths]
            empty = True

            def put(contents: Sequence[bytes]) -> None:
                for file, content in zip(opened, contents, strict=False):
                    file.write(content)

            def add(contents: list[bytes]) -> None:
                nonlocal empty
                empty = False
                put(contents)

            put([self._bytes(text) for text in self.head(export)])
            yield add
            put([self._bytes(text) for text in self.tail(export, empty)])

    def _bytes(self, text: str) -> bytes:
        return text.encode("utf-8", self.errors)
