"""Step 6: the trained weights as an ordinary HuggingFace checkpoint in float16, with its tokenizer and model card.

Writes into the folder given: ``config.json generation_config.json model.safetensors source.spm target.spm vocab.json
tokenizer_config.json README.md``, and where the pairs are at hand ``target_pieces.txt``, the pieces that may be said.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from pathlib import Path

import torch
from transformers import GenerationConfig

from training.card import write_card
from training.config import Config, arguments, load
from training.corpora import read
from training.model import MAX_POSITIONS, NEVER, Translator, load_weights, marian_config, round_weights
from training.vocab import EOS_ID, FILES

BEAMS = 4


def generation_config(pad: int) -> GenerationConfig:
    """How to decode unless told otherwise: beam search from ``<pad>``, which may not be written."""
    return GenerationConfig(  # type: ignore[no-untyped-call]
        num_beams=BEAMS, max_length=MAX_POSITIONS, length_penalty=1.0, early_stopping=True, bad_words_ids=[[pad]],
        decoder_start_token_id=pad, pad_token_id=pad, eos_token_id=EOS_ID, forced_eos_token_id=EOS_ID,
        renormalize_logits=True,
    )  # fmt: skip


def export(config: Config, work: Path, folder: Path, weights: str = "weights", others: Sequence[Path] = ()) -> None:
    """Write the checkpoint of ``run/<weights>.safetensors`` to ``folder``, averaged with other models' weights."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in FILES:
        shutil.copyfile(work / "model" / name, folder / name)
    pieces = len(json.loads((folder / "vocab.json").read_text("utf-8"))) - 1
    model = Translator(marian_config(config.model, pieces), fast_attention=False)
    load_weights(model, work / "run" / f"{weights}.safetensors", *others)
    round_weights(model)
    model.marian.generation_config = generation_config(pieces)
    model.marian.final_logits_bias[0, never_said(work, folder)] = NEVER
    torch.nn.Module.half(model.marian).save_pretrained(folder)
    write_card(config, work, folder)


def never_said(work: Path, folder: Path) -> list[int]:
    """Ids of the pieces that no target of the pairs uses; writes the others to ``target_pieces.txt``.

    The program never says them (`pipeline.mt.prune`); with their bias in the weights no other engine does, either.
    Where only the encoded parts were carried, there are no pairs, and nothing is left out.
    """
    pairs = sorted((work / "pairs").glob("*.tsv"))
    if not pairs:
        return []
    from pipeline.mt.folder import LocalModel
    from pipeline.mt.prune import target_ids, write_list
    from pipeline.mt.tokenizer import Tokenizer

    model = LocalModel("exported", folder, "fr", "en")
    write_list(model, (pair.en for pair in read(pairs)))
    tokenizer = Tokenizer(model)
    return sorted(set(range(len(tokenizer.target_pieces))).difference(target_ids(model, tokenizer)))


def main() -> None:
    """Command line."""
    parser = arguments(__doc__)
    parser.add_argument("folder", type=Path, help="where the checkpoint goes")
    parser.add_argument("--weights", default="weights", help="weights, or stable: those before the rate fell")
    parser.add_argument(
        "--mean", type=Path, nargs="+", default=[], metavar="FILE",
        help="model.safetensors of models that went on from the same weights, to be averaged with",
    )  # fmt: skip
    args = parser.parse_args()
    export(load(args.config), args.work, args.folder, args.weights, args.mean)


if __name__ == "__main__":
    main()
