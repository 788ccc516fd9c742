"""What removed lines say of a document: author, date, tags, site."""

from __future__ import annotations

import re
from collections.abc import Iterable, MutableMapping

from pipeline.document import MetaValue

_LEAD = re.compile(
    r"^\W*(?:(?:écrit|publié|posté|rédigé|propos recueillis|written|posted)\s+)?"
    r"(?:par|by|auteure?s?|author|texte)\s*:?\s+",
    re.IGNORECASE,
)
_DATE = re.compile(
    r"\d{4}-\d\d-\d\d|\d{1,2}\s?[./-]\s?\d{1,2}\s?[./-]\s?\d{2,4}|\d{1,2}(?:er)?\s+[^\W\d]{3,9}\.?\s+\d{4}"
    r"|[^\W\d]{3,9}\s+\d{1,2},\s+\d{4}"
)
_OWNER = re.compile(
    r"(?:©|\([cC]\)|[Cc]opyright)(?:\W|\bcopyright\b|\d)*([^|,.\d]{2,40}?)"
    r"(?=\W*(?:\d|[|,.–-]|$|tous droits|all rights))",
    re.I,
)


def harvest(meta: MutableMapping[str, MetaValue], removed: Iterable[tuple[str, str]]) -> None:
    """Fill in what is not known yet.

    Args:
        meta: of the document; what stands there stays.
        removed: kind and text of the removed lines whose kind is `TELLING`, in their order.

    >>> meta = {}
    >>> harvest(meta, [("byline", "Par Jeanne Martin"), ("dateline", "Le 26.7.2023"), ("hashtags", "#pont #Lyon")])
    >>> meta
    {'author': 'Jeanne Martin', 'date': '26.7.2023', 'tags': ['pont', 'Lyon']}
    """
    for kind, text in removed:
        name, read = TELLING[kind]
        if name not in meta and (found := read(text)):
            meta[name] = found


def author(text: str) -> str | None:
    """The name in a byline."""
    name = _LEAD.sub("", _DATE.sub("", text)).strip(" |-–•*,:")
    return name if 2 <= len(name) <= 80 else None


def _date(text: str) -> MetaValue | None:
    found = _DATE.search(text)
    return found.group() if found else None


def _tags(text: str) -> MetaValue | None:
    listed = text.partition(":")[2]
    return re.findall(r"#(\w+)", text) or [tag.strip() for tag in re.split("[,;|•·]", listed) if tag.strip()]


def _site(text: str) -> MetaValue | None:
    head = text[:200]
    low = head.lower()
    owner = _OWNER.search(head) if "©" in low or "(c)" in low or "cop" in low else None  # the search is slow
    return owner.group(1).strip() if owner else None


TELLING = {"byline": ("author", author), "dateline": ("date", _date), "hashtags": ("tags", _tags),
         "navigation": ("site", _site)}  # fmt: skip
