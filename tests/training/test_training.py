"""A whole run on a made-up language: it learns, it stops where the budget ends, it goes on, and the result loads."""

from __future__ import annotations

import json
import shutil
import signal
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import sacrebleu
import torch
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from safetensors.torch import load_file, save_file
from torch.nn import functional
from transformers import MarianMTModel, MarianTokenizer

from tests.training.toy_pair import STEPS, ticking
from training import distil
from training.bundle import join, split
from training.config import ROOT, Config
from training.corpora import read
from training.export import export
from training.loss import SmoothedCrossEntropy
from training.model import Translator, as_given, load_weights, marian_config, rough
from training.train import Run, train
from training.widen import widen

FILES = {
    "README.md", "config.json", "generation_config.json", "model.safetensors", "source.spm", "target.spm",
    "target_pieces.txt", "tokenizer_config.json", "vocab.json",
}  # fmt: skip


def log(folder: Path) -> list[dict[str, str]]:
    """The lines of a run's log."""
    names, *rows = ((folder / "run" / "log.tsv").read_text("utf-8")).splitlines()
    return [dict(zip(names.split("\t"), row.split("\t"), strict=True)) for row in rows]


def test_the_loss_falls_and_the_encoder_stays_alive(trained: tuple[Config, Path, Run]) -> None:
    first, *_, last = log(trained[1])
    assert float(last["loss"]) < 0.7 * float(first["loss"])
    assert float(last["guide"]) < float(first["guide"])
    assert float(last["collapse"]) < 0.95


def test_the_budget_is_kept_and_the_rate_ends_at_zero(trained: tuple[Config, Path, Run]) -> None:
    config, _, run = trained
    assert run.clock.spent == pytest.approx(config.train.minutes * 60, abs=2)
    assert run.step == pytest.approx(STEPS, abs=5)
    assert run.optimizer.param_groups[0]["lr"] < 0.05 * config.train.rate


def test_a_weighed_crest_factor_falls(prepared: tuple[Config, Path], tmp_path: Path) -> None:
    config, folder = prepared
    crests = []
    for weight in (0.0, 1.0):
        work = tmp_path / str(weight)
        for name in ("model", "encoded"):
            shutil.copytree(folder / name, work / name)
        train(replace(config, train=replace(config.train, minutes=0.5, crest=weight)), work, now=ticking())
        crests.append(float(log(work)[-1]["crest"]))
    assert 1 <= crests[1] < 0.9 * crests[0]


@given(arrays(np.float32, (3, 5), elements=st.floats(-100, 100, width=32)))
def test_rough_rows_stand_on_their_steps_and_gradients_pass(rows: np.ndarray) -> None:
    values = torch.from_numpy(rows).requires_grad_()
    step = values.detach().abs().amax(1, keepdim=True) / 31
    found = rough(values, step)
    assert torch.all((found - values).abs() <= 0.51 * step + 1e-30)
    assert all(len(set(row.abs().tolist())) <= 32 for row in found)
    torch.autograd.backward(found.sum())
    assert values.grad is not None
    assert torch.allclose(values.grad[step[:, 0] > 0.001], torch.ones(()))


@pytest.mark.skipif(not shutil.which("g++"), reason="torch's compiler needs g++")
def test_what_a_matrix_is_given_is_the_same_where_it_is_fused() -> None:
    compiled = torch.compile(as_given, dynamic=True)
    found = []
    for function in (as_given, compiled):
        values = torch.randn(3, 7, 16, generator=torch.Generator().manual_seed(1)).requires_grad_()
        given, crest = function(values, 31)
        torch.autograd.backward([given.square().sum(), crest])
        found.append((given, crest, values.grad))
    for plain, fused in zip(*found, strict=True):
        assert plain is not None
        assert torch.allclose(plain, fused, atol=1e-4)


def test_a_run_goes_on_where_it_was(prepared: tuple[Config, Path], tmp_path: Path) -> None:
    config, folder = prepared
    for name in ("model", "encoded"):
        shutil.copytree(folder / name, tmp_path / name)
    short = replace(config, train=replace(config.train, minutes=0.2))
    first = train(short, tmp_path, now=ticking())
    second = train(replace(short, train=replace(short.train, minutes=0.4)), tmp_path, now=ticking())
    assert second.step > first.step >= 10
    assert second.clock.spent == pytest.approx(24, abs=2)


def test_a_stopped_run_saves_and_writes_no_final_weights(prepared: tuple[Config, Path], tmp_path: Path) -> None:
    config, folder = prepared
    for name in ("model", "encoded"):
        shutil.copytree(folder / name, tmp_path / name)
    clock = ticking()

    def terminate_at_ten() -> float:
        seconds = clock()
        if seconds == 10:
            signal.raise_signal(signal.SIGTERM)
        return seconds

    run = train(config, tmp_path, now=terminate_at_ten)
    assert run.step <= 11
    assert {path.name for path in (tmp_path / "run").iterdir()} == {"last.pt", "log.tsv"}


def test_the_export_is_an_ordinary_checkpoint(trained: tuple[Config, Path, Run], tmp_path: Path) -> None:
    config, folder, _run = trained
    export(config, folder, tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == FILES
    model: Any = MarianMTModel.from_pretrained(tmp_path, dtype=torch.float32)
    tokenizer: Any = MarianTokenizer.from_pretrained(tmp_path)
    pad = model.config.pad_token_id
    assert not model.model.shared.weight[pad].any()
    assert model.final_logits_bias[0, pad] == -10_000
    said = set((tmp_path / "target_pieces.txt").read_text("utf-8").split("\n")) | {"</s>", "<unk>"}
    never = {i for piece, i in json.loads((tmp_path / "vocab.json").read_text("utf-8")).items() if piece not in said}
    assert pad in never
    assert len(never) > 20  # what only the made-up French uses
    assert never == set((model.final_logits_bias[0] == -10_000).nonzero()[:, 0].tolist())
    inputs = tokenizer(["le chat mange le pain."], return_tensors="pt")
    assert inputs["input_ids"][0, -1] == 0
    words = tokenizer.batch_decode(model.generate(**inputs, max_length=20), skip_special_tokens=True)[0]
    assert words.startswith("the")


def test_exported_weights_stand_on_the_steps_of_int8(trained: tuple[Config, Path, Run], tmp_path: Path) -> None:
    config, folder, _run = trained
    export(config, folder, tmp_path)
    model: Any = MarianMTModel.from_pretrained(tmp_path, dtype=torch.float32)
    rows = model.model.encoder.layers[0].fc1.weight
    steps = 127 * rows / rows.abs().amax(1, keepdim=True)
    assert (steps - steps.round()).abs().max() < 0.1  # float16 moves them by less


def test_weights_are_averaged_with_those_of_other_models(trained: tuple[Config, Path, Run], tmp_path: Path) -> None:
    config, folder, _run = trained
    export(config, folder, tmp_path / "one")
    name = "model.encoder.layers.0.fc1.bias"
    other = load_file(tmp_path / "one" / "model.safetensors")
    moved = {**other, name: other[name] + 1}
    save_file(moved, tmp_path / "other.safetensors")
    export(config, folder, tmp_path / "both", others=[tmp_path / "other.safetensors"])
    both = load_file(tmp_path / "both" / "model.safetensors")
    assert torch.allclose(both[name].float(), other[name].float() + 0.5, atol=1e-2)
    assert torch.equal(both["final_logits_bias"], other["final_logits_bias"])  # not learned, so not averaged
    save_file({**other, name: other[name][:-1]}, tmp_path / "smaller.safetensors")
    with pytest.raises(ValueError, match=r"smaller.safetensors does not fit this configuration: .*fc1.bias"):
        export(config, folder, tmp_path / "both", others=[tmp_path / "smaller.safetensors"])


def test_a_widened_model_says_the_same(trained: tuple[Config, Path, Run], tmp_path: Path) -> None:
    config, folder, _run = trained
    weights = load_file(folder / "run" / "weights.safetensors")
    save_file(widen(weights, 100), tmp_path / "wide.safetensors")
    said = []
    for units, path in ((64, folder / "run" / "weights.safetensors"), (100, tmp_path / "wide.safetensors")):
        model = Translator(marian_config(replace(config.model, feed_forward=units), 400), fast_attention=False)
        load_weights(model, path)
        said.append(model(torch.tensor([[5, 6, 7, 0]]), torch.tensor([[400, 8, 9]])))
    for narrow, wide in zip(*said, strict=True):
        torch.testing.assert_close(wide, narrow, rtol=1e-4, atol=1e-5)
    new = load_file(tmp_path / "wide.safetensors")["model.encoder.layers.0.fc1.weight"][64:]
    assert len(new) == 36
    assert new.float().std() > 0.01  # units that can learn
    with pytest.raises(ValueError, match=r"fc1.bias has 64 units, more than 50; layers can only grow"):
        widen(weights, 50)


def test_ctranslate2_agrees_with_transformers(trained: tuple[Config, Path, Run], tmp_path: Path) -> None:
    import ctranslate2
    import sentencepiece

    config, folder, _ = trained
    export(config, folder, tmp_path / "hf")
    converter = ctranslate2.converters.TransformersConverter(str(tmp_path / "hf"))
    converter.convert(str(tmp_path / "ct2"), quantization="float32")
    pieces = sentencepiece.SentencePieceProcessor(model_file=str(tmp_path / "hf" / "source.spm"))
    engine = ctranslate2.Translator(str(tmp_path / "ct2"), intra_threads=1)
    lines = (folder / "test.fr").read_text("utf-8").splitlines()[:8]
    tokens = [[*pieces.encode(line, out_type=str), "</s>"] for line in lines]
    results = engine.translate_batch(tokens, beam_size=1, max_decoding_length=30)
    model: Any = MarianMTModel.from_pretrained(tmp_path / "hf", dtype=torch.float32)
    tokenizer: Any = MarianTokenizer.from_pretrained(tmp_path / "hf")
    inputs = tokenizer(lines, return_tensors="pt", padding=True)
    ids = model.generate(**inputs, num_beams=1, max_length=31)
    texts = tokenizer.batch_decode(ids, skip_special_tokens=True)
    for result, text in zip(results, texts, strict=True):
        # Where the toy loops, transformers ends one piece earlier.
        assert pieces.decode(result.hypotheses[0]).startswith(text)


def test_a_model_makes_targets_of_its_own(trained: tuple[Config, Path, Run], tmp_path: Path) -> None:
    config, folder, _ = trained
    export(config, folder, tmp_path / "hf")
    sets = {"toy": replace(config.sets["toy"], distil=0.05)}
    shutil.copytree(folder / "pairs", tmp_path / "pairs")
    distil.write(replace(config, sets=sets), tmp_path, tmp_path / "hf", threads=1)
    english = {pair.fr: pair.en for pair in read([folder / "pairs" / "toy.tsv"])}
    made = list(read([tmp_path / "pairs" / "distilled.tsv"]))
    assert 20 < len(made) < 0.1 * len(english)
    assert {pair.set for pair in made} == {"distilled"}
    chrf = sacrebleu.CHRF()
    assert all(chrf.sentence_score(pair.en, [english[pair.fr]]).score >= distil.MIN_CHRF for pair in made)


def test_without_the_pairs_every_piece_may_be_said(trained: tuple[Config, Path, Run], tmp_path: Path) -> None:
    config, folder, _run = trained
    for name in ("model", "run", "encoded"):
        shutil.copytree(folder / name, tmp_path / "carried" / name)
    for name in ("valid.fr", "valid.en", "dropped.json"):
        shutil.copy(folder / name, tmp_path / "carried")
    export(config, tmp_path / "carried", tmp_path / "out")
    model: Any = MarianMTModel.from_pretrained(tmp_path / "out", dtype=torch.float32)
    assert (model.final_logits_bias[0] == 0).sum() == model.config.vocab_size - 1


def test_loss_is_torchs_own() -> None:
    generator = torch.Generator().manual_seed(1)
    logits = torch.randn(300, 50, generator=generator, requires_grad=True)
    labels = torch.randint(50, (300,), generator=generator)
    wanted = functional.cross_entropy(logits, labels, label_smoothing=0.1)
    (gradient,) = torch.autograd.grad(wanted, logits)
    copy = logits.detach().clone().requires_grad_()
    loss = SmoothedCrossEntropy.apply(copy * 1, labels, 0.1)  # type: ignore[no-untyped-call]
    (own,) = torch.autograd.grad(loss, copy)
    assert loss.item() == pytest.approx(wanted.item(), rel=1e-5)
    torch.testing.assert_close(own, gradient, rtol=1e-4, atol=1e-7)


def test_a_file_comes_through_parts_and_damage_is_seen(tmp_path: Path) -> None:
    file, out = tmp_path / "weights.bin", tmp_path / "out.bin"
    file.write_bytes(bytes(range(256)) * 10)
    parts = split(file, tmp_path / "parts", mib=0.001)
    assert len(parts) == 3
    assert all(part.stat().st_size < 0.001 * 2**20 for part in parts)
    join(tmp_path / "parts" / "weights.bin", out)
    assert out.read_bytes() == file.read_bytes()
    parts[1].write_bytes(b"x")
    with pytest.raises(ValueError, match="fetch them again"):
        join(tmp_path / "parts" / "weights.bin", out)


def test_the_shipped_model_is_whole() -> None:
    folder = ROOT / "pipeline" / "assets" / "embedded"
    assert {path.name for path in folder.iterdir()} >= FILES
    config = json.loads((folder / "config.json").read_text("utf-8"))
    ids = json.loads((folder / "vocab.json").read_text("utf-8"))
    assert config["pad_token_id"] == config["decoder_start_token_id"] == ids["<pad>"] == len(ids) - 1
    assert sum(path.stat().st_size for path in folder.iterdir()) < 80e6
