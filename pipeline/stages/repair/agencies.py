"""Names of agencies where they should not be: the patterns that find them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from pipeline.stages.lexicons import load_agencies
from pipeline.stages.repair.words import LOWER, UPPER, plain

# Shorter names are found inside ordinary capitals; glued to a word they count only at the end of a line.
_SURE_LENGTH = 4
_STARTS = "Les?|La|L['’]|Une?|Des|Ces?|Cette|Dans|En|Aux?|À|Selon|Pour|Sur|Président|Présidente|Ministre"
# Where a capital follows small letters.
JUNCTION = re.compile(rf"[{UPPER}](?<=[{LOWER}][{LOWER}].)")
# What a vowel elides before a name.
_BEFORE = ("", "l'", "l’", "d'", "d’")


@dataclass(frozen=True, slots=True)
class Patterns:
    """Agencies glued to the end of a word, to the start of a line, and standing between a word and a name.

    Attributes:
        openings: the first two letters of all agencies, which spare the first two patterns nearly every line.
        first_words: the first words of all agencies, which spare the third nearly every word with a capital.
        words: the longest word of each agency, as `plain` leaves it, which spares it nearly every line.
    """

    glued: re.Pattern[str]
    leading: re.Pattern[str]
    between: re.Pattern[str]
    openings: frozenset[str]
    first_words: frozenset[str]
    words: frozenset[str]


@cache
def patterns() -> Patterns:
    """The patterns that need the list of agencies; compiled once."""
    agencies = load_agencies()
    names = [re.escape(name) for name in agencies.names if name[0].isupper()]
    long = "|".join(name for name in names if len(name) >= _SURE_LENGTH)
    listed = "|".join([*names, *map(re.escape, agencies.companions)])
    part = rf"(?:{listed}|[{UPPER}][\w.-]*)"
    tail = rf"(?:[ ]?[/,|][ ]?{part}(?:[ ]{part}){{0,3}}){{0,6}}"
    any_name = "|".join(names)
    # At the end of a line whatever stands between the slashes signs the picture.
    signed = r"(?:[ ]?[/|][ ]?[^/|\n.!?]{1,40}){0,6}[ ]*$"
    return Patterns(
        re.compile(rf"(?:{long})(?![{LOWER}])(?:{signed}|{tail})|(?:{any_name}){signed}", re.MULTILINE),
        re.compile(rf"(?:{any_name})(?=(?:{_STARTS})[ \w])"),
        re.compile(rf"(?P<name>{any_name}) (?P<after>[{UPPER}][{LOWER}][\w-]*)"),
        frozenset(name[:2] for name in agencies.names),
        frozenset(re.split(r"[^\w-]", name)[0] for name in agencies.names),
        frozenset(
            before + max(plain(name).split(), key=len, default="") for name in agencies.names for before in _BEFORE
        ),
    )


def is_glued(line: str) -> bool:
    """Whether an agency may be glued to a word of a line or to its start: cheap, and rather too often true."""
    openings = patterns().openings
    if line[:2] in openings and patterns().leading.match(line):
        return True
    return JUNCTION.search(line) is not None and any(
        line[at.start() : at.start() + 2] in openings for at in JUNCTION.finditer(line)
    )


def is_named(line: str, words: Sequence[str]) -> bool:
    """Whether an agency stands before a name in a line, of which these are the words as `plain` leaves them."""
    return not patterns().words.isdisjoint(words) and patterns().between.search(line) is not None
