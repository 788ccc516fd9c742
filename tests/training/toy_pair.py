"""A made-up language pair, so that a whole training run needs no data, no network and no clock."""

from __future__ import annotations

import random
from collections.abc import Callable
from itertools import count
from pathlib import Path

from training.config import Config, DataOptions, LexiconOptions, ModelOptions, SetOptions, TrainOptions, VocabOptions

WORDS = {
    "le": "the", "chat": "cat", "chien": "dog", "voit": "sees", "mange": "eats", "pain": "bread", "grand": "big",
    "petit": "small", "et": "and", "rouge": "red", "noir": "black", "homme": "man", "livre": "book", "lit": "reads",
}  # fmt: skip
STEPS = 150


def sentences(number: int, seed: int, shortest: int = 3) -> list[tuple[str, str]]:
    """Made-up pairs, translated word by word."""
    rng = random.Random(seed)
    drawn = [["le", *rng.choices(list(WORDS), k=rng.randint(shortest, shortest + 5))] for _ in range(number)]
    return [(" ".join(words) + ".", " ".join(WORDS[word] for word in words) + ".") for words in drawn]


def toy_config(folder: Path) -> Config:
    """A run of `STEPS` steps of one second each on a clock that the test winds."""
    return Config(
        name="toy",
        data=DataOptions([f"{folder}/toy.tsv"], [f"{folder}/test.*"], f"{folder}/test"),
        sets={"toy": SetOptions(1.0, copies=1, noise=0.2), "names": SetOptions(0.02)},
        train=TrainOptions(minutes=STEPS / 60, tokens=400, rate=5e-3, save_minutes=1.0, warmup=0.1, threads=1),
        noise={"lower": 0.5, "drop_final_punctuation": 0.5},
        vocab=VocabOptions(pieces=400, sentences=8000),
        lexicon=LexiconOptions(pairs=2000, rounds=4),
        model=ModelOptions(width=32, feed_forward=64, encoder=1, decoder=1, heads=2),
    )


def ticking() -> Callable[[], float]:
    """A clock that says one second more each time it is read."""
    return count(0.0, 1.0).__next__
