"""Stores to review, built without running a stage."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import get_args

from pipeline.document import Document, Flag, Segment
from pipeline.edits import Change
from pipeline.review.desk import Desk
from pipeline.store import Store

MODEL = "{} [en]"  # what the pretended model makes of a source


def document(id: str, sources: Sequence[str], model: str = MODEL, removed: Sequence[str] = ()) -> Document:
    """An article of one paragraph a source; `removed` lines stood above it in the raw text."""
    raw = "\n".join([*removed, *sources])
    made = Document(id, raw, {"title": f"Title of {id}"})
    end = 0
    for line in removed:
        start, end = raw.index(line, end), raw.index(line, end) + len(line) + 1
        made.edit([Change(*made.to_current(start, end), "", "share-line", "share", 0.9)], "strip")
    for seg, source in enumerate(sources):
        made.segments.append(segment(id, seg, source, made.text.find(source), model))
        made.segments[-1].start, made.segments[-1].end = _raw_span(made, source, end)
        end = made.segments[-1].end
    return made


def segment(doc: str, seg: int, source: str, start: int, model: str = MODEL) -> Segment:
    """A translated segment whose score falls with its number."""
    english = model.format(source)
    score = 1 - (seg % 10) / 10
    flags: list[Flag] = [get_args(Flag)[seg % 10]] if seg % 3 == 2 else []
    return Segment(
        doc, seg, start, start + len(source), source, seg, english, english, -0.3, [], score, "mt", flags=flags
    )


def _raw_span(made: Document, source: str, after: int) -> tuple[int, int]:
    start = made.raw.index(source, after)
    return start, start + len(source)


def save(folder: Path, *documents: Document) -> Store:
    """A store whose newest run holds these documents and nothing else of an earlier one; decisions stay."""
    store = Store.open(folder)
    run = store.newest_run() + 1
    with store.transaction():
        store.clear()
        for position, made in enumerate(documents):
            store.save(made, f"{made.id}.txt", position, run, ["print"])
        store.set_info("newest_run", str(run))
    return store


def sentences(number: int) -> list[str]:
    """Different French sentences."""
    who = ("Le maire", "La ministre", "Un voisin", "L’équipe", "Une élève", "Le juge", "Ma sœur")
    what = ("a ouvert", "présente", "refuse", "attend", "décrit", "a perdu")
    which = ("le pont", "un rapport", "la gare", "ce musée", "une loi", "les archives", "son vélo", "deux lettres")
    return [
        f"{who[n % 7]} {what[n // 7 % 6]} {which[n % 8]} de la rue {n} {'à midi' if n % 2 else 'dès l’aube'}."
        for n in range(number)
    ]


def desk(store: Store, reviewer: str = "Ada") -> Desk:
    """A reviewer's desk over an up-to-date index."""
    made = Desk(store, reviewer)
    made.index.sync()
    return made
