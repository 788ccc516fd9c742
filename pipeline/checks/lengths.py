"""Length: the translation is far shorter or longer than its source usually makes it."""

from __future__ import annotations

import math
import re

# Mean and spread of log(target characters / source characters), French to English, on the odd lines of newstest2013.
# The spread shrinks with the square root of the source's length down to a floor.
MEAN, FLOOR, SHORT = -0.135, 0.125, 1.0
_LIMIT = 3.2  # spreads from the mean
_END = re.compile(r"[.!?…:;»”\"’')\]]\s*\Z")


def length_deviation(source: str, target: str) -> float:
    """How many spreads the length ratio lies from its mean; 0 is usual, below is short."""
    ratio = math.log((len(target) + 2) / (len(source) + 2))
    return (ratio - MEAN) / math.hypot(FLOOR, SHORT / math.sqrt(len(source) + 2))


def length_differs(source: str, target: str) -> str:
    """
    >>> length_differs("Il a dit que les soldats resteraient dans la ville.", "He said.")
    'too short'
    """
    deviation = length_deviation(source, target)
    if abs(deviation) < _LIMIT:
        return ""
    return "too short" if deviation < 0 else "too long"
