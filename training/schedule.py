"""The learning rate and the clock of a run that has a budget of minutes, not of steps."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field

# A step takes well under a second; a longer gap is a pause (a stopped process, a sleeping laptop) and costs nothing.
LONGEST_STEP = 20.0


def factor(progress: float, warmup: float, decay: float) -> float:
    """What the peak rate is multiplied by: a linear rise, a plateau, a linear fall to zero.

    Args:
        progress: the spent share of the budget, 0..1.
        warmup: the share of the rise.
        decay: the share of the fall.

    >>> [factor(progress, warmup=0.1, decay=0.4) for progress in (0.0, 0.05, 0.1, 0.6, 0.8, 1.0)]
    [0.0, 0.5, 1.0, 1.0, 0.5, 0.0]
    """
    rise = progress / warmup if warmup else 1.0
    fall = (1 - progress) / decay if decay else 1.0
    return round(max(0.0, min(1.0, rise, fall)), 6)


@dataclass
class Clock:
    """Seconds spent training, out of a budget; pauses do not count.

    ``spent`` goes into the checkpoint, so a run that is taken up again has what is left of its budget.
    """

    budget: float
    spent: float = 0.0
    now: Callable[[], float] = time.monotonic
    _last: float = field(default=-1.0)

    def tick(self) -> None:
        """Count the time since the last tick; the first only starts the watch."""
        now = self.now()
        if self._last >= 0:
            self.spent += min(now - self._last, LONGEST_STEP)
        self._last = now

    def restart(self) -> None:
        """Leave out the time since the last tick: it went into something else, such as saving."""
        self._last = self.now()

    @property
    def progress(self) -> float:
        """The spent share of the budget, 0..1."""
        return min(1.0, self.spent / self.budget)
