"""``report.html``: the run side by side, for reading and mailing; one file, or an index with further pages."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from pipeline.io.files import Together
from pipeline.io.item import Item
from pipeline.io.report import table
from pipeline.io.report.page import Entry, Page, Part, encoded, file_name, frame
from pipeline.io.report.rows import rows
from pipeline.io.report.summary import Summary

if TYPE_CHECKING:
    from pipeline.io.export import Export

# Characters of a page's table, some 1,600 segments: one of 3,300 takes Chromium 1 s to load and 0.2 s to filter.
PAGE_SIZE = 1_000_000


# A row of the table: the length of its HTML; whether it is a segment; whether that has doubts.
Line = tuple[int, bool, bool]


class Sheet(NamedTuple):
    """A document as finished HTML: what opens it, and its rows in one piece."""

    number: int
    title: str
    opening: tuple[str, str]
    html: str
    lines: list[Line]


class _Writer:
    """Writes ``report.html`` and, where that would be too long, ``report-2.html`` and so on."""

    def make(self, items: Sequence[Item]) -> tuple[Summary, list[Sheet]]:
        """The documents' counts, and their rows as HTML."""
        summary = Summary()
        summary.add([item.document for item in items])
        return summary, list(map(_sheet, items))

    @contextmanager
    def open(
        self, export: Export, paths: Sequence[Path], files: Together
    ) -> Iterator[Callable[[tuple[Summary, list[Sheet]]], None]]:
        """Write the pages: give what `make` made of the documents to the function that this yields."""
        report = _Report(export, paths[0].parent, files)
        yield report.add
        report.finish()


REPORT = _Writer()


def _sheet(item: Item) -> Sheet:
    document, languages = item.document, (item.export.source, item.export.target)
    html: list[str] = []
    lines: list[Line] = []
    for row in rows(document):
        segment = row.segment
        html.append(table.row(row, item.number, item.reviews.get(segment.seg) if segment else None, languages))
        lines.append((len(html[-1]), segment is not None, segment is not None and bool(segment.flags)))
    title = str(document.meta.get("title") or document.id)
    return Sheet(item.number, title, table.opening(document, item.number, title), "".join(html), lines)


class _Report:
    """The pages, each written as soon as the next one has begun; the first comes last, for it sums them up."""

    def __init__(self, export: Export, folder: Path, files: Together) -> None:
        self._export = export
        self._folder = folder
        self._files = files
        self._summary = Summary()
        self._parts: list[Part] = []
        self._first = self._page = Page(1)

    def add(self, made: tuple[Summary, list[Sheet]]) -> None:
        """Put documents into the table."""
        summary, sheets = made
        self._summary.update(summary)
        for sheet in sheets:
            self._make_room()
            self._put(sheet)

    def finish(self) -> None:
        """Write what is not written yet."""
        self._close()
        self._write(self._first, self._summary)
        _remove_older(self._folder, self._page.number)

    def _put(self, sheet: Sheet) -> None:
        """Put a document on the page, and on further ones where it has no room there."""
        done = line = 0
        more = ""
        while True:
            self._page.entries.append(Entry(sheet.number, sheet.title))
            self._page.add(more.join(sheet.opening))
            count, size = _fitting(sheet.lines[line:], PAGE_SIZE - self._page.size, least=line > 0)
            self._page.add(sheet.html[done : done + size])
            _count(self._page.entries[-1], sheet.lines[line : line + count])
            done, line, more = done + size, line + count, table.CONTINUED
            if line == len(sheet.lines):
                return
            self._make_room()

    def _make_room(self) -> None:
        """Begin a new page where this one is full."""
        if self._page.size > PAGE_SIZE:
            self._page.more = True
            self._close()
            self._page = Page(self._page.number + 1)

    def _close(self) -> None:
        self._parts.append(_part(self._page))
        if self._page is not self._first:
            self._write(self._page)

    def _write(self, page: Page, summary: Summary | None = None) -> None:
        before, behind = frame(self._export, page, summary, self._parts if summary else ())
        with self._files.part(self._folder / file_name(page.number)).open("wb") as file:
            file.writelines([encoded(before), *page.html, encoded(behind)])


def _count(entry: Entry, lines: Sequence[Line]) -> None:
    """Count rows that were written to the page."""
    entry.segments += sum(segment for _, segment, _ in lines)
    entry.flagged += sum(flagged for _, _, flagged in lines)


def _fitting(lines: Sequence[Line], room: int, least: int) -> tuple[int, int]:
    """How many rows still go on a page, and their size: a row does where those before it leave room.

    Args:
        least: so many do in any case.
    """
    size = 0
    for count, line in enumerate(lines):
        if size > room and count >= least:
            return count, size
        size += line[0]
    return len(lines), size


def _part(page: Page) -> Part:
    titles = [entry.title for entry in page.entries] or [""]
    counts = [(entry.segments, entry.flagged) for entry in page.entries]
    return Part(page.number, titles[0], titles[-1], sum(s for s, _ in counts), sum(f for _, f in counts))


def _remove_older(folder: Path, pages: int) -> None:
    """Remove pages that an earlier, longer report left."""
    for path in folder.glob("report-*.html"):
        number = re.fullmatch(r"report-(\d+)\.html", path.name)
        if number and int(number[1]) > pages:
            path.unlink()
