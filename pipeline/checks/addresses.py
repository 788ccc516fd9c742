"""Addresses and handles: URLs, domains, e-mail addresses, @handles and #hashtags stay letter for letter."""

from __future__ import annotations

import re

_HINT = re.compile(r"[@#]|://|www\.|\w\.[a-z]{2}")
_ADDRESS = re.compile(
    r"https?://[^\s«»\"<>]+|(?<![\w.+@-])[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}|(?<![\w&])[@#][^\W_]\w+"
    r"|(?<![\w.-])(?:[\w-]{1,63}\.){1,8}(?:com|org|net|info|eu|fr|be|ch|ca|de|uk|us|ru|io|tv|co|gov|edu|it|es|ua|cn|kr|jp)\b(?:/[^\s«»\"<>]*)?"
)


def addresses_differ(source: str, target: str) -> str:
    """The first address of the source that the target lacks.

    >>> addresses_differ("Voir https://exemple.org/a, dit @jean.", "See https://exemple.org/a, says @john.")
    '@jean'
    """
    if not _HINT.search(source):
        return ""
    found = (match.group().rstrip(".,;:!?)]…") for match in _ADDRESS.finditer(source))
    return next((address for address in found if address.lower() not in target.lower()), "")
