"""Names: a capitalised word of one side has its form on the other.

A form is the word itself, what the glossary says, a translation that the lexicon knows, or something that sounds alike:
names are transcribed differently into French and English (Choïgou, Shoigu).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache

from pipeline.checks.lexicon import Entry
from pipeline.checks.pair import Pair
from pipeline.checks.sounds import alike, sound
from pipeline.checks.words import fold, stem

_CAPITALISED = re.compile(r"(?<![^\W\d_])[^\W\d_a-zß-öø-ÿ][^\W\d_]{2,}")  # shorter ones are articles and initials
_OPENS = re.compile(r"(?:\A|[.!?…:;(\[«“\"‘–—|]|- )[\s«“\"'‘(–—-]*\Z")  # before a word that is capitalised anyway
_SHORTEST_UNKNOWN = 4  # letters of a name that neither lexicon nor glossary knows for one
_MOST = 100  # names of a text; a "sentence" with more is a list that was never cut, and looking would take minutes
_COPY = 4  # letters that a copy of a name, or its other spelling, begins with
_PREFIX = 5  # letters that a name must share with a word of the other side
# Evidence that names were lost or added, on the scale of `Entry.lost`: a name that the glossary knows, or that nothing
# knows, is enough by itself; one that the lexicon knows only where it is very reliable (0.96), or not alone. The two
# figures below it were set on the even lines of newstest2013 (benchmarks/flags.py).
_ENOUGH = 3.0
_COPIED = 2.0  # at least, for a name that the lexicon has seen copied: it is seldom left out, however rare it is
_PART = 0.5  # of the evidence, for a name beside one that is there: "Larry Hagman" may become "Hagman"


@dataclass(frozen=True, slots=True)
class Name:
    """A capitalised word.

    Attributes:
        written, folded: the word.
        start: its place.
        opens: it would be capitalised anyway, as at a sentence's start.
    """

    written: str
    folded: str
    start: int
    opens: bool


@dataclass(frozen=True)
class Side:
    """What names are looked for in: folded text and words, their stems, the side's own names.

    Attributes:
        lexicon: what is known of this side's words.
    """

    text: str
    words: list[str]
    stems: set[str]
    names: tuple[Name, ...]
    lexicon: Mapping[str, Entry]

    @cached_property
    def sounds(self) -> frozenset[str]:
        """Sounds of all words, without the s of the plural."""
        return frozenset(sound(word).rstrip("s") for word in self.words)

    @cached_property
    def unsure(self) -> list[Name]:
        """The names but for those that the lexicon knows as ordinary words: "Armée" is no spelling of Armenia."""
        entries = ((name, self.lexicon.get(stem(name.folded))) for name in self.names)
        return [name for name, entry in entries if entry is None or entry.name]


def names_differ(pair: Pair) -> str:
    """The names without a form on the other side, "" where the evidence is not enough."""
    tongues = pair.tongues
    source = Side(pair.folded_source, pair.source_words, pair.source_stems, find_names(pair.source), tongues.lexicon)
    target = Side(
        pair.folded_target, pair.target_words, pair.target_stems, find_names(pair.target), tongues.back_lexicon
    )
    missing = _missing(source, target, tongues.names) | _missing(target, source, tongues.names)
    return ", ".join(name for name, evidence in missing.items() if evidence) if sum(missing.values()) >= _ENOUGH else ""


def _missing(side: Side, there: Side, glossary: Mapping[str, frozenset[str]]) -> dict[str, float]:
    """By name as written, the evidence that the other side has no form of it."""
    found = [_evidence(name, side.lexicon, there, glossary) for name in side.names]
    missing = {}
    for i, (name, evidence) in enumerate(zip(side.names, found, strict=True)):
        part = name.folded not in glossary and any(
            not found[j] and _beside(side.names[min(i, j)], side.names[max(i, j)])
            for j in (i - 1, i + 1)
            if 0 <= j < len(found)
        )
        missing[name.written] = evidence * (_PART if part else 1)
    return missing


def _beside(earlier: Name, later: Name) -> bool:
    """Whether two names are parts of one; a word that opens a sentence is none."""
    return not earlier.opens and later.start == earlier.start + len(earlier.written) + 1


@lru_cache(maxsize=512)  # a document's texts are looked at once by themselves, and once for consistency
def find_names(text: str) -> tuple[Name, ...]:
    """Capitalised words of three letters or more; none in a text that is mostly in capitals."""
    words = [match for match in _CAPITALISED.finditer(text) if match.group()[0].isupper()]
    if sum(match.group().isupper() for match in words) > max(3, len(words) / 2):
        return ()
    return tuple(
        Name(match.group(), fold(match.group()), match.start(), _opens(text, match.start())) for match in words[:_MOST]
    )


def _opens(text: str, start: int) -> bool:
    return _OPENS.search(text, max(0, start - 6), start) is not None


def _evidence(name: Name, lexicon: Mapping[str, Entry], there: Side, glossary: Mapping[str, frozenset[str]]) -> float:
    """How sure it is, 0 or above, that a name has no form on the other side."""
    entry = lexicon.get(stem(name.folded))
    if entry and not entry.translations.isdisjoint(there.stems):
        return 0.0
    wanted = glossary.get(name.folded, frozenset())
    if any(word.startswith(tuple(wanted)) for word in there.words):
        return 0.0
    if wanted and name.folded[:_PREFIX] not in wanted:
        return _ENOUGH
    if name.folded[:_PREFIX] in there.text:  # "antisoviétique" has "Soviet"
        return 0.0
    known = entry is not None and entry.name
    skipped = name.opens or name.written.isupper() or len(name.folded) < _SHORTEST_UNKNOWN
    if (skipped and not known) or _sounds_like_any(name.folded, there, known):
        return 0.0
    if entry is None:
        return _ENOUGH
    copied = known and any(word.startswith(name.folded[:_COPY]) for word in entry.translations)
    return max(entry.lost, _COPIED) if copied else entry.lost


def _sounds_like_any(folded: str, there: Side, known: bool) -> bool:
    """Whether a name sounds like one there; what nobody knows may be spelled like a word: "Song", "Son"."""
    key = sound(folded)
    if any(alike(key, sound(other.folded)) for other in (there.unsure if known else there.names)):
        return True
    bare = key.rstrip("s")
    return len(bare) > 2 and bare in there.sounds  # "tadjiks", Tajik
