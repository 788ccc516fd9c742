"""Repetition: the translation loops where its source does not."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import partial
from itertools import pairwise

from pipeline.checks.pair import Pair

_STUTTER = re.compile(r"(\w{2,12}?)\1{3,}")
# English doubles these by itself: "that that", "had had", "very very", "ha ha".
_DOUBLES = frozenset(
    {"that", "had", "is", "very", "so", "no", "ha", "long", "many", "bye", "yes", "blah", "in", "on", "far"}
)
_LONG = 4  # words: a phrase this long may stand twice in a sentence only where the source repeats as well
_PERIODS = range(2, 4)  # lengths of shorter phrases that must not follow upon themselves
_SOURCE_PERIODS = range(2, 9)  # of phrases in the source that let them: "non à la guerre", twice, is "no to war"


def repetition(pair: Pair) -> str:
    """The first phrase that the target repeats and the source does not, "" where there is none."""
    return loops(pair.source_words, pair.target_words)


def loops(source: list[str], target: list[str]) -> str:
    """The first phrase that the target repeats in a way in which the source repeats none.

    Args:
        source, target: folded words.

    >>> loops("dans une lettre à kim".split(), "in a letter to kim in a letter to kim".split())
    'in a letter to'
    >>> loops("très très bien".split(), "really really good".split())
    ''
    >>> loops("défense de la ville défense de la ville".split(), "defence of the defence of the city".split())
    ''
    """
    for repeated, excuses in _KINDS:
        found = repeated(target)
        if found and not any(excuse(source) for excuse in excuses):
            return found
    return ""


def _twice(words: list[str]) -> str:
    """A phrase of four words that stands in the text more than once."""
    phrases = list(zip(*(words[i:] for i in range(_LONG)), strict=False))
    if len(set(phrases)) == len(phrases):
        return ""
    first = {phrase: i for i, phrase in reversed(list(enumerate(phrases)))}
    return next(" ".join(phrase) for i, phrase in enumerate(phrases) if first[phrase] < i)


def _adjacent(words: list[str], periods: Iterable[int] = _PERIODS) -> str:
    """A phrase of so many words that follows upon itself."""
    for period in periods:
        for i in range(len(words) - 2 * period + 1):
            if words[i] == words[i + period] and words[i : i + period] == words[i + period : i + 2 * period]:
                return " ".join(words[i : i + period])
    return ""


def _doubled(words: list[str]) -> str:
    for one, other in pairwise(words):
        if one == other and not one.isdigit() and one not in _DOUBLES:
            return one
    return next((match[1] for word in words if len(word) > 12 and (match := _STUTTER.search(word))), "")


_in_a_row = partial(_adjacent, periods=_SOURCE_PERIODS)
# What finds a repetition in the target, and what finds those in the source that excuse it.
_KINDS = ((_twice, (_twice,)), (_adjacent, (_in_a_row,)), (_doubled, (_doubled, _in_a_row)))
