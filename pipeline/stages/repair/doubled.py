"""Doubled words, and determiners that a link or a quotation brought along a second time."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pipeline.edits import Change
from pipeline.stages.repair.findings import Findings
from pipeline.stages.repair.line import repeating_lines
from pipeline.stages.repair.words import lexicon

_WORD = r"[^\W\d_]+(?:-[^\W\d_]+)*"
_DOUBLED = re.compile(rf"(?<![\w'’&-])({_WORD})([ \xa0]+)(\1)(?![\w'’&-])(?=(\s*\w)?)", re.IGNORECASE)
_QUOTED = re.compile(
    r"(?<![\w'’-])(les?|la|une?|des|du|aux?|ce|cette|ces)( [“«\"„][ \xa0\u202f]?)(\1)(?= \w)", re.IGNORECASE
)
_LINKED = re.compile(r"(?<![\w'’-])(l[ea] L)(?=['’][^\W\d_])")


def fix_doubled_words(text: str) -> Findings:
    """A word written twice, where grammar, emphasis or a name do not ask for it.

    >>> for text in ("Kim Kim a remercié", "le Le leader", "dans le Le Monde", "nous nous levons", "dit de De Gaulle"):
    ...     [text[c.start:c.end] for c in fix_doubled_words(text).changes]
    [' Kim']
    [' Le']
    ['le ']
    []
    []
    """
    found = Findings()
    for line in repeating_lines(text):
        for match in _DOUBLED.finditer(text, line.start, line.end):
            if _is_slip(match):
                found.changes.append(_halved(match))
    return found


def _is_slip(match: re.Match[str]) -> bool:
    first, second, key = match[1], match[3], match[1].lower()
    known = lexicon()
    if key in known.emphasis or key in known.interjections or key in known.names:
        return False
    if len(key) == 1 and key != "à":
        return False
    if first[0].isupper() and second[0].isupper():
        return match.string.count(match[0]) == 1  # a name that is always doubled is spelled so
    if second[0].isupper() and key in known.function:
        return key in known.determiners
    return not (key == "de" and _next_is_name(match))


def _next_is_name(match: re.Match[str]) -> bool:
    return bool(match[4]) and match[4].strip()[0].isupper()


def _halved(match: re.Match[str]) -> Change:
    """The copy that fits the sentence stays: the first, but "Le" before a name that it belongs to."""
    if match[3][0].isupper() and not match[1][0].isupper() and _next_is_name(match):
        return Change(match.start(1), match.start(3), "", "doubled-word", "doubled-word", 0.8)
    return Change(match.end(1), match.end(3), "", "doubled-word", "doubled-word", 0.9)


def fix_doubled_determiners(text: str) -> Findings:
    """A determiner before a quotation or a link that brings its own.

    >>> for text in ("comme le “le plus fort”", "dans la L’agence", "l’article « le » est"):
    ...     [(text[c.start:c.end], c.after) for c in fix_doubled_determiners(text).changes]
    [('le ', '')]
    [('la L', 'l')]
    []
    """
    return Findings([*_before_quotes(text), *_before_links(text)])


def _before_quotes(text: str) -> Iterator[Change]:
    for line in repeating_lines(text):
        for m in _QUOTED.finditer(text, line.start, line.end):
            yield Change(m.start(), m.end(1) + 1, "", "determiner-before-quote", "doubled-word", 0.9)


def _before_links(text: str) -> Iterator[Change]:
    for m in _LINKED.finditer(text):
        if text[m.end() + 1].islower():
            yield Change(m.start(), m.end(), "l", "determiner-before-link", "doubled-word", 0.8)
