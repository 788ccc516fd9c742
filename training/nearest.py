"""Of a large set, the pairs that are most like the sets that the model is for.

How near a pair is: the mean log ratio of how frequent its words and word bigrams, of both sides, are in the sets it
should be like to how frequent they are in its own set. A difference of cross-entropies (Moore and Lewis 2010,
"Intelligent Selection of Language Model Training Data") of both languages (Axelrod et al. 2011, "Domain Adaptation via
Pseudo In-Domain Data Selection"), with counts for language models.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import islice, pairwise
from pathlib import Path

import numpy as np

from training.corpora import Pair, read

# Of the large set so many pairs are counted, spread over all of it.
SAMPLE = 150_000
# Added to both counts, so that what is rare on both sides says little.
SMOOTHING = 2.0
# N-grams added to those of a pair, neither near nor far: a pair of a few words is no clear case.
NEUTRAL = 4
_TOKEN = re.compile(r"\w+|[^\w\s]")


class Nearness:
    """Scores pairs; over 0 is nearer to ``wanted`` than to ``general``."""

    def __init__(self, wanted: Iterable[Pair], general: Iterable[Pair]) -> None:
        near, far = (Counter(gram for pair in pairs for gram in _grams(pair)) for pairs in (wanted, general))
        scale = near.total() / max(1, far.total())
        self._ratios = {
            gram: math.log((near[gram] + SMOOTHING) / (far[gram] * scale + SMOOTHING)) for gram in near | far
        }

    def __call__(self, pair: Pair) -> float:
        ratios = [self._ratios.get(gram, 0.0) for gram in _grams(pair)]
        return sum(ratios) / (len(ratios) + NEUTRAL)


def nearest(path: Path, part: float, like: list[Path]) -> Iterator[Pair]:
    """The ``part`` (0..1) of a file's pairs that is nearest to the pairs of the files ``like``, in the file's order."""
    stride = 1 + sum(1 for _ in read([path])) // SAMPLE
    nearness = Nearness(read(like), islice(read([path]), 0, None, stride))
    scores = np.fromiter(map(nearness, read([path])), np.float32)
    limit = np.quantile(scores, 1 - part)
    return (pair for pair, score in zip(read([path]), scores, strict=True) if score >= limit)


def _grams(pair: Pair) -> Iterator[str]:
    for side in (pair.fr, pair.en):
        words = _TOKEN.findall(side.lower())
        yield from words
        yield from map(" ".join, pairwise(words))
