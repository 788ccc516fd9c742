"""The invariants of `targets.py` under Hypothesis, and the cases that fuzzing has found.

A few examples each by default; more with ``pytest tests/fuzz --hypothesis-profile=long``.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.fuzz.targets import PIECES, TARGETS

CASES = Path(__file__).parents[1] / "cases" / "fuzz"
settings.register_profile("long", max_examples=20_000, deadline=None, suppress_health_check=list(HealthCheck))
FEW = {"exporters": 15, "segment": 40}

ARTICLES = st.lists(st.integers(0, len(PIECES) - 1), max_size=120).map(lambda pieces: b"\x40" + bytes(pieces))
TEXTS = st.text(max_size=200).map(lambda text: b"\0" + text.encode())
INPUT = st.one_of(ARTICLES, st.binary(max_size=300), TEXTS, st.lists(ARTICLES | TEXTS, max_size=12).map(b"\xff".join))


@pytest.mark.parametrize("name", TARGETS)
def test_what_must_hold_holds_for_anything(name: str) -> None:
    examples = settings().max_examples
    few = FEW.get(name, 60) if examples == 100 else examples

    @settings(max_examples=few, deadline=None, database=None, derandomize=examples == 100)
    @given(INPUT)
    def holds(data: bytes) -> None:
        TARGETS[name](data)

    holds()


@pytest.mark.parametrize("path", sorted(CASES.glob("*/*")), ids=lambda path: f"{path.parent.name}/{path.name}")
def test_what_was_found_stays_mended(path: Path) -> None:
    TARGETS[path.parent.name](path.read_bytes())
