"""A model of opus-mt-fr-en's shape with random weights, and forced lengths, so that speed is measured without weights.

6+6 layers, 512 wide, 59,514 pieces. Every system is made to say as many pieces as a batch's sources have on average.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from pipeline.mt.engines import Decoding
from pipeline.mt.folder import LocalModel
from pipeline.mt.models import resolve
from pipeline.mt.tokenizer import Tokenizer

NAME = "opus-shape"
_forcing = False


def forced(batch: Sequence[Sequence[str]]) -> dict[str, int]:
    """Bounds that make a model say as many pieces as the batch's sources have on average; none for a real model."""
    length = round(sum(map(len, batch)) / len(batch))
    return {"min_decoding_length": length, "max_decoding_length": length} if _forcing else {}


def force() -> None:
    """Make this program's engines obey `forced` as well, and switch off what would ask a random model again.

    The fillers that a random model says are no pieces of its SentencePiece model, so that its text has several times as
    many; for the alignment it gets about as many as it said.
    """
    global _forcing
    _forcing = True
    from pipeline.mt.engines import ctranslate2_engine, transformers_engine
    from pipeline.mt.guard import Guard

    def start(self: Any, batch: Any, decoding: Decoding) -> Any:
        return self._translator.translate_batch(
            batch,
            asynchronous=True,
            beam_size=decoding.beam,
            num_hypotheses=decoding.beam,
            return_scores=True,
            disable_unk=True,
            **forced(batch),
        )

    def search(self: Any, decoding: Decoding, longest: int) -> Any:
        found = original(self, decoding, longest)
        found.min_new_tokens = longest
        return found

    def encode_targets(self: Tokenizer, texts: Sequence[str]) -> list[list[str]]:
        return [pieces[: len(text.split())] for text, pieces in zip(texts, encode(self, texts), strict=True)]

    encode = Tokenizer.encode_targets
    Tokenizer.encode_targets = encode_targets  # type: ignore[method-assign]
    original = transformers_engine.TransformersEngine._search
    ctranslate2_engine.CTranslate2Engine._start = start  # type: ignore[method-assign]
    transformers_engine.TransformersEngine._search = search  # type: ignore[method-assign]
    transformers_engine.longest_output = lambda batch: forced(batch)["max_decoding_length"]  # type: ignore[attr-defined]
    Guard._doubts = lambda *_: ()  # type: ignore[method-assign]


def write(folder: Path) -> LocalModel:
    """The model, with the embedded model's pieces and fillers for the rest.

    Half of the vocabulary is listed as the target's, as in an OPUS model with its two SentencePiece models.
    """
    from safetensors.numpy import save_file

    embedded, size, width, inner = resolve("embedded"), 59_514, 512, 2048
    pieces = [piece for piece in json.loads((embedded.folder / "vocab.json").read_text("utf-8")) if piece != "<pad>"]
    pieces += [f"▁filler{number}" for number in range(size - 1 - len(pieces))] + ["<pad>"]
    folder.mkdir(parents=True, exist_ok=True)
    for name in ("source.spm", "target.spm", "tokenizer_config.json"):
        (folder / name).write_bytes((embedded.folder / name).read_bytes())
    (folder / "target_pieces.txt").write_text("\n".join(pieces[: size // 2]) + "\n", encoding="utf-8")
    (folder / "vocab.json").write_text(json.dumps({piece: i for i, piece in enumerate(pieces)}), encoding="utf-8")
    shape = {"d_model": width, "vocab_size": size, "decoder_vocab_size": size}
    shape |= {f"{side}_{key}": n for side in ("encoder", "decoder") for key, n in (("layers", 6), ("ffn_dim", inner))}
    shape |= {"encoder_attention_heads": 8, "decoder_attention_heads": 8}
    shape |= {"pad_token_id": size - 1, "decoder_start_token_id": size - 1}
    (folder / "config.json").write_text(json.dumps({**embedded.config, **shape, "dtype": "float32"}))
    random = np.random.default_rng(0)

    def some(*dimensions: int) -> Any:
        return random.normal(0, 0.02, dimensions).astype(np.float32)

    weights = {"model.shared.weight": some(size, width), "final_logits_bias": np.zeros((1, size), np.float32)}
    for layer in range(6):
        for side, parts in (("encoder", ["self_attn"]), ("decoder", ["self_attn", "encoder_attn"])):
            at = f"model.{side}.layers.{layer}"
            linear = {f"{part}.{name}_proj": (width, width) for part in parts for name in ("q", "k", "v", "out")}
            for name, dimensions in {**linear, "fc1": (inner, width), "fc2": (width, inner)}.items():
                weights[f"{at}.{name}.weight"], weights[f"{at}.{name}.bias"] = some(*dimensions), some(dimensions[0])
            for name in (*(f"{part}_layer_norm" for part in parts), "final_layer_norm"):
                weights[f"{at}.{name}.weight"], weights[f"{at}.{name}.bias"] = np.ones(width, np.float32), some(width)
    save_file(weights, folder / "model.safetensors")
    return resolve(str(folder))
