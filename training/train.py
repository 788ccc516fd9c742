"""Step 5: train to a budget of minutes, on a CPU or one GPU; started again, it goes on where it was.

Writes ``run/last.pt`` every few minutes and when it is terminated, ``run/stable.safetensors`` when the rate begins to
fall (the weights to go on from another day), ``run/weights.safetensors`` at the end, and lines of ``run/log.tsv``.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import time
import zlib
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from training import parallel
from training.batches import Batch, Corpus, ahead
from training.config import ROOT, Config, arguments, load
from training.loss import Lexicon, Losses, losses
from training.model import NOT_LEARNED, Translator, load_weights, marian_config, save_weights, start
from training.schedule import Clock, factor

# Adam as in Vaswani et al. 2017, "Attention Is All You Need"; clipping at 1 is usual for transformers.
BETAS = (0.9, 0.98)
CLIP = 1.0
LOG_STEPS = 100
LOG = ("time", "step", "minutes", "tokens", "loss", "guide", "crest", "collapse", "rate")
# Neighbouring encoder positions of a model that learns are well under 0.9 alike.
DEAD = 0.995
# Snapshots averaged at the end; more of them lie closer together and add nothing.
SNAPSHOTS = 8


class Run:
    """A training run: model, optimiser, clock, counters, and the mean of its last weights."""

    def __init__(self, config: Config, work: Path, device: torch.device, now: Callable[[], float]) -> None:
        self.config, self.device, self.folder = config, device, work / "run"
        options = config.train
        self.folder.mkdir(parents=True, exist_ok=True)
        pieces = len(json.loads((work / "model" / "vocab.json").read_text("utf-8"))) - 1
        shape = marian_config(config.model, pieces)
        self.model = Translator(shape, device.type == "cuda", options.steps, options.fuse)
        start(self.model, config.seed)
        if options.init:
            load_weights(self.model, ROOT / options.init)
        self.model.to(device).train()
        self.weights = [weight for name, weight in self.model.marian.named_parameters() if name not in NOT_LEARNED]
        self.optimizer = torch.optim.AdamW(self.weights, lr=options.rate, betas=BETAS, weight_decay=0.0, fused=True)
        self.rank, self.size = parallel.join()
        self.clock = Clock(options.minutes * 60, now=now)
        self.step, self.tokens, self.snapshots = 0, 0, 0
        self.stopped = False
        self.mean: dict[str, Tensor] = {}

    def train(self, batches: Iterator[Batch], lexicon: Lexicon) -> None:
        """Step until the budget is spent, saving on the way, and write the averaged weights.

        Stopped before that (see `stop`), it only saves.
        """
        saved, sums = self.clock.spent, Sums(self.device)
        self.clock.tick()
        while not (self.stopped or self._over()):
            self._learn(next(batches), lexicon, sums)
            self.clock.tick()
            self._milestones()
            if self.step % LOG_STEPS == 0:
                self._log(sums)
            if self.clock.spent - saved > self.config.train.save_minutes * 60:
                self.save()
                saved = self.clock.spent
        self._log(sums)
        self.save()
        if not (self.rank or self.stopped):
            save_weights(self.model, self.folder / "weights.safetensors", self.mean or None)

    def stop(self, *_: object) -> None:
        """End after this step; a signal handler."""
        self.stopped = True

    def _over(self) -> bool:
        """Whether the budget is spent; several processes agree on it, and on their weights, every so many steps."""
        if self.size == 1:
            return self.clock.progress >= 1
        if self.step % parallel.EVERY:
            return False
        self.clock.spent = parallel.average(self.weights, self.clock.spent)
        return self.clock.progress >= 1

    def _learn(self, batch: Batch, lexicon: Lexicon, sums: Sums) -> None:
        """One step of the optimiser."""
        options = self.config.train
        for group in self.optimizer.param_groups:
            group["lr"] = options.rate * factor(self.clock.progress, options.warmup, options.decay)
        batch = batch.to(self.device)
        found = losses(self.model, batch, lexicon, options.smoothing)
        torch.autograd.backward(found.entropy + options.guide * found.guide + options.crest * found.crest)
        torch.nn.utils.clip_grad_norm_(self.weights, CLIP)
        self.optimizer.step()
        self.optimizer.zero_grad(set_to_none=True)
        self.model.clear_pad()
        self.step += 1
        sums.add(found, (batch.labels >= 0).sum())

    def _milestones(self) -> None:
        """Keep the weights when the rate begins to fall, and snapshots of the last stretch."""
        options, progress = self.config.train, self.clock.progress
        stable = self.folder / "stable.safetensors"
        if progress >= 1 - options.decay and not self.rank and not stable.exists():
            save_weights(self.model, stable)
        if options.average and progress > 1 - options.average * (1 - self.snapshots / SNAPSHOTS):
            self._snapshot()

    def _snapshot(self) -> None:
        """Add the weights to the mean of the last ones."""
        self.snapshots += 1
        for name, value in self.model.marian.state_dict().items():
            held = self.mean.setdefault(name, torch.zeros_like(value, dtype=torch.float32))
            held += (value.float() - held) / self.snapshots

    def _log(self, sums: Sums) -> None:
        """Append a line to the log; an encoder that says the same everywhere ends the run.

        Raises:
            SystemExit: the encoder collapsed, from which no run recovered in trials.
        """
        (loss, guide, crest, collapse), tokens = sums.take()
        self.tokens += int(tokens) * self.size
        if self.rank or not tokens:
            return
        row = (time.strftime("%H:%M:%S"), self.step, f"{self.clock.spent / 60:.2f}", self.tokens,
               f"{loss:.4f}", f"{guide:.3f}", f"{crest:.2f}", f"{collapse:.3f}",
               f"{self.optimizer.param_groups[0]['lr']:.2e}")  # fmt: skip
        with (self.folder / "log.tsv").open("a", encoding="utf-8") as file:
            if not file.tell():
                print(*LOG, sep="\t", file=file)
            print(*row, sep="\t", file=file)
        print(*(f"{name} {value}" for name, value in zip(LOG, row, strict=True)), flush=True)
        if collapse > DEAD and self.clock.progress > self.config.train.warmup:
            raise SystemExit(f"the encoder collapsed (cosine {collapse:.3f}); start again with another seed or rate")

    def save(self) -> None:
        """Write everything the run needs to go on; the old checkpoint stays until the new one is whole."""
        if self.rank:
            return
        state: dict[str, Any] = {name: getattr(self, name) for name in ("step", "tokens", "snapshots", "mean")}
        state |= {"spent": self.clock.spent, "model": self.model.state_dict(), "optimizer": self.optimizer.state_dict()}
        torch.save(state, self.folder / "last.tmp")
        os.replace(self.folder / "last.tmp", self.folder / "last.pt")
        self.clock.restart()

    def resume(self) -> bool:
        """Take up the last checkpoint, if there is one."""
        path = self.folder / "last.pt"
        if not path.exists():
            return False
        state = torch.load(path, map_location=self.device, weights_only=True)
        self.model.load_state_dict(state.pop("model"))
        self.optimizer.load_state_dict(state.pop("optimizer"))
        self.clock.spent = state.pop("spent")
        vars(self).update(state)
        return True


class Sums:
    """Sums over the steps since the last line of the log, kept on the device so that no step waits for them."""

    def __init__(self, device: torch.device) -> None:
        self.values = torch.zeros(len(Losses._fields) + 1, device=device, dtype=torch.float64)

    def add(self, found: Losses, tokens: Tensor) -> None:
        """Add a step, weighted by its target tokens."""
        self.values += torch.stack([*(value.detach() for value in found), torch.ones_like(found.crest)]) * tokens

    def take(self) -> tuple[list[float], float]:
        """The means, in the order of `Losses`, and the number of tokens; starts anew."""
        *values, tokens = self.values.tolist()
        self.values.zero_()
        return [value / max(tokens, 1) for value in values], tokens


def draw_seed(config: Config, step: int, rank: int) -> int:
    """The seed of the pairs' order: another one wherever a run goes on, be it from its own step or from a model before.

    With the same seed, each run that goes on from the last one's weights would read the same first pairs again.
    """
    begun = zlib.crc32((ROOT / config.train.init).read_bytes()) if config.train.init else 0
    return config.seed + begun + step + 1_000_003 * rank


def train(config: Config, work: Path, now: Callable[[], float] = time.monotonic) -> Run:
    """Train as configured, going on from the last checkpoint in ``work`` if there is one."""
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    torch.set_num_threads(config.train.threads)
    run = Run(config, work, device, now)
    resumed = run.resume()
    size = run.model.marian.config.vocab_size
    corpus = Corpus.read(work / "encoded", config.sets, pad=size - 1, seed=draw_seed(config, run.step, run.rank))
    lexicon = Lexicon.read(str(work / "encoded" / "lexicon.npz"), size, device)
    print("resumed" if resumed else "started", f"on {device}, {run.clock.spent / 60:.1f} minutes spent", flush=True)
    before = signal.signal(signal.SIGTERM, run.stop)
    run.train(ahead(corpus.batches(config.train.tokens), pin=device.type == "cuda"), lexicon)
    signal.signal(signal.SIGTERM, before)
    return run


def main() -> None:
    """Command line."""
    parser: argparse.ArgumentParser = arguments(__doc__)
    parser.add_argument("--minutes", type=float, help="budget, instead of the configured one")
    parser.add_argument("--threads", type=int, help="CPU threads, instead of the configured number")
    args = parser.parse_args()
    config = load(args.config)
    options = config.train
    options = replace(options, minutes=args.minutes or options.minutes, threads=args.threads or options.threads)
    train(replace(config, train=options), args.work)


if __name__ == "__main__":
    main()
