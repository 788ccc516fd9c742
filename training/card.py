"""The model card: what the model is, made from what, by which recipe, how good, and what it cannot do."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from safetensors import safe_open

from training.config import Config

HEADER = """---
language: [fr, en]
library_name: transformers
pipeline_tag: translation
tags: [marian]
license: other
---

# French to English, embedded

The MarianMT checkpoint that `pipeline` ships, so that it translates offline on any machine.
"""
SOURCES = {
    "europarl": "European Parliament proceedings 1996-2011 (Europarl v7): free to use, as the Parliament's proceedings",
    "tat": "Tatoeba: CC BY 2.0 FR",
    "news": "WMT news test sets of 2008-2012: for research",
    "gtnc": "NewsCrawl sentences with machine-made English: for research",
    "tico": "TICO-19, health: CC0",
    "multi30k": "Multi30k, image captions: for research",
    "names": "names of people, places and bodies, written for this project: MIT",
    "distilled": "translations of training sources by the model before, chosen by their references",
    "grammar": "news sentences drawn from a grammar that was written for this project: MIT",
}
LIMITS = """## Limits

French to English only, one sentence at a time, no document context. Names and rare words that the data lacks may come
out wrong; check them and every number. Part of the data (news test sets, captions) is for research only, which those
who use the model commercially must weigh. newstest2013 is for validation; no sentence of it, exact or nearly so, was
trained on.

## Format

`<pad>` is the last id, with a zero row and a bias of -10,000; decoding starts from it. `</s>` is id 0 and ends every
source. The tokenizer's normaliser folds French typography (curly quotes, guillemets, dashes, `œ`, narrow spaces).
Cross-attention head 0 of the last decoder layer is trained as a word alignment: the source position of the piece
being written, which is also what CTranslate2 returns as attention.
"""


def write_card(config: Config, work: Path, folder: Path) -> None:
    """Write ``README.md`` from the configuration, the training log and ``figures.jsonl`` (see `evaluate`)."""
    sections = [HEADER, _shape(config, folder), _figures(folder), _recipe(config, work), _data(config), LIMITS]
    (folder / "README.md").write_text("\n".join(sections), "utf-8")


def _shape(config: Config, folder: Path) -> str:
    with safe_open(folder / "model.safetensors", "pt") as file:
        shapes = [file.get_slice(name).get_shape() for name in file.keys()]  # noqa: SIM118
        count = sum(_product(shape) for shape in shapes)
        vocabulary = file.get_slice("model.shared.weight").get_shape()[0]
    model = config.model
    return (
        f"{count / 1e6:.1f} million parameters: {model.width} wide, feed-forward {model.feed_forward}, encoder "
        f"{model.encoder}, decoder {model.decoder}, {model.heads} heads, {vocabulary - 1:,} joint pieces and `<pad>`.\n"
    )


def _figures(folder: Path) -> str:
    """The measured figures as a table; says so where nothing was measured."""
    path = folder / "figures.jsonl"
    if not path.exists():
        return "## Figures\n\nNot measured yet.\n"
    rows = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    lines = [
        "| {set} | {decoding} | {bleu:.1f} | {chrf:.1f} | {words_per_cpu_second:.0f} |".format(**row) for row in rows
    ]
    head = "| set | decoding | BLEU | chrF | words a CPU second |\n|---|---|---|---|---|"
    return f"## Figures\n\n{head}\n" + "\n".join(lines) + f"\n\n`{rows[0]['signature']}`\n"


def _recipe(config: Config, work: Path) -> str:
    last = _last_log(work)
    init = f" It went on from `{config.train.init}`." if config.train.init else ""
    return (
        f"## Recipe\n\n`training/{config.name}.yaml` in the project's repository: {last['tokens'] / 1e6:.1f} million "
        f"target tokens in {last['minutes']:.0f} minutes, label smoothing {config.train.smoothing}, dropout "
        f"{config.model.dropout}, guided alignment, bfloat16, rate falling to zero, last weights averaged.{init}\n"
    )


def _last_log(work: Path) -> dict[str, Any]:
    path = work / "run" / "log.tsv"
    names, *rows = (line.split("\t") for line in path.read_text("utf-8").splitlines())
    last = dict(zip(names, rows[-1], strict=True))
    return {"tokens": int(last["tokens"]), "minutes": float(last["minutes"])}


def _data(config: Config) -> str:
    total = sum(options.share for options in config.sets.values())
    lines = [f"- {options.share / total:.0%} {SOURCES.get(name, name)}" for name, options in config.sets.items()]
    return "## Data, by share of target tokens\n\n" + "\n".join(lines) + "\n"


def _product(shape: list[int]) -> int:
    result = 1
    for size in shape:
        result *= size
    return result
