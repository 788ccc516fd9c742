"""One name, one spelling: names that a document writes, or translates, in more than one way."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence

from pipeline.checks.lexicon import Entry
from pipeline.checks.names import Name, find_names
from pipeline.checks.pair import Tongues
from pipeline.checks.sounds import distance, sound
from pipeline.checks.words import fold, stem
from pipeline.document import Segment

_SHORTEST = 4  # letters: shorter names are alike by chance
_ENDING = re.compile(r"(?:e|s|es|n|ne|nes)\Z")  # of French and English inflection: no other spelling


def inconsistent(segments: Sequence[Segment], tongues: Tongues) -> Iterator[Segment]:
    """Segments in which a name is spelled unlike the document's other, more frequent (else earlier) spelling.

    Spellings of the source that the translation has made one are no matter.
    """
    sources, targets = [segment.source for segment in segments], [segment.target for segment in segments]
    for places, _, _ in _rare(targets, tongues.back_lexicon, tongues.canonical):
        yield from (segments[i] for i in places)
    for places, rare, common in _rare(sources, tongues.lexicon, tongues.canonical):
        one = re.compile(rf"\b(?:{re.escape(common)}|{re.escape(fold(tongues.canonical.get(rare, common)))})\b")
        yield from (segments[i] for i in places if not one.search(fold(targets[i])))


def _rare(
    texts: Sequence[str], lexicon: Mapping[str, Entry], canonical: Mapping[str, str]
) -> Iterator[tuple[list[int], str, str]]:
    """Where a rarer spelling stands, that spelling, and the common one."""
    places = _places(texts, lexicon)
    counts = Counter({name: len(where) for name, where in places.items()})
    for common, rare in variants(counts, lexicon, canonical):
        yield places[rare], rare, common


def _places(texts: Sequence[str], lexicon: Mapping[str, Entry]) -> dict[str, list[int]]:
    places: dict[str, list[int]] = defaultdict(list)
    for i, text in enumerate(texts):
        for name in find_names(text):
            if _counts(name, lexicon):
                places[name.folded].append(i)
    return places


def _counts(name: Name, lexicon: Mapping[str, Entry]) -> bool:
    """Acronyms, and known words that open a sentence, are no names to compare."""
    if name.written.isupper() or len(name.folded) < _SHORTEST:
        return False
    entry = lexicon.get(stem(name.folded))
    return entry is None or entry.name or not name.opens


def variants(
    counts: Counter[str], lexicon: Mapping[str, Entry], canonical: Mapping[str, str]
) -> Iterator[tuple[str, str]]:
    """Pairs of folded names that are one name in two spellings, the more frequent (else the earlier) one first."""
    groups: dict[str, list[str]] = defaultdict(list)
    for name, _ in counts.most_common():
        groups[canonical.get(name) or sound(name)].append(name)
    for names in groups.values():
        for i, rare in enumerate(names):
            common = next((name for name in names[:i] if _same(name, rare, lexicon, canonical)), None)
            if common:
                yield common, rare


def _same(one: str, other: str, lexicon: Mapping[str, Entry], canonical: Mapping[str, str]) -> bool:
    """Whether two folded names that sound alike are spellings of one."""
    if one in canonical and canonical[one] == canonical.get(other):
        return True
    if stem(one) in lexicon and stem(other) in lexicon:
        return False
    if _ENDING.sub("", one) == _ENDING.sub("", other):
        return False
    return distance(one, other) <= (1 if len(one) < 5 else 2)
