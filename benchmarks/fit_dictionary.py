"""Learn the dictionary that mends words from parallel text: ``python -m benchmarks.fit_dictionary TRAINING_FOLDER``.

Reads the zstd-compressed pairs of the training folder (needs the ``zstd`` program, four minutes and 4 GB of memory) and
writes ``pipeline/mt/dictionaries/fr-en.tsv.gz``; `pipeline.mt.dictionary` says what a line holds. IBM Model 1
(``model1.py``) in both directions, on the folded forms of words in lower case. Written is the likeliest target word of
those that are sure; the product of both probabilities is small for what only stands beside a word often.
"""

from __future__ import annotations

import argparse
import gzip
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

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


def numbered(sentences: list[Iterable[str]]) -> dict[str, int]:
    """Words worth learning -> number, from 1 on."""
    counts = Counter(word for sentence in sentences for word in sentence)
    most = GRAMMAR * len(sentences)
    return {w: i for i, w in enumerate((w for w, n in counts.items() if SEEN <= n <= most and len(w) >= SHORTEST), 1)}


def lines(pairs: list[Pair]) -> Iterator[str]:
    """The dictionary's lines, in order."""
    sources, targets = (numbered([pair[side] for pair in pairs]) for side in (0, 1))
    there = model1(pairs, sources, targets)
    back = model1([(target, source) for source, target in pairs], targets, sources)
    ours, theirs, words = ["", *sources], ["", *targets], load_words("en")
    found: dict[str, list[tuple[float, float, float, str]]] = {}
    for f, e, p, q, n in both(there, back, len(targets) + 1):
        if max(p, q) >= POSSIBLE:
            found.setdefault(ours[f], []).append((p * q, p, n, theirs[e]))
    for word in sorted(found):
        rows = sorted(found[word], reverse=True)
        sure = [(p, e) for agreed, p, n, e in rows if agreed >= AGREED and p >= SURE and n >= MEANT and e in words]
        best = max(sure)[1] if sure and len(word) >= SOURCE_SHORTEST else ""
        yield f"{word}\t{best}\t{' '.join(sorted({stem(row[3]) for row in rows[:MOST]}))}\n"


def both(there: Table, back: Table, size: int) -> Iterator[tuple[int, int, float, float, float]]:
    """Source and target word, the probability of each given the other, and how often they are expected to be links."""
    rows = (there.probability >= EVER) & (there.source > 0)
    code = back.target * size + back.source
    order = np.argsort(code)
    place = order[np.searchsorted(code, there.source[rows] * size + there.target[rows], sorter=order)]
    columns = (
        there.source[rows],
        there.target[rows],
        there.probability[rows],
        back.probability[place],
        there.expected[rows],
    )
    return zip(*(column.tolist() for column in columns), strict=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    text = "".join(lines(list(chosen(parser.parse_args().folder))))
    file = DICTIONARIES / "fr-en.tsv.gz"
    file.write_bytes(gzip.compress(text.encode(), mtime=0))
    print(f"{file}: {text.count(chr(10))} lines, {file.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
