"""IBM Model 1 over words, with a null word: which words of one language are said by which of another.

Brown et al. 1993, "The Mathematics of Statistical Machine Translation".
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

ROUNDS = 5

Pair = tuple[Sequence[str], Sequence[str]]
Ids = NDArray[np.int64]


class Table(NamedTuple):
    """One row for each source and target word that stand in one pair; the null word is source 0.

    Attributes:
        source, target: the words' numbers.
        probability: of the target word, given the source word.
        expected: how often the target word stands for the source word, in expectation.
    """

    source: Ids
    target: Ids
    probability: NDArray[np.float64]
    expected: NDArray[np.float64]


def model1(pairs: Sequence[Pair], sources: Mapping[str, int], targets: Mapping[str, int]) -> Table:
    """Translation probabilities of the words that have a number, from 1 on; others are passed over."""
    ours, theirs = _numbered([pair[0] for pair in pairs], sources), _numbered([pair[1] for pair in pairs], targets)
    codes, link, place = _links(*ours, *theirs, len(targets) + 1)
    heads = codes // (len(targets) + 1)
    t = counts = np.ones(len(codes))
    for _ in range(ROUNDS):
        share = t[link]
        share /= np.bincount(place, share)[place]
        counts = np.bincount(link, share, len(codes)).astype(np.float64)
        t = counts / np.bincount(heads, counts)[heads]
    return Table(heads, codes % (len(targets) + 1), t, counts)


def _numbered(sentences: Sequence[Sequence[str]], numbers: Mapping[str, int]) -> tuple[Ids, Ids]:
    """The numbers of all sentences' words in a row, and how many each sentence has."""
    found = [[numbers[word] for word in sentence if word in numbers] for sentence in sentences]
    return np.array([n for sentence in found for n in sentence], np.int64), np.array(list(map(len, found)), np.int64)


def _links(source: Ids, lengths: Ids, target: Ids, others: Ids, size: int) -> tuple[Ids, Ids, Ids]:
    """All links of words within a pair: the different ones, ``source * size + target``; for each link which of those it
    is; and the place of its target word."""
    number = (lengths + 1) * others
    row = np.repeat(np.arange(len(number)), number)
    nth = np.arange(number.sum()) - (np.cumsum(number) - number)[row]
    nth_target, nth_source = np.divmod(nth, lengths[row] + 1)
    place = (np.cumsum(others) - others)[row] + nth_target
    # The null word comes after the sentence's own.
    ours = np.append(source, 0)[np.minimum((np.cumsum(lengths) - lengths)[row] + nth_source, len(source))]
    ours = np.where(nth_source == lengths[row], 0, ours)
    codes, link = np.unique(ours * size + target[place], return_inverse=True)
    return codes, link.astype(np.int32), place.astype(np.int32)
