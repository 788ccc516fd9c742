"""``report.html``: the run side by side, for reading and mailing; one file, or an index with further pages."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline import __version__
from pipeline.document import Document
from pipeline.io.files import atomic
from pipeline.io.item import Item
from pipeline.io.report import table
from pipeline.io.report.rows import Row, rows, visible
from pipeline.io.report.summary import Summary

if TYPE_CHECKING:
    from jinja2 import Environment, Template

    from pipeline.io.export import Export

# Characters of a page's table, some 1,600 segments: one of 3,300 takes Chromium 1 s to load and 0.2 s to filter.
PAGE_SIZE = 1_000_000
_LANGUAGES = {"en": "English", "fr": "French"}


@dataclass(slots=True)
class Entry:
    """A document, or the part of it, that stands on a page; not the document itself, for a page is kept to the end."""

    number: int
    title: str
    continued: bool = False
    segments: int = 0
    flagged: int = 0

    def count(self, row: Row) -> None:
        """Count a row that was written to the page."""
        self.segments += row.segment is not None
        self.flagged += row.segment is not None and bool(row.segment.flags)


@dataclass(slots=True)
class Page:
    """A page: the documents on it, its table as finished HTML, and whether another page follows."""

    number: int
    entries: list[Entry] = field(default_factory=list)
    html: list[str] = field(default_factory=list)
    size: int = 0
    more: bool = False

    def add(self, html: str) -> None:
        """Append to the table."""
        self.html.append(html)
        self.size += len(html)


@dataclass(frozen=True, slots=True)
class Part:
    """What the index says of a page."""

    number: int
    first: str
    last: str
    segments: int
    flagged: int


@contextmanager
def write_report(export: Export, paths: Sequence[Path]) -> Iterator[Callable[[Item], None]]:
    """Write ``report.html`` and, where that would be too long, ``report-2.html`` and so on.

    Give each document to the function that this yields.
    """
    report = _Report(export, paths[0].parent)
    yield report.add
    report.finish()


class _Report:
    """The pages, each written as soon as the next one has begun; the first comes last, for it sums them up."""

    def __init__(self, export: Export, folder: Path) -> None:
        self._export = export
        self._folder = folder
        self._languages = (export.source, export.target)
        self._summary = Summary()
        self._parts: list[Part] = []
        self._first = self._page = Page(1)

    def add(self, item: Item) -> None:
        """Put a document into the table."""
        document = item.document
        self._summary.add(document)
        number = self._summary.documents
        title = str(document.meta.get("title") or document.id)
        self._make_room()
        self._open(document, Entry(number, title))
        for row in rows(document):
            if self._make_room():
                self._open(document, Entry(number, title, continued=True))
            review = item.reviews.get(row.segment.seg) if row.segment else None
            self._page.entries[-1].count(row)
            self._page.add(table.row(row, number, review, self._languages))

    def finish(self) -> None:
        """Write what is not written yet."""
        self._close()
        _write(self._export, self._folder, self._first, self._summary, self._parts)
        _remove_older(self._folder, self._page.number)

    def _open(self, document: Document, entry: Entry) -> None:
        self._page.entries.append(entry)
        self._page.add(table.opening(document, entry.number, entry.title, continued=entry.continued))

    def _make_room(self) -> bool:
        """Begin a new page where this one is full; tells whether it was."""
        if self._page.size <= PAGE_SIZE:
            return False
        self._page.more = True
        self._close()
        self._page = Page(self._page.number + 1)
        return True

    def _close(self) -> None:
        self._parts.append(_part(self._page))
        if self._page is not self._first:
            _write(self._export, self._folder, self._page)


def file_name(number: int) -> str:
    """Name of a page's file."""
    return "report.html" if number == 1 else f"report-{number}.html"


def _part(page: Page) -> Part:
    titles = [entry.title for entry in page.entries] or [""]
    counts = [(entry.segments, entry.flagged) for entry in page.entries]
    return Part(page.number, titles[0], titles[-1], sum(s for s, _ in counts), sum(f for _, f in counts))


def _write(
    export: Export, folder: Path, page: Page, summary: Summary | None = None, parts: Sequence[Part] = ()
) -> None:
    from markupsafe import Markup

    stream = _template("page.jinja").stream(
        **_names(export),
        number=page.number,
        more=page.more,
        entries=page.entries,
        table=Markup("".join(page.html)),
        summary=summary,
        parts=parts,
        css=Markup(_asset("report.css")),
        js=Markup(_asset("report.js")),
    )
    with atomic(folder / file_name(page.number)) as file:
        file.writelines(stream)


def _names(export: Export) -> dict[str, str]:
    return {
        "source": export.source,
        "target": export.target,
        "model": export.model,
        "signature": export.signature,
        "version": __version__,
    }


@cache
def _template(name: str) -> Template:
    return _environment().from_string(_asset(name))


@cache
def _environment() -> Environment:
    from jinja2 import Environment, StrictUndefined

    environment = Environment(autoescape=True, undefined=StrictUndefined, keep_trailing_newline=True)
    environment.filters |= {
        "visible": visible,
        "file_name": file_name,
        "grouped": lambda number: f"{number:,}".replace(",", "\u202f"),
        "counted": lambda counter: counter.most_common(),
        "language": lambda code: _LANGUAGES.get(code, code),
        "digest": lambda text: "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode(),
    }
    return environment


@cache
def _asset(name: str) -> str:
    return resources.files(__package__).joinpath(name).read_text(encoding="utf-8")


def _remove_older(folder: Path, pages: int) -> None:
    """Remove pages that an earlier, longer report left."""
    for path in folder.glob("report-*.html"):
        number = re.fullmatch(r"report-(\d+)\.html", path.name)
        if number and int(number[1]) > pages:
            path.unlink()
