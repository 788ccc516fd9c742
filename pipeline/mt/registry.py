"""``models.yaml``: which models there are, and the order in which ``default`` picks."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Self

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from pipeline.errors import ConfigError, ModelError, did_you_mean

FILE = "models.yaml"
SPLIT_AT = 200
"""Pieces beyond which a source is taken apart, unless the model's entry says otherwise. Marian's table of positions
ends at 512, but a model loses clauses of stretches that are longer than the sentences it was trained on."""
Language = Annotated[str, Field(pattern=r"^[a-z]{2,3}$")]


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

    hub: str = Field(default="", pattern=r"^([\w.-]+/[\w.-]+)?$")
    revision: str = "main"
    path: str = ""
    languages: tuple[Language, Language]
    prefix: str = Field(default="", pattern=r"^(>>.+<<)?$")
    licence: str
    megabytes: int = Field(ge=0)
    split_at: int = Field(SPLIT_AT, ge=16, le=512)
    bleu: Bleu = Bleu()

    @model_validator(mode="after")
    def _one_place(self) -> Self:
        if bool(self.hub) == bool(self.path):
            raise ValueError("give either `hub` or `path`")
        return self


class Registry(BaseModel):
    """All of ``models.yaml``.

    Attributes:
        default: names in the order in which ``default`` picks.
        models: entries by name.
        base: folder that an entry's ``path`` is relative to.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    default: tuple[str, ...] = Field(min_length=1)
    models: dict[str, Entry]
    base: Path = Path()

    @model_validator(mode="after")
    def _default_is_known(self) -> Self:
        for name in self.default:
            self._known(name)
        return self

    def _known(self, name: str) -> Entry:
        if name not in self.models:
            raise ValueError(f'"{name}" is not one of: {", ".join(self.models)}{did_you_mean(name, self.models)}')
        return self.models[name]

    def entry(self, name: str) -> Entry:
        """The entry of that name.

        Raises:
            ModelError: there is none.
        """
        try:
            return self._known(name)
        except ValueError as error:
            raise ModelError(f"unknown model {error}, or `default`; {FILE} lists them") from error


def load(folder: Path | None = None) -> Registry:
    """Read the registry that applies.

    Args:
        folder: where the user's ``pipeline.yaml`` lies; the working folder by default. A ``models.yaml`` there
            replaces the packaged one.

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
    try:
        text = file.read_text(encoding="utf-8")
        tree = yaml.compose(text, yaml.SafeLoader)
        content = yaml.safe_load(text)
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise ConfigError([f"{file}: cannot be read as YAML: {error}"]) from error
    if not isinstance(content, Mapping):
        raise ConfigError([f"{file}:1: expected `default` and `models`, found {type(content).__name__}"])
    try:
        return Registry.model_validate({**content, "base": base})
    except ValidationError as error:
        problems = [
            f"{file}:{_line(tree, p['loc'])}: {_problem(p['loc'], p['msg'], p['input'])}" for p in error.errors()
        ]
        raise ConfigError(problems) from error


def _problem(where: tuple[Any, ...], message: str, value: object) -> str:
    shown = f" (found {value!r})" if isinstance(value, str | int | float) else ""
    place = ".".join(map(str, where)) or "default"
    return f"{place}: {message.removeprefix('Value error, ')}{shown}"


def _line(node: yaml.Node | None, where: tuple[Any, ...]) -> int:
    """Line of the deepest part of the tree that lies on the way to ``where``, from 1."""
    line = node.start_mark.line + 1 if node else 1
    for step in where:
        found = _child(node, step)
        if found is None:
            break
        key, node = found
        line = key.start_mark.line + 1
    return line


def _child(node: yaml.Node | None, step: Any) -> tuple[yaml.Node, yaml.Node] | None:
    if isinstance(node, yaml.MappingNode):
        return next(((key, value) for key, value in node.value if key.value == step), None)
    if isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
        return node.value[step], node.value[step]
    return None
