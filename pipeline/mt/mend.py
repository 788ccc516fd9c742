"""What can be mended in a translation without another search: words, names, and figures in the source's writing.

Where a model mangles a word that it does not know, or takes it for another, the dictionary's word takes its place; and
the source's, where a name was not copied right.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from functools import cached_property, partial

from pipeline.checks import Pair, Tongues, load_tongues
from pipeline.checks.mangled import find_mangled, hyphenated
from pipeline.checks.words import fold, stem
from pipeline.mt.align import Link, Span
from pipeline.mt.articles import misfits, with_article
from pipeline.mt.dictionary import Dictionary
from pipeline.mt.figures import copied_figures
from pipeline.mt.misread import misread, misspelt, suspects
from pipeline.mt.placing import Application, Term, applied

_LONGEST = 4000  # characters of a source; longer ones are no sentences, and are left alone
_MOST = 1 / 3  # of a target's words; where more are mangled it is no translation, and better left as it is
_SHORTEST = 4  # letters of a source word that is looked for; shorter ones are grammar
# How alike a mangled word and a source word, or its translation, must be: twice the letters in common (in order) for a
# letter of both, in 0..1, less half the distance of their places. On newstest2013 with a model of 22.7 BLEU a limit of
# 0.5 leaves out those that were wrong as often as right, and loses 0.01 of the 0.2 BLEU that a limit of 0 gains.
_ENOUGH = 0.5
_APART = 0.5


class Mender:
    """Mends the translations of a language pair; words only where the pair has a dictionary.

    >>> Mender("fr", "en").mend("Il a parlé lors d'une cérémonie spéciale.", "He spoke at a special cremony.")[0]
    'He spoke at a special ceremony.'

    Args:
        misreads: mend also words that were taken for others, see `pipeline.mt.misread`; only for models that do that
            often, for in a good translation it is free wording that looks like it.

    Attributes:
        languages: ISO 639-1 codes of source and target.
    """

    def __init__(self, source: str, target: str, misreads: bool = False) -> None:
        self.languages = (source, target)
        self._misreads = misreads
        self._dictionary = Dictionary(source, target)

    @property
    def digest(self) -> str:
        """Digest of the dictionary, "" where there is none."""
        return self._dictionary.digest

    @cached_property
    def _tongues(self) -> Tongues:
        return load_tongues(*self.languages)

    def mend(self, source: str, target: str, links: Sequence[Link] = ()) -> tuple[str, list[Application]]:
        """The target with its words mended, as far as that is sure, and its figures; and what was changed.

        A source of more than 4,000 characters is left alone.

        Args:
            links: words that belong together, as character spans ``(s0, s1, t0, t1)``, where `needs_links` says so.
        """
        if len(source) > _LONGEST:
            return target, []
        figures = copied_figures(source, target, self._tongues.source, self._tongues.target)
        done = [*self._words(source, target, links), *figures]
        done += self._articles(source, target, done)
        done.sort(key=lambda change: change.start)
        return applied(target, done), done

    def needs_links(self, source: str, target: str) -> bool:
        """Whether a word may have been taken for another, which `mend` sees by links only."""
        if not (self._misreads and self.digest) or len(source) > _LONGEST or source == target:
            return False
        return suspects(Pair(source, target, self._tongues), self._dictionary)

    def _words(self, source: str, target: str, links: Sequence[Link]) -> Iterator[Application]:
        if source == target or not self.digest:  # what was copied as a whole is no translation
            return
        pair = Pair(source, target, self._tongues)
        words = self._dictionary.words
        mended = {span: (meant, best(words(meant), fold(target[slice(*span)]))) for span, meant in self._mangled(pair)}
        taken = {meant for meant, _ in mended.values()}
        if self._misreads:
            for span, there in misread(pair, self._dictionary, links):
                meant = fold(source[slice(*there)])
                if meant not in taken:
                    mended.setdefault(span, (meant, words(meant)[0]))
            for span, there in misspelt(pair, self._dictionary, links):
                mended.setdefault(span, (source[slice(*there)],) * 2)
        if len(mended) > _MOST * len(pair.target_words):
            return
        for span, (meant, word) in mended.items():
            yield self._application(target, span, meant, word)

    def _application(self, target: str, span: Span, meant: str, word: str) -> Application:
        word = word[0].upper() + word[1:] if target[span[0]].isupper() else word
        start, after = with_article(target, span[0], word) if self.languages[1] == "en" else (span[0], word)
        return Application(Term(word, (meant,)), start, span[1], target[start : span[1]], after)

    def _articles(self, source: str, target: str, others: Sequence[Application]) -> Iterator[Application]:
        """Articles that do not fit, but for those beside a word that is changed: they were seen to."""
        if source == target or self.languages[1] != "en":
            return
        for start, end, article in misfits(target, source):
            if not any(other.start <= end + 1 and start < other.end for other in others):
                before = target[start:end]
                yield Application(Term(article, (before,)), start, end, before, article)

    def _mangled(self, pair: Pair) -> Iterator[tuple[Span, str]]:
        """The places of mangled words, and the folded source word that each was meant for."""
        found = list(find_mangled(pair))
        if not found or len(found) > _MOST * len(pair.target_words):
            return
        untranslated = list(self._untranslated(pair, {fold(match.group()) for match in found}))
        for match in found:
            meant = self._meant(fold(match.group()), match.start() / len(pair.target), untranslated)
            if meant and not hyphenated(match):
                yield match.span(), meant

    def _meant(self, word: str, place: float, untranslated: Sequence[tuple[float, str]]) -> str:
        """The folded source word that was mangled, "" where that is unsure or the dictionary lacks it."""
        likeness = partial(_likeness, SequenceMatcher(None, "", word, autojunk=False))
        found = {
            candidate: max(map(likeness, [candidate, *self._dictionary.words(candidate)])) - _APART * abs(place - there)
            for there, candidate in untranslated
        }
        meant = max(found, key=lambda candidate: (found[candidate], candidate), default="")
        return meant if self._dictionary.words(meant) and found[meant] >= _ENOUGH else ""

    def _untranslated(self, pair: Pair, mangled: set[str]) -> Iterator[tuple[float, str]]:
        """Place (0..1) and form of source words of which nothing stands in the target but, maybe, a mangled word."""
        sound = [word for word in pair.target_words if word not in mangled]
        stems = set(map(stem, sound))
        for i, word in enumerate(pair.source_words):
            entry = pair.tongues.lexicon.get(stem(word))
            words = self._dictionary.words(word)
            if len(word) < _SHORTEST or word in sound or not stems.isdisjoint(map(stem, words)):
                continue
            if words if entry is None or entry.name else entry.translations.isdisjoint(stems):
                yield i / len(pair.source_words), word


def best(words: Sequence[str], instead: str) -> str:
    """Of translations, the likeliest first, the one that is most like what a model made of it; else the first.

    >>> best(["classmates", "comrades"], "commirades"), best(["lightning", "thunder"], "crowd")
    ('comrades', 'lightning')
    """
    return max(words, key=partial(_likeness, SequenceMatcher(None, "", instead, autojunk=False)))


def _likeness(matcher: SequenceMatcher[str], other: str) -> float:
    """Of the matcher's second text and another, 0 where it is not enough anyway."""
    matcher.set_seq1(other)
    enough = matcher.real_quick_ratio() >= _ENOUGH and matcher.quick_ratio() >= _ENOUGH
    return matcher.ratio() if enough else 0.0
