"""TMX 1.4: translation memories, one of what the machine says and one of what people have accepted."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from pipeline import __version__
from pipeline.document import Document, Segment
from pipeline.errors import UsageError
from pipeline.io import xml
from pipeline.io.fields import places, rounded
from pipeline.io.files import atomic
from pipeline.io.imported import Imported, known_state, unique
from pipeline.io.reviews import Review

if TYPE_CHECKING:
    from lxml.etree import _Element

    from pipeline.io.export import Export

_FILES = ("aligned.tmx", "aligned.accepted.tmx")


def write_tmx(export: Export, folder: Path) -> None:
    """Write the pairs that a person accepted or edited to ``aligned.accepted.tmx``, the others to ``aligned.tmx``."""
    with atomic(folder / _FILES[0]) as machine, atomic(folder / _FILES[1]) as accepted:
        for file in (machine, accepted):
            file.write(_head(export))
        for document in export.documents():
            _write_units(export, document, machine, accepted)
        for file in (machine, accepted):
            file.write("</body>\n</tmx>\n")


def _write_units(export: Export, document: Document, machine: TextIO, accepted: TextIO) -> None:
    reviews = export.reviews(document)
    for place, segment in zip(places(document), document.segments, strict=True):
        if export.is_pair(segment):
            file = accepted if segment.state in ("accepted", "edited") else machine
            file.write(_unit(export, segment, place, reviews.get(segment.seg)))


def _head(export: Export) -> str:
    header = xml.attributes(
        creationtool="pipeline",
        creationtoolversion=__version__,
        segtype="sentence",
        o_tmf="pipeline",
        adminlang="en",
        srclang=export.source,
        datatype="plaintext",
        o_encoding="UTF-8",
        creationdate=_date(export.date),
    )
    inside = xml.element("note", export.signature) + xml.element("prop", export.model, type="x-model")
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE tmx SYSTEM "tmx14.dtd">\n'
        f'<tmx version="1.4">\n<header{header}>{inside}</header>\n<body>\n'
    )


def _unit(export: Export, segment: Segment, place: str, review: Review | None) -> str:
    notes = "".join(xml.element("note", f"{by}: {text}") for by, text in review.comments) if review else ""
    properties = {
        "doc": segment.doc,
        "seg": segment.seg,
        "score": rounded(segment.score),
        "origin": segment.origin,
        "state": segment.state,
        "flags": ",".join(segment.flags),
    }
    props = "".join(
        xml.element("prop", str(v), type=f"x-{name}") for name, v in properties.items() if v not in ("", None)
    )
    changed = xml.attributes(changedate=_date(review.at), changeid=review.by) if review else ""
    created = xml.attributes(tuid=f"{segment.doc}#{place}", creationdate=_date(export.date))
    return (
        f"<tu{created}>{notes}{props}\n"
        f'<tuv xml:lang="{export.source}"><seg>{xml.content(segment.source)}</seg></tuv>\n'
        f'<tuv xml:lang="{export.target}"{changed}><seg>{xml.content(segment.target)}</seg></tuv>\n</tu>\n'
    )


def _date(time: str) -> str:
    return xml.utc(time).strftime("%Y%m%dT%H%M%SZ") if time else ""


def read_tmx(path: Path, source_language: str = "fr", target_language: str = "en") -> Iterator[Imported]:
    """The translation units of a TMX file of any origin.

    Raises:
        UsageError: the file is no TMX, a unit lacks a text in one of the two languages, or a tuid stands twice.
    """
    units = (_imported(path, unit, source_language, target_language) for unit in xml.read_elements(path, "tmx", "tu"))
    yield from unique(path, units)


def _imported(path: Path, unit: _Element, source_language: str, target_language: str) -> Imported:
    props = {prop.get("type", ""): xml.plain(prop) for prop in xml.children(unit, "prop")}
    seg = props.get("x-seg", "")
    target = _variant(path, unit, target_language)
    notes = [xml.plain(note) for parent in (unit, target) for note in xml.children(parent, "note")]
    return Imported(
        doc=props.get("x-doc", ""),
        seg=int(seg) if seg.isdecimal() else None,
        tuid=unit.get("tuid", ""),
        source=_text(_variant(path, unit, source_language)),
        target=_text(target),
        state=known_state(props.get("x-state", "")),
        note="\n".join(notes),
        line=xml.line_of(unit),
    )


def _variant(path: Path, unit: _Element, language: str) -> _Element:
    variants = xml.children(unit, "tuv")
    for variant in variants:
        if xml.same_language(xml.language(variant), language):
            return variant
    stated = ", ".join(xml.language(variant) or "no language" for variant in variants) or "nothing"
    raise UsageError(f'{path}:{xml.line_of(unit)}: no text in "{language}" in this unit, which has {stated}')


def _text(variant: _Element) -> str:
    return "".join(xml.plain(seg) for seg in xml.children(variant, "seg"))
