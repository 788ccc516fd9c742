"""``models.yaml``: which models there are, and the order in which ``default`` picks."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    ValidationError,
    ValidationInfo,
    field_validator,
    model_validator,
)

from pipeline import yamlfile
from pipeline.errors import ConfigError, ModelError
from pipeline.languages import LanguageCode
from pipeline.yamlfile import Location, unknown

FILE = "models.yaml"
SPLIT_AT = 200
"""Pieces beyond which a source is taken apart, unless the model's entry says otherwise. Marian's table of positions
ends at 512, but a model loses clauses of stretches that are longer than the sentences it was trained on."""


def _written(pattern: str, advice: str) -> AfterValidator:
    """Of a text that is empty or fits a pattern; all else is told the advice."""

    def check(text: str) -> str:
        if text and not re.fullmatch(pattern, text):
            raise ValueError(advice)
        return text

    return AfterValidator(check)


Repository = Annotated[str, _written(r"[\w.-]+/[\w.-]+", "give owner/name, as the hub writes it")]
Prefix = Annotated[str, _written(r">>.+<<", 'give a piece such as ">>fra<<", in quotes')]


class Bleu(BaseModel):
    """sacrebleu scores (0..100) by test set: published by others, and measured with this program."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    published: dict[str, float] = Field(default_factory=dict)
    measured: dict[str, float] = Field(default_factory=dict)

    def best(self, test: str = "newstest2013") -> float | None:
        """The figure to compare models by: the measured one, else the published one, None where there is neither."""
        return self.measured.get(test, self.published.get(test))


class Entry(BaseModel):
    """One model of ``models.yaml``; see the comments there."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    hub: Repository = ""
    revision: str = "main"
    path: str = ""
    languages: tuple[LanguageCode, LanguageCode]
    prefix: Prefix = ""
    licence: str
    megabytes: int = Field(ge=0)
    split_at: int = Field(SPLIT_AT, ge=16, le=512)
    misreads: bool = False
    bleu: Bleu = Bleu()

    @model_validator(mode="after")
    def _one_place(self) -> Self:
        if bool(self.hub) == bool(self.path):
            raise ValueError("give either `hub` or `path`")
        return self


class Registry(BaseModel):
    """All of ``models.yaml``.

    Attributes:
        models: entries by name.
        default: names in the order in which ``default`` picks.
        base: folder that an entry's ``path`` is relative to.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    models: dict[str, Entry]
    default: tuple[str, ...] = Field(min_length=1)
    base: Path = Path()

    @field_validator("default")
    @classmethod
    def _are_known(cls, default: tuple[str, ...], info: ValidationInfo) -> tuple[str, ...]:
        models = info.data.get("models", dict.fromkeys(default))  # none where they are wrong themselves
        for name in default:
            if name not in models:
                raise ValueError(unknown("model", name, list(models)))
        return default

    def entry(self, name: str) -> Entry:
        """The entry of that name.

        Raises:
            ModelError: there is none.
        """
        if name not in self.models:
            message = unknown("model", name, [*self.models, "default"])
            raise ModelError(f"{message}; {FILE} lists them, and the folder of a model will do, too")
        return self.models[name]


def load(folder: Path | None = None) -> Registry:
    """Read the registry that applies.

    Args:
        folder: whose ``models.yaml`` replaces the packaged one; the working folder by default.

    Raises:
        ConfigError: the file does not parse or is not of the right shape; all problems with file and line.
    """
    package = Path(__file__).resolve().parents[1]
    own = (folder or Path()) / FILE
    # An editable install has the packaged file at the top of the repository.
    top = package.parent / FILE
    if own.is_file() and own.resolve() != top:
        return read(own, own.parent)
    return read(package / FILE if (package / FILE).is_file() else top, package)


def read(file: Path, base: Path) -> Registry:
    """Read and validate one ``models.yaml``.

    Raises:
        ConfigError: as `load`.
    """
    found = yamlfile.read(file)
    if not isinstance(found.content, dict):
        raise ConfigError([f"{file}:1: must be a mapping with `default` and `models`"])
    try:
        return Registry.model_validate({**found.content, "base": base})
    except ValidationError as error:
        raise ConfigError([found.told(*problem) for problem in yamlfile.problems(error, _allowed)]) from error


def _allowed(place: Location) -> Sequence[str]:
    """The names at a place: of the file's top, of an entry, of its ``bleu``."""
    model = (Registry, Registry, Entry, Bleu)[len(place)]
    return [name for name in model.model_fields if name != "base"]
