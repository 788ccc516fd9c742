"""Mangled and misread words: what the dictionary mends, and what it leaves alone."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.mt.align import Link
from pipeline.mt.mend import Mender

FOLDER = Path(__file__).parents[1] / "cases" / "mt"
CASES, MISREAD = (json.loads((FOLDER / f"{name}.json").read_text("utf-8")) for name in ("mend", "misread"))
MENDER = Mender("fr", "en", misreads=True)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["label"])
def test_mend(case: dict[str, str]) -> None:
    mended, changes = MENDER.mend(case["source"], case["target"])
    assert mended == case["mended"]
    assert [case["target"][change.start : change.end] for change in changes] == [change.before for change in changes]


def link(case: dict[str, Any], words: str) -> Link:
    ours, theirs = words.split()
    start, other = case["source"].index(ours), case["target"].index(theirs)
    return start, start + len(ours), other, other + len(theirs)


@pytest.mark.parametrize("case", MISREAD, ids=lambda case: case["label"])
def test_misread_words(case: dict[str, Any]) -> None:
    links = [link(case, words) for words in case["links"]]
    mended, changes = MENDER.mend(case["source"], case["target"], links)
    assert mended == case["mended"]
    assert [case["target"][change.start : change.end] for change in changes] == [change.before for change in changes]
    assert MENDER.needs_links(case["source"], case["target"]) or not changes


def test_a_model_that_seldom_misreads_is_left_alone() -> None:
    source, target = "Il fut tué par la foudre.", "He was killed by the crowd."
    mender = Mender("fr", "en")
    assert not mender.needs_links(source, target)
    assert mender.mend(source, target, [(19, 25, 21, 26)]) == (target, [])


def test_a_pair_without_a_dictionary_is_left_alone() -> None:
    assert Mender("xx", "yy").mend("Une cérémonie.", "A cremony.") == ("A cremony.", [])


WORDS = st.sampled_from(["cérémonie", "cremony", "héroïques", "hroic", "a", "soldat", "Poutine", "l'", "-", "İ"])
TEXTS = st.text(max_size=40) | st.lists(WORDS, max_size=12).map(" ".join)


@given(TEXTS, TEXTS)
def test_nothing_but_the_mended_words_changes(source: str, target: str) -> None:
    mended, changes = MENDER.mend(source, target)
    for change in reversed(changes):
        target = target[: change.start] + change.after + target[change.end :]
    assert mended == target
    # With an article at the most.
    assert all(len(change.before.split()) == len(change.after.split()) <= 2 for change in changes)
