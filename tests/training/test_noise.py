"""Noise: cases as data, and what holds whatever the draw."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from training.config import load
from training.noise import NOISES, add_noise

CASES = yaml.safe_load(Path(__file__).with_name("noise_cases.yaml").read_text("utf-8"))
FRENCH = st.text(alphabet="abcéèàçÉÀœ ’'\".,;:!?«»1", max_size=40)


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['noise']}: {case['label']}")
def test_case(case: dict[str, Any]) -> None:
    assert NOISES[case["noise"]](case["text"], random.Random(case.get("seed", 0))) == case["after"]


@given(FRENCH, st.sampled_from(sorted(NOISES)), st.integers(0, 99))
def test_noise_keeps_the_bare_letters(text: str, name: str, seed: int) -> None:
    noised = NOISES[name](text, random.Random(seed))
    assert bare(noised) == bare(text)


@given(FRENCH, st.integers(0, 99))
def test_same_seed_same_noise_and_rate_zero_changes_nothing(text: str, seed: int) -> None:
    rates = dict.fromkeys(NOISES, 0.5)
    assert add_noise(text, rates, random.Random(seed)) == add_noise(text, rates, random.Random(seed))
    assert add_noise(text or "a", dict.fromkeys(NOISES, 0.0), random.Random(seed)) == (text or "a")


@pytest.mark.parametrize("name", ["tiny", "cpu", "gpu"])
def test_configurations_name_noises_that_exist(name: str) -> None:
    assert set(load(name).noise) <= set(NOISES)


def bare(text: str) -> str:
    """Letters and digits without case and accents."""
    plain = NOISES["drop_accents"](text, random.Random(0)).lower()
    return "".join(char for char in plain if char.isalnum())
