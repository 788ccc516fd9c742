"""Models for the tests: the embedded one, and a tiny random one of another direction, made here."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import sentencepiece
from safetensors.numpy import save_file

from pipeline.mt.folder import LocalModel
from pipeline.mt.models import resolve

WIDTH, INNER, HEADS, LAYERS = 16, 32, 2, 1


@pytest.fixture(autouse=True, scope="session")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A cache folder of the tests' own, shared by all of them so that a model is converted once."""
    folder = tmp_path_factory.mktemp("cache")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PIPELINE_CACHE", str(folder))
        patch.setenv("HF_HUB_CACHE", str(folder / "hub"))
        patch.setenv("OMP_NUM_THREADS", "2")
        yield folder


@pytest.fixture(scope="session")
def embedded() -> LocalModel:
    return resolve("embedded")


@pytest.fixture(scope="session")
def make_model(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Path]:
    """Writes a Marian model with random weights, in the shape in which OPUS models come."""

    def make(seed: int = 0) -> Path:
        folder = tmp_path_factory.mktemp("model")
        source = _pieces(folder / "source.spm", "der Hund schläft im Garten und die Katze sieht ihm dabei zu", 60)
        target = _pieces(folder / "target.spm", "le chien dort dans le jardin et le chat le regarde ainsi", 56)
        pieces = ["</s>", "<unk>", *dict.fromkeys([*source, *target]), ">>fra<<", ">>por<<", "<pad>"]
        _write_json(folder / "vocab.json", {piece: i for i, piece in enumerate(pieces)})
        _write_json(folder / "config.json", _config(len(pieces)))
        _write_json(folder / "tokenizer_config.json", {"source_lang": "de", "target_lang": "fr"})
        save_file(_weights(len(pieces), np.random.default_rng(seed)), folder / "model.safetensors")
        return folder

    return make


@pytest.fixture(scope="session")
def tiny(make_model: Callable[..., Path]) -> LocalModel:
    """German to French, multilingual on the target side."""
    return LocalModel("tiny", make_model(), "de", "fr", ">>fra<<")


def _pieces(file: Path, text: str, size: int) -> list[str]:
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(text.split() * 3 + [text]),
        model_prefix=str(file.with_suffix("")),
        vocab_size=size,
        hard_vocab_limit=False,
        minloglevel=2,
    )
    file.with_suffix(".model").rename(file)
    file.with_suffix(".vocab").unlink()
    processor = sentencepiece.SentencePieceProcessor(model_file=str(file))
    return [processor.id_to_piece(i) for i in range(processor.get_piece_size()) if not processor.is_control(i)][1:]


def _config(size: int) -> dict[str, Any]:
    sides = {
        f"{side}_{key}": value
        for side in ("encoder", "decoder")
        for key, value in (("layers", LAYERS), ("attention_heads", HEADS), ("ffn_dim", INNER))
    }
    return {
        "model_type": "marian",
        "architectures": ["MarianMTModel"],
        "activation_function": "relu",
        "d_model": WIDTH,
        "vocab_size": size,
        "decoder_vocab_size": size,
        "max_position_embeddings": 512,
        "scale_embedding": True,
        "static_position_embeddings": True,
        "share_encoder_decoder_embeddings": True,
        "tie_word_embeddings": True,
        "pad_token_id": size - 1,
        "decoder_start_token_id": size - 1,
        "eos_token_id": 0,
        "forced_eos_token_id": 0,
        **sides,
    }


def _weights(size: int, random: np.random.Generator) -> dict[str, np.ndarray]:
    def some(*shape: int) -> np.ndarray:
        return random.normal(0, 0.3, shape).astype(np.float32)

    weights = {"model.shared.weight": some(size, WIDTH), "final_logits_bias": np.zeros((1, size), np.float32)}
    weights["model.shared.weight"][-1] = 0
    for side, parts in (("encoder", ["self_attn"]), ("decoder", ["self_attn", "encoder_attn"])):
        for layer in range(LAYERS):
            at = f"model.{side}.layers.{layer}"
            for part in parts:
                for name in ("q_proj", "k_proj", "v_proj", "out_proj"):
                    weights |= {
                        f"{at}.{part}.{name}.weight": some(WIDTH, WIDTH),
                        f"{at}.{part}.{name}.bias": some(WIDTH),
                    }
            for name, shape in (("fc1", (INNER, WIDTH)), ("fc2", (WIDTH, INNER))):
                weights |= {f"{at}.{name}.weight": some(*shape), f"{at}.{name}.bias": some(shape[0])}
            for name in (*(f"{part}_layer_norm" for part in parts), "final_layer_norm"):
                weights |= {f"{at}.{name}.weight": 1 + some(WIDTH), f"{at}.{name}.bias": some(WIDTH)}
    return weights


def _write_json(file: Path, content: dict[str, Any]) -> None:
    file.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
