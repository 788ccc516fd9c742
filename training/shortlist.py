"""Output pruning: the target pieces worth scoring, given the source's pieces, as CTranslate2's vocabulary map."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

# Pieces that may always be written, and candidates of each source piece. More of either costs speed; the figures in
# training/README.md were measured with these.
FREQUENT = 300
CANDIDATES = 40


def shortlist(forward: Tensor, targets: NDArray[np.uint16]) -> dict[str, NDArray[np.uint16]]:
    """The candidates, best first.

    Args:
        forward: translation probabilities (source pieces, target pieces).
        targets: target ids of the corpus, to count which are frequent.

    Returns:
        ``candidates`` (pieces, CANDIDATES), and ``frequent`` (FREQUENT,).
    """
    counts = np.bincount(targets, minlength=forward.shape[1])
    best = torch.topk(forward, min(CANDIDATES, forward.shape[1]), dim=1).indices.cpu().numpy()
    return {"candidates": best.astype(np.uint16), "frequent": np.argsort(-counts)[:FREQUENT].astype(np.uint16)}


def write_map(path: Path, model: Path, out: Path) -> None:
    """Write ``vmap.txt``: a source piece, a tab, its candidates; the line without a piece is for every sentence."""
    arrays = np.load(path)
    ids = json.loads((model / "vocab.json").read_text("utf-8"))
    pieces = sorted(ids, key=ids.__getitem__)
    with out.open("w", encoding="utf-8", newline="\n") as file:
        print("", " ".join(pieces[piece] for piece in arrays["frequent"]), sep="\t", file=file)
        for source, row in enumerate(arrays["candidates"]):
            print(pieces[source], " ".join(pieces[piece] for piece in row), sep="\t", file=file)
