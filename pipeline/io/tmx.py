"""TMX 1.4: translation memories, one of what the machine says and one of what people have accepted."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline import __version__
from pipeline.errors import UsageError
from pipeline.io import xml
from pipeline.io.imported import Imported, known_state, unique
from pipeline.io.item import Item
from pipeline.io.pieces import Pieces
from pipeline.io.reviews import Review

if TYPE_CHECKING:
    from lxml.etree import _Element

    from pipeline.io.export import Export


def _units(item: Item) -> tuple[str, str]:
    """The pairs that nobody has accepted, and those that a person accepted or edited."""
    document, export = item.document, item.export
    id, created = xml.attribute(f"{document.id}#"), xml.attributes(creationdate=_date(export.date))
    doc = xml.element("prop", document.id, type="x-doc")
    machine: list[str] = []
    accepted: list[str] = []
    parts = zip(item.segments, item.places, item.contents, item.scores, item.pairs, strict=True)
    for segment, place, (source, target), score, is_pair in parts:
        if is_pair:
            review = item.reviews.get(segment.seg)
            (accepted if segment.state in ("accepted", "edited") else machine).append(
                f'<tu tuid="{id}{place}"{created}>{_notes(review)}{doc}<prop type="x-seg">{segment.seg}</prop>'
                f"{_property('score', score)}{_judged(segment.origin, segment.state, tuple(segment.flags))}\n"
                f'<tuv xml:lang="{export.source}"><seg>{source}</seg></tuv>\n'
                f'<tuv xml:lang="{export.target}"{_changed(review)}><seg>{target}</seg></tuv>\n</tu>\n'
            )
    return "".join(machine), "".join(accepted)


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


@lru_cache(512)  # few segments have several flags
def _judged(origin: str, state: str, flags: tuple[str, ...]) -> str:
    properties = {"origin": origin, "state": state, "flags": ",".join(flags)}
    return "".join(_property(name, value) for name, value in properties.items())


@lru_cache(2048)  # scores have three decimals
def _property(name: str, value: str) -> str:
    return xml.element("prop", value, type=f"x-{name}") if value else ""


def _notes(review: Review | None) -> str:
    return "".join(xml.element("note", f"{by}: {text}") for by, text in review.comments) if review else ""


def _changed(review: Review | None) -> str:
    return xml.attributes(changedate=_date(review.at), changeid=review.by) if review else ""


def _date(time: str) -> str:
    return xml.utc(time).strftime("%Y%m%dT%H%M%SZ") if time else ""


TMX = Pieces(
    _units,
    lambda export: (_head(export), _head(export)),
    lambda export, empty: ("</body>\n</tmx>\n",) * 2,
)


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
