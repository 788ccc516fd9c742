"""Names and terms that are to be translated in one way.

Where a source term was translated otherwise, `Glossary.apply` puts the wanted form into the translation, through the
word alignment or over a garbled copy of the name; where neither is sure it changes nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from pipeline.checks.sounds import alike, distance, sound
from pipeline.checks.words import fold

STARTER = Path(__file__).parents[1] / "assets" / "glossary.yaml"

Span = tuple[int, int]
Link = tuple[int, int, int, int]

_WORD = re.compile(r"[^\W_]+")
_HYPHENATED = re.compile(r"-[^\W\d_]")  # "Mexico-Américains" are not from Mexico
# Small words at the edges of an aligned stretch belong to the sentence, not to the term (English; harmless elsewhere).
_SMALL = frozenset(
    {"the", "a", "an", "of", "in", "to", "from", "by", "with", "for", "and", "s", "at", "on", "as", "is"}
)
_LONGEST = 4000  # characters of a source; longer ones are no sentences, and are left alone
_SPARE = 2  # words that a translation of a term may have more than the wanted form
_ENDINGS = frozenset({"", "s", "n", "ns", "i", "is"})  # "North Koreans" and "Iraqi" are forms of their countries
_PREFIX = 5  # letters in which a form of a name shows: "Ukrai"
_SHORT = 4  # letters: shorter names are too easily found in other words


@dataclass(frozen=True, slots=True)
class Term:
    """One line of a glossary.

    Attributes:
        target: the form to write.
        variants: how the source may write it.
        also: other target forms that are left alone, such as the adjective of a country.
    """

    target: str
    variants: tuple[str, ...]
    also: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Application:
    """A change that a glossary made: ``before``, at ``start:end`` of the target as it was, became ``after``."""

    term: Term
    start: int
    end: int
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Match:
    """A term in a source text (half-open span); ``plural`` where it has an ending that its variant lacks."""

    term: Term
    start: int
    end: int
    plural: bool


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

        return cls(*read_glossary(STARTER if str(path) == "starter" else Path(path)))

    @cached_property
    def _index(self) -> dict[str, list[_Variant]]:
        """Variants by their first folded word, those of most words first."""
        index: dict[str, list[_Variant]] = {}
        for term in self.terms:
            for variant in term.variants:
                words = tuple(_WORD.findall(fold(variant)))
                index.setdefault(words[0], []).append(_Variant(words, variant, term))
        for variants in index.values():
            variants.sort(key=lambda variant: -len(variant.words))
        return index

    def find(self, source: str) -> Iterator[Match]:
        """The terms of a source text, from left to right; of those that overlap, the longest.

        White space, hyphens and diacritics make no difference; a capital of the glossary must be one in the text.
        """
        words = list(_WORD.finditer(source))
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
        words = [match.span() for match in _WORD.finditer(target)]
        matches, free = _claim(list(self.find(source)), target, words, lambda term: (term.target,))
        matches, free = _claim(matches, target, free, lambda term: term.also)
        done: list[Application] = []
        for match in matches:
            span = _aligned(match, source, target, free, alignment) or _garbled(match, source, target, free)
            if span:
                done.append(_application(match, target, span))
                free = _outside(free, span)
        done.sort(key=lambda application: application.start)
        return _applied(target, done), done

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
            if _WORD.fullmatch(name)
        }

    def _names(self) -> Iterator[Term]:
        return (term for term in self.terms if term.target[0].isupper())


def _expect(found: dict[str, frozenset[str]], name: str, forms: Sequence[str]) -> None:
    if _WORD.fullmatch(name) and not name.isupper():
        words = (word for word in _WORD.findall(fold(" ".join(forms))) if word not in _SMALL)
        found[fold(name)] = found.get(fold(name), frozenset()) | {word[:_PREFIX] for word in words}


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


def _fits(variant: _Variant, folded: Sequence[str], written: str) -> bool:
    *first, last = variant.words
    if list(folded[:-1]) != first or folded[-1] not in (last, last + "s", last + "x"):
        return False
    if variant.written.isupper() and len(variant.written) > 1:  # acronyms: "UE" is not "ue"
        return written.isupper()
    return not variant.written[0].isupper() or written[0].isupper()


def _claim(
    matches: list[Match], target: str, free: list[Span], forms: Callable[[Term], Sequence[str]]
) -> tuple[list[Match], list[Span]]:
    """The matches without a form in the target, and the words that the others leave."""
    left = []
    for match in matches:
        span = next((found for form in forms(match.term) if (found := _form_in(target, free, form))), None)
        if span:
            free = _outside(free, span)
        else:
            left.append(match)
    return left, free


def _outside(words: Sequence[Span], span: Span) -> list[Span]:
    return [word for word in words if word[1] <= span[0] or span[1] <= word[0]]


def _form_in(target: str, words: Sequence[Span], form: str) -> Span | None:
    wanted = _WORD.findall(fold(form))
    folded = [fold(target[start:end]) for start, end in words]
    for i in range(len(words) - len(wanted) + 1):
        if _same_words(folded[i : i + len(wanted)], wanted):
            return words[i][0], words[i + len(wanted) - 1][1]
    return None


def _same_words(found: Sequence[str], wanted: Sequence[str]) -> bool:
    """Whether the words are the wanted ones, the last one with any ending: "Ukrainian", "North Koreans"."""
    *first, last = wanted
    return list(found[:-1]) == first and found[-1].startswith(last) and found[-1][len(last) :] in _ENDINGS


def _aligned(match: Match, source: str, target: str, words: Sequence[Span], alignment: Sequence[Link]) -> Span | None:
    """The target stretch that stands for the match and for nothing else, None where that is unsure."""
    ours = {(t0, t1) for s0, s1, t0, t1 in alignment if s0 < match.end and match.start < s1}
    theirs = {
        (t0, t1)
        for s0, s1, t0, t1 in alignment
        if not (s0 < match.end and match.start < s1) and fold(source[s0:s1]).isalnum() and s1 - s0 > 2
    }
    found = _trimmed(target, [word for word in words if _overlaps(word, ours)])
    if not found or len(found) > len(_WORD.findall(match.term.target)) + _SPARE:
        return None
    start, end = found[0][0], found[-1][1]
    between = [match.span() for match in _WORD.finditer(target, start, end)]
    alone = all(word in found or fold(target[slice(*word)]) in _SMALL for word in between)
    shared = any(_overlaps(word, theirs) for word in found)
    return (start, end) if alone and not shared and _plausible(match, source, target[start:end]) else None


def _overlaps(word: Span, spans: set[Span]) -> bool:
    return any(start < word[1] and word[0] < end for start, end in spans)


def _trimmed(target: str, words: list[Span]) -> list[Span]:
    """Without the small words at either edge; a capital "A" at the end is what a model makes of Kim Jong Un."""
    small = [
        fold(target[start:end]) in _SMALL and (i == 0 or target[start].islower())
        for i, (start, end) in enumerate(words)
    ]
    kept = [i for i, is_small in enumerate(small) if not is_small]
    return words[kept[0] : kept[-1] + 1] if kept else []


def _plausible(match: Match, source: str, text: str) -> bool:
    """A name replaces a name, and never a word that the source has elsewhere: then the alignment went astray."""
    words = [word for word in _WORD.findall(text) if fold(word) not in _SMALL]
    if match.term.target[0].isupper() and not all(word[0].isupper() for word in words):
        return False
    rest = set(_WORD.findall(fold(source[: match.start] + " " + source[match.end :])))
    return rest.isdisjoint(_WORD.findall(fold(text)))


def _garbled(match: Match, source: str, target: str, words: Sequence[Span]) -> Span | None:
    """The only target word that looks like a garbled copy of a one-word name."""
    written = source[match.start : match.end]
    if not written[0].isupper() or not _WORD.fullmatch(written) or len(written) < _SHORT:
        return None
    found = [word for word in words if _looks_like(target[slice(*word)], (written, match.term.target))]
    found = [word for word in found if _plausible(match, source, target[slice(*word)])]
    return found[0] if len(found) == 1 else None


def _looks_like(word: str, names: Sequence[str]) -> bool:
    """
    >>> _looks_like("Poutin", ("Poutine", "Putin")), _looks_like("Pakistan", ("Poutine", "Putin"))
    (True, False)
    """
    folded = fold(word)
    return word[0].isupper() and any(
        alike(sound(folded), sound(fold(name))) and distance(folded, fold(name)) <= max(1, len(name) // 3)
        for name in names
    )


def _application(match: Match, target: str, span: Span) -> Application:
    start, end = span
    before, after = target[start:end], match.term.target
    if match.plural and not after.endswith("s"):
        after += "s"
    if after.lower().startswith("the ") and target[:start].lower().endswith("the "):
        after = after[4:]
    if before.isupper() and len(before) > _SHORT:
        after = after.upper()
    elif before[0].isupper() and not target[:start].strip():
        after = after[0].upper() + after[1:]
    return Application(match.term, start, end, before, after)


def _applied(target: str, applications: Sequence[Application]) -> str:
    for application in reversed(applications):
        target = target[: application.start] + application.after + target[application.end :]
    return target
