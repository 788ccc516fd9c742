"""Names: a capitalised word of one side has its form on the other.

A form is the word itself, what the glossary says, a translation that the lexicon knows, or something that sounds alike:
names are transcribed differently into French and English (Choïgou, Shoigu).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from pipeline.checks.lexicon import Entry
from pipeline.checks.pair import Pair
from pipeline.checks.words import fold, stem

# Spellings of one sound in French and English transcriptions, longest first; what is left of the vowels is dropped.
_SOUNDS = {
    "tsch": "s", "tch": "s", "sch": "s", "sh": "s", "ch": "s", "ts": "s", "tz": "s", "z": "s", "zh": "j", "dzh": "j",
    "dj": "j", "j": "j", "kh": "k", "ck": "k", "qu": "k", "c": "k", "q": "k", "x": "ks", "gh": "g", "gu": "g", "ph": "f",
    "th": "t", "w": "v", "ou": "v", "oo": "v", "u": "v", "a": "", "e": "", "h": "", "i": "", "o": "", "y": "",
}  # fmt: skip
_SOUND = re.compile("|".join(sorted(_SOUNDS, key=len, reverse=True)))
_TWICE = re.compile(r"(.)\1+")
_NAME = re.compile(r"[^\W\d_]+")
_OPENS = re.compile(r"(?:[.!?…:;(\[«“\"‘–—|]|- )[\s«“\"'‘(–—-]*\Z")  # before a word that is capitalised anyway
_SHORTEST = 3  # letters: shorter ones are articles and initials
_SHORTEST_UNKNOWN = 4  # of a name that neither lexicon nor glossary knows
_PREFIX = 5  # letters that a name must share with a word of the other side
_SURE = 2.1  # evidence (`Entry.lost`) from which a known name is missed: reliability of 0.9


@dataclass(frozen=True, slots=True)
class Name:
    """A capitalised word as written, and folded; whether it would be capitalised anyway, as at a sentence's start."""

    written: str
    folded: str
    opens: bool


@dataclass(frozen=True, slots=True)
class Side:
    """What a name is looked for in."""

    text: str  # folded
    words: list[str]
    stems: set[str]
    names: list[Name]


def names_differ(pair: Pair) -> str:
    """The first name without a form on the other side, "" where there is none."""
    ours, theirs = find_names(pair.source), find_names(pair.target)
    tongues = pair.tongues
    there, back = (
        Side(pair.folded_target, pair.target_words, pair.target_stem_set, theirs),
        Side(pair.folded_source, pair.source_words, pair.source_stem_set, ours),
    )
    return _missing(ours, there, tongues.lexicon, tongues.names) or _missing(
        theirs, back, tongues.back_lexicon, tongues.names
    )


def find_names(text: str) -> list[Name]:
    """Capitalised words of three letters or more; none in a text that is mostly in capitals."""
    words = [match for match in _NAME.finditer(text) if match.group()[0].isupper() and len(match.group()) >= _SHORTEST]
    if sum(match.group().isupper() for match in words) > 3:
        return []
    return [
        Name(
            match.group(),
            fold(match.group()),
            _OPENS.search(text, max(0, match.start() - 6), match.start()) is not None,
        )
        for match in words
    ]


def _missing(
    names: list[Name], there: Side, lexicon: Mapping[str, Entry], glossary: Mapping[str, frozenset[str]]
) -> str:
    return next((name.written for name in names if not _has_form(name, there, lexicon, glossary)), "")


def _has_form(name: Name, there: Side, lexicon: Mapping[str, Entry], glossary: Mapping[str, frozenset[str]]) -> bool:
    entry = lexicon.get(stem(name.folded))
    if entry and not entry.translations.isdisjoint(there.stems):
        return True
    wanted = glossary.get(name.folded)
    if wanted and name.folded[:_PREFIX] not in wanted:
        return any(word.startswith(tuple(wanted)) for word in there.words)
    if name.folded[:_PREFIX] in there.text:  # "antisoviétique" has "Soviet"
        return True
    if entry:
        return not entry.name or entry.lost < _SURE
    skipped = name.opens or name.written.isupper() or len(name.folded) < _SHORTEST_UNKNOWN
    return skipped or _sounds_like_any(name.folded, there)


def _sounds_like_any(folded: str, there: Side) -> bool:
    key = sound(folded)
    if any(alike(key, sound(other.folded)) for other in there.names):
        return True
    return len(key) > 2 and any(key == sound(word) for word in there.words)  # "tadjiks", Tajiks


def sound(folded: str) -> str:
    """The consonants of a name, spelled alike whatever the transcription.

    >>> sound("choigou"), sound("shoigu"), sound("lavrov"), sound("lawrow")
    ('svgv', 'sgv', 'lvrv', 'lvrv')
    """
    return _TWICE.sub(r"\1", _SOUND.sub(lambda match: _SOUNDS[match.group()], folded))


def alike(one: str, other: str) -> bool:
    """Whether two sounds are at most a letter apart, two in long ones; they start alike.

    >>> alike("svgv", "sgv"), alike("obm", "mrkl")
    (True, False)
    """
    if one[:1] != other[:1]:
        return False
    longest = max(len(one), len(other))
    return distance(one, other) <= (0 if longest < 3 else 1 if longest < 6 else 2)


def distance(one: str, other: str) -> int:
    """Levenshtein distance.

    >>> distance("poutine", "putin")
    2
    """
    row = list(range(len(other) + 1))
    for i, a in enumerate(one, start=1):
        last, row[0] = row[0], i
        for j, b in enumerate(other, start=1):
            last, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, last + (a != b))
    return row[-1]
