"""The indefinite article of English: with a new word, "a crowd" becomes "an elevator"; "a illegal" is mended anyway."""

from __future__ import annotations

import re
from collections.abc import Iterator

_ARTICLE = re.compile(r"(?<!\w)(an?)\s+\Z", re.IGNORECASE)
# "A" may be a letter, and so may "a" before what follows no article; people differ over "an historic".
_PHRASE = re.compile(r"(?<![\w'’.-])(a|[Aa]n)\s+((?!and\b|are\b|h)[a-z]{3,})(?!\w)")
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
    if not found or _fits(found[1], word):
        return start, word
    return found.start(), f"{_other(found[1])}{text[found.end(1) : start]}{word}"


def misfits(text: str, source: str) -> Iterator[tuple[int, int, str]]:
    """Articles that do not fit their word, as ``(start, end, article)``; what the source has as well may be French.

    >>> list(misfits("An illegal act, a illegal act, an historic act, an rich man", ""))
    [(16, 17, 'an'), (48, 50, 'a')]
    """
    for found in _PHRASE.finditer(text):
        if not _fits(found[1], found[2]) and found[0] not in source:
            yield *found.span(1), _other(found[1])


def _fits(article: str, word: str) -> bool:
    return (len(article) == 2) == bool(_VOWEL.match(word))


def _other(article: str) -> str:
    return article[0] + ("n" if len(article) == 1 else "")
