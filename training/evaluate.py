"""Step 7: BLEU, chrF and speed of a checkpoint, with CTranslate2 in int8 or with transformers.

Prints one line of JSON; ``--keep`` also appends it to ``figures.jsonl`` in the model folder, for the model card.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import sacrebleu
import sentencepiece

from training.shortlist import write_map
from training.vocab import PAD

Translate = Callable[[Sequence[str]], list[str]]
# Sentences at once; sorted by length within, as any user of the engines would.
BATCH = 64
MAX_PIECES = 256


def convert(folder: Path, quantization: str, threads: int, shortlist: Path | None = None) -> Any:
    """A ``ctranslate2.Translator`` over a conversion made for the occasion."""
    import ctranslate2

    with tempfile.TemporaryDirectory() as scratch:
        converted = Path(scratch) / "model"
        ctranslate2.converters.TransformersConverter(str(folder)).convert(str(converted), quantization=quantization)
        if shortlist:
            write_map(shortlist, folder, converted / "vmap.txt")
        return ctranslate2.Translator(str(converted), intra_threads=threads, inter_threads=1)


def with_ctranslate2(folder: Path, args: argparse.Namespace) -> Translate:
    """A translator over CTranslate2."""
    engine = convert(folder, args.quantization, args.threads, args.shortlist)
    source = sentencepiece.SentencePieceProcessor(model_file=str(folder / "source.spm"))

    def translate(lines: Sequence[str]) -> list[str]:
        tokens = [[*pieces, "</s>"] for pieces in source.encode(list(lines), out_type=str)]
        results = engine.translate_batch(
            tokens, beam_size=args.beam, max_batch_size=BATCH, use_vmap=bool(args.shortlist),
            max_decoding_length=MAX_PIECES,
        )  # fmt: skip
        return [source.decode([piece for piece in result.hypotheses[0] if piece != PAD]) for result in results]

    return translate


def with_transformers(folder: Path, args: argparse.Namespace) -> Translate:
    """A translator over transformers, in bfloat16 on a GPU."""
    import torch
    from transformers import MarianMTModel, MarianTokenizer

    device = "cuda" if torch.cuda.is_available() else "cpu"
    kind = torch.bfloat16 if device == "cuda" else torch.float32
    loaded: Any = MarianMTModel.from_pretrained(folder, dtype=kind)
    model = loaded.to(device)
    tokenizer = MarianTokenizer.from_pretrained(folder)

    def translate(lines: Sequence[str]) -> list[str]:
        order = sorted(range(len(lines)), key=lambda index: len(lines[index]))
        out = [""] * len(lines)
        for start in range(0, len(order), args.batch):
            rows = order[start : start + args.batch]
            inputs = tokenizer([lines[row] for row in rows], return_tensors="pt", padding=True).to(device)
            ids = model.generate(**inputs, num_beams=args.beam, max_length=MAX_PIECES)
            for row, text in zip(rows, tokenizer.batch_decode(ids, skip_special_tokens=True), strict=True):
                out[row] = text
        return out

    return translate


ENGINES: dict[str, Callable[[Path, argparse.Namespace], Translate]] = {
    "ctranslate2": with_ctranslate2,
    "transformers": with_transformers,
}


def evaluate(folder: Path, lines: list[str], references: list[str], args: argparse.Namespace) -> dict[str, Any]:
    """Translate and score.

    Words a second count source words and the process's CPU seconds, so that other programs on the machine do not
    matter; the loading of the model is left out. With one thread that is the speed of one idle core.
    """
    translate = ENGINES[args.engine](folder, args)
    translate(lines[:BATCH])
    begin = time.process_time()
    hypotheses = translate(lines)
    seconds = time.process_time() - begin
    if args.out:
        args.out.write_text("".join(f"{line}\n" for line in hypotheses), "utf-8")
    bleu, chrf = sacrebleu.BLEU(), sacrebleu.CHRF()
    return {
        "bleu": bleu.corpus_score(hypotheses, [references]).score,
        "chrf": chrf.corpus_score(hypotheses, [references]).score,
        "words_per_cpu_second": sum(len(line.split()) for line in lines) / seconds,
        "decoding": _decoding(args),
        "signature": str(bleu.get_signature()),
    }


def _decoding(args: argparse.Namespace) -> str:
    search = f"beam {args.beam}" if args.beam > 1 else "greedy"
    kind = args.quantization if args.engine == "ctranslate2" else "unquantized"
    return f"{args.engine} {kind}, {search}, {args.threads} threads" + (", shortlist" if args.shortlist else "")


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("folder", type=Path, help="model folder")
    parser.add_argument("test", help="test set: TEST.fr and TEST.en are read")
    parser.add_argument("--engine", choices=ENGINES, default="ctranslate2")
    parser.add_argument("--quantization", default="int8", help="of CTranslate2")
    parser.add_argument("--beam", type=int, default=4, help="1 is greedy")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--batch", type=int, default=64, help="sentences at once (transformers)")
    parser.add_argument("--shortlist", type=Path, help="shortlist.npz: let CTranslate2 choose among likely pieces only")
    parser.add_argument("--out", type=Path, help="write the translations")
    parser.add_argument("--keep", action="store_true", help="append the figures to the model folder's figures.jsonl")
    args = parser.parse_args()
    lines, references = (Path(f"{args.test}.{end}").read_text("utf-8").split("\n")[:-1] for end in ("fr", "en"))
    figures = {"set": Path(args.test).name} | evaluate(args.folder, lines, references, args)
    print(json.dumps(figures))
    if args.keep:
        with (args.folder / "figures.jsonl").open("a", encoding="utf-8") as file:
            print(json.dumps(figures), file=file)


if __name__ == "__main__":
    main()
