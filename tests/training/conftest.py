"""A run over a made-up language pair, shared by the tests."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.training.toy_pair import sentences, ticking, toy_config
from training import encode, lexicon, prepare, vocab
from training.config import Config
from training.train import Run, train


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> tuple[Config, Path]:
    """A folder with made-up data, prepared up to the lexicon; its test set stands in the training data too."""
    folder = tmp_path_factory.mktemp("toy")
    test = sentences(20, seed=2, shortest=7)
    lines = [f"{fr}\t{en}\n" for fr, en in sentences(2500, seed=1) + test]
    (folder / "toy.tsv").write_text("".join(lines), "utf-8")
    for side, ending in enumerate(("fr", "en")):
        (folder / f"test.{ending}").write_text("".join(f"{pair[side]}\n" for pair in test), "utf-8")
    config = toy_config(folder)
    prepare.prepare(config, folder, workers=1)
    vocab.build(config, folder)
    encode.write(config, folder)
    lexicon.write(config, folder)
    return config, folder


@pytest.fixture(scope="session")
def trained(prepared: tuple[Config, Path]) -> tuple[Config, Path, Run]:
    """The same after a training run."""
    config, folder = prepared
    return config, folder, train(config, folder, now=ticking())
