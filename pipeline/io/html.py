"""The article of a web page, through trafilatura."""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.document import MetaValue
from pipeline.errors import DocumentError

# The parser's memory grows with the page; no article needs this much markup.
LARGEST = 20_000_000


@dataclass(frozen=True, slots=True)
class Page:
    """What a page holds: the article's text, one block a line, and what is known about it."""

    text: str
    meta: dict[str, MetaValue]


def extract(markup: str) -> Page:
    """The article's text and its title, author, date, site and url.

    Raises:
        DocumentError: the page is too large, or no article can be found in it.
    """
    if len(markup) > LARGEST:
        raise DocumentError(f"is a page of {len(markup):,} characters; at most {LARGEST:,} are read")
    import trafilatura

    found = trafilatura.bare_extraction(markup, with_metadata=True, include_comments=False)
    if found is None or not (found.text or "").strip():
        raise DocumentError("holds no article that can be found in the page")
    fields = {
        "title": found.title, "author": found.author, "date": found.date, "site": found.sitename, "url": found.url,
    }  # fmt: skip
    return Page(found.text, {key: str(value) for key, value in fields.items() if value})
