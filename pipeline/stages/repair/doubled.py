"""Doubled words, and determiners that a link or a quotation brought along a second time."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import compress, count
from operator import eq

from pipeline.edits import Change
from pipeline.stages.repair.findings import NOTHING, Findings
from pipeline.stages.repair.line import Line, Word, repeating_lines
from pipeline.stages.repair.looks import looked
from pipeline.stages.repair.words import lexicon

_QUOTED = re.compile(
    r"(?<![\w'’-])(les?|la|une?|des|du|aux?|ce|cette|ces)( [“«\"„][ \xa0\u202f]?)(\1)(?= \w)", re.IGNORECASE
)
_CAPITAL = re.compile(r" L[ea]s?(?= [a-zß-öø-ÿœ])")
# A word with a capital; a scan that starts at the capital is many times as fast as one that starts at each \\b.
_NAME = re.compile(r"[A-ZÀ-ÖØ-ÞŒ](?<!\w.)[\w-]*")
_TWICE = re.compile(r"([A-ZÀ-ÖØ-ÞŒ](?<!\w.)[\w-]*)\s\1\b")
_AT = re.compile(r" à ([A-ZÀ-ÖØ-ÞŒ][\w-]*)")
_OF = re.compile(r"[A-ZÀ-ÖØ-ÞŒ](?<!\w.)[\w.-]{0,30} de ([A-ZÀ-ÖØ-ÞŒ][\w-]*)")
# Whether there is one: a quote after the last letters of a determiner.
_QUOTE = re.compile(r'[“«"„](?<=(?:le|es|la|un|ne|du|au|ux|ce|te) .)', re.IGNORECASE)
_LINKED = re.compile(r" l[ea] L(?=['’][^\W\d_])")


def fix_doubled_words(text: str) -> Findings:
    """A word written twice, where grammar, emphasis or a name do not ask for it.

    >>> for text in ("Kim Kim a ri. Kim rit.", "le Le leader", "le Le Monde", "nous nous levons", "de De Gaulle"):
    ...     [text[c.start:c.end] for c in fix_doubled_words(text).changes]
    [' Kim']
    [' Le']
    ['le ']
    []
    []
    """
    if not (lines := repeating_lines(text)):
        return NOTHING
    return Findings([_halved(text, *pair) for line in lines for pair in _doubled(line)])


def _doubled(line: Line) -> Iterator[tuple[Word, Word]]:
    words = line.pattern.all_words
    for i in compress(count(), map(eq, words, words[1:])):
        one, two = line.any_word(i), line.any_word(i + 1)
        if line.text[one.end : two.start].isspace() and not _recurs(words, i) and _is_slip(line.text, one, two):
            yield one, two


def _is_slip(text: str, one: Word, two: Word) -> bool:
    """Whether two words in a row, which are the same, are no grammar, no emphasis and no name."""
    known = lexicon()
    if one.key in known.styled or not one.key.isalpha():
        return False
    if (
        (one.key not in "aà" and len(one.key) == 1)
        or known.idioms.match(text, one.start)
        or _is_hyphenated(text, one, two)
    ):
        return False
    if text[one.start].isupper() and text[two.start].isupper():
        return one.key in known.function or _is_also_single(text, text[one.start : one.end])
    if text[two.start].isupper() and one.key in known.function:
        return one.key in known.determiners
    return not (one.key == "de" and _name_follows(text, two)) or _is_before_place(text, two)


def _is_before_place(text: str, word: Word) -> bool:
    """Whether a town or country follows that takes no article."""
    name = _NAME.match(text, word.end + 1)
    return name is not None and (name[0].lower() in lexicon().places or name[0] in _places(text))


@lru_cache(maxsize=1)
def _places(text: str) -> set[str]:
    """Names that a document puts after "à", and never after another name and "de", as those of people."""
    return set(_AT.findall(text)) - set(_OF.findall(text))


def _is_hyphenated(text: str, one: Word, two: Word) -> bool:
    beside = text[max(0, one.start - 1) : one.start] + text[two.end : two.end + 1]
    return any(sign in beside for sign in "-&'’")


def _recurs(words: Sequence[str], i: int) -> bool:
    """Whether a third copy stands beside the two: that is a loop, or "faire faire faire"."""
    return words[i] in (*words[max(0, i - 1) : i], *words[i + 2 : i + 3])


def _is_also_single(text: str, name: str) -> bool:
    """Whether a name stands alone elsewhere, and doubled only here; "Duran Duran" is spelled so."""
    if text.count(name) <= 2:
        return False
    alone, doubled = _names(text)
    return doubled[name] == 1 and alone[name] > 2


@lru_cache(maxsize=1)
def _names(text: str) -> tuple[Counter[str], Counter[str]]:
    """How often each word with a capital stands in a document, and how often twice in a row."""
    return Counter(_NAME.findall(text)), Counter(m[1] for m in _TWICE.finditer(text))


def _name_follows(text: str, word: Word) -> bool:
    return text[word.end : word.end + 2].strip()[:1].isupper()


def _halved(text: str, one: Word, two: Word) -> Change:
    """The copy that fits the sentence stays: the first, but "Le" before a name that it belongs to."""
    if text[two.start].isupper() and text[one.start].islower() and _name_follows(text, two):
        return Change(one.start, two.start, "", "doubled-word", "doubled-word", 0.8)
    return Change(one.end, two.end, "", "doubled-word", "doubled-word", 0.9)


def fix_doubled_determiners(text: str) -> Findings:
    """A determiner before a quotation or a link that brings its own.

    >>> for text in ("comme le “le plus fort”", "dans la L’agence", "l’article « le » est"):
    ...     [(text[c.start:c.end], c.after) for c in fix_doubled_determiners(text).changes]
    [('le ', '')]
    [('la L', 'l')]
    []
    """
    changes = [*_before_quotes(text), *_before_links(text)]
    return Findings(changes) if changes else NOTHING


def _before_quotes(text: str) -> Iterator[Change]:
    for line in repeating_lines(text):
        found = line.pattern.quotes and _QUOTE.search(text, line.start, line.end)
        for m in _QUOTED.finditer(text, line.start, line.end) if found else ():
            yield Change(m.start(), m.end(1) + 1, "", "determiner-before-quote", "doubled-word", 0.9)


def _before_links(text: str) -> Iterator[Change]:
    lines = [(start, start + len(line)) for start, line, seen in looked(text) if seen.linked]
    for m in (m for line in lines for m in _LINKED.finditer(text, *line)):
        if text[m.end() + 1].islower():
            yield Change(m.start() + 1, m.end(), "l", "determiner-before-link", "doubled-word", 0.8)
    for m in (m for line in lines for m in _CAPITAL.finditer(text, *line)):
        before = text[max(0, m.start() - 8) : m.start()].split(" ")[-1]
        # The same one twice is a doubled word.
        if before in lexicon().determiners and before != m[0].strip().lower():
            yield Change(*m.span(), "", "determiner-before-link", "doubled-word", 0.8)
