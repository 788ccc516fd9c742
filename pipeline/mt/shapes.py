"""Whether a Marian model's weights are those that its configuration describes; told by the file's header alone."""

from __future__ import annotations

import json
import struct
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from pipeline.errors import ModelError

Shape = tuple[int, ...]

LONGEST = 512
"""Most pieces of a source or a target, the closing ``</s>`` included: what Marian's position table holds."""
ACTIVATIONS = ("gelu", "relu", "silu", "swish")
_SIZES = (
    "d_model", "vocab_size", "max_position_embeddings", "scale_embedding",
    *(f"{side}_{what}" for side in ("encoder", "decoder") for what in ("layers", "attention_heads", "ffn_dim")),
)  # fmt: skip


def check_weights(file: Path, name: str, config: Mapping[str, Any]) -> None:
    """Check that a safetensors file holds the weights of a configuration, all of them and no further layer.

    Raises:
        ModelError: naming what does not fit.
    """
    found = _shapes(file, name)
    if wrong := _fault(config) or next(_differences(found, dict(_wanted(config))), ""):
        raise ModelError(f'model "{name}": {wrong}; the files of {file.parent} do not belong together')


def _fault(config: Mapping[str, Any]) -> str:
    """What no engine can run."""
    if odd := next((key for key in _SIZES if not isinstance(config.get(key), int)), ""):
        return f"config.json says {odd} {config.get(odd)!r}, which is no whole number"
    if config.get("activation_function") not in ACTIVATIONS:
        return f"activation_function {config.get('activation_function')!r} is none of {', '.join(ACTIVATIONS)}"
    if config["max_position_embeddings"] < LONGEST:
        return f"max_position_embeddings {config['max_position_embeddings']} is less than {LONGEST}"
    if any(config["d_model"] % max(1, config[f"{side}_attention_heads"]) for side in ("encoder", "decoder")):
        return f"d_model {config['d_model']} cannot be divided among the attention heads"
    return ""


def _differences(found: Mapping[str, Shape], wanted: Mapping[str, Shape]) -> Iterator[str]:
    if not any(key in found for key in ("model.shared.weight", "model.encoder.embed_tokens.weight", "lm_head.weight")):
        yield "the weights have no embedding"
    for key, shape in wanted.items():
        if found.get(key, () if _is_layers(key) else shape) != shape:
            yield f"the weights' {key} is {found.get(key, 'missing')}, config.json says {shape}"
    if more := [key for key in found if _is_layers(key) and key not in wanted]:
        yield f"the weights have {more[0]}, of which config.json says nothing"


def _is_layers(key: str) -> bool:
    """Whether a weight is one of those that every model has; of the others, tied ones are saved once."""
    return ".layers." in key or key == "final_logits_bias"


def _wanted(config: Mapping[str, Any]) -> Iterator[tuple[str, Shape]]:
    """Name and shape of each weight."""
    width, pieces = config["d_model"], config["vocab_size"]
    said = config.get("decoder_vocab_size") or pieces
    yield from ((f"model.{part}.weight", (pieces, width)) for part in ("shared", "encoder.embed_tokens"))
    yield from ((f"{part}.weight", (said, width)) for part in ("model.decoder.embed_tokens", "lm_head"))
    yield "final_logits_bias", (1, said)
    for side, attentions in (("encoder", ["self_attn"]), ("decoder", ["self_attn", "encoder_attn"])):
        linear, norms = _layer(width, config[f"{side}_ffn_dim"], attentions)
        for layer in range(config[f"{side}_layers"]):
            at = f"model.{side}.layers.{layer}"
            for part, shape in linear.items():
                yield from ((f"{at}.{part}.weight", shape), (f"{at}.{part}.bias", shape[:1]))
            yield from ((f"{at}.{norm}.{kind}", (width,)) for norm in norms for kind in ("weight", "bias"))


def _layer(width: int, inner: int, attentions: list[str]) -> tuple[dict[str, Shape], list[str]]:
    """Shapes of a layer's matrices, and its norms."""
    linear = {f"{name}.{part}_proj": (width, width) for name in attentions for part in ("q", "k", "v", "out")}
    return {**linear, "fc1": (inner, width), "fc2": (width, inner)}, [
        *(f"{name}_layer_norm" for name in attentions),
        "final_layer_norm",
    ]


def _shapes(file: Path, name: str) -> dict[str, Shape]:
    """Shape by name of what a safetensors file holds."""
    try:
        with file.open("rb") as stream:
            (size,) = struct.unpack("<Q", stream.read(8))
            header = json.loads(stream.read(min(size, 100_000_000)))
        tensors = {key: tensor for key, tensor in header.items() if key != "__metadata__"}
        expected = 8 + size + max(tensor["data_offsets"][1] for tensor in tensors.values())
        shapes = {key: tuple(tensor["shape"]) for key, tensor in tensors.items()}
    except (ValueError, KeyError, TypeError, AttributeError, struct.error, OSError) as error:
        raise ModelError(f'model "{name}": {file} is not a safetensors file; fetch the model again') from error
    if file.stat().st_size != expected:
        raise ModelError(f'model "{name}": {file} has {file.stat().st_size} bytes, not {expected}; fetch it again')
    return shapes
