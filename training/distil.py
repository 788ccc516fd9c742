"""Optional, before step 3: targets of the model's own making, as the set ``distilled``, to sharpen it with.

Sequence-level interpolation (Kim & Rush 2016, "Sequence-Level Knowledge Distillation", 1606.07947): a trained model
translates training sources with a beam, and of its hypotheses the one closest to the reference becomes the target.
What the model learns from that is surer than what it learns from loose references: greedy search loses less against
beam search, and int8 arithmetic changes fewer sentences.

Writes ``pairs/distilled.tsv``, which `training.encode` takes for the set of that name.
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Iterator, Sequence
from pathlib import Path

import sacrebleu
import sentencepiece

from training.config import Config, arguments, load
from training.corpora import Pair, chunks, read
from training.evaluate import MAX_PIECES, convert
from training.vocab import PAD

NAME = "distilled"
BEAMS = 6
# A hypothesis further from its reference (chrF) is more likely wrong than a translation of its own.
MIN_CHRF = 45.0
CHUNK = 1500
BATCH_TOKENS = 1600


def sources(config: Config, work: Path) -> list[Pair]:
    """Pairs drawn for each set by its ``distil`` share, shuffled."""
    rng = random.Random(config.seed)
    drawn = [
        pair
        for name, options in config.sets.items()
        if options.distil
        for pair in read([work / "pairs" / f"{name}.tsv"])
        if rng.random() < options.distil
    ]
    rng.shuffle(drawn)
    return drawn


def closest(hypotheses: Sequence[str], reference: str) -> str:
    """The hypothesis with the highest chrF against the reference; nothing where none reaches `MIN_CHRF`.

    >>> closest(["The cat is sleeping.", "The cat sleeps."], "The cat sleeps!")
    'The cat sleeps.'
    >>> closest(["A dog."], "The cat sleeps!")
    ''
    """
    chrf = sacrebleu.CHRF()
    score, best = max((chrf.sentence_score(text, [reference]).score, text) for text in hypotheses)
    return best if score >= MIN_CHRF else ""


def distil(pairs: Sequence[Pair], folder: Path, threads: int) -> Iterator[Pair]:
    """The pairs whose translations by the model in ``folder`` are near enough, with those as targets."""
    engine = convert(folder, "int8", threads)
    pieces = sentencepiece.SentencePieceProcessor(model_file=str(folder / "source.spm"))
    for chunk in chunks(pairs, CHUNK):
        tokens = [[*row, "</s>"] for row in pieces.encode([pair.fr for pair in chunk], out_type=str)]
        results = engine.translate_batch(
            tokens, beam_size=BEAMS, num_hypotheses=BEAMS, max_batch_size=BATCH_TOKENS, batch_type="tokens",
            max_decoding_length=MAX_PIECES,
        )  # fmt: skip
        for pair, result in zip(chunk, results, strict=True):
            texts = [pieces.decode([piece for piece in row if piece != PAD]) for row in result.hypotheses]
            if best := closest(texts, pair.en):
                yield Pair(NAME, pair.fr, best)


def write(config: Config, work: Path, folder: Path, threads: int) -> None:
    """Write the set."""
    with (work / "pairs" / f"{NAME}.tsv").open("w", encoding="utf-8", newline="\n") as file:
        for pair in distil(sources(config, work), folder, threads):
            print(pair.fr, pair.en, sep="\t", file=file)


def main() -> None:
    """Command line."""
    parser: argparse.ArgumentParser = arguments(__doc__)
    parser.add_argument("folder", type=Path, help="folder of the model that translates")
    parser.add_argument("--threads", type=int, default=2)
    args = parser.parse_args()
    write(load(args.config), args.work, args.folder, args.threads)


if __name__ == "__main__":
    main()
