"""Preparation, vocabulary, encoding and lexicon: what goes into training, and what must not."""

from __future__ import annotations

import json
import re
from itertools import islice
from pathlib import Path

import numpy as np
import pytest
import sentencepiece
import yaml

from training.batches import Corpus
from training.config import ROOT, Config, DataOptions, _build
from training.corpora import Pair, read
from training.encode import read_parts
from training.filters import fault
from training.heldout import HeldOut
from training.nearest import nearest

SHARED = ROOT.parent / "shared"
CASES = yaml.safe_load(Path(__file__).with_name("filter_cases.yaml").read_text("utf-8"))
# Of the long parts every tenth pair is looked at, to stay within seconds; the short ones, with the news, whole.
STRIDE = 10


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["label"])
def test_filter_case(case: dict[str, str]) -> None:
    assert fault(Pair("", case["fr"], case["en"]), DataOptions([], [], "")) == case["fault"]


def test_the_test_set_is_kept_out(prepared: tuple[Config, Path]) -> None:
    _, folder = prepared
    kept = {pair.fr for pair in read([folder / "pairs" / "toy.tsv"])}
    assert len(kept) > 1000
    assert not kept & set((folder / "test.fr").read_text("utf-8").splitlines())
    dropped = json.loads((folder / "dropped.json").read_text("utf-8"))
    assert sum(count for reason, count in dropped.items() if "test set" in reason) >= 20


@pytest.mark.skipif(not SHARED.exists(), reason="the training data lies beside the repository, in ../shared")
def test_no_pair_of_the_training_data_is_in_the_validation_set() -> None:
    """By another way than the recipe's: bare letters; what matches must be refused by the recipe."""
    paths = sorted((SHARED / "mt").glob("newstest2013.*"))
    test = {bare(line) for path in paths for line in path.read_text("utf-8").split("\n")}
    test = {line for line in test if len(line) >= 20}
    held, seen = HeldOut.read(paths), 0
    for path in sorted((SHARED / "training").glob("*.tsv.zst")):
        for pair in islice(read([path]), 0, None, 1 if path.name.startswith("general") else STRIDE):
            seen += 1
            if bare(pair.fr) in test or bare(pair.en) in test:
                assert held.match(pair.fr) or held.match(pair.en), pair
    assert seen > 300_000


@pytest.mark.parametrize("part", [0.25, 0.5, 0.6, 1.0])
def test_what_is_most_like_the_news_is_read_in_its_order(tmp_path: Path, part: float) -> None:
    like, large = tmp_path / "news.tsv", tmp_path / "large.tsv"
    like.write_text("".join(f"La ville ouvre {n} musées.\tThe city opens {n} museums.\n" for n in range(9)), "utf-8")
    lines = [
        f"{'La ville vend' if n % 2 else 'Chers collègues, je vote'} {n} fois.\t"
        f"{'The city sells' if n % 2 else 'Dear colleagues, I vote'} {n} times."
        for n in range(100)
    ]
    large.write_text("".join(f"{line}\n" for line in lines), "utf-8")
    found = [f"{pair.fr}\t{pair.en}" for pair in nearest(large, part, [like])]
    assert found == [line for line in lines if line in found]
    assert len(found) >= 100 * part
    news = sum(line.startswith("La ville") for line in found)
    assert news == len(found) if part <= 0.5 else news == 50


def test_unknown_option_is_an_error() -> None:
    with pytest.raises(ValueError, match=r"toy.yaml: unknown option 'max_word'; allowed are parts"):
        _build(DataOptions, {"parts": [], "max_word": 3}, "toy.yaml")


def test_vocabulary_folds_typography_and_ends_with_pad(prepared: tuple[Config, Path]) -> None:
    _, folder = prepared
    model = sentencepiece.SentencePieceProcessor(model_file=str(folder / "model" / "source.spm"))
    assert model.encode("«\u202fL’œil…\u00a0» e\u0301té") == model.encode('"L\'oeil..." été')
    assert model.decode(model.encode("Зима 😀")) == "Зима 😀"
    ids = json.loads((folder / "model" / "vocab.json").read_text("utf-8"))
    assert (ids["</s>"], ids["<unk>"], ids["<pad>"]) == (0, 1, len(ids) - 1)
    assert sorted(ids.values()) == list(range(len(ids)))


def test_batches_hold_the_encoded_sentences(prepared: tuple[Config, Path]) -> None:
    config, folder = prepared
    pad = 400
    corpus = Corpus.read(folder / "encoded", config.sets, pad, seed=1)
    pairs = {pair.en for pair in read((folder / "pairs").glob("*.tsv"))}
    model = sentencepiece.SentencePieceProcessor(model_file=str(folder / "model" / "source.spm"))
    for batch in islice(corpus.batches(config.train.tokens), 5):
        assert max(batch.source.numel(), batch.labels.numel()) <= config.train.tokens
        for source, labels, shifted in zip(batch.source, batch.labels, batch.decoder_input, strict=True):
            target = labels[labels >= 0].tolist()
            assert model.decode(target[:-1]) in pairs
            assert target[-1] == 0
            assert source[source != pad].tolist()[-1] == 0
            assert shifted[: len(target)].tolist() == [pad, *target[:-1]]


def test_sets_have_their_shares_of_the_target_tokens(prepared: tuple[Config, Path]) -> None:
    config, folder = prepared
    corpus = Corpus.read(folder / "encoded", config.sets, pad=400, seed=1)
    rows = corpus.draw(20_000)
    tokens = np.bincount(corpus.part.set[rows], corpus.part.target_length[rows])
    assert tokens[1] / tokens.sum() == pytest.approx(0.02 / 1.02, rel=0.2)


def test_lexicon_finds_the_words(prepared: tuple[Config, Path]) -> None:
    _, folder = prepared
    ids = json.loads((folder / "model" / "vocab.json").read_text("utf-8"))
    table = np.load(folder / "encoded" / "lexicon.npz")
    rows = np.argsort(table["weight"].astype(float))
    best = dict(zip(table["source"][rows].tolist(), table["target"][rows].tolist(), strict=True))
    known = [(f"▁{fr}", f"▁{en}") for fr, en in (("chat", "cat"), ("rouge", "red"), ("mange", "eats"))]
    found = [best.get(ids[fr]) == ids[en] for fr, en in known if fr in ids and en in ids]
    assert found
    assert all(found)


def test_parts_read_back_whole(prepared: tuple[Config, Path]) -> None:
    part = read_parts(prepared[1] / "encoded")
    assert part.source_length.sum() == len(part.source)
    assert part.target_length.sum() == len(part.target)
    assert len(part.set) == len(part.source_length) > 1000


def bare(text: str) -> str:
    """The letters of a text, in lower case."""
    return re.sub(r"[\W\d_]+", "", text.casefold())
