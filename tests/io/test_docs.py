"""The documentation names what there is."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from pipeline.io.export import FORMATS, Export

Make = Callable[..., Export]

DOCS = Path(__file__).resolve().parents[2] / "docs"


def test_every_format_and_its_files_are_described(export: Make) -> None:
    page = (DOCS / "formats.md").read_text(encoding="utf-8")
    names = [f"`{name}`" for name in [*FORMATS, *(file for made in FORMATS.values() for file in made.files(export()))]]
    assert [name for name in names if name not in page] == []


def test_every_page_is_linked_from_the_index() -> None:
    index = (DOCS / "README.md").read_text(encoding="utf-8")
    assert [page.name for page in DOCS.glob("*.md") if page.name != "README.md" and f"({page.name})" not in index] == []
