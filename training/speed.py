"""How fast a checkpoint is beside a model of opus-mt's shape, in the same engine, on the same sentences.

The other model has random weights, which takes as long as trained ones as long as both write equally much: each
sentence gets exactly as many pieces as the sentence of the batch with the most source pieces has. One thread, timed in
CPU seconds, so that other programs on the machine do not count.
"""

from __future__ import annotations

import argparse
import json
import shutil
import tempfile
import time
from pathlib import Path

import ctranslate2
import sentencepiece
import torch
from transformers import MarianMTModel

from training.config import ModelOptions
from training.corpora import chunks
from training.model import marian_config
from training.vocab import PAD

# Helsinki-NLP/opus-mt-fr-en: transformer-align, 512 wide, 6 and 6 layers, 59,513 pieces and <pad>.
OPUS = ModelOptions(width=512, feed_forward=2048, encoder=6, decoder=6, heads=8)
OPUS_PIECES = 59_513
BATCH = 32


def opus_shape(model: Path, folder: Path) -> None:
    """Write a checkpoint of opus-mt's shape with random weights; it reads with the given model's pieces."""
    torch.manual_seed(0)
    MarianMTModel(marian_config(OPUS, OPUS_PIECES)).save_pretrained(folder)
    for name in ("source.spm", "target.spm", "tokenizer_config.json", "generation_config.json"):
        shutil.copyfile(model / name, folder / name)
    ids = json.loads((model / "vocab.json").read_text("utf-8"))
    pieces = sorted((piece for piece in ids if piece != PAD), key=ids.__getitem__)
    pieces += [f"▁filler{number}" for number in range(OPUS_PIECES - len(pieces))] + [PAD]
    vocabulary = {piece: number for number, piece in enumerate(pieces)}
    (folder / "vocab.json").write_text(json.dumps(vocabulary, ensure_ascii=False), "utf-8")


def pieces_per_second(folder: Path, lines: list[str], beam: int) -> float:
    """Pieces written in a CPU second by an int8 conversion."""
    with tempfile.TemporaryDirectory() as scratch:
        converter = ctranslate2.converters.TransformersConverter(str(folder))
        converter.convert(f"{scratch}/model", quantization="int8")
        engine = ctranslate2.Translator(f"{scratch}/model", intra_threads=1, inter_threads=1)
    source = sentencepiece.SentencePieceProcessor(model_file=str(folder / "source.spm"))
    tokens = sorted(([*pieces, "</s>"] for pieces in source.encode(lines, out_type=str)), key=len)
    written, begin = 0, time.process_time()
    for batch in chunks(tokens, BATCH):
        length = len(batch[-1])
        engine.translate_batch(batch, beam_size=beam, min_decoding_length=length, max_decoding_length=length)
        written += length * len(batch)
    return written / (time.process_time() - begin)


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("folder", type=Path, help="model folder")
    parser.add_argument("text", type=Path, help="French text, one sentence a line")
    parser.add_argument("--lines", type=int, default=320)
    parser.add_argument("--beam", type=int, default=4)
    args = parser.parse_args()
    lines = args.text.read_text("utf-8").split("\n")[: args.lines]
    own = pieces_per_second(args.folder, lines, args.beam)
    with tempfile.TemporaryDirectory() as folder:
        opus_shape(args.folder, Path(folder))
        other = pieces_per_second(Path(folder), lines, args.beam)
    print(
        json.dumps({"beam": args.beam, "own": round(own), "opus_shape": round(other), "ratio": round(own / other, 2)})
    )


if __name__ == "__main__":
    main()
