"""Several processes that train copies of one model and average their weights now and then.

On two cores a process of one thread learned 1,700 target tokens a second beside another like it, where one process of
two threads learned 2,450; and two suffer less from other programs: nothing waits within a step. Start them with
``torchrun --nproc-per-node 2 -m training.train ...``; a plain start is one process and skips all this.

The scheme is local SGD (Stich 2019, "Local SGD Converges Fast and Communicates Little").
"""

from __future__ import annotations

import os
from collections.abc import Iterable

import torch
from torch import Tensor, distributed

# Steps between averages: about half a minute on a CPU, in which the copies do not drift far.
EVERY = 50


def join() -> tuple[int, int]:
    """Meet the other processes; returns the own number and how many there are."""
    size = int(os.environ.get("WORLD_SIZE", "1"))
    if size > 1:
        distributed.init_process_group("gloo")
    return int(os.environ.get("RANK", "0")), size


def average(weights: Iterable[Tensor], seconds: float) -> float:
    """Set the weights, and return the seconds spent, to their mean over all processes."""
    with torch.no_grad():
        weights = list(weights)
        flat = torch.cat([weight.reshape(-1) for weight in weights] + [torch.tensor([seconds])])
        distributed.all_reduce(flat)
        flat /= distributed.get_world_size()
        mean = flat[:-1].split([weight.numel() for weight in weights])  # type: ignore[no-untyped-call]
        for weight, value in zip(weights, mean, strict=True):
            weight.copy_(value.view_as(weight))
    return float(flat[-1])
