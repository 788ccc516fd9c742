"""What can be mended in a translation without another search: mangled words, and figures in the source's writing.

Where a model mangles a word that it does not know, a dictionary's word takes its place.

The dictionaries were learned from parallel text by ``benchmarks/fit_words.py``: one file a language pair, on each line
a folded source word and, after a tab, the target word that stands for it, in the form in which it does.
"""

from __future__ import annotations

import gzip
import hashlib
from collections.abc import Iterator, Mapping, Sequence
from difflib import SequenceMatcher
from functools import cached_property, partial
from pathlib import Path

from pipeline.checks import Pair, Tongues, load_tongues
from pipeline.checks.mangled import find_mangled, hyphenated
from pipeline.checks.words import fold, stem
from pipeline.mt.figures import copied_figures
from pipeline.mt.placing import Application, Term, applied

DICTIONARIES = Path(__file__).parent / "dictionaries"
_LONGEST = 4000  # characters of a source; longer ones are no sentences, and are left alone
_MOST = 1 / 3  # of a target's words; where more are mangled it is no translation, and better left as it is
_SHORTEST = 4  # letters of a source word that is looked for; shorter ones are grammar
# How alike a mangled word and a source word, or its translation, must be: twice the letters in common (in order) for a
# letter of both, in 0..1, less half the distance of their places. On newstest2013 with a model of 22.7 BLEU a limit of
# 0.5 leaves out those that were wrong as often as right, and loses 0.01 of the 0.2 BLEU that a limit of 0 gains.
_ENOUGH = 0.5
_APART = 0.5


class Mender:
    """Mends the translations of a language pair; mangled words only where the pair has a dictionary.

    >>> Mender("fr", "en").mend("Il a parlé lors d'une cérémonie spéciale.", "He spoke at a special cremony.")[0]
    'He spoke at a special ceremony.'

    Attributes:
        languages: ISO 639-1 codes of source and target.
    """

    def __init__(self, source: str, target: str) -> None:
        self.languages = (source, target)
        self._file = DICTIONARIES / f"{source}-{target}.tsv.gz"

    @cached_property
    def digest(self) -> str:
        """Digest of the dictionary, "" where there is none."""
        return hashlib.sha256(self._file.read_bytes()).hexdigest()[:12] if self._file.is_file() else ""

    @cached_property
    def _tongues(self) -> Tongues:
        return load_tongues(*self.languages)

    @cached_property
    def _dictionary(self) -> Mapping[str, str]:
        lines = gzip.decompress(self._file.read_bytes()).decode().splitlines() if self._file.is_file() else []
        return dict(line.split("\t") for line in lines)

    def mend(self, source: str, target: str) -> tuple[str, list[Application]]:
        """The target with its mangled words mended, as far as that is sure, and its figures; and what was changed.

        A source of more than 4,000 characters is left alone.
        """
        if len(source) > _LONGEST:
            return target, []
        figures = copied_figures(source, target, self._tongues.source, self._tongues.target)
        done = sorted([*self._words(source, target), *figures], key=lambda change: change.start)
        return applied(target, done), done

    def _words(self, source: str, target: str) -> Iterator[Application]:
        if source == target or not self.digest:  # what was copied as a whole is no translation
            return
        pair = Pair(source, target, self._tongues)
        found = list(find_mangled(pair))
        if not found or len(found) > _MOST * len(pair.target_words):
            return
        untranslated = list(self._untranslated(pair, {fold(match.group()) for match in found}))
        for match in found:
            before = match.group()
            meant = self._meant(fold(before), match.start() / len(target), untranslated)
            if meant and not hyphenated(match):
                after = self._dictionary[meant]
                after = after.capitalize() if before[0].isupper() else after
                yield Application(Term(after, (meant,)), *match.span(), before, after)

    def _meant(self, word: str, place: float, untranslated: Sequence[tuple[float, str]]) -> str:
        """The folded source word that was mangled, "" where that is unsure or the dictionary lacks it."""
        likeness = partial(_likeness, SequenceMatcher(None, "", word, autojunk=False))
        found = {
            candidate: max(likeness(candidate), likeness(self._dictionary.get(candidate, "")))
            - _APART * abs(place - there)
            for there, candidate in untranslated
        }
        meant = max(found, key=lambda candidate: (found[candidate], candidate), default="")
        return meant if meant in self._dictionary and found[meant] >= _ENOUGH else ""

    def _untranslated(self, pair: Pair, mangled: set[str]) -> Iterator[tuple[float, str]]:
        """Place (0..1) and form of source words of which nothing stands in the target but, maybe, a mangled word."""
        sound = [word for word in pair.target_words if word not in mangled]
        stems = set(map(stem, sound))
        for i, word in enumerate(pair.source_words):
            entry = pair.tongues.lexicon.get(stem(word))
            if len(word) < _SHORTEST or word in sound or self._dictionary.get(word) in sound:
                continue
            if word in self._dictionary if entry is None or entry.name else entry.translations.isdisjoint(stems):
                yield i / len(pair.source_words), word


def _likeness(matcher: SequenceMatcher[str], other: str) -> float:
    """Of the matcher's second text and another, 0 where it is not enough anyway."""
    matcher.set_seq1(other)
    enough = matcher.real_quick_ratio() >= _ENOUGH and matcher.quick_ratio() >= _ENOUGH
    return matcher.ratio() if enough else 0.0
