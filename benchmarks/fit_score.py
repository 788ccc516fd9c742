"""Fit the weights of the score: ``fit_score.py FOLDER [--model embedded] [--write]``.

FOLDER holds ``newstest2013.fr`` and ``.en``. With a log-probability ("model") the weights are fitted on the model's
translations of the even lines, a translation counting as usable where its chrF (sacrebleu's default, chrF2) against
the human translation is at least 50; usable ones with a planted error (``flags.py``) are added as unusable, since chrF
hardly sees a wrong number. Without one ("bitext") the human translations are added too, as usable, and with planted
errors. The odd lines are for the report. Weights of flags have a prior: a flag divides the odds by e, give or take e;
a sign that says more trust is set to 0.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from sacrebleu import CHRF

from benchmarks import logistic
from benchmarks.flags import PLANTERS, plant, read
from pipeline.checks import Pair, flags_of, load_tongues
from pipeline.checks.score import WEIGHTS, features
from pipeline.mt.folder import LocalModel
from pipeline.mt.glossary import Glossary
from pipeline.mt.memory import Entry
from pipeline.mt.models import resolve
from pipeline.stages.translate import Translate, TranslateOptions

USABLE = 50.0
NUMERIC = ["logprob", "length", "lost", "added"]
FLAGS = ["flag:garbled", "flag:truncated", "flag:numbers", "flag:quotes", "flag:names", "flag:length"]
FLAGS += ["flag:repetition", "flag:untranslated"]
TONGUES = load_tongues("fr", "en", Glossary.load("starter"))

Row = dict[str, float]


def row(source: str, target: str, logprob: float | None) -> Row:
    pair = Pair(source, target, TONGUES)
    # A mangled word is plain to a reader and hardly seen by chrF: its flag keeps the prior.
    return features(pair, logprob, [flag for flag in flags_of(pair) if flag != "garbled"])


def fit(rows: Sequence[Row], usable: np.ndarray, names: Sequence[str]) -> dict[str, float]:
    """Most probable weights of a logistic regression under the prior."""
    x = np.array([[1.0, *(r.get(name, 0.0) for name in names)] for r in rows])
    flags = np.array([False, *(name.startswith("flag:") for name in names)])
    mean, precision = np.where(flags, -1.0, 0.0), np.where(flags, 1.0, 1e-4)
    w = logistic.fit(x, usable, mean, precision)
    signs = {"constant": 0, "logprob": 1}
    named = dict(zip(["constant", *names], w.tolist(), strict=True))
    return {k: round(v if signs.get(k, -1) * v >= 0 else 0.0, 3) for k, v in named.items()}


def predict(weights: dict[str, float], rows: Sequence[Row]) -> np.ndarray:
    z = [weights["constant"] + sum(weights.get(k, 0.0) * v for k, v in r.items()) for r in rows]
    return np.asarray(1 / (1 + np.exp(-np.array(z))))


def report(name: str, score: np.ndarray, usable: np.ndarray) -> None:
    order = score.argsort().argsort() + 1.0
    good = usable == 1
    area = (order[good].sum() - good.sum() * (good.sum() + 1) / 2) / (good.sum() * (~good).sum())
    print(f"{name}: area under the ROC curve {area:.3f}, Brier score {np.mean((score - usable) ** 2):.3f}")
    for low in np.arange(0, 1, 0.2):
        part = (score >= low) & (score < low + 0.2)
        if part.any():
            print(f"  score {low:.1f}-{low + 0.2:.1f}: {part.sum():5d} pairs, {usable[part].mean():.0%} usable")


def planted(pairs: Sequence[tuple[str, str]], logprobs: dict[str, float]) -> list[Row]:
    """Planted errors, as many of each kind, as many in all as there are pairs."""
    share = len(pairs) // len(PLANTERS)
    return [row(s, t, logprobs.get(s)) for kind in plant(pairs).values() for s, t in kind[:share]]


Half = tuple[list[Row], np.ndarray]


def with_model(said: Sequence[tuple[str, Entry]], usable: np.ndarray) -> Half:
    """Translations by the model, and those that are usable with errors planted."""
    good = [(source, entry.hypothesis) for (source, entry), fine in zip(said, usable, strict=True) if fine]
    wrong = planted(good, {source: entry.logprob or 0.0 for source, entry in said})
    rows = [row(source, entry.hypothesis, entry.logprob) for source, entry in said]
    return [*rows, *wrong], np.concatenate([usable, np.zeros(len(wrong))])


def without_model(said: Sequence[tuple[str, Entry]], usable: np.ndarray, pairs: Sequence[tuple[str, str]]) -> Half:
    """Translations by the model and by people, and those by people with errors planted."""
    wrong = planted(pairs, {})
    rows = [row(source, entry.hypothesis, None) for source, entry in said]
    rows += [row(source, target, None) for source, target in pairs]
    return [*rows, *wrong], np.concatenate([usable, np.ones(len(pairs)), np.zeros(len(wrong))])


def translations(model: LocalModel, sources: Sequence[str]) -> list[tuple[str, Entry]]:
    """The model's translations, mended as those of a run are."""
    stage = Translate(TranslateOptions(model=model.name))
    found: dict[str, Entry] = {}
    for window in stage.translator.translate(sources):
        found |= window
    mended = stage.translator.mended(found)
    return [(source, replace(found[source], hypothesis=mended[source])) for source in sources]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--model", default="embedded")
    parser.add_argument("--write", action="store_true", help=f"write {WEIGHTS.name}")
    options = parser.parse_args()
    local = resolve(options.model)
    pairs = read(options.folder, "all")
    said = translations(local, [source for source, _ in pairs])
    metric = CHRF()
    chrf = np.array([
        metric.sentence_score(entry.hypothesis, [target]).score
        for (_, entry), (_, target) in zip(said, pairs, strict=True)
    ])  # fmt: skip
    usable = (chrf >= USABLE).astype(float)
    print(f"{local.name}: mean chrF {chrf.mean():.1f}, usable {usable.mean():.0%}")
    even, odd = slice(0, None, 2), slice(1, None, 2)
    weights = {
        "model": fit(*with_model(said[even], usable[even]), NUMERIC + FLAGS),
        "bitext": fit(*without_model(said[even], usable[even], pairs[even]), NUMERIC[1:] + FLAGS),
    }
    rows, labels = with_model(said[odd], usable[odd])
    scores = predict(weights["model"], rows)
    ranks = np.corrcoef(scores[: len(chrf[odd])].argsort().argsort(), chrf[odd].argsort().argsort())[0, 1]
    print(f"rank correlation of score and chrF, no errors planted: {ranks:.3f}")
    report("model", scores, labels)
    rows, labels = without_model(said[odd], usable[odd], pairs[odd])
    report("bitext", predict(weights["bitext"], rows), labels)
    print(json.dumps(weights, indent=1))
    if options.write:
        origin = f"benchmarks/fit_score.py on the even lines of newstest2013, model {local.name} {local.digest[:8]}"
        WEIGHTS.write_text(json.dumps({"origin": origin, "usable": USABLE, "weights": weights}, indent=2) + "\n")


if __name__ == "__main__":
    main()
