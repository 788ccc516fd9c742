"""How many documents an input holds, for the progress of a run; found out beside it, with little reading."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

from pipeline.io.compressed import COMPRESSIONS, DAMAGES, open_plain
from pipeline.io.readers import expand, real, split, walk
from pipeline.io.warc import records

# Bytes of a web archive that are looked through; what is behind them is taken to be like them. A thousand pages or so.
_HEAD = 2**22
# Bytes of all web archives that are looked through.
_HEADS = 2**25


class Total:
    """The number of documents that `pipeline.io.readers.find` will give.

    Args:
        inputs: see `find`.
        exclude: see `find`.
        limit: at most this many, None for all.

    Attributes:
        documents: the number.
        sure: False where it is an estimate: only reading all of a large web archive would tell.
    """

    def __init__(self, inputs: Iterable[str], exclude: Path, limit: int | None) -> None:
        self.sure = True
        self._seen = self._found = 0
        self.documents = 0
        for path in _files(inputs, exclude):
            self.documents += 1 if path is None else self._count(path)
            if limit is not None and self.documents >= limit and self.sure:
                break
        if limit is not None and self.documents >= limit:
            self.documents = limit

    def _count(self, path: Path) -> int:
        _, kind, compression = split(path.name) or ("", "", "")
        with suppress(*DAMAGES):
            if kind == ".jsonl":
                with open_plain(path, compression) as stream:
                    return max(_lines(stream), 1)  # one that says that there is none
            if kind == ".warc":
                return self._archive(path, compression)
        return 1

    def _archive(self, path: Path, compression: str) -> int:
        size = path.stat().st_size
        if self._seen < _HEADS:
            with path.open("rb") as file:
                head = file.read(_HEAD)
            found = _pages(head, compression)
            self._seen += len(head)
            self._found += found
            if len(head) == size:
                return max(found, 1)
        self.sure = False
        return round(self._found * size / max(self._seen, 1))


def _files(inputs: Iterable[str], exclude: Path) -> Iterator[Path | None]:
    """The files of the inputs, None for a folder that cannot be read."""
    for text in inputs:
        for path in expand(text):
            for file in walk(path, real(exclude)) if path.is_dir() else [(path, path.name)]:
                yield None if isinstance(file, OSError) else file[0]


def _lines(stream: BinaryIO) -> int:
    number, last = 0, b"\n"
    while piece := stream.read(65536):
        number += piece.count(b"\n")
        last = piece[-1:]
    return number + (last != b"\n")


def _pages(head: bytes, compression: str) -> int:
    """Documents in the first bytes of an archive, as far as they are whole."""
    number = 0
    with suppress(*DAMAGES), COMPRESSIONS[compression](io.BytesIO(head)) as stream:
        for _ in records(stream, "", ""):
            number += 1
    return number
