"""Where a glossary's form belongs in a translation."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from pipeline.checks.sounds import alike, distance, sound
from pipeline.checks.words import WORD, fold
from pipeline.mt.align import Link, Span

# Small words at the edges of an aligned stretch belong to the sentence, not to the term (English; harmless elsewhere).
SMALL = frozenset({"the", "a", "an", "of", "in", "to", "from", "by", "with", "for", "and", "s", "at", "on", "as", "is"})
_SPARE = 2  # words that a translation of a term may have more than the wanted form
_ENDINGS = frozenset({"", "s", "n", "ns", "i", "is"})  # "North Koreans" and "Iraqi" are forms of their countries
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


def claim(
    matches: list[Match], target: str, free: list[Span], forms: Callable[[Term], Sequence[str]]
) -> tuple[list[Match], list[Span]]:
    """The matches without a form in the target, and the words that the others leave."""
    left = []
    for match in matches:
        span = next((found for form in forms(match.term) if (found := _form_in(target, free, form))), None)
        if span:
            free = outside(free, span)
        else:
            left.append(match)
    return left, free


def outside(words: Sequence[Span], span: Span) -> list[Span]:
    """The words that do not touch a span."""
    return [word for word in words if word[1] <= span[0] or span[1] <= word[0]]


def _form_in(target: str, words: Sequence[Span], form: str) -> Span | None:
    wanted = WORD.findall(fold(form))
    folded = [fold(target[start:end]) for start, end in words]
    for i in range(len(words) - len(wanted) + 1):
        if _same_words(folded[i : i + len(wanted)], wanted):
            return words[i][0], words[i + len(wanted) - 1][1]
    return None


def _same_words(found: Sequence[str], wanted: Sequence[str]) -> bool:
    """Whether the words are the wanted ones, the last one with any ending: "Ukrainian", "North Koreans"."""
    *first, last = wanted
    return list(found[:-1]) == first and found[-1].startswith(last) and found[-1][len(last) :] in _ENDINGS


def copied(match: Match, source: str, target: str, words: Sequence[Span]) -> Span | None:
    """Where the model took the words of the source over as they are."""
    written = WORD.findall(source[match.start : match.end])
    for i in range(len(words) - len(written) + 1):
        span = words[i][0], words[i + len(written) - 1][1]
        if WORD.findall(target[slice(*span)]) == written:
            return span
    return None


def aligned(match: Match, source: str, target: str, words: Sequence[Span], alignment: Sequence[Link]) -> Span | None:
    """The target stretch that stands for the match and for nothing else, None where that is unsure."""
    ours = {(t0, t1) for s0, s1, t0, t1 in alignment if s0 < match.end and match.start < s1}
    theirs = {
        (t0, t1)
        for s0, s1, t0, t1 in alignment
        if not (s0 < match.end and match.start < s1) and fold(source[s0:s1]).isalnum() and s1 - s0 > 2
    }
    found = _trimmed(target, [word for word in words if _overlaps(word, ours)])
    if not found or len(found) > len(WORD.findall(match.term.target)) + _SPARE:
        return None
    start, end = found[0][0], found[-1][1]
    between = [match.span() for match in WORD.finditer(target, start, end)]
    alone = all(word in found or fold(target[slice(*word)]) in SMALL for word in between)
    shared = any(_overlaps(word, theirs) for word in found)
    return (start, end) if alone and not shared and _plausible(match, source, target[start:end]) else None


def _overlaps(word: Span, spans: set[Span]) -> bool:
    return any(start < word[1] and word[0] < end for start, end in spans)


def _trimmed(target: str, words: list[Span]) -> list[Span]:
    """Without the small words at either edge; a capital "A" at the end is what a model makes of Kim Jong Un."""
    small = [
        fold(target[start:end]) in SMALL and (i == 0 or target[start].islower()) for i, (start, end) in enumerate(words)
    ]
    kept = [i for i, is_small in enumerate(small) if not is_small]
    return words[kept[0] : kept[-1] + 1] if kept else []


def _plausible(match: Match, source: str, text: str) -> bool:
    """A name replaces a name, and never a word that the source has elsewhere: then the alignment went astray."""
    words = [word for word in WORD.findall(text) if fold(word) not in SMALL]
    if match.term.target[0].isupper() and not all(word[0].isupper() for word in words):
        return False
    rest = set(WORD.findall(fold(source[: match.start] + " " + source[match.end :])))
    return rest.isdisjoint(WORD.findall(fold(text)))


def garbled(match: Match, source: str, target: str, words: Sequence[Span]) -> Span | None:
    """The only target word that looks like a garbled copy of a one-word name."""
    written = source[match.start : match.end]
    if not written[0].isupper() or not WORD.fullmatch(written) or len(written) < _SHORT:
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


def application_of(match: Match, target: str, span: Span) -> Application:
    """The change that writes the match's form over a span: its plural, its article and its capitals as they stand."""
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


def applied(target: str, applications: Sequence[Application]) -> str:
    """The target with sorted, disjoint changes made."""
    for application in reversed(applications):
        target = target[: application.start] + application.after + target[application.end :]
    return target
