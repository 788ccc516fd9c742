"""Marian weights to CTranslate2's format: once, whole or not at all, into the program's cache.

Written from the safetensors file with NumPy; the model is never built in torch.
"""

from __future__ import annotations

import hashlib
import json
import math
import os
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from pipeline.errors import ModelError
from pipeline.mt.cache import cache_folder
from pipeline.mt.folder import WEIGHTS, LocalModel

Array = npt.NDArray[np.float32]
_FORMAT = 2
"""Raised when what `_write` writes changes, so that older conversions are not taken."""
_SEAL = "seal.json"


def converted(model: LocalModel, compute: str, prune: bool = True) -> Path:
    """The folder of a model's conversion; made if it is not there, made anew if it is damaged.

    Args:
        compute: CTranslate2's name of the type that weights are stored in: "int8", "float16" or "float32".
        prune: leave what is never said out of the output layer; see `pipeline.mt.prune`.

    Raises:
        ModelError: weights that are no Marian model's, or a cache folder that cannot be written.
    """
    rows = "pruned" if prune else "whole"
    folder = cache_folder() / "ctranslate2" / f"{model.digest[:32]}-{compute}-{rows}-v{_FORMAT}"
    if not _is_whole(folder):
        try:
            _replace(folder, lambda fresh: _write(model, compute, prune, fresh))
        except OSError as error:
            raise ModelError(
                f"{folder} cannot be written: {error}; point PIPELINE_CACHE at a folder that can"
            ) from error
    return folder


def _replace(folder: Path, write: Callable[[Path], None]) -> None:
    """Fill a fresh folder and put it in place; another process may do the same at the same time."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=".making-") as made:
        fresh = Path(made) / "model"
        fresh.mkdir()
        write(fresh)
        (fresh / _SEAL).write_text(json.dumps(_digests(fresh)), encoding="utf-8")
        if folder.exists() and not _is_whole(folder):
            os.replace(folder, Path(made) / "damaged")
        try:
            fresh.rename(folder)
        except OSError:
            if not _is_whole(folder):  # else another process was faster, with the same bytes
                raise


def _is_whole(folder: Path) -> bool:
    try:
        seal = json.loads((folder / _SEAL).read_text(encoding="utf-8"))
        return bool(seal == _digests(folder))
    except (OSError, ValueError):
        return False


def _digests(folder: Path) -> dict[str, str]:
    files = sorted(file for file in folder.iterdir() if file.name != _SEAL)
    return {file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in files}


def _write(model: LocalModel, compute: str, prune: bool, folder: Path) -> None:
    try:
        spec = _spec(model, _weights(model), prune)
        spec.validate()
        spec.optimize(quantization=compute)
        spec.save(str(folder))
    except (KeyError, ValueError) as error:
        raise ModelError(f'model "{model.name}": {model.folder / WEIGHTS} cannot be converted: {error}') from error


def _weights(model: LocalModel) -> dict[str, Array]:
    from safetensors.numpy import load_file

    return {key: value.astype(np.float32) for key, value in load_file(model.folder / WEIGHTS).items()}


def _spec(model: LocalModel, weights: Mapping[str, Array], prune: bool) -> Any:
    from ctranslate2.specs import TransformerSpec, common_spec

    activations = {"swish": "SWISH", "silu": "SWISH", "relu": "RELU", "gelu": "GELU"}
    config = model.config
    spec = TransformerSpec.from_config(
        (config["encoder_layers"], config["decoder_layers"]),
        config["encoder_attention_heads"],
        pre_norm=False,
        activation=common_spec.Activation[activations[config["activation_function"]]],
        # The alignment is head 0 of the last decoder layer, where Marian's guided alignment is trained.
        alignment_layer=-1,
        alignment_heads=1,
    )
    _set_layers(spec.encoder, weights, "model.encoder")
    _set_layers(spec.decoder, weights, "model.decoder")
    _set_vocabulary(spec, model, weights, prune)
    for side in (spec.encoder, spec.decoder):
        side.scale_embeddings = math.sqrt(config["d_model"]) if config["scale_embedding"] else 1.0
        side.position_encodings.encodings = positions(config["max_position_embeddings"], config["d_model"])
    spec.decoder.start_from_zero_embedding = True
    spec.config.eos_token = spec.config.decoder_start_token = "</s>"
    spec.config.unk_token = "<unk>"
    return spec


def _set_vocabulary(spec: Any, model: LocalModel, weights: Mapping[str, Array], prune: bool) -> None:
    """Embeddings, output layer and pieces, without ``<pad>``, which CTranslate2 does not need."""
    from pipeline.mt.prune import NEVER, target_ids
    from pipeline.mt.tokenizer import PAD, Tokenizer

    tokenizer = Tokenizer(model)
    source = sorted(tokenizer.source_ids, key=tokenizer.source_ids.__getitem__)
    target = tokenizer.target_pieces
    said = target_ids(model, tokenizer)
    rows = said if prune else [i for i in range(len(target)) if target[i] != PAD]
    bias = np.full(len(target), NEVER, np.float32)
    bias[said] = weights["final_logits_bias"].reshape(-1)[said]
    inputs = [i for i in range(len(source)) if source[i] != PAD]
    spec.encoder.embeddings[0].weight = _embedding(weights, "encoder")[inputs]
    spec.decoder.embeddings.weight = _embedding(weights, "decoder")[rows]
    spec.decoder.projection.weight = weights.get("lm_head.weight", _embedding(weights, "decoder"))[rows]
    spec.decoder.projection.bias = bias[rows]
    spec.register_source_vocabulary([source[i] for i in inputs])
    spec.register_target_vocabulary([target[i] for i in rows])


def _embedding(weights: Mapping[str, Array], side: str) -> Array:
    names = (f"model.{side}.embed_tokens.weight", "model.shared.weight", "lm_head.weight")
    # Tied weights are saved once, under any of their names.
    return next(weights[name] for name in (*names, "model.encoder.embed_tokens.weight") if name in weights)


def _set_layers(spec: Any, weights: Mapping[str, Array], name: str) -> None:
    for number, layer in enumerate(spec.layer):
        at = f"{name}.layers.{number}"
        _set_attention(layer.self_attention, weights, f"{at}.self_attn", [["q", "k", "v"], ["out"]])
        if name.endswith("decoder"):
            _set_attention(layer.attention, weights, f"{at}.encoder_attn", [["q"], ["k", "v"], ["out"]])
        _set_linear(layer.ffn.linear_0, weights, [f"{at}.fc1"])
        _set_linear(layer.ffn.linear_1, weights, [f"{at}.fc2"])
        _set_norm(layer.ffn.layer_norm, weights, f"{at}.final_layer_norm")


def _set_attention(spec: Any, weights: Mapping[str, Array], at: str, groups: list[list[str]]) -> None:
    for linear, group in zip(spec.linear, groups, strict=True):
        _set_linear(linear, weights, [f"{at}.{part}_proj" for part in group])
    _set_norm(spec.layer_norm, weights, f"{at}_layer_norm")


def _set_linear(spec: Any, weights: Mapping[str, Array], names: list[str]) -> None:
    spec.weight = np.concatenate([weights[f"{name}.weight"] for name in names])
    spec.bias = np.concatenate([weights[f"{name}.bias"] for name in names])


def _set_norm(spec: Any, weights: Mapping[str, Array], name: str) -> None:
    spec.gamma = weights[f"{name}.weight"]
    spec.beta = weights[f"{name}.bias"]


def positions(count: int, width: int) -> Array:
    """Marian's position table (Vaswani et al. 2017, sines in the first half, cosines in the second): count x width."""
    even = np.arange(0, width, 2)
    angles = np.arange(count)[:, None] / np.power(10000.0, even / width)
    return np.concatenate([np.sin(angles), np.cos(angles)[:, : width // 2]], axis=1).astype(np.float32)
