"""The article of a web page, through trafilatura."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

from pipeline.document import MetaValue
from pipeline.errors import DocumentError
from pipeline.timelimit import loading

# This program's names for what trafilatura finds.
_META = {"title": "title", "author": "author", "date": "date", "site": "sitename", "url": "url"}

# Makes trafilatura load all it can need.
_SAMPLE = (
    f"<html><head><title>Un pont</title></head><body>{'<p>La ville a ouvert un pont en 2024.</p>' * 9}</body></html>"
)


@dataclass(frozen=True, slots=True)
class Page:
    """What a page holds: the article's text, one block a line, and what is known about it."""

    text: str
    meta: dict[str, MetaValue]


def extract(markup: str) -> Page:
    """The article's text and its title, author, date, site and url.

    Raises:
        DocumentError: no article can be found in the page.
    """
    found = _library().bare_extraction(markup, with_metadata=True, include_comments=False)
    text = getattr(found, "text", None) or ""
    if not text.strip():
        raise DocumentError("holds no article that can be found in the page; save its text as .txt, or leave it out")
    fields = {key: getattr(found, name, None) for key, name in _META.items()}
    return Page(text, {key: str(value) for key, value in fields.items() if value})


@cache
def _library() -> Any:
    with loading():
        import trafilatura

        trafilatura.bare_extraction(_SAMPLE, with_metadata=True)
    return trafilatura
