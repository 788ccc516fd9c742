"""Word lists that several stages share."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

AGENCIES = Path(__file__).with_name("agencies.yaml")


@dataclass(frozen=True, slots=True)
class Agencies:
    """Names that sign photographs and dispatches, each list longest first so that an alternation finds the whole name.

    Attributes:
        wire: news agencies; they also occur in running text ("selon Reuters").
        photo: photo agencies and picture banks.
        companions: words that stand beside an agency in a credit and mean nothing alone ("Pool", "via").
    """

    wire: tuple[str, ...]
    photo: tuple[str, ...]
    companions: tuple[str, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """All agencies, longest first."""
        return _longest_first([*self.wire, *self.photo])


@cache
def load_agencies() -> Agencies:
    """The agencies of ``agencies.yaml``.

    >>> agencies = load_agencies()
    >>> "Reuters" in agencies.wire, "Shutterstock" in agencies.names, "Kremlin Pool" in agencies.companions
    (True, True, True)
    """
    lists = yaml.safe_load(AGENCIES.read_text(encoding="utf-8"))
    return Agencies(**{group: _longest_first(names) for group, names in lists.items()})


def _longest_first(names: list[str]) -> tuple[str, ...]:
    return tuple(sorted(set(names), key=lambda name: (-len(name), name)))
