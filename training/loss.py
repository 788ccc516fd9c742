"""What training minimises: label-smoothed cross-entropy, and the guided alignment."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from training.batches import IGNORE, Batch
from training.model import Translator
from training.vocab import EOS_ID

# Rows of logits turned into gradients at a time. On a CPU 128 rows of 8,000 floats stay in the cache: the loss took
# 27 ms instead of 98 ms a batch. A GPU wants them large, within its memory.
ROWS = {"cpu": 128, "cuda": 16_384}


class SmoothedCrossEntropy(torch.autograd.Function):
    """Mean label-smoothed cross-entropy of logits (rows, pieces), whose gradient takes the place of the logits."""

    @staticmethod
    def forward(ctx: Any, logits: Tensor, labels: Tensor, smoothing: float) -> Tensor:
        total = torch.zeros((), device=logits.device)
        rows = ROWS[logits.device.type]
        for first in range(0, len(labels), rows):
            chunk, label = logits[first : first + rows], labels[first : first + rows, None]
            log = torch.log_softmax(chunk.float(), -1)
            total -= (1 - smoothing) * log.gather(1, label).sum() + smoothing * log.mean(-1).sum()
            gradient = log.exp_().sub_(smoothing / logits.shape[1])
            chunk.copy_(gradient.scatter_add_(1, label, torch.full_like(gradient[:, :1], smoothing - 1)))
        ctx.save_for_backward(logits)
        return total / len(labels)

    @staticmethod
    def backward(ctx: Any, *outer: Tensor) -> tuple[Tensor, None, None]:
        (gradient,) = ctx.saved_tensors
        return gradient * (outer[0] / len(gradient)).to(gradient.dtype), None, None


class Lexicon:
    """Translation weights of pairs of pieces, as a table (pieces + 1, pieces + 1) on the device."""

    def __init__(self, source: Tensor, target: Tensor, weight: Tensor, size: int, device: torch.device) -> None:
        self.table = torch.zeros((size, size), dtype=torch.float16, device=device)
        self.table[source.to(device), target.to(device)] = weight.to(device)
        # The ends of both sentences belong together, and nothing else belongs to them.
        self.table[EOS_ID], self.table[:, EOS_ID] = 0, 0
        self.table[EOS_ID, EOS_ID] = 1

    @classmethod
    def read(cls, path: str, size: int, device: torch.device) -> Lexicon:
        """From ``lexicon.npz``; ``size`` is the number of pieces with ``<pad>``."""
        arrays = np.load(path)
        source, target = (torch.from_numpy(arrays[name].astype(np.int64)) for name in ("source", "target"))
        return cls(source, target, torch.from_numpy(arrays["weight"]), size, device)

    def align(self, batch: Batch) -> Tensor:
        """Where each target piece comes from, shape (n, T, S): rows sum to 1, or are 0 where nothing is known."""
        labels = batch.labels.clamp_min(EOS_ID)
        weight = self.table[batch.source[:, None, :], labels[:, :, None]].float()
        weight = weight * (batch.labels != IGNORE)[:, :, None]
        return weight / weight.sum(-1, keepdim=True).clamp_min(1e-6)


class Losses(NamedTuple):
    """What a batch tells, each a scalar.

    entropy: cross-entropy per target piece.
    guide: cross-entropy of the guided head per aligned piece.
    crest: of what matrices are multiplied with, see `Translator.crest`.
    collapse: mean cosine between neighbouring encoder positions; near 1 the encoder says the same everywhere.
    """

    entropy: Tensor
    guide: Tensor
    crest: Tensor
    collapse: Tensor


def losses(model: Translator, batch: Batch, lexicon: Lexicon, smoothing: float) -> Losses:
    """Run the model over a batch."""
    with torch.autocast(batch.source.device.type, dtype=torch.bfloat16):
        encoded, decoded, attention = model(batch.source, batch.decoder_input)
        real = batch.labels != IGNORE
        logits = model.logits(decoded[real])
    entropy = SmoothedCrossEntropy.apply(logits, batch.labels[real], smoothing)  # type: ignore[no-untyped-call]
    wanted = lexicon.align(batch)
    guide = -(wanted * attention.float().clamp_min(1e-6).log()).sum() / wanted.sum().clamp_min(1)
    with torch.no_grad():
        collapse = functional.cosine_similarity(encoded[:, :-1].float(), encoded[:, 1:].float(), dim=-1).mean()
    return Losses(entropy, guide, model.crest(), collapse)
