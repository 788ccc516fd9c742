"""A translation memory from and to TMX 1.4, whichever tool wrote it or will read it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline import __version__
from pipeline.errors import UsageError
from pipeline.io import xml
from pipeline.io.files import atomic
from pipeline.mt.memory import Entry

if TYPE_CHECKING:
    from lxml.etree import _Element


def read_pairs(path: Path, source: str, target: str) -> Iterator[tuple[str, str]]:
    """Source and target of each unit that has a text in both languages; other units are passed over.

    Args:
        source, target: ISO 639-1 codes; a unit's region (``fr-CA``) does not matter.

    Raises:
        UsageError: the file cannot be read, is no TMX, declares entities, or has no such unit.
    """
    languages: dict[str, None] = {}
    found = False
    for unit in xml.read_elements(path, "tmx", "tu"):
        pair = _text(unit, source), _text(unit, target)
        languages |= dict.fromkeys(xml.language(variant) for variant in xml.children(unit, "tuv"))
        if all(pair):
            found = True
            yield pair
    if not found:
        there = ", ".join(language or "none stated" for language in languages) or "no texts at all"
        raise UsageError(
            f"{path} has no unit with both {source} and {target}, but {there}; name its languages with --source "
            "and --target"
        )


def _text(unit: _Element, language: str) -> str:
    """The first text in a language, as one line; "" where there is none."""
    for variant in xml.children(unit, "tuv"):
        if xml.same_language(xml.language(variant), language):
            return " ".join("".join(xml.plain(seg) for seg in xml.children(variant, "seg")).split())
    return ""


def write_entries(path: Path, entries: Iterable[Entry], source: str, target: str) -> int:
    """Write entries as a TMX file, at once or not at all; returns how many.

    Machine translations carry ``<prop type="x-origin">mt</prop>``, so that a reader can tell them apart.
    """
    header = xml.attributes(
        creationtool="pipeline",
        creationtoolversion=__version__,
        segtype="sentence",
        o_tmf="pipeline",
        adminlang="en",
        srclang=source,
        datatype="plaintext",
    )
    count = 0
    with atomic(path) as file:
        file.write('<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE tmx SYSTEM "tmx14.dtd">\n')
        file.write(f'<tmx version="1.4">\n<header{header}/>\n<body>\n')
        for count, entry in enumerate(entries, start=1):  # noqa: B007
            file.write(_unit(entry, source, target))
        file.write("</body>\n</tmx>\n")
    return count


def _unit(entry: Entry, source: str, target: str) -> str:
    origin = "memory" if entry.imported else "mt"
    return (
        f"<tu>{xml.element('prop', origin, type='x-origin')}\n"
        f'<tuv xml:lang="{source}"><seg>{xml.content(entry.source)}</seg></tuv>\n'
        f'<tuv xml:lang="{target}"><seg>{xml.content(entry.hypothesis)}</seg></tuv>\n</tu>\n'
    )
