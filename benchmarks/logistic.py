"""Logistic regression under a normal prior, for the scripts that fit weights."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

STEPS = 30  # of Newton's method; six are mostly enough

Floats = NDArray[np.float64]


def fit(x: Floats, y: Floats, mean: Floats, precision: Floats, weight: Floats | float = 1.0) -> Floats:
    """The most probable weights (columns), by Newton's method.

    Args:
        x: examples (rows, columns).
        y: what each of them is, 0 or 1 (rows).
        mean, precision: of the prior of each weight (columns).
        weight: of the examples (rows).
    """
    found = mean.copy()
    for _ in range(STEPS):
        odds = 1 / (1 + np.exp(-x @ found))
        slope = x.T @ (weight * (odds - y)) + precision * (found - mean)
        curve = x.T @ (x * (weight * odds * (1 - odds))[:, None]) + np.diag(precision)
        found -= np.linalg.solve(curve, slope)
    return found
