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
_SHORTEST_UNKNOWN = 4  # letters of a name that neither lexicon nor glossary knows
_MOST = 100  # names of a text; a "sentence" with more is a list that was never cut, and looking would take minutes
_PREFIX = 5  # letters that a name must share with a word of the other side
# Evidence that names were lost or added, on the scale of `Entry.lost`: a name that the glossary knows, or that nothing
# knows, is enough by itself; one that the lexicon knows only where it is very reliable (0.96), or not alone.
_ENOUGH = 3.0


@dataclass(frozen=True, slots=True)
class Name:
    """A capitalised word as written, and folded; whether it would be capitalised anyway, as at a sentence's start."""

    written: str
    folded: str
    opens: bool


@dataclass(frozen=True)
class Side:
    """What names are looked for in: folded text and words, their stems, the side's own names."""

    text: str
    words: list[str]
    stems: set[str]
    names: tuple[Name, ...]

    @cached_property
    def sounds(self) -> frozenset[str]:
        """Sounds of all words, without the s of the plural."""
        return frozenset(sound(word).rstrip("s") for word in self.words)


def names_differ(pair: Pair) -> str:
    """The names without a form on the other side, "" where the evidence is not enough."""
    tongues = pair.tongues
    source = Side(pair.folded_source, pair.source_words, pair.source_stems, find_names(pair.source))
    target = Side(pair.folded_target, pair.target_words, pair.target_stems, find_names(pair.target))
    missing = {name.written: _evidence(name, target, tongues.lexicon, tongues.names) for name in source.names}
    missing |= {name.written: _evidence(name, source, tongues.back_lexicon, tongues.names) for name in target.names}
    return ", ".join(name for name, evidence in missing.items() if evidence) if sum(missing.values()) >= _ENOUGH else ""


@lru_cache(maxsize=512)  # a document's texts are looked at once by themselves, and once for consistency
def find_names(text: str) -> tuple[Name, ...]:
    """Capitalised words of three letters or more; none in a text that is mostly in capitals."""
    words = [match for match in _CAPITALISED.finditer(text) if match.group()[0].isupper()]
    if sum(match.group().isupper() for match in words) > max(3, len(words) / 2):
        return ()
    return tuple(Name(match.group(), fold(match.group()), _opens(text, match.start())) for match in words[:_MOST])


def _opens(text: str, start: int) -> bool:
    return _OPENS.search(text, max(0, start - 6), start) is not None


def _evidence(name: Name, there: Side, lexicon: Mapping[str, Entry], glossary: Mapping[str, frozenset[str]]) -> float:
    """How sure it is, 0 or above, that a name has no form on the other side."""
    entry = lexicon.get(stem(name.folded))
    if entry and not entry.translations.isdisjoint(there.stems):
        return 0.0
    wanted = glossary.get(name.folded)
    if wanted and name.folded[:_PREFIX] not in wanted:
        return 0.0 if any(word.startswith(tuple(wanted)) for word in there.words) else _ENOUGH
    if name.folded[:_PREFIX] in there.text:  # "antisoviétique" has "Soviet"
        return 0.0
    if entry:
        return entry.lost if entry.name else 0.0
    skipped = name.opens or name.written.isupper() or len(name.folded) < _SHORTEST_UNKNOWN
    return 0.0 if skipped or _sounds_like_any(name.folded, there) else _ENOUGH


def _sounds_like_any(folded: str, there: Side) -> bool:
    key = sound(folded)
    if any(alike(key, sound(other.folded)) for other in there.names):
        return True
    bare = key.rstrip("s")
    return len(bare) > 2 and bare in there.sounds  # "tadjiks", Tajik
