"""What a decision hangs on: the document, the normalised French, and which of its occurrences.

No segment number, no offset and no model is in an address, so that decisions stay where they belong when the text
around them changes, when the stages change, and when another model translates.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import NamedTuple

# Typography that a better `normalize` stage may change without changing what is said.
_PLAIN = [(other, plain) for plain, others in {"'": "’‘ʼ`", '"': "“”„«»", "-": "–—"}.items() for other in others]
_PLACE = re.compile(r"(-?[0-9a-f]{16})\.([0-9]{1,9})")
_ACCENT = re.compile("[\u0300-\u036f]+")
_QUOTED = re.compile(r'\s*"\s*')


class Address(NamedTuple):
    """Where a decision belongs: ``occurrence`` counts the document's texts with the same key, from 0."""

    doc: str
    key: str
    occurrence: int

    @property
    def place(self) -> str:
        """The address within its document, as it stands in links: ``key.occurrence``."""
        return f"{self.key}.{self.occurrence}"

    @classmethod
    def parse(cls, doc: str, place: str) -> Address:
        """The address that `place` was made of.

        Raises:
            ValueError: it is not of that form.
        """
        found = _PLACE.fullmatch(place)
        if not found:
            raise ValueError(f'"{place}" is no place in a document')
        return cls(doc, found[1], int(found[2]))


def normalised(text: str) -> str:
    """The text without the differences that do not matter: composition, quotes, dashes, white space.

    >>> normalised("L’« école »  —  fermée") == normalised("L'“école” - fermée")
    True
    >>> normalised("Il part.") == normalised("Il parle.")
    False
    """
    text = _spaced(_plain(unicodedata.normalize("NFKC", text)))
    return _QUOTED.sub(' " ', text).strip() if '"' in text else text


def segment_key(source: str) -> str:
    """Key of a segment's French: 16 hexadecimal digits."""
    return hashlib.sha256(normalised(source).encode("utf-8", "surrogatepass")).hexdigest()[:16]


def removed_key(text: str) -> str:
    """Key of a removed text; never that of a segment."""
    return "-" + segment_key(text)


def numbered(doc: str, keys: Iterable[str]) -> Iterator[Address]:
    """Addresses of a document's texts in order."""
    seen: Counter[str] = Counter()
    for key in keys:
        yield Address(doc, key, seen[key])
        seen[key] += 1


def places(keys: Iterable[str]) -> list[str]:
    """For a document's texts in order, what `Address.place` says of each."""
    seen: dict[str, int] = {}  # a `Counter` takes twice as long
    found = []
    for key in keys:
        occurrence = seen.get(key, 0)
        found.append(f"{key}.{occurrence}")
        seen[key] = occurrence + 1
    return found


def folded(text: str) -> str:
    """The text as searching sees it: no case, no accents, one kind of quotes.

    >>> folded("L’Été à Œuvre")
    "l'ete a œuvre"
    """
    return _ACCENT.sub("", unicodedata.normalize("NFKD", _plain(text.casefold())))


def _plain(text: str) -> str:
    """The text with one kind of quotes and dashes; a tenth of the time that `str.translate` takes."""
    for other, plain in _PLAIN:
        if other in text:
            text = text.replace(other, plain)
    return text


def _spaced(text: str) -> str:
    """The text with single spaces between words; most texts have them, and are left as they are."""
    single = text.isprintable() and "  " not in text and text[:1] != " " != text[-1:]
    return text if single else " ".join(text.split())
