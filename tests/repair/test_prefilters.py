"""Cheap looks that spare most lines a real one: they let pass whatever a real one would find."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from pipeline.stages.repair.detect import _GLUED, find_garbled
from pipeline.stages.repair.fixers import FIXERS
from pipeline.stages.repair.looks import is_plain, look, repeats
from pipeline.stages.repair.words import folded, lexicon, places, tokens

WORDS = st.lists(st.sampled_from(["pont", "et", "ou", "la", "le", "nuit", "du", "jour", "x"]), max_size=14)
LETTERS = st.text("abéÀBſσΣİßk", min_size=1, max_size=8)


def comes_back(words: Sequence[str]) -> bool:
    """What `repeats` is to find, said plainly."""
    places = range(len(words))

    def same(i: int, distance: int, length: int = 1) -> bool:
        return i >= distance and words[i - distance : i - distance + length] == words[i : i + length]

    def long_enough(i: int, length: int) -> bool:
        return i + length <= len(words)

    if any(same(i, 1) for i in places):
        return True
    if any(same(i, 2) and words[i - 1] in lexicon().connectors for i in places):
        return True
    if any(same(i, distance, 2) and long_enough(i, 2) for i in places for distance in (2, 3)):
        return True
    back = [i for i in places if long_enough(i, 3) and any(same(i, d, 3) for d in range(1, i + 1))]
    soon = any(same(i, d, 3) for i in back for d in range(1, 8))
    return soon or len(back) >= 3


@given(WORDS)
def test_words_that_come_back_are_seen(words: list[str]) -> None:
    assert repeats(words) == comes_back(words)


@given(LETTERS, LETTERS, st.integers(3, 5), LETTERS)
def test_words_that_repeat_themselves_inside_are_seen(before: str, part: str, copies: int, after: str) -> None:
    word = before + part + "".join(part.swapcase() if i % 2 else part for i in range(copies)) + after
    line = f"Le mot «{word}» est long."
    assert look(line).stammers or not _GLUED.search(word)


def test_a_stammer_is_flagged_in_each_kind_of_line() -> None:
    word = "Le mot whitewhitewhitewhite est là."
    for text in (word, f"Un titre\n{word}", "Un pont " * 400 + word):
        assert [text[d.start : d.end] for d in find_garbled(text).doubts].count("whitewhitewhitewhite") == 1


PARTS = (
    *("un ", "le ", "la ", "pont", "Pont ", "mer, ", "et ", "que ", "Le ", "L’", "de ", "d’", "à", "fin. ", "Brun "),
    *("Reuters", "AFP ", "Agence France-Presse ", "anti-", "WhiteWhiteWhiteWhite", "“", "-", "İ", "_", "'", "2"),
)
LINES = st.one_of(st.text(max_size=30), st.lists(st.sampled_from(PARTS), max_size=12).map("".join))


@given(LINES)
def test_nothing_is_found_in_a_line_that_looks_plain(text: str) -> None:
    line = text.replace("\n", " ")
    assert not is_plain(line) or not any(fixer(line) for fixer in FIXERS.values())


@given(LINES)
def test_words_stand_where_they_are_said_to(line: str) -> None:
    words = tokens(line)
    spans = list(places(line, words))
    assert [folded(line)[start:end] for start, end in spans] == words
    between = [line[end:start] for (_, end), (start, _) in pairwise([(0, 0), *spans, (len(line), len(line))])]
    assert not any(character.isalnum() for gap in between for character in gap)
