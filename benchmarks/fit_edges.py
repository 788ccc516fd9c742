"""Learns the weights of `pipeline.stages.strip.edges` from labelled pages.

    python -m benchmarks.fit_edges FOLDER ... [--output FILE] [--folds N]

A page is a text file, each line with its mark and a blank before it, as in ``tests/cases/strip/pages``: ``+`` stays,
``-`` goes, ``?`` either. Each page is looked at with the whole lexicon, with parts of it hidden, and without its
boilerplate. With ``--folds`` nothing is written; what is shown is what the weights do on pages not learned from.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from benchmarks import logistic
from pipeline.document import Document, Kind
from pipeline.stages.strip import edges
from pipeline.stages.strip.lexicon import Lexicon, load
from pipeline.stages.strip.lines import Judge
from pipeline.stages.strip.page import Page

LANGUAGES = ("fr", "en")
HIDDEN = (0.35, 0.6, 0.35, 0.6)  # parts of the lexicon that are hidden, one after the other
WEIGHT = 0.3  # of a line seen so, where one seen with the whole lexicon has 1
RIDGE = 8.0  # strength of the prior (L2)
RARE = 4  # lines that a trait is seen in at least
LIMITS = (1.0, 1.5, 2.0, 2.5, 3.0)  # log odds that are shown

Labelled = list[tuple[str, str]]


class Example(NamedTuple):
    """A line as the model sees it; each of its traits stands by itself and with its place ("below words=2")."""

    page: str
    text: str
    traits: tuple[str, ...]
    goes: bool
    weight: float


class PartLexicon(Lexicon):
    """A lexicon that lacks a part (0..1) of its phrases; ``seed`` says which."""

    part: float = 0.0
    seed: int = 0

    def _add_phrase(self, text: str, kind: Kind, tier: str, limit: int) -> None:
        if _random(f"{self.seed} {text}") >= self.part:
            super()._add_phrase(text, kind, tier, limit)


def read(path: Path) -> Labelled:
    """The marks and lines of a labelled page."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return [(line[0], line[2:].strip()) for line in lines if line[2:].strip() and line[0] in "+-?"]


def collect(pages: Mapping[str, Labelled]) -> list[Example]:
    """The lines of all pages, seen in each of the ways."""
    whole = Judge(load(LANGUAGES))
    found: list[Example] = []
    for name, page in pages.items():
        body = [line for line in page if line[0] == "+"]
        found += [example for lines in (page, body) for example in _examples(name, lines, whole, 1.0)]
    for seed, part in enumerate(HIDDEN):
        lexicon = PartLexicon()
        lexicon.part, lexicon.seed = part, seed
        judge = Judge(load(LANGUAGES, lexicon))
        for name, page in pages.items():
            found += _examples(name, page, judge, WEIGHT)
    return found


def _examples(name: str, labelled: Labelled, judge: Judge, weight: float) -> Iterator[Example]:
    """What of a page is looked at."""
    document = Document(name, "\n".join(text for _, text in labelled))
    page = Page(judge.lines(document.text), document, judge.lexicon.exact)
    if not page.suspect:
        return
    scene = edges.Scene(page.lines, page.kept, page.title, judge.lexicon)
    spared = scene.spared(scene.short)
    for i, place, traits in scene.sights():
        mark, text = labelled[i]
        if mark != "?" and i not in spared:
            there = (f"{place} {trait}" for trait in traits)
            yield Example(name, text, (*traits, *there), mark == "-", weight)


def fit(seen: Sequence[Example]) -> dict[str, float]:
    """The weights of a logistic regression."""
    times = Counter(trait for example in seen for trait in example.traits)
    names = sorted(trait for trait, count in times.items() if count >= RARE)
    traits = _matrix(seen, names)
    goes = np.array([float(example.goes) for example in seen])
    weight = np.array([example.weight for example in seen])
    found = logistic.fit(traits, goes, np.zeros(len(names)), np.full(len(names), RIDGE), weight)
    return dict(zip(names, map(float, found), strict=True))


def _matrix(seen: Sequence[Example], names: Sequence[str]) -> NDArray[np.float64]:
    """A row for each line, a column for each trait, 1 where the line has it."""
    column = {name: k for k, name in enumerate(names)}
    matrix = np.zeros((len(seen), len(names)))
    for row, example in zip(matrix, seen, strict=True):
        row[[column[trait] for trait in example.traits if trait in column]] = 1
    return matrix


def by_place(found: Mapping[str, float]) -> dict[str, dict[str, float]]:
    """The weights as `edges` reads them: of a trait at a place, its own and the one that it has there together."""
    table: dict[str, dict[str, float]] = {}
    everywhere = {name for name in found if not name.startswith(tuple(f"{place} " for place in edges.PLACES))}
    for place in edges.PLACES:
        here = {name.removeprefix(f"{place} ") for name in found if name.startswith(f"{place} ")}
        sums = {name: found.get(name, 0.0) + found.get(f"{place} {name}", 0.0) for name in sorted(everywhere | here)}
        table[place] = {name: round(value, 2) for name, value in sums.items() if abs(value) >= 0.01}
    return table


def shown(seen: Sequence[Example], folds: int) -> Iterator[str]:
    """How much boilerplate goes and how much text is lost on pages not learned from, by limit; then what is lost."""
    scores: list[tuple[float, Example]] = []
    for fold in range(folds):
        apart = [int(_random(example.page) * folds) == fold for example in seen]
        found = fit([example for example, out in zip(seen, apart, strict=True) if not out])
        out = [example for example, out in zip(seen, apart, strict=True) if out and example.weight == 1]
        scores += [(sum(found.get(trait, 0.0) for trait in example.traits), example) for example in out]
    for limit in LIMITS:
        parts = []
        for goes in (True, False):
            of = [score for score, example in scores if example.goes == goes]
            parts.append(f"{sum(score > limit for score in of)} of {len(of)} {'found' if goes else 'lost'}")
        yield f"limit {limit}: {', '.join(parts)}"
    for score, example in sorted(scores, key=lambda scored: -scored[0]):
        if score > LIMITS[0] and not example.goes:
            yield f"{score:5.1f} {example.page}: {example.text}"


def _random(text: str) -> float:
    """A number in 0..1 that a text always has."""
    return crc32(text.encode()) / 2**32


def main() -> None:
    """Read, learn, write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--output", type=Path, default=edges.WEIGHTS)
    parser.add_argument("--folds", type=int, default=0)
    options = parser.parse_args()
    seen = collect({str(path): read(path) for folder in options.folders for path in sorted(folder.glob("*.txt"))})
    if options.folds:
        print("\n".join(shown(seen, options.folds)))
    else:
        options.output.write_text(json.dumps(by_place(fit(seen)), indent=0) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
