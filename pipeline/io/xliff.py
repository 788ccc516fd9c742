"""XLIFF 1.2 for translation tools: every document with all its segments, their states and notes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from pipeline import __version__
from pipeline.document import Document, Segment, State
from pipeline.errors import UsageError
from pipeline.io import xml
from pipeline.io.fields import places, rounded
from pipeline.io.files import atomic
from pipeline.io.imported import Imported, unique
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


def write_xliff(export: Export, folder: Path) -> None:
    """Write ``aligned.xlf``, one ``file`` element a document."""
    _write(export, folder / "aligned.xlf", _target)


def write_omegat(export: Export, folder: Path) -> None:
    """Write ``aligned.omegat.xlf``, in which each target repeats its source.

    OmegaT takes a target for the text to translate ("XLIFF of the source=target variety", its manual says) and puts
    the translation in its place; the English comes from a memory.
    """
    _write(export, folder / "aligned.omegat.xlf", _repeated)


def _write(export: Export, path: Path, target: Callable[[Segment], str]) -> None:
    with atomic(path) as file:
        file.write(
            '<?xml version="1.0" encoding="UTF-8"?>\n'
            '<xliff version="1.2" xmlns="urn:oasis:names:tc:xliff:document:1.2">\n'
        )
        empty = True
        for document in export.documents():
            file.write(_head(export, document.id))
            file.writelines(_units(export, document, target))
            file.write("</body></file>\n")
            empty = False
        if empty:  # the schema wants at least one file
            file.write(_head(export, "") + "</body></file>\n")
        file.write("</xliff>\n")


def _head(export: Export, id: str) -> str:
    values = xml.attributes(
        source_language=export.source,
        target_language=export.target,
        datatype="plaintext",
        tool_id=_TOOL,
        date=xml.utc(export.date).strftime("%Y-%m-%dT%H:%M:%SZ") if export.date else "",
    )
    original = xml.attributes(original=id) or ' original=""'
    tool = xml.attributes(tool_id=_TOOL, tool_name=_TOOL, tool_version=__version__)
    note = xml.element("note", export.signature)
    return f"<file{original}{values}><header>{note}<tool{tool}/></header><body>\n"


def _units(export: Export, document: Document, target: Callable[[Segment], str]) -> Iterator[str]:
    reviews = export.reviews(document)
    for place, segment in zip(places(document), document.segments, strict=True):
        yield _unit(segment, place, reviews.get(segment.seg), target(segment))


def _unit(segment: Segment, place: str, review: Review | None, target: str) -> str:
    approved = "yes" if segment.state in ("accepted", "edited") else "no"
    values = xml.attributes(
        id=place, resname=segment.seg, approved=approved, translate="no" if segment.origin == "copy" else ""
    )
    return (
        f'<trans-unit{values} xml:space="preserve">\n<source>{xml.content(segment.source)}</source>\n{target}'
        f"{_context(segment)}{_notes(segment, review)}{_machine(review)}</trans-unit>\n"
    )


def _target(segment: Segment) -> str:
    if not segment.target:
        return ""
    state, qualifier = _STATES[segment.state]
    if segment.state == "unreviewed":
        qualifier = _ORIGINS.get(segment.origin, "")
    return xml.element("target", segment.target, state=state, state_qualifier=qualifier) + "\n"


def _repeated(segment: Segment) -> str:
    return xml.element("target", segment.source, state="needs-translation") + "\n"


def _context(segment: Segment) -> str:
    values = {"span": f"{segment.start}-{segment.end}", "score": rounded(segment.score), "origin": segment.origin}
    contexts = "".join(
        xml.element("context", str(value), context_type=f"x-{name}")
        for name, value in values.items()
        if value not in ("", None)
    )
    return f'<context-group purpose="information">{contexts}</context-group>\n'


def _notes(segment: Segment, review: Review | None) -> str:
    notes = [(_TOOL, "flags: " + ", ".join(segment.flags))] if segment.flags else []
    notes += review.comments if review else ()
    return "".join(xml.element("note", text, **{"from": by}) + "\n" for by, text in notes)


def _machine(review: Review | None) -> str:
    """What the machine had said, where a person has changed it."""
    if not review or not review.machine:
        return ""
    target = xml.element("target", review.machine)
    return f'<alt-trans origin="mt" tool-id="{_TOOL}" alttranstype="previous-version">{target}</alt-trans>\n'


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
