"""Names and terms that are to be translated in one way.

Where a source term was translated otherwise, `Glossary.apply` puts the wanted form into the translation: over a copy of
the term, through the word alignment, or over a garbled copy of the name; where none is sure it changes nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from pipeline.checks.words import WORD, fold
from pipeline.mt.align import Link
from pipeline.mt.placing import (
    SMALL,
    Application,
    Match,
    Term,
    aligned,
    application_of,
    applied,
    claim,
    copied,
    garbled,
    outside,
)

__all__ = ["Application", "Glossary", "Link", "Match", "Term", "shift"]

# The glossary that is shipped: its name, its languages, its file.
STARTER = "starter"
STARTER_PAIR = "fr-en"
_STARTER_FILE = Path(__file__).parents[1] / "assets" / "glossary.yaml"

_HYPHENATED = re.compile(r"-[^\W\d_]")  # "Mexico-Américains" are not from Mexico
_LONGEST = 4000  # characters of a source; longer ones are no sentences, and are left alone
_PREFIX = 5  # letters in which a form of a name shows: "Ukrai"


@dataclass(frozen=True, slots=True)
class _Variant:
    words: tuple[str, ...]  # folded
    written: str
    term: Term


@dataclass(frozen=True)
class Glossary:
    """Terms, ready to be found and applied.

    >>> glossary = Glossary((Term("Putin", ("Poutine",)),))
    >>> glossary.apply("Poutine parle.", "Poutin's talking.", [])[0]
    "Putin's talking."
    """

    terms: tuple[Term, ...]
    digest: str = field(default="", compare=False)

    @classmethod
    def load(cls, path: Path | str) -> Glossary:
        """Read a glossary file, or the one that is shipped, named `starter`.

        Raises:
            ConfigError: the file cannot be read or is no glossary; every problem with file and line.
        """
        from pipeline.mt.glossary_file import read_glossary

        return cls(*read_glossary(_STARTER_FILE if str(path) == STARTER else Path(path)))

    @classmethod
    def chosen(cls, name: str, pair: str) -> Glossary:
        """The glossary that an option names; without terms where it is empty, or `starter` for other languages.

        Args:
            pair: the languages, such as ``fr-en``.

        Raises:
            ConfigError: as `load`.
        """
        return cls.load(name) if name and (name != STARTER or pair == STARTER_PAIR) else cls(())

    @cached_property
    def _index(self) -> dict[str, list[_Variant]]:
        """Variants by their first folded word, those of most words first."""
        index: dict[str, list[_Variant]] = {}
        for term in self.terms:
            for variant in term.variants:
                words = tuple(WORD.findall(fold(variant)))
                index.setdefault(words[0], []).append(_Variant(words, variant, term))
        for variants in index.values():
            variants.sort(key=lambda variant: -len(variant.words))
        return index

    def find(self, source: str) -> Iterator[Match]:
        """The terms of a source text, from left to right; of those that overlap, the longest.

        White space, hyphens and diacritics make no difference; a capital of the glossary must be one in the text.
        """
        words = list(WORD.finditer(source))
        folded = [fold(word.group()) for word in words]
        i = 0
        while i < len(words):
            variant = self._variant_at(source, words, folded, i)
            if variant is None:
                i += 1
                continue
            last = i + len(variant.words) - 1
            yield Match(variant.term, words[i].start(), words[last].end(), folded[last] != variant.words[-1])
            i = last + 1

    def _variant_at(
        self, source: str, words: Sequence[re.Match[str]], folded: Sequence[str], i: int
    ) -> _Variant | None:
        for variant in self._index.get(folded[i], self._index.get(folded[i].removesuffix("s"), ())):
            last = i + len(variant.words) - 1
            if last < len(words) and _fits(variant, folded[i : last + 1], source[words[i].start() : words[last].end()]):
                return None if _HYPHENATED.match(source, words[last].end()) else variant
        return None

    def apply(self, source: str, target: str, alignment: Sequence[Link]) -> tuple[str, list[Application]]:
        """The target with the wanted form of each source term, and what was changed.

        A target that has the wanted form already, or one of the term's other forms, keeps it. Articles, the possessive
        's, the plural and capitals of the sentence stay.

        A source of more than 4,000 characters is left alone.

        Args:
            alignment: (source, target) character spans ``(s0, s1, t0, t1)`` of words that belong together.
        """
        if len(source) > _LONGEST:
            return target, []
        words = [match.span() for match in WORD.finditer(target)]
        matches, free = claim(list(self.find(source)), target, words, lambda term: (term.target,))
        matches, free = claim(matches, target, free, lambda term: term.also)
        done: list[Application] = []
        for match in matches:
            span = copied(match, source, target, free) or aligned(match, source, target, free, alignment)
            span = span or garbled(match, source, target, free)
            if span:
                done.append(application_of(match, target, span))
                free = outside(free, span)
        done.sort(key=lambda application: application.start)
        return applied(target, done), done

    def expected(self) -> Mapping[str, frozenset[str]]:
        """For a folded one-word name of either language, the folded beginnings of which one opens a word of the other.

        Acronyms are left out: folded they are words.
        """
        found: dict[str, frozenset[str]] = {}
        for term in self._names():
            for name in term.variants:
                _expect(found, name, (term.target, *term.also))
            _expect(found, term.target, (*term.variants, term.target))
        return found

    def canonical(self) -> Mapping[str, str]:
        """For a folded one-word variant of a name, the form of which it is a spelling."""
        return {
            fold(name): term.target
            for term in self._names()
            for name in (*term.variants, term.target)
            if WORD.fullmatch(name)
        }

    def _names(self) -> Iterator[Term]:
        return (term for term in self.terms if term.target[0].isupper())


def _expect(found: dict[str, frozenset[str]], name: str, forms: Sequence[str]) -> None:
    if WORD.fullmatch(name) and not name.isupper():
        words = (word for word in WORD.findall(fold(" ".join(forms))) if word not in SMALL)
        found[fold(name)] = found.get(fold(name), frozenset()) | {word[:_PREFIX] for word in words}


def _fits(variant: _Variant, folded: Sequence[str], written: str) -> bool:
    # In French every word of a term has the ending of its plural.
    if not all(word in (known, known + "s", known + "x") for word, known in zip(folded, variant.words, strict=True)):
        return False
    if variant.written.isupper() and len(variant.written) > 1:  # acronyms: "UE" is not "ue"
        return written.isupper()
    return not variant.written[0].isupper() or written[0].isupper()


def shift(alignment: Sequence[Link], applications: Sequence[Application]) -> list[Link]:
    """The alignment after the applications: target spans moved, those that were replaced widened to the new form."""
    moved = []
    for s0, s1, t0, t1 in alignment:
        before = sum(len(a.after) - len(a.before) for a in applications if a.end <= t0)
        inside = next((a for a in applications if a.start < t1 and t0 < a.end), None)
        start = inside.start if inside else t0
        end = inside.start + len(inside.after) if inside else t1
        moved.append((s0, s1, start + before, end + before))
    return sorted(set(moved), key=lambda link: (link[2], link[0]))
