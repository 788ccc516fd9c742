"""How unusual a length ratio is."""

from __future__ import annotations

import math

# Spread of log(target characters / source characters) on the even lines of newstest2013: it shrinks with the square
# root of the source's length, down to a floor.
_FLOOR, _SHORT = 0.125, 1.0


def length_deviation(source: str, target: str, expansion: float) -> float:
    """How many spreads the length ratio lies from its mean; 0 is usual, below is short.

    Args:
        expansion: characters of the target for a character of the source, on average.

    >>> length_deviation("Il a dit que les soldats resteraient dans la ville.", "He said.", 0.87) < -3
    True
    """
    ratio = math.log((len(target) + 2) / (len(source) + 2))
    return (ratio - math.log(expansion)) / math.hypot(_FLOOR, _SHORT / math.sqrt(len(source) + 2))
