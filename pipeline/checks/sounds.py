"""What names sound like, so that transcriptions into French and English can be compared."""

from __future__ import annotations

import re
from functools import lru_cache

# Spellings of one sound in French and English transcriptions, longest first; what is left of the vowels is dropped.
_SOUNDS = {
    "tsch": "s", "tch": "s", "sch": "s", "sh": "s", "ch": "s", "ts": "s", "tz": "s", "z": "s", "zh": "j", "dzh": "j",
    "dj": "j", "j": "j", "kh": "k", "ck": "k", "qu": "k", "c": "k", "q": "k", "x": "ks", "gh": "g", "gu": "g",
    "ph": "f", "th": "t", "w": "v", **dict.fromkeys("aehiouy", ""),
}  # fmt: skip
_SOUND = re.compile("|".join(sorted(_SOUNDS, key=len, reverse=True)))
_TWICE = re.compile(r"(.)\1+")


@lru_cache(maxsize=8192)
def sound(folded: str) -> str:
    """The consonants of a name, spelled alike whatever the transcription.

    >>> sound("choigou"), sound("shoigu"), sound("lavrov"), sound("lawrow")
    ('sg', 'sg', 'lvrv', 'lvrv')
    """
    return _TWICE.sub(r"\1", _SOUND.sub(lambda match: _SOUNDS[match.group()], folded))


def alike(one: str, other: str) -> bool:
    """Whether two sounds are at most a letter apart, two in long ones; they start alike.

    >>> alike("blsv", "blsvv"), alike("obm", "mrkl")
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
