"""The indefinite article of English before a word that was written anew: "a crowd" becomes "an elevator"."""

from __future__ import annotations

import re

_ARTICLE = re.compile(r"(?<!\w)(an?)\s+\Z", re.IGNORECASE)
# Words that begin with the sound of a vowel: not those of "university", "use", "European" and "one".
_VOWEL = re.compile(r"(?!uni(?![mn])|us[aeiu]|eu|onc?e\b)[aeiou]|hono|hones|hour|heir", re.IGNORECASE)


def with_article(text: str, start: int, word: str) -> tuple[int, str]:
    """Where to write a word that belongs at ``start``, and what: with its article if the one there does not fit.

    >>> with_article("He had a crowd.", 9, "elevator")
    (7, 'an elevator')
    >>> with_article("He had a crowd.", 9, "union")
    (9, 'union')
    """
    found = _ARTICLE.search(text, 0, start)
    if not found or (len(found[1]) == 2) == bool(_VOWEL.match(word)):
        return start, word
    fitting = found[1][0] + ("n" if len(found[1]) == 1 else "")
    return found.start(), f"{fitting}{text[found.end(1) : start]}{word}"
