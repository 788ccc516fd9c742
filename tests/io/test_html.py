"""Pages as they are served, read and cleaned: the cases are `tests/cases/html`, in the format of the gold of pages."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from pipeline.scoring.clean import squeeze
from pipeline.scoring.gold import load_gold
from pipeline.stages import STAGES

FOLDER = Path(__file__).parents[1] / "cases" / "html"
GOLD = load_gold(FOLDER / "segments.json")


@pytest.fixture(scope="module")
def clean() -> Mapping[str, str]:
    stages = [STAGES[name].stage(STAGES[name].options()) for name in ("normalize", "strip", "repair")]
    documents = {document.id: document for document in GOLD.documents([str(FOLDER)])}
    for document in documents.values():
        for stage in stages:
            stage.process(document)
    return {id: squeeze(document.text) for id, document in documents.items()}


@pytest.mark.parametrize("page", GOLD.entries)
def test_the_article_of_a_page_stays(clean: Mapping[str, str], page: str) -> None:
    assert not [text for text in GOLD.entries[page]["with"] if squeeze(text) not in clean[page]]


@pytest.mark.parametrize("page", GOLD.entries)
def test_what_stands_around_it_goes(clean: Mapping[str, str], page: str) -> None:
    assert not [text for text in GOLD.entries[page]["without"] if squeeze(text) in clean[page]]
