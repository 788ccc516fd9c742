"""Step 2: one SentencePiece vocabulary for both languages, in the files that ``MarianTokenizer`` reads.

Writes ``model/source.spm``, ``model/target.spm`` (the same), ``model/vocab.json`` and ``model/tokenizer_config.json``.
"""

from __future__ import annotations

import json
import random
import shutil
import unicodedata
from collections.abc import Iterator
from pathlib import Path

import sentencepiece

from training.config import ROOT, Config, VocabOptions, arguments, load

FILES = ("source.spm", "target.spm", "vocab.json", "tokenizer_config.json")
PAD = "<pad>"
# MarianTokenizer wants these three; decoding starts from <pad>, which comes last, after all pieces of SentencePiece.
EOS_ID, UNK_ID = 0, 1

# French typography, folded so that one word is one sequence of pieces however it was typed. NFKC alone keeps curly
# quotes and œ. Longest match wins, so the spaces inside French quotes go with them.
SPACES = " \u00a0\u202f\u2009"
TYPOGRAPHY: dict[str, str] = {
    **dict.fromkeys("’‘‛ʼ′`´", "'"),
    **dict.fromkeys("“”„‟«»″", '"'),
    **{f"«{space}": '"' for space in SPACES},
    **{f"{space}»": '"' for space in SPACES},
    **dict.fromkeys("–—―‒", "-"),
    **dict.fromkeys("\u00a0\u202f\u2009\u2002\u2003\u200a\u2007\u2008\u3000\t", " "),
    **dict.fromkeys("\u00ad\u200b\u200c\u200d\u2060\ufeff", ""),
    "‑": "-",
    "…": "...",
    "œ": "oe",
    "Œ": "Oe",
    "•": "-",
}
# Blocks whose compatibility forms turn up in Latin text: Latin, marks, Greek, Cyrillic, general punctuation to
# enclosed numbers, ligatures, full-width forms. CJK and Hangul would make the table ten times as long for nothing.
BLOCKS = (range(0xA0, 0x530), range(0x1E00, 0x2500), range(0xFB00, 0xFB07), range(0xFF01, 0xFF5F))


def rules() -> dict[str, str]:
    """What the normaliser replaces by what: NFKC in the blocks above, and French typography over it.

    >>> [rules()[text] for text in ("’", "« ", "œ", "e\\u0301", "\\ufb01")]
    ["'", '"', 'oe', 'é', 'fi']
    """
    table: dict[str, str] = {}
    for char in map(chr, (code for block in BLOCKS for code in block)):
        folded = unicodedata.normalize("NFKC", char)
        if folded != char:
            table[char] = folded
        decomposed = unicodedata.normalize("NFD", char)
        if decomposed != folded:
            table[decomposed] = folded
    return table | TYPOGRAPHY


def write_rules(path: Path) -> None:
    """The rules in SentencePiece's format: code points in hexadecimal, source and target separated by a tab."""

    def codes(text: str) -> str:
        return " ".join(f"{ord(char):X}" for char in text)

    path.write_text("".join(f"{codes(old)}\t{codes(new)}\n" for old, new in rules().items()), "utf-8")


def train(options: VocabOptions, sentences: Iterator[str], work: Path, threads: int) -> None:
    """Train on sentences of both languages; leaves ``work/model/source.spm``.

    Digits stand alone, so that a number is copied digit by digit and never comes out as another frequent one.
    """
    write_rules(work / "rules.tsv")
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=sentences, model_prefix=str(work / "joint"), vocab_size=options.pieces,
        normalization_rule_tsv=str(work / "rules.tsv"), byte_fallback=True, split_digits=True,
        character_coverage=0.9998, input_sentence_size=options.sentences, shuffle_input_sentence=True,
        eos_id=EOS_ID, unk_id=UNK_ID, bos_id=-1, pad_id=-1, num_threads=threads, minloglevel=1,
    )  # fmt: skip
    (work / "joint.model").rename(work / "model" / "source.spm")
    (work / "joint.vocab").unlink()


def write_tokenizer(folder: Path) -> None:
    """The files beside ``source.spm``: its twin for the target, ``vocab.json`` with ``<pad>`` last, the settings."""
    shutil.copyfile(folder / "source.spm", folder / "target.spm")
    model = sentencepiece.SentencePieceProcessor(model_file=str(folder / "source.spm"))
    ids = {model.id_to_piece(piece): piece for piece in range(model.get_piece_size())} | {PAD: model.get_piece_size()}
    (folder / "vocab.json").write_text(json.dumps(ids, ensure_ascii=False, indent=0) + "\n", "utf-8")
    settings = {"source_lang": "fr", "target_lang": "en", "model_max_length": 512, "tokenizer_class": "MarianTokenizer"}
    (folder / "tokenizer_config.json").write_text(json.dumps(settings) + "\n", "utf-8")


def sample(config: Config, work: Path) -> Iterator[str]:
    """Sentences of both languages, as many as asked for, the sets by their share."""
    total = sum(options.share for options in config.sets.values())
    rng = random.Random(config.seed)
    for name, options in config.sets.items():
        lines = (work / "pairs" / f"{name}.tsv").read_text("utf-8").split("\n")[:-1]
        wanted = int(config.vocab.sentences / 2 * options.share / total)
        for line in rng.sample(lines, min(len(lines), wanted)):
            yield from line.split("\t")


def main() -> None:
    """Command line."""
    args = arguments(__doc__).parse_args()
    build(load(args.config), args.work)


def build(config: Config, work: Path) -> None:
    """Train a vocabulary, or copy the one that a model to continue from was trained with."""
    folder = work / "model"
    folder.mkdir(parents=True, exist_ok=True)
    if config.vocab.copy:
        for name in FILES:
            shutil.copyfile(ROOT / config.vocab.copy / name, folder / name)
        return
    train(config.vocab, sample(config, work), work, config.train.threads)
    write_tokenizer(folder)


if __name__ == "__main__":
    main()
