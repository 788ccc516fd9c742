"""Step 4: which piece translates which, by IBM Model 1 in both directions; the guided alignment learns from it.

Writes ``encoded/lexicon.npz``: for pairs of pieces the product of both translation probabilities, where it counts;
and ``encoded/shortlist.npz``, for output pruning (see ``shortlist.py``).

Brown et al. 1993, "The Mathematics of Statistical Machine Translation"; the product of both directions follows
Liang et al. 2006, "Alignment by Agreement".
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from training.config import Config, arguments, load
from training.encode import Part, offsets, read_parts, save
from training.shortlist import shortlist

# A pair of pieces below this product is no evidence; 0.0025 is 5 % in each direction.
SURE = 0.0025
# Sentence pairs a step of the counting: some two million pairs of pieces, a few dozen MB.
CHUNK = 2_000


class Links(NamedTuple):
    """Every pair of pieces of some sentence pairs: source and target id, and a number for each target position."""

    source: Tensor
    target: Tensor
    position: Tensor


def links(part: Part, chosen: NDArray[np.int64], empty: int) -> Iterator[Links]:
    """The links of chosen sentence pairs, chunk by chunk; each source ends with the empty word, id ``empty``."""
    starts = offsets(part.source_length), offsets(part.target_length)
    for first in range(0, len(chosen), CHUNK):
        yield _link(part, chosen[first : first + CHUNK], *starts, empty)


def _link(part: Part, rows: NDArray[np.int64], source_start: NDArray[np.int64], target_start: NDArray[np.int64],
          empty: int) -> Links:  # fmt: skip
    """All links of the rows at once: link ``k`` of a row joins source ``k % width`` and target ``k // width``."""
    width = part.source_length[rows].astype(np.int64) + 1
    number = width * part.target_length[rows]
    row = np.repeat(np.arange(len(rows)), number)
    k = np.arange(number.sum()) - (np.cumsum(number) - number)[row]
    nth_target, nth_source = np.divmod(k, width[row])
    # The empty word's place is past the sentence; clip it for the look-up, then overwrite.
    place = np.minimum(source_start[rows][row] + nth_source, len(part.source) - 1)
    source = np.where(nth_source == width[row] - 1, empty, part.source[place])
    target = part.target[target_start[rows][row] + nth_target]
    position = np.cumsum(nth_source == 0) - 1
    return Links(*(torch.from_numpy(side.astype(np.int64)) for side in (source, target, position)))


def model1(part: Part, chosen: NDArray[np.int64], pieces: int, rounds: int, device: torch.device) -> Tensor:
    """Translation probabilities ``t[source, target]``, shape (pieces, pieces); the empty word's share is left out.

    Starts uniform; each round divides every target piece among the sources of its sentence and counts.
    """
    table = torch.full(((pieces + 1) * pieces,), 1 / pieces, device=device)
    for _ in range(rounds):
        counts = torch.zeros_like(table)
        for chunk in links(part, chosen, pieces):
            source, target, position = (side.to(device) for side in chunk)
            cell = source * pieces + target
            weight = table[cell]
            total = torch.zeros(int(position[-1]) + 1, device=device).index_add_(0, position, weight)
            counts.index_add_(0, cell, weight / total.clamp_min(1e-12)[position])
        square = counts.view(pieces + 1, pieces)
        table = square.div_(square.sum(1, keepdim=True).clamp_min(1e-12)).view(-1)
    return table.view(pieces + 1, pieces)[:-1]


def agreement(part: Part, forward: Tensor, rounds: int, chosen: NDArray[np.int64]) -> dict[str, Tensor]:
    """The pairs of pieces that translate each other both ways, as ``source``, ``target`` and ``weight`` (0..1)."""
    back = part._replace(
        source=part.target, target=part.source, source_length=part.target_length, target_length=part.source_length
    )
    both = forward * model1(back, chosen, forward.shape[0], rounds, forward.device).T
    source, target = torch.nonzero(both >= SURE, as_tuple=True)
    return {"source": source, "target": target, "weight": both[source, target]}


def write(config: Config, work: Path) -> None:
    """Count over a sample of the encoded pairs, small sets whole before large ones."""
    part = read_parts(work / "encoded")
    pieces = len(json.loads((work / "model" / "vocab.json").read_text("utf-8"))) - 1
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    torch.set_num_threads(config.train.threads)
    chosen = sample(part, config)
    forward = model1(part, chosen, pieces, config.lexicon.rounds, device)
    save(work / "encoded" / "shortlist.npz", shortlist(forward, part.target))
    table = agreement(part, forward, config.lexicon.rounds, chosen)
    kinds = {"source": np.uint16, "target": np.uint16, "weight": np.float16}
    save(work / "encoded" / "lexicon.npz", {name: table[name].cpu().numpy().astype(kinds[name]) for name in kinds})


def sample(part: Part, config: Config) -> NDArray[np.int64]:
    """Indices of the sentence pairs to count, the same number of each set as far as they go."""
    rng = np.random.default_rng(config.seed)
    each = config.lexicon.pairs // len(config.sets)
    rows = [rng.permutation(np.flatnonzero(part.set == index))[:each] for index in range(len(config.sets))]
    spare = np.setdiff1d(np.arange(len(part.set)), np.concatenate(rows))
    more = rng.permutation(spare)[: config.lexicon.pairs - sum(map(len, rows))]
    return np.concatenate([*rows, more])


def main() -> None:
    """Command line."""
    args = arguments(__doc__).parse_args()
    write(load(args.config), args.work)


if __name__ == "__main__":
    main()
