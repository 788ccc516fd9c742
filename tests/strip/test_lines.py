"""Single lines among sentences; the cases are `tests/cases/strip/lines.yaml`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from pipeline.document import Document
from pipeline.stages.strip import Strip, StripOptions

CASES = yaml.safe_load((Path(__file__).parents[1] / "cases" / "strip" / "lines.yaml").read_text(encoding="utf-8"))
BEFORE = "Le conseil a voté lundi soir la reprise du bâtiment, vide depuis quinze ans."
AFTER = "Les travaux commenceront à l’automne et doivent durer deux ans au moins."


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["label"])
def test_line(case: dict[str, Any]) -> None:
    around = [BEFORE, AFTER, case["line"]] if case.get("last") else [BEFORE, case["line"], AFTER]
    document = Document("d", "\n".join(around))
    Strip(StripOptions()).process(document)
    removed = [(edit.before.strip("\n"), edit.kind) for edit in document.edits]
    assert removed == ([(case["gone"], case["kind"])] if "gone" in case else [])
