"""Reading ``pipeline.yaml``: everything is checked before anything runs, and all problems are reported at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

from pipeline.errors import ConfigError, UsageError, did_you_mean
from pipeline.io.export import FORMATS
from pipeline.stages import STAGES
from pipeline.stages.base import Options

FILE_NAME = "pipeline.yaml"
TOP_LEVEL = ("input", "stages", "outputs")
DEFAULT_FORMATS = ("tsv", "jsonl", "moses", "tmx", "xliff", "report")

Location = tuple[str | int, ...]


class Outputs(BaseModel):
    """Where the output files go, and in which formats."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    path: str = "outputs"
    formats: tuple[str, ...] = DEFAULT_FORMATS


@dataclass(frozen=True)
class Step:
    """A stage of the plan with its options."""

    name: str
    options: Options


@dataclass(frozen=True)
class Config:
    """A checked configuration.

    Attributes:
        file: where it was read from; None where the built-in plan is used.
        inputs: files, folders and patterns to read.
        steps: the plan, in order.
        outputs: folder and formats.
    """

    file: Path | None
    inputs: tuple[str, ...]
    steps: tuple[Step, ...]
    outputs: Outputs


def load(path: Path | None, overrides: Mapping[str, Mapping[str, object]] | None = None) -> Config:
    """Read and check a configuration.

    Args:
        path: the file; None takes ``pipeline.yaml`` of the current folder, or without one the built-in plan of all
            stages with their defaults.
        overrides: options by stage that stand above the file (from the command line); they are checked likewise.

    Raises:
        ConfigError: with all problems.
    """
    if path is None and not Path(FILE_NAME).is_file():
        return _Reader(None, {}, {}, overrides or {}).config()
    path = path or Path(FILE_NAME)
    data, lines = _parse(path)
    return _Reader(path, data, lines, overrides or {}).config()


def cut(config: Config, until: str | None) -> Config:
    """The configuration with its plan ended after a stage.

    Raises:
        UsageError: the stage is not in the plan.
    """
    if until is None:
        return config
    names = [step.name for step in config.steps]
    if until not in names:
        raise UsageError(
            f'--until "{until}" is not in the plan; allowed: {", ".join(names)}{did_you_mean(until, names)}'
        )
    return Config(config.file, config.inputs, config.steps[: names.index(until) + 1], config.outputs)


def _parse(path: Path) -> tuple[dict[str, Any], dict[Location, int]]:
    try:
        text = path.read_text(encoding="utf-8-sig")
        root = yaml.compose(text, Loader=yaml.SafeLoader)
    except FileNotFoundError as error:
        raise ConfigError([f"{path} does not exist; name a file with --config, or write {FILE_NAME}"]) from error
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError([f"{path} cannot be read: {error}"]) from error
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = f":{mark.line + 1}" if mark else ""
        raise ConfigError([f"{path}{line}: is no YAML: {getattr(error, 'problem', None) or error}"]) from error
    if root is None:
        raise ConfigError([f"{path}:1: is empty; give at least stages: {', '.join(STAGES)}"])
    if not isinstance(root, yaml.MappingNode):
        raise ConfigError([f"{path}:1: must be a mapping with {', '.join(TOP_LEVEL)}"])
    try:
        data = yaml.safe_load(text)
    except (yaml.YAMLError, ValueError) as error:
        raise ConfigError([f"{path}:1: is no plain YAML: {error}"]) from error
    return data, dict(_lines(root, ()))


def _lines(node: yaml.Node, location: Location) -> Iterator[tuple[Location, int]]:
    """The line, from 1, of each place in the document."""
    yield location, node.start_mark.line + 1
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            yield from ((place, line) for place, line in _lines(value, (*location, key.value)))
            yield (*location, key.value), key.start_mark.line + 1
    elif isinstance(node, yaml.SequenceNode):
        for i, item in enumerate(node.value):
            yield from _lines(item, (*location, i))


class _Reader:
    """Walks through the data and collects problems."""

    def __init__(
        self,
        file: Path | None,
        data: dict[str, Any],
        lines: dict[Location, int],
        overrides: Mapping[str, Mapping[str, object]],
    ) -> None:
        self._file = file
        self._data = data
        self._where = lines
        self._overrides = overrides
        self._problems: list[tuple[int, str]] = []

    def config(self) -> Config:
        for key in self._data:
            if key not in TOP_LEVEL:
                self._unknown((key,), "key", str(key), TOP_LEVEL)
        result = Config(self._file, self._inputs(), self._steps(), self._outputs())
        if self._problems:
            raise ConfigError([text for _, text in sorted(self._problems, key=lambda p: p[0])])
        return result

    def _inputs(self) -> tuple[str, ...]:
        value = self._data.get("input", [])
        values = [value] if isinstance(value, str) else value
        if not isinstance(values, list) or not all(isinstance(v, str) and v for v in values):
            self._problem(("input",), f"input is {value!r}; give a path, or a list of paths")
            return ()
        return tuple(values)

    def _steps(self) -> tuple[Step, ...]:
        entries = self._data.get("stages", list(STAGES))
        if not isinstance(entries, list) or not entries:
            self._problem(("stages",), f"stages is {entries!r}; give a list, any of {', '.join(STAGES)}")
            return ()
        steps: list[Step] = []
        for i, entry in enumerate(entries):
            name, options = self._entry(("stages", i), entry)
            if name:
                self._order(("stages", i), name, [step.name for step in steps])
                steps.append(Step(name, self._options(("stages", i, name), name, options)))
        self._idle({step.name for step in steps})
        return tuple(steps)

    def _idle(self, planned: Set[str]) -> None:
        """Options of the command line for stages that the plan lacks."""
        for stage in self._overrides.keys() - planned:
            for option, value in self._overrides[stage].items():
                hint = f"add {stage} to stages, or leave --{option} out"
                self._problem(
                    ("stages",), f'--{option} "{value}" is for the stage "{stage}", which is not here; {hint}'
                )

    def _entry(self, location: Location, entry: object) -> tuple[str, object]:
        if isinstance(entry, str):
            name, options = entry, None
        elif isinstance(entry, dict) and len(entry) == 1:
            ((name, options),) = entry.items()
        else:
            self._problem(location, f"{entry!r} is no stage; write a name, or name: {{option: value}}")
            return "", None
        if name not in STAGES:
            self._unknown(location, "stage", str(name), list(STAGES))
            return "", None
        return name, options

    def _order(self, location: Location, name: str, before: Sequence[str]) -> None:
        if name in before:
            self._problem(location, f'stage "{name}" stands twice; remove one')
        for needed in STAGES[name].stage.needs:
            if needed not in before:
                self._problem(location, f'stage "{name}" needs "{needed}" before it')

    def _options(self, location: Location, name: str, value: object) -> Options:
        model = STAGES[name].options
        if value is not None and not isinstance(value, dict):
            self._problem(location, f"options of {name} are {value!r}; write {{option: value}}")
            value = None
        given = {**(value or {}), **self._overrides.get(name, {})}
        try:
            return model.model_validate(given)
        except ValidationError as error:
            self._invalid(location, error, list(model.model_fields))
            return model.model_construct()

    def _outputs(self) -> Outputs:
        value = self._data.get("outputs", {})
        if isinstance(value, str):
            value = {"path": value}
        try:
            outputs = Outputs.model_validate(value or {})
        except ValidationError as error:
            self._invalid(("outputs",), error, list(Outputs.model_fields))
            return Outputs()
        for i, name in enumerate(outputs.formats):
            if name not in FORMATS:
                self._unknown(("outputs", "formats", i), "format", name, list(FORMATS))
        return outputs

    def _invalid(self, location: Location, error: ValidationError, allowed: Sequence[str]) -> None:
        for problem in error.errors():
            place = (*location, *problem["loc"])
            if problem["type"] == "extra_forbidden":
                self._unknown(place, "option", str(problem["loc"][-1]), allowed)
            else:
                name = ".".join(str(part) for part in (location[-1], *problem["loc"]))
                message = problem["msg"].removeprefix("Value error, ")
                self._problem(place, f"{name} is {problem['input']!r}: {message}")

    def _unknown(self, location: Location, what: str, value: str, allowed: Sequence[str]) -> None:
        self._problem(
            location, f'unknown {what} "{value}"; allowed: {", ".join(allowed)}{did_you_mean(value, allowed)}'
        )

    def _problem(self, location: Location, text: str) -> None:
        # The innermost place that stands in the file; what came from the command line stands nowhere.
        inner = next((location[:n] for n in range(len(location), 0, -1) if location[:n] in self._where), None)
        line = self._where[inner] if inner else 0
        self._problems.append((line, f"{self._file}:{line}: {text}" if inner else text))
