"""A training run in one YAML file: every option of every step, checked before anything runs."""

from __future__ import annotations

import argparse
import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

import yaml

ROOT = Path(__file__).resolve().parent.parent
T = TypeVar("T")


@dataclass(frozen=True)
class DataOptions:
    """What is read, and what is left out.

    ``parts`` and ``heldout`` are globs relative to the repository; ``max_pairs`` counts per part (0: all of them);
    ``grammar`` is how many pairs are drawn from ``grammar.yaml``; ``like`` are the sets that the model is for.
    """

    parts: list[str]
    heldout: list[str]
    valid: str
    max_pairs: int = 0
    grammar: int = 0
    like: list[str] = field(default_factory=list)
    max_words: int = 70
    max_ratio: float = 2.2


@dataclass(frozen=True)
class SetOptions:
    """How much one set of pairs weighs.

    ``share`` is its part of the target tokens (the shares are made to sum to 1), ``copies`` how often its sources are
    encoded, each time with other noise, ``noise`` how likely a source is noised at all, ``nearest`` the part of its
    pairs that is read, those nearest to the sets in ``like`` (see `training.nearest`), and ``distil`` the part that
    `training.distil` translates.
    """

    share: float
    copies: int = 1
    noise: float = 0.15
    nearest: float = 1.0
    distil: float = 0.0


@dataclass(frozen=True)
class VocabOptions:
    """``pieces`` counts all but ``<pad>``; ``copy`` names a model folder whose vocabulary is taken instead."""

    pieces: int = 8000
    sentences: int = 1_000_000
    copy: str = ""


@dataclass(frozen=True)
class LexiconOptions:
    """IBM Model 1: ``pairs`` read at most, ``rounds`` of expectation-maximisation."""

    pairs: int = 400_000
    rounds: int = 5


@dataclass(frozen=True)
class ModelOptions:
    """The shape of the network."""

    width: int = 256
    feed_forward: int = 1024
    encoder: int = 6
    decoder: int = 2
    heads: int = 4
    dropout: float = 0.0


@dataclass(frozen=True)
class TrainOptions:
    """The optimisation. Times are shares of the budget of ``minutes``.

    ``tokens`` is the size of a batch in padded tokens of its longer side; ``guide`` weighs the guided alignment, and
    ``crest`` the squared crest factor of what matrices are multiplied with, which int8 arithmetic suffers from. That is
    rounded to ``steps`` each way while the model learns (int8 has 127; 0: not at all). ``fuse`` compiles that, which
    makes a CPU learn half again as fast, and needs a C++ compiler.
    """

    minutes: float
    tokens: int
    rate: float = 6e-4
    warmup: float = 0.04
    decay: float = 0.35
    average: float = 0.04
    smoothing: float = 0.1
    guide: float = 1.0
    crest: float = 0.0
    steps: int = 0
    fuse: bool = False
    save_minutes: float = 4.0
    threads: int = 2
    init: str = ""


@dataclass(frozen=True)
class Config:
    """One run. ``noise`` maps the name of a noise (see ``noise.py``) to how likely it strikes a noised source."""

    name: str
    data: DataOptions
    sets: dict[str, SetOptions]
    train: TrainOptions
    noise: dict[str, float] = field(default_factory=dict)
    vocab: VocabOptions = field(default_factory=VocabOptions)
    lexicon: LexiconOptions = field(default_factory=LexiconOptions)
    model: ModelOptions = field(default_factory=ModelOptions)
    seed: int = 1


def load(path: str | Path) -> Config:
    """Read and check a configuration; a bare name such as ``tiny`` means the file beside this module.

    Raises:
        ValueError: an option is unknown, absent, or of the wrong type.
    """
    path = Path(path)
    if not path.suffix:
        path = Path(__file__).with_name(f"{path}.yaml")
    return _build(Config, yaml.safe_load(path.read_text("utf-8")), path.name)


def _build(kind: type[T], values: Any, where: str) -> T:
    """A dataclass of ``kind`` from a mapping."""
    if not isinstance(values, Mapping):
        raise ValueError(f"{where}: {values!r} is no mapping; give the options of {kind.__name__}")
    hints = get_type_hints(kind)
    if unknown := sorted(set(values) - set(hints)):
        raise ValueError(f"{where}: unknown option {unknown[0]!r}; allowed are {', '.join(hints)}")
    built = {name: _value(hints[name], value, f"{where}: {name}") for name, value in values.items()}
    try:
        return kind(**built)
    except TypeError as error:
        raise ValueError(f"{where}: {error}") from error


def _value(hint: Any, value: Any, where: str) -> Any:
    """``value`` as ``hint`` wants it."""
    if isinstance(hint, type) and dataclasses.is_dataclass(hint):
        return _build(hint, value, where)
    if get_origin(hint) is dict:
        return {key: _value(get_args(hint)[1], item, f"{where}.{key}") for key, item in value.items()}
    if get_origin(hint) is list:
        return [str(item) for item in value]
    if not isinstance(value, (int, float) if hint is float else hint):
        raise ValueError(f"{where}: {value!r} is no {hint.__name__}")
    return hint(value)


def arguments(doc: str | None) -> argparse.ArgumentParser:
    """A parser with what every step takes: the configuration and the folder to work in."""
    parser = argparse.ArgumentParser(description=(doc or "").split("\n", 1)[0])
    parser.add_argument("config", help="a YAML file, or tiny, cpu, gpu for those that ship")
    parser.add_argument("work", type=Path, help="folder that holds everything the run makes")
    return parser


def resolve(pattern: str) -> list[Path]:
    """The files that a glob relative to the repository names, sorted; none where nothing matches."""
    path = Path(pattern) if Path(pattern).is_absolute() else ROOT / pattern
    return sorted(path.parent.glob(path.name))
