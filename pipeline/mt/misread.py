"""Misread words: a small model takes a word that it hardly knows for another, and says "crowd" for "foudre".

Such a target word stands for nothing in the source, and is linked to a source word that nothing in the target stands
for. Names that it does not copy right, such as "Lotho" for "Lesotho", are found likewise. ``benchmarks/mend.py``
measures what that is worth: in newstest2013 (3,000 sentences), translated by a model of 23.8 BLEU, it writes 676 words
anew. 300 of them stand in the human translations where the model's do not, 2 the other way round; BLEU rises by 0.3,
chrF by 0.5.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from pipeline.checks.lexicon import Entry
from pipeline.checks.mangled import PLAIN, hyphenated, opens
from pipeline.checks.pair import Pair
from pipeline.checks.sounds import alike, sound
from pipeline.checks.words import WORD, fold, stem
from pipeline.mt.align import Link, Span
from pipeline.mt.dictionary import Dictionary

_SHORTEST = 4  # letters of a source word; shorter ones are grammar
# Least evidence (`Entry.lost`) that a source word was left out, and that a target word was added; words that are seldom
# translated, or seldom translate one, have less. A word that the lexicon lacks has _UNKNOWN. In the figures above.
_LOST, _ADDED = 0.2, 0.25
_UNKNOWN = 1.0
# How French writes the sounds of names from other scripts.
_TRANSCRIPTION = re.compile("ou|ch|ï|dj|ine$|eff$", re.IGNORECASE)

Evidence = dict[Span, float]


def misread(pair: Pair, dictionary: Dictionary, links: Sequence[Link]) -> list[tuple[Span, Span]]:
    """The places of misread target words, and those of the source words that were meant.

    Args:
        links: words that belong together, as character spans ``(s0, s1, t0, t1)``.
    """
    return _linked(links, untranslated(pair, dictionary), unfounded(pair, dictionary))


def misspelt(pair: Pair, dictionary: Dictionary, links: Sequence[Link]) -> list[tuple[Span, Span]]:
    """The places of names in the target that were not copied right, and those of the names in the source."""
    found = _linked(links, lost_names(pair, dictionary), strange_names(pair))
    return [
        (target, source)
        for target, source in found
        if not _transcribed(pair.source[slice(*source)], fold(pair.target[slice(*target)]))
    ]


def suspects(pair: Pair, dictionary: Dictionary) -> bool:
    """Whether there may be misread words or names, so that links are of use."""
    words = untranslated(pair, dictionary) and unfounded(pair, dictionary)
    return bool(words or (lost_names(pair, dictionary) and strange_names(pair)))


def _linked(links: Sequence[Link], ours: Evidence, theirs: Evidence) -> list[tuple[Span, Span]]:
    """Target and source words that are linked, those of most evidence first; no word of either side twice."""
    spans = [((t0, t1), (s0, s1)) for s0, s1, t0, t1 in links if (s0, s1) in ours and (t0, t1) in theirs]
    found: dict[Span, Span] = {}
    for target, source in sorted(spans, key=lambda both: (-ours[both[1]] - theirs[both[0]], both)):
        if target not in found and source not in found.values():
            found[target] = source
    return list(found.items())


def _transcribed(name: str, said: str) -> bool:
    """Whether a name may be another transcription of one from another script: "Chostakovitch", "Shostakovich"."""
    return bool(_TRANSCRIPTION.search(name)) and alike(sound(fold(name)), sound(said))


def untranslated(pair: Pair, dictionary: Dictionary) -> Evidence:
    """Source words that the dictionary can translate and that nothing in the target stands for."""
    there = _stems(pair.target_words)
    found = {}
    for match in WORD.finditer(pair.source):
        word = fold(match.group())
        if match.group().islower() and len(word) >= _SHORTEST and dictionary.words(word) and not hyphenated(match):
            entry = pair.tongues.lexicon.get(stem(word))
            evidence = _evidence(word, entry, there)
            if evidence >= _LOST and there.isdisjoint(dictionary.stems(word)) and not (entry and entry.name):
                found[match.span()] = evidence
    return found


def unfounded(pair: Pair, dictionary: Dictionary) -> Evidence:
    """Target words that stand for nothing in the source."""
    there = _stems(pair.source_words)
    known = {known for word in pair.source_words for known in dictionary.stems(word)}
    found = {}
    for match in PLAIN.finditer(pair.target):
        word = fold(match.group())
        if (match.group().islower() or opens(match)) and known.isdisjoint(_stems([word])) and not hyphenated(match):
            evidence = _evidence(word, pair.tongues.back_lexicon.get(stem(word)), there)
            if evidence >= _ADDED:
                found[match.span()] = evidence
    return found


def lost_names(pair: Pair, dictionary: Dictionary) -> Evidence:
    """Names of the source that translations keep and this one lacks; a text's first word only if it is a name's."""
    there = _stems(pair.target_words)
    found = {}
    for match in WORD.finditer(pair.source):
        word = fold(match.group())
        if match.group().istitle() and len(word) >= _SHORTEST and stem(word) not in there:
            entry = pair.tongues.lexicon.get(stem(word))
            kept = entry is None or (stem(word) in entry.translations and entry.translations.isdisjoint(there))
            named = entry.name if entry else not dictionary.stems(word)
            if kept and (named or not opens(match)):
                found[match.span()] = _UNKNOWN
    return found


def strange_names(pair: Pair) -> Evidence:
    """Words of the target with a capital that neither the source nor the lexicon has."""
    there, known = _stems(pair.source_words), pair.tongues.back_lexicon
    return {
        match.span(): _UNKNOWN
        for match in PLAIN.finditer(pair.target)
        if match.group().istitle()
        and stem(fold(match.group())) not in known and there.isdisjoint(_stems([fold(match.group())]))
    }  # fmt: skip


def _evidence(word: str, entry: Entry | None, there: set[str]) -> float:
    """That nothing on the other side stands for a word; 0 where something does."""
    if not there.isdisjoint(_stems([word])):
        return 0.0
    if entry is None:
        return _UNKNOWN
    return entry.lost if entry.translations.isdisjoint(there) else 0.0


def _stems(words: Iterable[str]) -> set[str]:
    """The words' stems, with and without the ending of the plural, which stems of short words keep."""
    return {form for word in words for form in (stem(word), stem(word.removesuffix("s")))}
