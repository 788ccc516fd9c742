"""Learn the dictionary that mends words, from parallel text: ``python -m benchmarks.fit_dictionary TRAINING_FOLDER``.

Reads the zstd-compressed pairs of the training folder (needs the ``zstd`` program, four minutes and 4 GB of memory) and
writes ``pipeline/mt/dictionaries/fr-en.tsv.gz``; `pipeline.mt.dictionary` says what a line holds. IBM Model 1
(``model1.py``) in both directions, on the folded forms of words in lower case. A target word is a sure translation by
the product of both probabilities, which is small for what only stands beside a word often.
"""

from __future__ import annotations

import argparse
import gzip
from collections import Counter
from collections.abc import Iterator, Set
from pathlib import Path
from typing import NamedTuple

import numpy as np

from benchmarks.fit_words import lower_words, read
from benchmarks.model1 import Pair, Table, model1
from pipeline.checks.lexicon import load_words
from pipeline.checks.words import stem
from pipeline.mt.dictionary import DICTIONARIES

GENERAL = "general.tsv.zst"  # read as a whole; of the others, a pair counts if it has a word that
RARE = 15  # so few pairs had before; a word that has more is known well enough
LONGEST = 35  # different words of a source, at most
GRAMMAR = 0.08  # of all pairs; a word that stands in more is grammar
FREQUENT = 0.02  # of all pairs; a source word whose likeliest translation stands in more is not mended
SEEN = 2  # pairs that must have a word
SHORTEST = 3  # letters of a word; of a source word that is mended `SOURCE_SHORTEST`
SOURCE_SHORTEST = 4
SURE, AGREED, MEANT = 0.08, 0.003, 1.5  # least probability, product of both, and expected count of what is written
POSSIBLE, EVER = 0.02, 0.01  # least probability in either direction, and in this one, of what may stand for a word
MOST = 10  # words that may stand for one, by the product


def chosen(folder: Path) -> Iterator[Pair]:
    """Different words of pairs: general ones, and those with rare words."""
    seen: Counter[str] = Counter()
    for file in sorted(folder.glob("*.tsv.zst"), key=lambda file: (file.name != GENERAL, file.name)):
        for source, target, _ in read(file):
            words = list(dict.fromkeys(lower_words(source)))
            rare = any(seen[word] < RARE for word in words if len(word) > SHORTEST)
            if file.name == GENERAL or (rare and len(words) <= LONGEST):
                seen.update(words)
                yield words, list(dict.fromkeys(lower_words(target)))


def numbered(counts: Counter[str], most: float) -> dict[str, int]:
    """Words worth learning -> number, from 1 on."""
    worth = (word for word, n in counts.items() if SEEN <= n <= most and len(word) >= SHORTEST)
    return {word: i for i, word in enumerate(worth, 1)}


class Row(NamedTuple):
    """What may stand for a source word: the product of both probabilities, that of the target word, how often it is
    expected to, and the word."""

    agreed: float
    probability: float
    expected: float
    word: str


def lines(pairs: list[Pair]) -> Iterator[str]:
    """The dictionary's lines, in order."""
    counts = [Counter(word for pair in pairs for word in pair[side]) for side in (0, 1)]
    frequent = {word for word, n in counts[1].items() if n > FREQUENT * len(pairs)}
    words = load_words("en")
    for word, rows in sorted(table(pairs, *(numbered(count, GRAMMAR * len(pairs)) for count in counts)).items()):
        rows.sort(reverse=True)
        stems = sorted({stem(row.word) for row in rows[:MOST]})
        yield f"{word}\t{' '.join(written(word, rows, words, frequent))}\t{' '.join(stems)}\n"


def table(pairs: list[Pair], sources: dict[str, int], targets: dict[str, int]) -> dict[str, list[Row]]:
    """What may stand for each source word."""
    there = model1(pairs, sources, targets)
    back = model1([(target, source) for source, target in pairs], targets, sources)
    ours, theirs = ["", *sources], ["", *targets]
    found: dict[str, list[Row]] = {}
    for f, e, p, q, n in both(there, back, len(targets) + 1):
        if max(p, q) >= POSSIBLE:
            found.setdefault(ours[f], []).append(Row(p * q, p, n, theirs[e]))
    return found


def written(word: str, rows: list[Row], english: Set[str], frequent: Set[str]) -> list[str]:
    """The words that surely translate a source word, the likeliest first."""
    agreed = [row for row in rows if row.agreed >= AGREED and row.expected >= MEANT and row.word in english]
    sure = sorted((row.probability, row.word) for row in agreed if row.probability >= SURE)
    known = len(word) >= SOURCE_SHORTEST and sure and sure[-1][1] not in frequent
    return [e for _, e in reversed(sure)] if known else []


def both(there: Table, back: Table, size: int) -> Iterator[tuple[int, int, float, float, float]]:
    """Source and target word, the probability of each given the other, and how often they are expected to be links."""
    rows = (there.probability >= EVER) & (there.source > 0)
    code = back.target * size + back.source
    order = np.argsort(code)
    place = order[np.searchsorted(code, there.source[rows] * size + there.target[rows], sorter=order)]
    words, probabilities = (there.source[rows], there.target[rows]), (there.probability[rows], back.probability[place])
    return zip(*(column.tolist() for column in (*words, *probabilities, there.expected[rows])), strict=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    text = "".join(lines(list(chosen(parser.parse_args().folder))))
    file = DICTIONARIES / "fr-en.tsv.gz"
    file.write_bytes(gzip.compress(text.encode(), mtime=0))
    print(f"{file}: {text.count(chr(10))} lines, {file.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
