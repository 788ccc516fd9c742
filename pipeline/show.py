"""``pipeline show DOC``: a document's changes and its translation as a page to read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from rich.console import Console
from rich.table import Table
from rich.text import Text

from pipeline.document import Document, Segment
from pipeline.edits import Edit
from pipeline.terminal import spelled

_MARGIN = 16
_REMOVED, _BEFORE, _AFTER, _FLAG = "strike dim", "strike red", "bold green", "bold yellow"


@dataclass
class _Line:
    """A line of the page: its text, and the kinds of the edits in it."""

    text: Text = field(default_factory=Text)
    kinds: list[str] = field(default_factory=list)


class Page:
    """Prints a document: title, changes in place, doubts, aligned pairs.

    Args:
        console: where to; without colours, removed text stands in ``[-...-]`` and new text in ``{+...+}``.
    """

    def __init__(self, console: Console) -> None:
        self._console = console
        self._coloured = console.is_terminal and not console.no_color

    def print(self, document: Document) -> None:
        """Print the whole page."""
        self._head(document)
        self._console.print(self._changes(document))
        if document.segments:
            self._console.print(_pairs(document.segments))

    def _head(self, document: Document) -> None:
        self._console.rule(Text(spelled(document.id), style="bold"))
        for name, value in document.meta.items():
            shown = ", ".join(value) if isinstance(value, list) else value
            self._console.print(Text(f"{name:>{_MARGIN}}  {spelled(shown)}", style="dim"), soft_wrap=True)
        for warning in document.warnings:
            self._console.print(Text(f"{'warning':>{_MARGIN}}  {warning}", style=_FLAG), soft_wrap=True)

    def _changes(self, document: Document) -> Table:
        table = Table.grid(padding=(0, 2, 0, 0))
        table.add_column(justify="right", style="cyan", width=_MARGIN)
        table.add_column(overflow="fold")
        for line in self._lines(document):
            table.add_row(Text("\n".join(line.kinds)), line.text)
        return table

    def _lines(self, document: Document) -> Iterator[_Line]:
        line = _Line()
        for text, style, kind in _pieces(document):
            for number, part in enumerate(text.split("\n")):
                if number:
                    yield line
                    line = _Line()
                line.text.append_text(self._styled(spelled(part), style))
                if kind and part and kind not in line.kinds:
                    line.kinds.append(kind)
        yield line

    def _styled(self, text: str, style: str) -> Text:
        if self._coloured or not style or not text:
            return Text(text, style=style)
        return Text(f"{{+{text}+}}" if style == _AFTER else f"[-{text}-]")


def _pieces(document: Document) -> Iterator[tuple[str, str, str]]:
    """The raw text cut at its edits, as (text, style, kind)."""
    done = 0
    for edit in document.edits:
        yield document.raw[done : edit.start], "", ""
        yield from _edit_pieces(edit)
        done = edit.end
    yield document.raw[done:], "", ""


def _edit_pieces(edit: Edit) -> Iterator[tuple[str, str, str]]:
    if edit.kind == "whitespace":
        # Nobody sees the difference between two kinds of space; a count of them stands in the summary.
        yield edit.after, "", ""
        return
    yield edit.before, _REMOVED if edit.stage == "strip" else _BEFORE, edit.kind
    yield edit.after, _AFTER, edit.kind


def _pairs(segments: list[Segment]) -> Table:
    table = Table(expand=True, header_style="bold", border_style="dim")
    table.add_column("#", justify="right", width=4)
    table.add_column("source", ratio=5, overflow="fold")
    table.add_column("target", ratio=5, overflow="fold")
    table.add_column("score", justify="right", width=5)
    table.add_column("flags, state", width=14)
    for segment in segments:
        score = "" if segment.score is None else f"{segment.score:.2f}"
        notes = [*segment.flags] if segment.state == "unreviewed" else [*segment.flags, segment.state]
        texts = (Text(spelled(text)) for text in (segment.source, segment.target))
        table.add_row(str(segment.seg), *texts, score, Text("\n".join(notes), style=_FLAG))
    return table
