"""Applying a table of fixers until a document stands still, and a warning where little of it is left."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeVar

from pipeline.document import Document

Found = TypeVar("Found")

# What one fixer mends can bring to light what another does (an entity inside an entity); nothing real needs more.
MAX_ROUNDS = 8
MUCH = 0.5  # part of a document whose removal a reader of the run should know of


def settle(document: Document, fixers: Mapping[str, Callable[[str], Found]], apply: Callable[[Found], None]) -> None:
    """Ask the fixers in their order, round by round, until nothing changes; none is asked twice about the same text.

    Args:
        fixers: by name, from the current text to what they found in it; false where that is nothing.
        apply: makes what a fixer found part of the document.
    """
    seen: dict[str, str] = {}
    text = document.text
    for _ in range(MAX_ROUNDS):
        before = text
        for name, fixer in fixers.items():
            if seen.get(name) == text:
                continue
            seen[name] = text
            if found := fixer(text):
                apply(found)
                text = document.text
        if text == before:
            return


def warn_of_loss(document: Document, length: int, stage: str) -> None:
    """Warn of a document of which a stage removed more than half; ``length`` is what it had, in characters."""
    if len(document.text) < MUCH * length:
        gone = round(100 * (1 - len(document.text) / length))
        document.warnings.append(f"{stage} removed {gone} % of the text; look whether the article is whole")
