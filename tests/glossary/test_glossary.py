"""Glossary files, and what a glossary makes of a translation."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import ConfigError
from pipeline.mt.glossary import Glossary, Link, Term, shift

CASES = Path(__file__).parents[1] / "cases" / "glossary"
STARTER = Glossary.load("starter")


def cases(name: str) -> list[Any]:
    return [
        pytest.param(case, id=case["label"], marks=[pytest.mark.xfail(strict=True)] if case.get("known") else [])
        for case in yaml.safe_load((CASES / name).read_text("utf-8"))
    ]


def links(case: dict[str, Any]) -> list[Link]:
    found = []
    for source, target in case["links"].items():
        s, t = case["source"].index(source), case["target"].index(target)
        found.append((s, s + len(source), t, t + len(target)))
    return found


@pytest.mark.parametrize("case", cases("apply.yaml"))
def test_apply(case: dict[str, Any]) -> None:
    target, applications = STARTER.apply(case["source"], case["target"], links(case))
    assert target == case["becomes"]
    assert bool(applications) == (target != case["target"])
    for application in applications:
        assert case["target"][application.start : application.end] == application.before
        assert application.after in target


@pytest.mark.parametrize("case", cases("files.yaml"))
def test_files(case: dict[str, Any], tmp_path: Path) -> None:
    path = tmp_path / "glossary.yaml"
    path.write_text(case["text"], "utf-8")
    if not case["problems"]:
        assert Glossary.load(path).terms
        return
    with pytest.raises(ConfigError) as error:
        Glossary.load(path)
    assert len(error.value.problems) == len(case["problems"])
    for problem, (line, text) in zip(error.value.problems, case["problems"], strict=True):
        assert problem.startswith(f"{path}:{line}: ")
        assert text in problem


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"absent\.yaml"):
        Glossary.load(tmp_path / "absent.yaml")


@pytest.mark.parametrize("opening", ["[", "{a: ", "- ", "? "])
def test_nesting_without_end_is_refused(opening: str, tmp_path: Path) -> None:
    (tmp_path / "glossary.yaml").write_text("a:\n " + opening * 60_000)
    with pytest.raises(ConfigError, match=r"glossary\.yaml:2: .*nested more than 100 levels"):
        Glossary.load(tmp_path / "glossary.yaml")


def test_a_file_that_is_no_text_is_named(tmp_path: Path) -> None:
    (tmp_path / "glossary.yaml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ConfigError, match=r"glossary\.yaml"):
        Glossary.load(tmp_path / "glossary.yaml")


def test_each_word_of_a_plural_has_its_ending() -> None:
    glossary = Glossary((Term("special operation", ("opération spéciale",)),))
    assert [match.plural for match in glossary.find("Une opération spéciale, des opérations spéciales.")] == [
        False,
        True,
    ]
    target, _ = glossary.apply("Des opérations spéciales.", "Some opérations spéciales.", [])
    assert target == "Some special operations."


def test_own_terms_are_applied_whatever_their_case() -> None:
    glossary = Glossary((Term("drone swarm", ("essaim de drones",)), Term("counteroffensive", ("contre-offensive",))))
    target, _ = glossary.apply(
        "Un essaim de drones après des contre-offensives.",
        "A cloud of drones after some counter attacks.",
        [(3, 9, 2, 7), (13, 19, 11, 17), (30, 36, 29, 36), (37, 47, 37, 44)],
    )
    assert target == "A drone swarm after some counteroffensives."


def test_the_alignment_follows() -> None:
    source, target = "Poutine a vu Choïgou", "Poutine saw Choïgou"
    alignment = [(0, 7, 0, 7), (10, 12, 8, 11), (13, 20, 12, 19)]
    changed, applications = STARTER.apply(source, target, alignment)
    assert changed == "Putin saw Shoigu"
    assert [changed[t0:t1] for _, _, t0, t1 in shift(alignment, applications)] == ["Putin", "saw", "Shoigu"]


NAMES = st.sampled_from(
    ["Poutine", "Choïgou", "RPDC", "Corée du Nord", "La Haye", "le", "a vu", ",", "Paris", "Kim Jong-un"]
)
TARGETS = st.sampled_from(
    ["Putin", "Poutin", "Shoigu", "the", "North", "Korea", "saw", "'s", ",", "Paris", "Hague", "KIM"]
)


@given(
    st.lists(NAMES, max_size=8).map(" ".join),
    st.lists(TARGETS, max_size=8).map(" ".join),
    st.lists(st.tuples(*[st.integers(0, 60)] * 4), max_size=6),
)
def test_any_input_comes_through(source: str, target: str, alignment: list[Link]) -> None:
    changed, applications = STARTER.apply(source, target, alignment)
    edge = shifted = 0
    for application in applications:
        assert edge <= application.start < application.end
        edge = application.end
        shifted += len(application.after) - len(application.before)
    assert len(changed) == len(target) + shifted
    assert all(t0 <= t1 for _, _, t0, t1 in shift([(0, 1, 0, len(target))], applications))
