"""XLIFF 1.2 for translation tools: every document with all its segments, their states and notes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from pipeline import __version__
from pipeline.document import Segment, State
from pipeline.errors import UsageError
from pipeline.io import xml
from pipeline.io.imported import Imported, unique
from pipeline.io.item import Item
from pipeline.io.pieces import Pieces
from pipeline.io.reviews import Review

if TYPE_CHECKING:
    from lxml.etree import _Element

    from pipeline.io.export import Export

_TOOL = "pipeline"
# Our states as XLIFF's "state" and "state-qualifier"; for an unreviewed target the qualifier says who made it.
_STATES: dict[State, tuple[str, str]] = {
    "unreviewed": ("needs-review-translation", ""),
    "accepted": ("signed-off", ""),
    "edited": ("signed-off", ""),
    "flagged": ("needs-review-translation", "x-flagged"),
    "rejected": ("needs-translation", "rejected-inaccurate"),
    "stale": ("needs-review-translation", "x-stale"),
}
_ORIGINS = {"mt": "mt-suggestion", "memory": "leveraged-tm"}
_QUALIFIERS: dict[str, State] = {"x-flagged": "flagged", "x-stale": "stale", "mt-suggestion": "unreviewed"}


_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n<xliff version="1.2" xmlns="urn:oasis:names:tc:xliff:document:1.2">\n'


def _pieces(target: Callable[[Segment, str, str], str]) -> Pieces:
    """One ``file`` element a document, with these targets."""
    return Pieces(lambda item: (_file(item, target),), lambda export: (_HEAD,), _tail)


def _file(item: Item, target: Callable[[Segment, str, str], str]) -> str:
    units = (
        _unit(segment, place, source, target(segment, source, translation), score, item.reviews.get(segment.seg))
        for segment, place, (source, translation), score in zip(
            item.segments, item.places, item.contents, item.scores, strict=True
        )
    )
    return f"{_head(item.export, item.document.id)}{''.join(units)}</body></file>\n"


def _tail(export: Export, empty: bool) -> tuple[str]:
    nothing = f"{_head(export, '')}</body></file>\n" if empty else ""  # the schema wants at least one file
    return (f"{nothing}</xliff>\n",)


def _head(export: Export, id: str) -> str:
    original = xml.attributes(original=id) or ' original=""'
    return f"<file{original}{_about(export.source, export.target, export.date, export.signature)}"


@lru_cache(1)  # the same for every document
def _about(source: str, target: str, date: str, signature: str) -> str:
    values = xml.attributes(
        source_language=source,
        target_language=target,
        datatype="plaintext",
        tool_id=_TOOL,
        date=xml.utc(date).strftime("%Y-%m-%dT%H:%M:%SZ") if date else "",
    )
    tool = xml.attributes(tool_id=_TOOL, tool_name=_TOOL, tool_version=__version__)
    return f"{values}><header>{xml.element('note', signature)}<tool{tool}/></header><body>\n"


def _unit(segment: Segment, place: str, source: str, target: str, score: str, review: Review | None) -> str:
    approved = "yes" if segment.state in ("accepted", "edited") else "no"
    translate = ' translate="no"' if segment.origin == "copy" else ""
    return (
        f'<trans-unit id="{place}" resname="{segment.seg}" approved="{approved}"{translate} xml:space="preserve">\n'
        f"<source>{source}</source>\n{target}"
        '<context-group purpose="information">'
        f'<context context-type="x-span">{segment.start}-{segment.end}</context>'
        f"{_context('score', score)}{_context('origin', segment.origin)}"
        f"</context-group>\n{_flags(tuple(segment.flags))}{_said(review)}</trans-unit>\n"
    )


def _target(segment: Segment, source: str, target: str) -> str:
    return f"<target{_state_of(segment.state, segment.origin)}>{target}</target>\n" if target else ""


def _repeated(segment: Segment, source: str, target: str) -> str:
    return f'<target state="needs-translation">{source}</target>\n'


@lru_cache
def _state_of(state: State, origin: str) -> str:
    name, qualifier = _STATES[state]
    return xml.attributes(state=name, state_qualifier=_ORIGINS.get(origin, "") if state == "unreviewed" else qualifier)


@lru_cache(2048)  # scores have three decimals
def _context(name: str, value: str) -> str:
    return xml.element("context", value, context_type=f"x-{name}") if value else ""


@lru_cache
def _flags(flags: tuple[str, ...]) -> str:
    return _note(_TOOL, "flags: " + ", ".join(flags)) if flags else ""


def _said(review: Review | None) -> str:
    return "".join(_note(by, text) for by, text in review.comments) + _machine(review) if review else ""


def _note(by: str, text: str) -> str:
    return xml.element("note", text, **{"from": by}) + "\n"


def _machine(review: Review) -> str:
    """What the machine had said, where a person has changed it."""
    if not review.machine:
        return ""
    target = xml.element("target", review.machine)
    return f'<alt-trans origin="mt" tool-id="{_TOOL}" alttranstype="previous-version">{target}</alt-trans>\n'


XLIFF = _pieces(_target)
# Each target repeats its source: OmegaT takes a target for the text to translate ("XLIFF of the source=target variety",
# its manual says) and puts the translation in its place; the English comes from a memory.
OMEGAT = _pieces(_repeated)


def read_xliff(path: Path, source_language: str = "fr", target_language: str = "en") -> Iterator[Imported]:
    """The translation units of an XLIFF 1.x file, as this program wrote it and another tool changed it.

    Raises:
        UsageError: the file is no XLIFF, is of other languages, a unit lacks its source, or an id stands twice.
    """
    units = xml.read_elements(path, "xliff", "trans-unit")
    yield from unique(path, (_imported(path, unit, source_language, target_language) for unit in units))


def _imported(path: Path, unit: _Element, source_language: str, target_language: str) -> Imported:
    line, id, seg = xml.line_of(unit), unit.get("id", ""), unit.get("resname", "")
    sources, targets = xml.children(unit, "source"), xml.children(unit, "target")
    if not sources:
        raise UsageError(f'{path}:{line}: trans-unit "{id}" has no source')
    doc = _document(path, unit, source_language, target_language)
    notes = [xml.plain(note) for note in xml.children(unit, "note") if note.get("from") != _TOOL]
    return Imported(
        doc=doc,
        seg=int(seg) if seg.isdecimal() else None,
        tuid=f"{doc}#{id}",
        source=xml.plain(sources[0]),
        target="".join(xml.plain(target) for target in targets),
        state=_state(unit, targets),
        note="\n".join(notes),
        line=line,
    )


def _document(path: Path, unit: _Element, source_language: str, target_language: str) -> str:
    """Id of the document that a unit stands in, once its languages are the right ones."""
    file = next((parent for parent in unit.iterancestors() if xml.local_name(parent) == "file"), None)
    if file is None:
        raise UsageError(f"{path}:{xml.line_of(unit)}: trans-unit outside of a file element")
    for name, wanted in (("source-language", source_language), ("target-language", target_language)):
        stated = file.get(name, "")
        # Before XLIFF is translated, tools may leave out the target language.
        if not xml.same_language(stated, wanted) and (stated or name == "source-language"):
            raise UsageError(f'{path}:{xml.line_of(file)}: {name} is "{stated}", this run has "{wanted}"')
    return str(file.get("original", ""))


def _state(unit: _Element, targets: list[_Element]) -> State | Literal[""]:
    state, qualifier = (targets[0].get(name, "") for name in ("state", "state-qualifier")) if targets else ("", "")
    if qualifier.startswith("rejected"):
        return "rejected"
    if state in ("signed-off", "final") or unit.get("approved") == "yes":
        return "accepted"
    return _QUALIFIERS.get(qualifier, "")
