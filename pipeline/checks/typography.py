"""Quotes and brackets: what the source sets apart, the translation sets apart."""

from __future__ import annotations

import re

_QUOTES = re.compile(r"[«»“”„‟\"]|''|``|(?<!\w)[‘'‹](?=\w)|(?<=[\w.,!?])[’'›](?!\w)")
# Translators often drop the quotes or brackets of one or two words; of a passage they seldom do. Within a word a double
# quote is a slip for an apostrophe.
_PASSAGE = re.compile(r"(?:[«“„]|(?<!\w)\"|''(?=\w))\s*(?:[^\s«»“”„\"]+\s+){3,}[^\s«»“”„\"]+")
_DOUBLE = re.compile(r"[«»“”\"]")
_BRACKETED = re.compile(r"[(\[{]\s*(?:[^\s()\[\]{}]+\s+){4,}[^\s()\[\]{}]+\s*[)\]}]")
_BRACKET = re.compile(r"[()\[\]{}]")


def quotes_differ(source: str, target: str) -> str:
    """A quotation of four words or more on one side only, where single quotes count as quotes; or one left open.

    >>> quotes_differ("Il a dit « je ne viens pas ».", "He said I am not coming.")
    'quotation lost'
    >>> quotes_differ("Il a dit « je ne viens pas ».", "He said 'I am not coming'.")
    ''
    """
    if _PASSAGE.search(source) and not _QUOTES.search(target):
        return "quotation lost"
    if _PASSAGE.search(target) and not _QUOTES.search(source):
        return "quotation added"
    left_open = len(_DOUBLE.findall(target)) % 2 and not len(_DOUBLE.findall(source)) % 2
    return "quotation left open" if left_open else ""


def brackets_differ(source: str, target: str) -> str:
    """A bracketed passage of five words or more on one side only.

    >>> brackets_differ("L'armée (qui a perdu une grande bataille) avance.", "The army is advancing.")
    'brackets lost'
    """
    if _BRACKETED.search(source) and not _BRACKET.search(target):
        return "brackets lost"
    if _BRACKETED.search(target) and not _BRACKET.search(source):
        return "brackets added"
    return ""
