"""One document of the input, found but not parsed yet, and the parsers by kind."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass

from pipeline.document import Document, MetaValue
from pipeline.errors import DocumentError
from pipeline.io.decoding import decode
from pipeline.io.html import Page, extract

# Raised by whoever changes what a parser gives for the same bytes, so that earlier results are redone.
VERSION = 2
# Most bytes of one document: four times the longest novels, and what the HTML parser can hold in memory.
LARGEST = 20_000_000
TOO_LARGE = f"is larger than {LARGEST:,} bytes, the most that one document may hold; split it"
META_KEYS = ("url", "title", "date", "author", "site")


@dataclass(frozen=True, slots=True)
class Source:
    """One document that can be read.

    Attributes:
        id: the document's id; "" where it has none that can be used, and reading it says so.
        origin: the file, or file:line, or file:record, for messages.
        data: the bytes; empty where they could not be read.
        kind: the parser's name in `PARSERS`.
        problem: why it cannot be read at all, "" where it can.
        url: the address it was fetched from, "" where it is not known.
        charset: the encoding that the server named, "" where it is not known.
    """

    id: str
    origin: str
    data: bytes
    kind: str
    problem: str = ""
    url: str = ""
    charset: str = ""

    def digest(self) -> str:
        """What the document depends on: bytes, parser, the parser's version and what is told beside the bytes."""
        head = "\0".join((self.kind, str(VERSION), self.id, self.url, self.charset, self.problem, ""))
        return hashlib.sha256(head.encode() + self.data).hexdigest()

    def read(self) -> Document:
        """Parse it.

        Raises:
            DocumentError: it holds no text that can be used, and why.
        """
        if self.problem:
            raise DocumentError(self.problem)
        page, warnings = PARSERS[self.kind](self)
        if not page.text.strip():
            what = "holds no text, only white space" if page.text else "is empty"
            raise DocumentError(f"{what}; put text into it, or take it out of the input")
        meta: dict[str, MetaValue] = {key: _plain(value) for key, value in page.meta.items()}
        return Document(self.id, _plain(page.text), meta, warnings=warnings)


def storable(name: str) -> str:
    """A name that can be stored and printed: bytes of a file name, or halves of a surrogate pair, are spelled out.

    >>> storable("caf\\udce9")
    'caf\\\\udce9'
    """
    return name.encode("utf-8", "backslashreplace").decode()


def _plain(text: object) -> str:
    # A lone surrogate, which JSON and some encodings can spell, is no character: it cannot be stored or written.
    return str(text).encode("utf-8", "replace").decode()


def _parse_text(source: Source) -> tuple[Page, list[str]]:
    text, warnings = decode(source.data, charset=source.charset)
    return Page(text, {"url": source.url} if source.url else {}), warnings


def _parse_html(source: Source) -> tuple[Page, list[str]]:
    text, warnings = decode(source.data, markup=True, charset=source.charset)
    page = extract(text)
    return Page(page.text, page.meta | ({"url": source.url} if source.url else {})), warnings


def _parse_json(source: Source) -> tuple[Page, list[str]]:
    line, warnings = decode(source.data)
    record = json.loads(line)
    text = record.get("text")
    page = Page(text, {}) if isinstance(text, str) else extract(record["html"])
    told: dict[str, MetaValue] = {key: str(record[key]) for key in META_KEYS if record.get(key)}
    return Page(page.text, page.meta | told), warnings


PARSERS: dict[str, Callable[[Source], tuple[Page, list[str]]]] = {
    "text": _parse_text,
    "html": _parse_html,
    "json": _parse_json,
}
