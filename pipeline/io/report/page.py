"""A page of the report as HTML, but for its table: `page.html` with its places filled in.

No template engine does that: it takes longer to load and to compile than to write a hundred pages.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from string import Template
from typing import TYPE_CHECKING

from pipeline import __version__
from pipeline.io.report.figures import grouped, language, section
from pipeline.io.report.summary import Summary
from pipeline.io.report.table import escaped, shown

if TYPE_CHECKING:
    from pipeline.io.export import Export

# Stands for the table; no text can spell it, for its "<" would be escaped.
_TABLE = "<!-- table -->"
_CURRENT = ' aria-current="page"'


@dataclass(slots=True)
class Entry:
    """A document, or the part of it, that stands on a page."""

    number: int
    title: str
    segments: int = 0
    flagged: int = 0


@dataclass(slots=True)
class Page:
    """A page: the documents on it, and whether another page follows.

    Attributes:
        html: its table, finished.
        size: characters of that.
    """

    number: int
    entries: list[Entry] = field(default_factory=list)
    html: list[bytes] = field(default_factory=list)
    size: int = 0
    more: bool = False

    def add(self, html: str) -> None:
        """Append to the table."""
        self.html.append(encoded(html))
        self.size += len(html)


@dataclass(frozen=True, slots=True)
class Part:
    """What the index says of a page."""

    number: int
    first: str
    last: str
    segments: int
    flagged: int


def encoded(html: str) -> bytes:
    """HTML as it stands in a file."""
    return html.encode("utf-8", "surrogatepass")


def file_name(number: int) -> str:
    """Name of a page's file."""
    return "report.html" if number == 1 else f"report-{number}.html"


def frame(export: Export, page: Page, summary: Summary | None, parts: Sequence[Part]) -> tuple[str, str]:
    """What stands before and behind the table of a page.

    Args:
        summary: what the first page sums up.
        parts: the pages that it lists.
    """
    source, target = escaped(export.source), escaped(export.target)
    text = _template().substitute(
        _assets(),
        number=f" · page {page.number}" if page.number > 1 else "",
        source=source,
        target=target,
        over=f"{source.upper()} → {target.upper()}" + (f" · {escaped(export.model)}" if export.model else ""),
        heading="Translation report" + (f", page {page.number}" if page.number > 1 else ""),
        summary=f"\n{section(summary, export.source)}\n" if summary else "",
        index=f"\n{_index(page, parts)}\n" if len(parts) > 1 else "",
        around=_around(page) if page.number > 1 or page.more else "",
        contents=f"\n{_contents(page)}\n" if len(page.entries) > 1 else "",
        table=_table(export) if page.entries else "<p>There are no documents.</p>",
        signature=f"<p><code>{escaped(export.signature)}</code></p>" if export.signature else "",
    )
    before, _, behind = text.partition(_TABLE)
    return before, behind


def _around(page: Page) -> str:
    back = (
        f'<a href="{file_name(1)}">Overview</a> '
        f'<a href="{file_name(page.number - 1)}" rel="prev">← page {page.number - 1}</a>'
    )
    on = f'<a href="{file_name(page.number + 1)}" rel="next">page {page.number + 1} →</a>'
    return (
        f'<nav class="around" aria-label="Neighbouring pages">{back if page.number > 1 else ""}\n'
        f"{on if page.more else ''}</nav>"
    )


def _index(page: Page, parts: Sequence[Part]) -> str:
    return (
        '<nav aria-label="Pages"><table class="index">\n'
        '<thead><tr><th scope="col">page</th><th scope="col">documents</th><th scope="col">segments</th>'
        '<th scope="col">with doubts</th></tr></thead>\n'
        f"<tbody>{''.join(_row(part, part.number == page.number) for part in parts)}</tbody></table></nav>"
    )


def _row(part: Part, current: bool) -> str:
    last = f" … <bdi>{shown(part.last)}</bdi>" if part.last != part.first else ""
    return (
        f'\n<tr><td><a href="{file_name(part.number)}"{_CURRENT if current else ""}>{part.number}</a></td>\n'
        f"<td><bdi>{shown(part.first)}</bdi>{last}</td><td>{grouped(part.segments)}</td>"
        f"<td>{grouped(part.flagged)}</td></tr>"
    )


def _contents(page: Page) -> str:
    return (
        f'<details class="contents"><summary>{len(page.entries)} documents on this page</summary><ol>'
        f"{''.join(map(_entry, page.entries))}\n</ol></details>"
    )


def _entry(entry: Entry) -> str:
    doubts = f", {grouped(entry.flagged)} with doubts" if entry.flagged else ""
    return (
        f'\n<li value="{entry.number}"><a href="#d{entry.number}"><bdi>{shown(entry.title)}</bdi></a> '
        f'<span class="rule">{grouped(entry.segments)} segments{doubts}</span></li>'
    )


def _table(export: Export) -> str:
    return (
        '<table class="pairs">\n'
        '<caption class="sr">Source and translation side by side; edits are shown in the source</caption>\n'
        f'<thead><tr><th scope="col" class="n">№</th><th scope="col">{language(export.source)}</th>'
        f'<th scope="col">{language(export.target)}</th><th scope="col">Score</th><th scope="col">Review</th>'
        f"</tr></thead>\n{_TABLE}\n</table>"
    )


@cache
def _template() -> Template:
    return Template(_asset("page.html"))


@cache
def _assets() -> dict[str, str]:
    """What is the same on all pages: style and script, and the digests that let no others run."""
    assets = {"css": _asset("report.css"), "js": _asset("report.js")}
    return {**assets, **{f"{name}_digest": _digest(text) for name, text in assets.items()}, "version": __version__}


def _digest(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def _asset(name: str) -> str:
    return resources.files(__package__).joinpath(name).read_text(encoding="utf-8")
