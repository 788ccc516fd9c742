"""``report.html``: the run side by side, for reading and mailing; one file, or an index with further pages."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline import __version__
from pipeline.document import Document
from pipeline.io.files import atomic
from pipeline.io.report.rows import Row, rows, visible
from pipeline.io.report.summary import Summary
from pipeline.io.reviews import Review

if TYPE_CHECKING:
    from jinja2 import Environment, Template
    from jinja2.environment import TemplateModule

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


def write_report(export: Export, folder: Path) -> None:
    """Write ``report.html`` and, where that would be too long, ``report-2.html`` and so on."""
    summary, parts = Summary(), []
    pages = _pages(export, summary)
    first = page = next(pages)
    parts.append(_part(first))
    for page in pages:
        parts.append(_part(page))
        _write(export, folder, page)
        page.html.clear()  # the name holds this page while the next one grows
    _write(export, folder, first, summary, parts)  # last, for it lists the others and sums them up
    _remove_older(folder, page.number)


def file_name(number: int) -> str:
    """Name of a page's file."""
    return "report.html" if number == 1 else f"report-{number}.html"


def _pages(export: Export, summary: Summary) -> Iterator[Page]:
    """The pages, each as soon as it is full; the last one may be the only one, and empty."""
    table = _table(export)
    page = Page(1)
    for number, document, row, review in _items(export, summary):
        if page.size > PAGE_SIZE:
            page.more = True
            yield page
            page = Page(page.number + 1)
        if not page.entries or page.entries[-1].number != number:
            title = str(document.meta.get("title") or document.id)
            page.entries.append(Entry(number, title, continued=row is not None))
            page.add(table.open(page.entries[-1], document))  # type: ignore[attr-defined]
        if row:
            page.entries[-1].count(row)
            page.add(table.row(row, number, review))  # type: ignore[attr-defined]
    yield page


def _items(export: Export, summary: Summary) -> Iterator[tuple[int, Document, Row | None, Review | None]]:
    """For each document, numbered from 1, an item without a row, then one for each of its rows."""
    for number, document in enumerate(export.documents(), 1):
        summary.add(document)
        reviews = export.reviews(document)
        yield number, document, None, None
        for row in rows(document):
            yield number, document, row, reviews.get(row.segment.seg) if row.segment else None


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
        table=map(Markup, page.html),
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


def _table(export: Export) -> TemplateModule:
    return _template("table.jinja").make_module(dict(_names(export)))


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
        "joined": lambda value: value if isinstance(value, str) else ", ".join(value),
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
