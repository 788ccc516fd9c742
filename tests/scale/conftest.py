"""A small corpus in a folder of its own."""

from __future__ import annotations

from pathlib import Path

import pytest

ARTICLE = "La ville de Lyon a ouvert un pont.\n\nIl mesure {} mètres  et il a coûté cher à la ville.\n"


@pytest.fixture
def corpus(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Four short articles, in a current folder without configuration."""
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "in"
    folder.mkdir()
    for n in range(4):
        (folder / f"{n}.txt").write_text(ARTICLE.format(n), encoding="utf-8")
    return folder
