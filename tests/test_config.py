"""A configuration is checked as a whole: every problem with its file, line and what is allowed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from pipeline.config import cut, load
from pipeline.errors import ConfigError, UsageError

CASES = yaml.safe_load((Path(__file__).parent / "cases" / "config.yaml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["label"])
def test_every_problem_is_named_with_its_line(case: dict[str, Any], tmp_path: Path) -> None:
    path = tmp_path / "plan.yaml"
    path.write_text(case["yaml"], encoding="utf-8")
    if not case["problems"]:
        load(path)
        return
    with pytest.raises(ConfigError) as caught:
        load(path)
    found = iter(caught.value.problems)
    current = next(found)
    for line, part in case["problems"]:
        while not (current.startswith(f"{path}:{line}:") and part in current):
            current = next(found, "")
            assert current, f"line {line}: {part!r} is not in {caught.value.problems}"


def test_brackets_without_end_are_refused(tmp_path: Path) -> None:
    (tmp_path / "plan.yaml").write_text("stages: " + "[" * 60_000)
    with pytest.raises(ConfigError, match=r"plan\.yaml: is nested too deeply"):
        load(tmp_path / "plan.yaml")


def test_without_a_file_all_stages_run_with_their_defaults(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from pipeline.stages import STAGES

    monkeypatch.chdir(tmp_path)
    assert [step.name for step in load(None).steps] == list(STAGES)


def test_the_file_of_the_current_folder_is_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("pipeline.yaml").write_text("input: here\nstages: [normalize]", encoding="utf-8")
    assert load(None).inputs == ("here",)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"plan\.yaml does not exist"):
        load(tmp_path / "plan.yaml")


def test_the_command_line_stands_above_the_file_and_is_checked_too(tmp_path: Path) -> None:
    path = tmp_path / "plan.yaml"
    path.write_text("stages: [segment, {translate: {beam: 2}}]", encoding="utf-8")
    options = load(path, {"translate": {"beam": 3}}).steps[1].options.model_dump()
    assert options["beam"] == 3
    with pytest.raises(ConfigError, match=r"translate\.beam is 0"):
        load(path, {"translate": {"beam": 0}})


def test_an_option_of_the_command_line_for_a_stage_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    file = tmp_path / "pipeline.yaml"
    file.write_text("stages: [normalize]\n")
    assert load(file, {"translate": {}}).steps
    with pytest.raises(
        ConfigError, match=r'yaml:1: --model "embedded" is for the stage "translate".*leave --model out'
    ):
        load(file, {"translate": {"model": "embedded"}})


def test_until_ends_the_plan_and_must_name_a_stage_of_it(tmp_path: Path) -> None:
    path = tmp_path / "plan.yaml"
    path.write_text("stages: [normalize, segment]", encoding="utf-8")
    assert [step.name for step in cut(load(path), "normalize").steps] == ["normalize"]
    with pytest.raises(UsageError, match='"translate" is not in the plan; allowed: normalize, segment'):
        cut(load(path), "translate")
