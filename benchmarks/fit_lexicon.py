"""Learn the word lexicon of the coverage check from parallel text: ``python -m benchmarks.fit_lexicon FOLDER``.

Reads the zstd-compressed pairs of the training folder (needs the ``zstd`` program) and writes
``pipeline/checks/lexicons/{fr-en,en-fr}.tsv.gz``; `pipeline.checks.lexicon` says what a line holds.
IBM Model 1 (``model1.py``) on content stems; the reliability of a stem is how often one of its
likely translations, or a look-alike, stood on the other side of pairs that were not used for learning.
"""

from __future__ import annotations

import argparse
import gzip
import subprocess
from collections import Counter
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from benchmarks.model1 import Table, model1
from pipeline.checks.lexicon import LEXICONS
from pipeline.checks.words import WORD, fold, stem

EUROPARL_PAIRS, HELD_PAIRS = 330_000, 160_000
FUNCTION_STEMS = 90  # the most frequent stems of each side carry grammar, not content
MIN_COUNT = 3
MIN_PROBABILITY, MOST = 0.02, 10

Pair = tuple[list[str], list[str]]


class Capitals:
    """How often each stem of one side is capitalised within a sentence."""

    def __init__(self) -> None:
        self.seen: Counter[str] = Counter()
        self.capital: Counter[str] = Counter()

    def count(self, text: str) -> None:
        for word in WORD.findall(text)[1:]:
            self.seen[stem(fold(word))] += 1
            self.capital[stem(fold(word))] += word[0].isupper()

    def percent(self, word: str) -> int:
        return round(100 * self.capital[word] / (self.seen[word] + 1))


CAPITALS = (Capitals(), Capitals())


def rows(path: Path) -> Iterator[Pair]:
    process = subprocess.Popen(["zstd", "-dcq", "--long=27", path], stdout=subprocess.PIPE, text=True, encoding="utf-8")
    assert process.stdout
    for line in process.stdout:
        *_, source, target = line.rstrip("\n").split("\t")
        for capitals, text in zip(CAPITALS, (source, target), strict=True):
            capitals.count(text)
        yield stems(source), stems(target)
    process.wait()


def stems(text: str) -> list[str]:
    """The different stems of a text, in order; numbers and single letters are left to other checks."""
    return list(dict.fromkeys(stem(word) for word in WORD.findall(fold(text)) if len(word) > 1 and word.isalpha()))


def read(folder: Path) -> tuple[list[Pair], list[Pair]]:
    """Pairs to learn from, and pairs to measure the reliability on."""
    general = list(rows(folder / "general.tsv.zst"))
    parliament = list(islice(rows(folder / "europarl-2.tsv.zst"), EUROPARL_PAIRS + HELD_PAIRS))
    held = general[::5] + parliament[EUROPARL_PAIRS:]
    return [pair for i, pair in enumerate(general) if i % 5] + parliament[:EUROPARL_PAIRS], held


def vocabulary(sentences: list[list[str]]) -> dict[str, int]:
    """Content stems worth learning -> index; 0 is the null word."""
    return {word: i for i, word in enumerate(ranked(sentences)[FUNCTION_STEMS:], start=1)}


def ranked(sentences: list[list[str]]) -> list[str]:
    """Stems from the most frequent down to those seen `MIN_COUNT` times."""
    counts = Counter(word for sentence in sentences for word in sentence)
    return [word for word, count in counts.most_common() if count >= MIN_COUNT]


def translations(pairs: list[Pair]) -> dict[str, list[str]]:
    """Likely target stems of each source stem; none for function stems."""
    sources, targets = vocabulary([p[0] for p in pairs]), vocabulary([p[1] for p in pairs])
    grammar = {word: list[str]() for word in ranked([p[0] for p in pairs])[:FUNCTION_STEMS]}
    return grammar | likely(model1(pairs, sources, targets), list(sources), list(targets))


def likely(table: Table, sources: list[str], targets: list[str]) -> dict[str, list[str]]:
    found: dict[str, list[tuple[float, str]]] = {}
    rows = (table.probability >= MIN_PROBABILITY) & (table.source > 0)
    columns = (column[rows].tolist() for column in (table.source, table.target, table.probability))
    for f, e, p in zip(*columns, strict=True):
        found.setdefault(sources[f - 1], []).append((p, targets[e - 1]))
    return {word: [e for _, e in sorted(others, reverse=True)[:MOST]] for word, others in found.items()}


def reliabilities(table: dict[str, list[str]], held: list[Pair]) -> dict[str, int]:
    """Percent of the held pairs with the stem in which it is explained."""
    seen: Counter[str] = Counter()
    found: Counter[str] = Counter()
    for source, target in held:
        there = set(target)
        for word in source:
            if word in table:
                seen[word] += 1
                found[word] += word in there or not there.isdisjoint(table[word])
    # One unexplained occurrence is assumed beside those seen, so that a rare stem is never taken for sure.
    return {word: round(100 * found[word] / (n + 1)) for word, n in seen.items()}


def write(name: str, table: dict[str, list[str]], reliability: dict[str, int], capitals: Capitals) -> None:
    lines = [f"{w}\t{reliability[w]}\t{capitals.percent(w)}\t{' '.join(table[w])}\n" for w in sorted(reliability)]
    LEXICONS.mkdir(exist_ok=True)
    (LEXICONS / f"{name}.tsv.gz").write_bytes(gzip.compress("".join(lines).encode(), mtime=0))
    print(f"{name}: {len(lines)} stems")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    learn, held = read(parser.parse_args().folder)
    for name, ours, theirs in (("fr-en", 0, 1), ("en-fr", 1, 0)):
        table = translations([(pair[ours], pair[theirs]) for pair in learn])
        write(name, table, reliabilities(table, [(pair[ours], pair[theirs]) for pair in held]), CAPITALS[ours])


if __name__ == "__main__":
    main()
