"""Documentation that a program can check is checked."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest
import yaml

from pipeline.config import cut, load
from pipeline.document import Document
from pipeline.stages import STAGES

ROOT = Path(__file__).resolve().parents[1]


def test_the_command_line_page_is_up_to_date() -> None:
    spec = importlib.util.spec_from_file_location("reference", ROOT / "docs" / "reference.py")
    assert spec
    assert spec.loader
    reference = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(reference)
    assert (ROOT / "docs" / "cli.md").read_text(encoding="utf-8") == reference.page(), "run: python docs/reference.py"


def test_the_plan_of_the_readme_is_the_plan_of_the_project(tmp_path: Path) -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    block = readme.split("```yaml\n")[1].split("```")[0]
    assert yaml.safe_load(block) == yaml.safe_load((ROOT / "pipeline.yaml").read_text(encoding="utf-8"))
    (tmp_path / "plan.yaml").write_text(block, encoding="utf-8")
    load(tmp_path / "plan.yaml")


LINKS = [
    (page, link.split(")")[0])
    for page in [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
    for link in page.read_text(encoding="utf-8").split("](")[1:]
    if not link.startswith(("http", "#"))
]


@pytest.mark.parametrize(("page", "link"), LINKS, ids=lambda value: value if isinstance(value, str) else value.name)
def test_links_between_pages_lead_somewhere(page: Path, link: str) -> None:
    assert (page.parent / link.split("#")[0]).exists()


def test_the_passage_that_the_readme_shows_comes_out_as_shown() -> None:
    before, after = (
        " ".join(line.removeprefix("> ") for line in block.strip().splitlines())
        for block in (ROOT / "README.md").read_text(encoding="utf-8").split("\n\n")
        if block.startswith("> ")
    )
    raw = before.replace("~~", "")
    assert raw in (ROOT / "corpus" / "barrage-vallon-noir.txt").read_text(encoding="utf-8")
    document = Document("passage", raw)
    for step in cut(load(ROOT / "pipeline.yaml"), "repair").steps:
        for _ in STAGES[step.name].stage(step.options)([document]):
            pass
    assert document.text == after
    assert "garbled" in {mark.flag for mark in document.marks}
