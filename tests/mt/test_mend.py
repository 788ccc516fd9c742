"""Mangled words: what the dictionary mends, and what it leaves alone."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.mt.mend import Mender

CASES = json.loads((Path(__file__).parents[1] / "cases" / "mt" / "mend.json").read_text("utf-8"))
MENDER = Mender("fr", "en")


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["label"])
def test_mend(case: dict[str, str]) -> None:
    mended, changes = MENDER.mend(case["source"], case["target"])
    assert mended == case["mended"]
    assert [case["target"][change.start : change.end] for change in changes] == [change.before for change in changes]


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
    assert all(" " not in change.before and " " not in change.after for change in changes)
