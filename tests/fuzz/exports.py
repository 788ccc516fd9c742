"""Whatever the texts are, each output file gives them back to a reader that shares no code with its writer."""

from __future__ import annotations

import csv
import json
import re
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from html.parser import HTMLParser
from itertools import zip_longest
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from pyarrow import parquet

from pipeline.document import Document, Segment
from pipeline.edits import Change
from pipeline.io import report
from pipeline.io.export import EDITS, FORMATS, Export
from pipeline.io.report.rows import visible
from pipeline.io.reviews import Review
from pipeline.io.text import translation, write_texts
from pipeline.store import Store

_STATES = ("unreviewed", "accepted", "edited", "flagged", "rejected", "stale")
_ORIGINS = ("mt", "memory", "copy", "human")
_XLIFF = "{urn:oasis:names:tc:xliff:document:1.2}"
csv.field_size_limit(1_000_000_000)


@dataclass(frozen=True)
class Reviewed(Export):
    """An export with things that people said."""

    said: Mapping[int, Review] = field(default_factory=dict)

    def reviews(self, document: Document) -> Mapping[int, Review]:
        return self.said


def check(texts: list[str]) -> None:
    """Save a document of these texts, write all its files, and read them."""
    document, said = _made(texts)
    store = _store()
    with store.transaction():
        store.clear()
        store.save(document, "a.txt", 0, 1, ["p"])
        store.finish_run(1)
    export = Reviewed(store, model="echo", signature=texts[0], said=said)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_texts(
            folder, document.id, {"clean": document.text, "translated": translation(document.text, document.segments)}
        )
        for format in (EDITS, *FORMATS.values()):
            format.write(export, folder)
        for read in _CHECKS:
            read(folder, document, said)
        assert {path.name.split(".")[0] for path in folder.iterdir()} <= {
            "clean",
            "translated",
            "edits",
            "aligned",
            "report",
        }


@cache
def _store() -> Store:
    return Store.open(Path(tempfile.mkdtemp()))


def _made(texts: list[str]) -> tuple[Document, dict[int, Review]]:
    """A document whose id, title, address, edits, segments and comments are all made of the texts."""
    id, title, cut, put, note, *rest = [*texts, *[""] * (5 - len(texts))]
    pairs = list(zip_longest(rest[::2], rest[1::2], fillvalue=""))
    sources = [source.replace("\n", " ") for source, _ in pairs]
    document = Document(id or "a", cut + "\n".join(sources), {"title": title, "url": title}, warnings=[note])
    document.edit([Change(0, len(cut), put.replace("\n", " "), note, "share", 0.5)], "strip")
    start = document.text.find("\n".join(sources))
    said = {}
    for seg, (source, (_, target)) in enumerate(zip(sources, pairs, strict=True)):
        raw = document.to_raw(start, start + len(source))
        found = Segment(document.id, seg, *raw, source, seg, target, target, -0.5, [], 0.5, flags=["names"])
        found.state, found.origin = _STATES[len(source) % len(_STATES)], _ORIGINS[len(target) % len(_ORIGINS)]  # type: ignore[assignment]
        document.segments.append(found)
        if note and found.state == "edited":
            said[seg] = Review(note, "2026-03-04T05:06:07+00:00", put, ((title, note),))
        start += len(source) + 1
    return document, said


# -- what becomes of a character that a format cannot hold, said in other words than the writers' --------------------


def _field(text: str) -> str:
    return "".join(" " if c == "\t" or c.splitlines() == [""] else c for c in text.replace("\r\n", "\n"))


def _xml(text: str) -> str:
    legal = (c in "\t\n\r" or 0x20 <= ord(c) < 0xD800 or 0xE000 <= ord(c) < 0xFFFE or ord(c) > 0xFFFF for c in text)
    return "".join(c if good else "\ufffd" for c, good in zip(text, legal, strict=True))


# -- readers -----------------------------------------------------------------------------------------------------------


def _pairs(document: Document) -> list[Segment]:
    both = (found for found in document.segments if found.source.strip() and found.target.strip())
    return [found for found in both if found.state != "rejected" and found.origin != "copy"]


def _rows(path: Path) -> list[list[str]]:
    text = path.read_bytes().decode()
    assert text.splitlines() == text.split("\n")[:-1]
    return list(csv.reader(text.split("\n")[:-1], delimiter="\t", quoting=csv.QUOTE_NONE))


def _tables(folder: Path, document: Document, said: Mapping[int, Review]) -> None:
    rows = [
        [
            *map(_field, (s.doc, str(s.seg), str(s.start), str(s.end), s.source, s.target)),
            "0.5",
            s.origin,
            s.state,
            "names",
        ]
        for s in document.segments
    ]
    assert _rows(folder / "aligned.tsv")[1:] == rows
    pairs = [[_field(found.source), _field(found.target)] for found in _pairs(document)]
    assert _rows(folder / "aligned.keops.tsv")[1:] == pairs
    assert [row[2:4] for row in _rows(folder / "aligned.bitextor.tsv")[1:]] == pairs
    for column, code in enumerate(("fr", "en")):
        text = (folder / f"aligned.{code}").read_bytes().decode()
        assert text.splitlines() == [pair[column].strip() for pair in pairs]


def _objects(folder: Path, document: Document, said: Mapping[int, Review]) -> None:
    records = _lines(folder / "aligned.jsonl")
    assert records == parquet.read_table(folder / "aligned.parquet").to_pylist()
    texts = [(found.doc, found.start, found.end, found.source, found.target) for found in document.segments]
    assert [(r["doc"], r["start"], r["end"], *r["translation"].values()) for r in records] == texts
    edits = [{"doc": document.id, **edit._asdict()} for edit in document.edits]
    assert _lines(folder / "edits.jsonl") == edits


def _lines(path: Path) -> list[Any]:
    text = path.read_bytes().decode()
    assert text.splitlines() == text.split("\n")[:-1]
    return [json.loads(line) for line in text.splitlines()]


def _texts(folder: Path, document: Document, said: Mapping[int, Review]) -> None:
    (clean,), (translated,) = (
        [p for p in (folder / name).rglob("*") if p.is_file()] for name in ("clean", "translated")
    )
    assert clean.read_bytes().decode() == document.text
    assert len(translated.read_bytes().decode().split("\n")) == len(document.text.split("\n"))


def _tmx(folder: Path, document: Document, said: Mapping[int, Review]) -> None:
    found = []
    for name, states in (("aligned.tmx", 0), ("aligned.accepted.tmx", 1)):
        root = ElementTree.parse(folder / name).getroot()
        for unit in root.iter("tu"):
            props = {prop.get("type"): prop.text or "" for prop in unit.iter("prop")}
            assert (props["x-state"] in ("accepted", "edited")) == bool(states)
            assert props["x-doc"] == _xml(document.id)
            notes = [note.text or "" for note in unit.iter("note")]
            assert notes == [_xml(f"{by}: {text}") for by, text in _comments(said, int(props["x-seg"]))]
            found.append((int(props["x-seg"]), *(seg.text or "" for seg in unit.iter("seg"))))
    assert sorted(found) == [(one.seg, _xml(one.source), _xml(one.target)) for one in _pairs(document)]


def _xliff(folder: Path, document: Document, said: Mapping[int, Review]) -> None:
    (file,) = ElementTree.parse(folder / "aligned.xlf").getroot()
    assert file.get("original") == _xml(document.id)
    for unit, one in zip(file.iter(f"{_XLIFF}trans-unit"), document.segments, strict=True):
        assert unit.findtext(f"{_XLIFF}source") == _xml(one.source)
        assert (unit.findtext(f"{_XLIFF}target") or "") == _xml(one.target)
        comments = [_xml(text) for _, text in _comments(said, one.seg)]
        assert [note.text or "" for note in unit.findall(f"{_XLIFF}note")][1:] == comments
        machine = said[one.seg].machine if one.seg in said else ""
        assert (unit.findtext(f"{_XLIFF}alt-trans/{_XLIFF}target") or "") == _xml(machine)


def _comments(said: Mapping[int, Review], seg: int) -> tuple[tuple[str, str], ...]:
    return said[seg].comments if seg in said else ()


class _Page(HTMLParser):
    """The cells of a report's segments, the names of all tags and attributes, and the addresses."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.names: set[str] = set()  # of tags and attributes
        self.links: list[str] = []
        self.rows: list[dict[str, str]] = []
        self._at: list[str] = []  # of the cell that is open
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.names |= {tag, *given}
        self.links += [value or "" for name, value in attrs if name in ("href", "src")]
        if tag == "tr":
            self.rows.append({})
        if tag == "td":
            self._at = [given.get("lang") or ""]
            self.rows[-1].setdefault(self._at[0], "")
        elif tag in ("p", "span") and self._at:
            self._at.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag == "td":
            self._at = []
        elif tag in ("p", "span") and self._at:
            self._at.pop()

    def handle_data(self, data: str) -> None:
        if len(self._at) == 1:
            self.rows[-1][self._at[0]] += data


_REPORT = Path(report.__file__).parent
_MARKUP = tuple(_REPORT / name for name in ("page.html", "page.py", "figures.py", "table.py"))
_WORDS = {word for path in _MARKUP for word in re.findall(r"[\w-]+", path.read_text().lower())}


def _report(folder: Path, document: Document, said: Mapping[int, Review]) -> None:
    rows = []
    for path in sorted(folder.glob("report*.html"), key=lambda path: int("0" + re.sub(r"\D", "", path.name))):
        page = _Page(path.read_bytes().decode())
        assert page.names <= _WORDS, page.names - _WORDS
        assert all(link.startswith(("#", "report", "https://", "http://")) for link in page.links)
        rows += [row for row in page.rows if "en" in row]
    for row, found in zip(rows, document.segments, strict=True):
        assert row["en"] == visible(found.target)
        assert visible(found.source) in row["fr"]


_CHECKS: tuple[Callable[[Path, Document, Mapping[int, Review]], None], ...] = (
    _tables, _objects, _texts, _tmx, _xliff, _report,
)  # fmt: skip
