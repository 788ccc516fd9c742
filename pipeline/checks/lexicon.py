"""A lexicon learned from parallel text: for a stem, its likely translations and how surely one of them is used.

``benchmarks/fit_lexicon.py`` writes the files: a line has, separated by tabs, a stem; its reliability: in what percent
of good pairs one of its translations stands on the other side; in what percent of its places within a sentence it is
capitalised; and the stems of its translations, none for a word of grammar.
"""

from __future__ import annotations

import gzip
import math
from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass
from functools import cache
from pathlib import Path

LEXICONS = Path(__file__).parent / "lexicons"
# How often a word that was left out meets one of its translations by chance: measured on shuffled pairs.
_CHANCE = 0.15
_SUREST = 0.98
# A word that the lexicon does not know speaks for nothing unless it stands on the other side as it is.
_UNKNOWN_FOUND = -1.5
_NAME = 70  # percent of capitalised places from which a word is a name


@dataclass(frozen=True, slots=True)
class Entry:
    """What is known of a stem.

    Attributes:
        translations: stems of the other language.
        lost: evidence (log-likelihood ratio of "left out" against "kept") if none of them is found, 0 or above.
        found: the same if one is found, 0 or below.
        name: usually capitalised.
    """

    translations: frozenset[str]
    lost: float
    found: float
    name: bool


@cache
def load_lexicon(source: str, target: str) -> dict[str, Entry]:
    """By stem; empty where this direction has no lexicon, so that what needs one finds nothing."""
    path = LEXICONS / f"{source}-{target}.tsv.gz"
    lines = gzip.decompress(path.read_bytes()).decode().splitlines() if path.exists() else []
    rows = (line.split("\t") for line in lines)
    return {
        word: entry(int(percent) / 100, translations, int(capitals) >= _NAME)
        for word, percent, capitals, translations in rows
    }


@cache
def load_words(language: str) -> frozenset[str]:
    """Folded words of a language, of three letters and more, in all their forms; empty where it has no list."""
    path = LEXICONS / f"{language}.words.gz"
    return frozenset(gzip.decompress(path.read_bytes()).decode().split() if path.exists() else ())


def entry(reliability: float, translations: str, name: bool = False) -> Entry:
    """An entry from its reliability in 0..1 and its translations, separated by spaces.

    >>> round(entry(0.95, "soldie troop").lost, 1)
    2.8
    """
    reliability = min(max(reliability, 0.01), _SUREST)
    lost, found = math.log((1 - _CHANCE) / (1 - reliability)), math.log(_CHANCE / reliability)
    return Entry(frozenset(translations.split()), max(lost, 0.0), min(found, 0.0), name)


def evidence(stems: Iterable[str], there: Set[str], lexicon: Mapping[str, Entry]) -> list[float]:
    """For each stem of a side, the evidence that it has no counterpart among the other side's stems ``there``.

    >>> words = {"soldat": entry(0.95, "soldie"), "ville": entry(0.9, "city town")}
    >>> [round(value, 1) for value in evidence(["soldat", "ville", "kursk"], {"soldie"}, words)]
    [-1.8, 2.1, 0.0]
    """
    found = []
    for word in stems:
        entry = lexicon.get(word)
        if entry is None:
            found.append(_UNKNOWN_FOUND if word in there else 0.0)
        elif word in there or not entry.translations.isdisjoint(there):
            found.append(entry.found)
        else:
            found.append(entry.lost)
    return found
