"""How far a translation can be trusted: a logistic model of what the checks see and what the model said."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from pipeline.checks.pair import Pair
from pipeline.document import Flag

WEIGHTS = Path(__file__).parent / "score.json"


def score_pair(pair: Pair, logprob: float | None, flags: Sequence[Flag]) -> float:
    """Probability, in 0..1, that the translation can be used as it is.

    Args:
        logprob: mean log-probability per target piece; None for a translation that no model made.
        flags: what the checks and earlier stages doubt.
    """
    weights = load_weights()["model" if logprob is not None else "bitext"]
    values = features(pair, logprob, flags)
    z = weights["constant"] + sum(weights[name] * value for name, value in values.items() if name in weights)
    return round(1 / (1 + math.exp(-max(-30.0, min(30.0, z)))), 3)


def features(pair: Pair, logprob: float | None, flags: Sequence[Flag]) -> dict[str, float]:
    """What the score is computed from, by the names used in ``score.json``."""
    values = {
        "logprob": max(logprob, -5.0) if logprob is not None else 0.0,
        "length": abs(pair.length_deviation),
        "lost": _share_missing(pair.lost),
        "added": _share_missing(pair.added),
    }
    return values | {f"flag:{flag}": 1.0 for flag in flags}


def _share_missing(evidence: Sequence[float]) -> float:
    """The evidence for words without a counterpart, as a share, in 0..1, of all evidence."""
    missing = sum(value for value in evidence if value > 0)
    return missing / (missing - sum(value for value in evidence if value < 0)) if missing else 0.0


@cache
def load_weights() -> dict[str, dict[str, float]]:
    """Weights by kind of pair ("model" with a log-probability, "bitext" without) and feature."""
    weights: dict[str, dict[str, float]] = json.loads(WEIGHTS.read_text("utf-8"))["weights"]
    return weights
