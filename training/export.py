"""Step 6: the trained weights as an ordinary HuggingFace checkpoint in float16, with its tokenizer and model card.

Writes into the folder given: ``config.json generation_config.json model.safetensors source.spm target.spm vocab.json
tokenizer_config.json README.md``.
"""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import torch
from transformers import GenerationConfig

from training.card import write_card
from training.config import Config, arguments, load
from training.model import MAX_POSITIONS, Translator, load_weights, marian_config
from training.vocab import EOS_ID, FILES

BEAMS = 4


def generation_config(pad: int) -> GenerationConfig:
    """How to decode unless told otherwise: beam search from ``<pad>``, which may not be written."""
    return GenerationConfig(  # type: ignore[no-untyped-call]
        num_beams=BEAMS, max_length=MAX_POSITIONS, length_penalty=1.0, early_stopping=True, bad_words_ids=[[pad]],
        decoder_start_token_id=pad, pad_token_id=pad, eos_token_id=EOS_ID, forced_eos_token_id=EOS_ID,
        renormalize_logits=True,
    )  # fmt: skip


def export(config: Config, work: Path, folder: Path, weights: str = "weights") -> None:
    """Write the checkpoint of ``run/<weights>.safetensors`` to ``folder``."""
    folder.mkdir(parents=True, exist_ok=True)
    pieces = len(json.loads((work / "model" / "vocab.json").read_text("utf-8"))) - 1
    model = Translator(marian_config(config.model, pieces), fast_attention=False)
    load_weights(model, work / "run" / f"{weights}.safetensors")
    model.marian.generation_config = generation_config(pieces)
    torch.nn.Module.half(model.marian).save_pretrained(folder)
    for name in FILES:
        shutil.copyfile(work / "model" / name, folder / name)
    write_card(config, work, folder)


def main() -> None:
    """Command line."""
    parser = arguments(__doc__)
    parser.add_argument("folder", type=Path, help="where the checkpoint goes")
    parser.add_argument("--weights", default="weights", help="weights, or stable: those before the rate fell")
    args = parser.parse_args()
    export(load(args.config), args.work, args.folder, args.weights)


if __name__ == "__main__":
    main()
