"""One name, one spelling: names that a document writes, or translates, in more than one way."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence

from pipeline.checks.names import find_names
from pipeline.checks.pair import Tongues
from pipeline.checks.sounds import distance, sound
from pipeline.checks.words import stem
from pipeline.document import Segment

_SHORTEST = 4  # letters: shorter names are alike by chance
_ENDING = re.compile(r"(?:e|s|es|n|ne|nes)\Z")  # of French and English inflection: no other spelling


def inconsistent(segments: Sequence[Segment], tongues: Tongues) -> Iterator[Segment]:
    """Segments in which a name is spelled unlike the document's other, more frequent (else earlier) spelling."""
    yield from _minorities(segments, [segment.source for segment in segments], tongues)
    yield from _minorities(segments, [segment.target for segment in segments], tongues)


def _minorities(segments: Sequence[Segment], texts: Sequence[str], tongues: Tongues) -> Iterator[Segment]:
    places: dict[str, list[int]] = defaultdict(list)
    for i, text in enumerate(texts):
        for name in find_names(text):
            if not name.written.isupper() and len(name.folded) >= _SHORTEST:
                places[name.folded].append(i)
    counts = Counter({name: len(where) for name, where in places.items()})
    for _, rare in variants(counts, tongues):
        for i in places[rare]:
            yield segments[i]


def variants(counts: Counter[str], tongues: Tongues) -> Iterator[tuple[str, str]]:
    """Pairs of folded names that are one name in two spellings, the more frequent (else the earlier) one first."""
    groups: dict[str, list[str]] = defaultdict(list)
    for name, _ in counts.most_common():
        groups[tongues.canonical.get(name) or sound(name)].append(name)
    for names in groups.values():
        for i, rare in enumerate(names):
            for common in names[:i]:
                if same_name(common, rare, tongues):
                    yield common, rare
                    break


def same_name(one: str, other: str, tongues: Tongues) -> bool:
    """Whether two folded names that sound alike are spellings of one."""
    if one in tongues.canonical and tongues.canonical.get(one) == tongues.canonical.get(other):
        return True
    if stem(one) in tongues.lexicon and stem(other) in tongues.lexicon:
        return False
    if _ENDING.sub("", one) == _ENDING.sub("", other):
        return False
    return distance(one, other) <= (1 if len(one) < 5 else 2)
