"""Learning the weights of short lines around a text."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from benchmarks import fit_edges
from pipeline.stages.strip.edges import PLACES

PAGES = Path(__file__).parents[1] / "cases" / "strip" / "pages"


def example(traits: str, goes: bool) -> fit_edges.Example:
    return fit_edges.Example("page", "line", tuple(traits.split()), goes, 1.0)


def test_traits_of_boilerplate_weigh_more() -> None:
    found = fit_edges.fit([*[example("both bad", True)] * 20, *[example("both good", False)] * 20])
    assert found["bad"] > 0.5 > -0.5 > found["good"]
    assert abs(found["both"]) < 0.1


def test_rare_traits_have_no_weight() -> None:
    assert fit_edges.fit([example("often", True)] * 9 + [example("often once", True)]).keys() == {"often"}


def test_weights_of_a_place_are_added_to_those_of_all() -> None:
    table = fit_edges.by_place({"words=1": 0.5, "below words=1": 0.25, "title words=2": -1.0})
    assert table == {"title": {"words=1": 0.5, "words=2": -1.0}, "text": {"words=1": 0.5}, "below": {"words=1": 0.75}}


def test_pages_become_weights(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    output = tmp_path / "weights.json"
    monkeypatch.setattr(sys, "argv", ["fit_edges", str(PAGES), "--output", str(output)])
    fit_edges.main()
    weights = json.loads(output.read_text(encoding="utf-8"))
    assert list(weights) == list(PLACES)
    assert all(weights.values())


def test_what_is_not_learned_from_is_shown(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", ["fit_edges", str(PAGES), "--folds", "2"])
    fit_edges.main()
    assert [line.split(":")[0] for line in capsys.readouterr().out.splitlines()[:2]] == ["limit 1.0", "limit 1.5"]
