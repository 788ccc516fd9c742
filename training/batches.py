"""Batches: pairs drawn by the shares of their sets, sentences of like length together, padded."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from queue import Queue
from threading import Thread

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from training.config import SetOptions
from training.encode import Part, offsets, read_parts
from training.vocab import EOS_ID

IGNORE = -100
# Sentences sorted by length at a time, in tokens a batch: enough that a batch is nearly square, and still random.
POOL_BATCHES = 100
MEAN_TOKENS = 28
AHEAD = 8


@dataclass(frozen=True)
class Batch:
    """``n`` pairs, sources padded to ``S`` and targets to ``T`` pieces.

    ``source`` (n, S) ends each sentence with ``</s>``; ``labels`` (n, T) likewise, with -100 for padding;
    ``decoder_input`` (n, T) is the target shifted by one, from ``<pad>`` on.
    """

    source: Tensor
    labels: Tensor
    decoder_input: Tensor

    def to(self, device: torch.device) -> Batch:
        """The batch on a device, copied while the device works on."""
        return Batch(*(side.to(device, non_blocking=True) for side in (self.source, self.labels, self.decoder_input)))

    def pinned(self) -> Batch:
        """The batch in page-locked memory, from where a GPU fetches by itself."""
        return Batch(*(side.pin_memory() for side in (self.source, self.labels, self.decoder_input)))


class Corpus:
    """Encoded pairs, drawn set by set without repetition until a set is through."""

    def __init__(self, part: Part, weights: NDArray[np.float64], pad: int, seed: int) -> None:
        """``weights``: how likely a pair of each set is drawn; sum 1."""
        self.part, self.weights, self.pad = part, weights, pad
        self.starts = offsets(part.source_length), offsets(part.target_length)
        self.rng = np.random.default_rng(seed)
        self.rows = [np.flatnonzero(part.set == index) for index in range(len(weights))]
        self.left = [rows[:0] for rows in self.rows]

    @classmethod
    def read(cls, folder: Path, sets: dict[str, SetOptions], pad: int, seed: int) -> Corpus:
        """The parts in a folder; sets that are not configured any more are left out."""
        part = read_parts(folder)
        names = json.loads((folder / "sets.json").read_text("utf-8"))
        shares = [sets[name].share if name in sets else 0.0 for name in names]
        return cls(part, pair_weights(part, shares), pad, seed)

    def draw(self, count: int) -> NDArray[np.int64]:
        """Indices of ``count`` pairs."""
        wanted = self.rng.multinomial(count, self.weights)
        return np.concatenate([self._draw_set(index, number) for index, number in enumerate(wanted)])

    def _draw_set(self, index: int, number: int) -> NDArray[np.int64]:
        while len(self.left[index]) < number:
            self.left[index] = np.concatenate([self.left[index], self.rng.permutation(self.rows[index])])
        drawn, self.left[index] = np.split(self.left[index], [number])
        return drawn

    def batches(self, tokens: int) -> Iterator[Batch]:
        """Endless batches of at most ``tokens`` padded tokens on their longer side."""
        while True:
            pool = self.draw(POOL_BATCHES * tokens // MEAN_TOKENS)
            longer = np.maximum(self.part.source_length[pool], self.part.target_length[pool]).astype(np.int64) + 1
            # Sorted by the longer side; a little noise keeps the neighbours from being the same ones each time.
            order = np.argsort(longer + self.rng.random(len(pool)), kind="stable")
            cuts = cut(longer[order], tokens)
            for piece in self.rng.permutation(len(cuts) - 1):
                yield self.collate(pool[order[cuts[piece] : cuts[piece + 1]]])

    def collate(self, rows: NDArray[np.int64]) -> Batch:
        """The batch of some pairs."""
        source = self._pad(self.part.source, self.starts[0], rows, self.pad)
        labels = self._pad(self.part.target, self.starts[1], rows, IGNORE)
        shifted = np.full_like(labels, self.pad)
        shifted[:, 1:] = np.where(labels[:, 1:] == IGNORE, self.pad, labels[:, :-1])
        return Batch(*map(torch.from_numpy, (source, labels, shifted)))

    def _pad(self, flat: NDArray[np.uint16], starts: NDArray[np.int64], rows: NDArray[np.int64],
             fill: int) -> NDArray[np.int64]:  # fmt: skip
        """Sentences side by side with ``</s>`` after each, shape (rows, longest + 1)."""
        begin, length = starts[rows][:, None], (starts[rows + 1] - starts[rows])[:, None]
        column = np.arange(int(length.max()) + 1)[None]
        ids = flat[np.minimum(begin + column, len(flat) - 1)].astype(np.int64)
        return np.where(column < length, ids, np.where(column == length, EOS_ID, fill))


def pair_weights(part: Part, shares: list[float]) -> NDArray[np.float64]:
    """How likely a pair of each set must be drawn for the sets to have their shares of the target tokens."""
    tokens = np.bincount(part.set, part.target_length, len(shares))
    pairs = np.bincount(part.set, minlength=len(shares))
    weights = np.where(tokens > 0, np.asarray(shares) * pairs / np.maximum(tokens, 1), 0.0)
    normal: NDArray[np.float64] = weights / weights.sum()
    return normal


def cut(lengths: NDArray[np.int64], tokens: int) -> list[int]:
    """Where to cut ascending lengths into batches of at most ``tokens`` padded tokens (one sentence at least).

    >>> cut(np.array([5, 5, 6, 10]), 16)
    [0, 2, 3, 4]
    """
    cuts = [0]
    for index, length in enumerate(lengths.tolist()):
        if index > cuts[-1] and (index + 1 - cuts[-1]) * length > tokens:
            cuts.append(index)
    return [*cuts, len(lengths)]


def ahead(batches: Iterator[Batch], pin: bool) -> Iterator[Batch]:
    """The same batches, made by a thread while the model is at work."""
    queue: Queue[Batch] = Queue(AHEAD)

    def fill() -> None:
        for batch in batches:
            queue.put(batch.pinned() if pin else batch)

    Thread(target=fill, daemon=True).start()
    while True:
        yield queue.get()
