"""What the checks know of a language: one YAML file a language beside this module."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parent


@dataclass(frozen=True)
class Language:
    """A language's words, folded; see the comments in ``fr.yaml``."""

    expansion: float
    group: str
    decimal: str
    numbers: dict[str, frozenset[float]]
    scales: dict[str, float]
    joiners: frozenset[str]
    months: dict[str, int]
    strong_negative: frozenset[str]
    negative_particles: frozenset[str]
    negative: frozenset[str]
    negative_prefixes: tuple[str, ...]


@cache
def load_language(code: str) -> Language:
    """A language's words; none where it has no file, so that only what needs no words is checked."""
    from pipeline.yamlfile import strings

    known = strings(FOLDER / f"{code}.yaml")
    return Language(
        float(known.get("expansion", 1.0)),
        known.get("group", ""),
        known.get("decimal", ""),
        {word: _readings(value) for word, value in known.get("numbers", {}).items()},
        {word: float(value) for word, value in known.get("scales", {}).items()},
        frozenset(known.get("joiners", ())),
        {month: i for i, month in enumerate(known.get("months", ()), start=1)},
        frozenset(known.get("strong_negative", ())),
        frozenset(known.get("negative_particles", ())),
        frozenset(known.get("negative", ())),
        tuple(known.get("negative_prefixes", ())),
    )


def _readings(value: str | list[str]) -> frozenset[float]:
    return frozenset(map(float, [value] if isinstance(value, str) else value))
