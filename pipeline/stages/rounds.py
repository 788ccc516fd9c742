"""Applying a table of fixers until a document stands still."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeVar

from pipeline.document import Document

Found = TypeVar("Found")

# What one fixer mends can bring to light what another does (an entity inside an entity); nothing real needs more.
MAX_ROUNDS = 8


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
