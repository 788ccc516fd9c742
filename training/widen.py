"""Give a checkpoint wider feed-forward layers, which say the same until they have learned more.

    python -m training.widen IN.safetensors OUT.safetensors 2048

New units look at random things, and what they find weighs nothing at first: as "Net2Net" (Chen et al. 2016, 1511.05641)
grows a network, but without copies of old units. The configuration's ``feed_forward`` must then be the new width, and
its ``init`` the new file.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file
from torch import Tensor
from torch.nn import functional


def widen(weights: dict[str, Tensor], feed_forward: int) -> dict[str, Tensor]:
    """Weights by name, with so many units in each feed-forward layer.

    Raises:
        ValueError: a layer has more units already.
    """
    generator = torch.Generator().manual_seed(1)
    return {name: _widened(name, value, feed_forward, generator) for name, value in sorted(weights.items())}


def _widened(name: str, value: Tensor, units: int, generator: torch.Generator) -> Tensor:
    """``fc1`` is (units, width) and its bias (units), ``fc2`` (width, units)."""
    layer, _, kind = name.rpartition("fc")
    if not layer or kind == "2.bias":
        return value
    more = units - value.shape[-1 if kind == "2.weight" else 0]
    if more < 0:
        raise ValueError(f"{name} has {units - more} units, more than {units}; layers can only grow")
    if kind != "1.weight":
        return functional.pad(value, (0, more))
    new = torch.randn(more, value.shape[1], generator=generator) * value.float().std()
    return torch.cat([value, new.to(value.dtype)])


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("source", type=Path)
    parser.add_argument("target", type=Path)
    parser.add_argument("feed_forward", type=int, help="units of each feed-forward layer")
    args = parser.parse_args()
    save_file(widen(load_file(args.source), args.feed_forward), args.target, metadata={"format": "pt"})


if __name__ == "__main__":
    main()
