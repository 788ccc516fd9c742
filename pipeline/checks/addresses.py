"""Addresses and handles: URLs, domains, e-mail addresses, @handles and #hashtags stay letter for letter."""

from __future__ import annotations

import re
from collections.abc import Iterator

_HINT = re.compile(r"[@#]|://|www\.|\w\.[a-z]{2}")
_ADDRESS = re.compile(
    r"https?://[^\s«»\"<>]+|(?<![\w.+@-])[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}|(?<![\w&])[@#][^\W_]\w+"
    r"|(?<![\w.-])(?:[\w-]{1,63}\.){1,8}(?:com|org|net|info|eu|fr|be|ch|ca|de|uk|us|ru|io|tv|co|gov|edu|it|es|ua|cn|kr|jp)\b(?:/[^\s«»\"<>]*)?"
)


def find_addresses(text: str) -> Iterator[tuple[int, int]]:
    """Spans of the addresses and handles in a text, without the punctuation that follows them.

    >>> list(find_addresses("@paris sur https://exemple.org."))
    [(0, 6), (11, 30)]
    """
    if _HINT.search(text):
        for match in _ADDRESS.finditer(text):
            yield match.start(), match.start() + len(match.group().rstrip(".,;:!?)]…"))


def addresses_differ(source: str, target: str) -> str:
    """The first address of the source that the target lacks.

    >>> addresses_differ("Voir https://exemple.org/a, dit @jean.", "See https://exemple.org/a, says @john.")
    '@jean'
    """
    found = (source[start:end] for start, end in find_addresses(source))
    return next((address for address in found if address.lower() not in target.lower()), "")
