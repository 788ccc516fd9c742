"""`pipeline score clean`: each format of gold, on a cleaning that is known."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from pipeline.document import Document
from pipeline.edits import Change
from pipeline.errors import UsageError
from pipeline.scoring.clean import score_clean
from pipeline.scoring.gold import load_gold
from pipeline.stages.base import DocumentStage, Options

PAGE = "Menu ici\nLe pont le Le pont ferme.\nPartager\nUne phrase.\n"


class Cut(DocumentStage[Options]):
    """Removes the menu's first word and "Une", under one kind."""

    name = "strip"

    def process(self, document: Document) -> None:
        spans = [(i, i + len(word)) for word in ("Menu ", "Une ") if (i := document.text.find(word)) >= 0]
        document.edit([Change(start, end, "", "test", "navigation") for start, end in spans], self.name)


def write(folder: Path, gold: object) -> Path:
    (folder / "page.txt").write_text(PAGE, encoding="utf-8")
    path = folder / "gold.json"
    path.write_text(json.dumps(gold), encoding="utf-8")
    return path


def test_labels(tmp_path: Path) -> None:
    labels = {
        "strip": [
            {"line": 1, "kind": "navigation", "text": "Menu ici"},
            {"line": 3, "kind": "share", "text": "Partager"},
        ],
        "repair": [
            {"line": 2, "before": "le Le pont", "after": "le pont"},
            {"line": 2, "before": "", "must_keep": ["ferme"]},
        ],
        "keep": [{"line": 4, "text": "Une phrase."}],
    }
    score = score_clean(load_gold(write(tmp_path, {"page.txt": labels})), [Cut(Options())])
    assert score.rates["token_precision"] == 1 / 2  # of "Menu", "Une"
    assert score.rates["token_recall"] == 1 / 3  # of "Menu", "ici", "Partager"
    assert score.rates["kind_accuracy"] == 0  # neither label is removed whole
    assert score.rates["repairs_mended"] == 1 / 2
    assert score.rates["clean_lines_touched"] == 1
    assert score.rates["segments_kept"] is None


def test_segments(tmp_path: Path) -> None:
    gold = write(tmp_path, {"page.txt": {"with": ["Le pont", "Une  phrase."], "without": ["Partager", "Menu"]}})
    score = score_clean(load_gold(gold), [Cut(Options())])
    assert (score.kept, score.kept_all, score.leaked, score.leaked_all) == (1, 2, 1, 2)
    assert score.rates["segments_f1"] == 2 * 1 / (1 + 1 + 2)
    assert score.as_dict()["segments_leaked"] == 1 / 2


def test_clean_lines(tmp_path: Path) -> None:
    path = tmp_path / "human.txt"
    path.write_text("Une phrase.\n\nDeux phrases.\n", encoding="utf-8")
    score = score_clean(load_gold(path), [Cut(Options())])
    assert (score.documents, score.touched, score.clean) == (2, 1, 2)


def test_perfect_cleaning_of_nothing_has_no_rates(tmp_path: Path) -> None:
    path = tmp_path / "empty.txt"
    path.write_text("\n", encoding="utf-8")
    assert not any(score_clean(load_gold(path), []).rates.values())


def test_texts_may_lie_elsewhere(tmp_path: Path) -> None:
    texts = tmp_path / "texts"
    texts.mkdir()
    gold = tmp_path / "gold.json"
    write(texts, {})
    gold.write_text(json.dumps({"page.txt": {"with": ["Le pont"], "without": []}}), encoding="utf-8")
    assert score_clean(load_gold(gold), [], [str(texts)]).kept == 1
    with pytest.raises(UsageError, match="no text found for page"):
        score_clean(load_gold(gold), [])


@pytest.mark.parametrize("content", ["[]", '{"page": {"x": 1}}', "{"])
def test_what_is_no_gold_is_said(tmp_path: Path, content: str) -> None:
    path = tmp_path / "gold.json"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(UsageError, match=r"gold\.json"):
        load_gold(path)
