"""Reading ``pipeline.yaml``: everything is checked before anything runs, and all problems are reported at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from pipeline.errors import ConfigError, UsageError, did_you_mean
from pipeline.io.export import FORMATS
from pipeline.mt.models import languages_of
from pipeline.stages import STAGES
from pipeline.stages.base import Options, OptionsT
from pipeline.yamlfile import Location, YamlFile, problems, read, unknown

FILE_NAME = "pipeline.yaml"
TOP_LEVEL = ("input", "stages", "outputs")
# Options that name the languages of the translation model: its source (0) or its target (1).
_LANGUAGES = (("segment", "language", 0), ("check", "source", 0), ("check", "target", 1))
DEFAULT_FORMATS = ("tsv", "jsonl", "moses", "tmx", "xliff", "report")


def _is_format(name: str) -> str:
    if name not in FORMATS:
        raise ValueError(unknown("format", name, list(FORMATS)))
    return name


Format = Annotated[str, AfterValidator(_is_format)]


class Outputs(BaseModel):
    """Where the output files go, and in which formats."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    path: str = Field("outputs", min_length=1)
    formats: tuple[Format, ...] = DEFAULT_FORMATS


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
    built_in = path is None and not Path(FILE_NAME).is_file()
    file = YamlFile(None, {}, {}) if built_in else _file(path or Path(FILE_NAME))
    return _Reader(file, overrides or {}).config()


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


def options(model: type[OptionsT], given: Mapping[str, object]) -> OptionsT:
    """A stage's options from those of a command.

    Raises:
        ConfigError: with all problems.
    """
    try:
        return model.model_validate(given)
    except ValidationError as error:
        found = problems(error, lambda _: list(model.model_fields))
        raise ConfigError([text for _, text in found]) from error


def check_ready(config: Config) -> None:
    """Let each stage read what its options name: lexicons, glossaries, the model's folder; nothing is loaded.

    Raises:
        ConfigError: with all that cannot be used.
    """
    found: dict[str, None] = {}
    for step in config.steps:
        try:
            STAGES[step.name].stage(step.options).read_files()
        except UsageError as error:
            found |= dict.fromkeys(str(error).splitlines())
    if found:
        raise ConfigError(list(found))


def _file(path: Path) -> YamlFile:
    file = read(path)
    if file.content is None:
        raise ConfigError([f"{path}:1: is empty; give at least stages: {', '.join(STAGES)}"])
    if not isinstance(file.content, dict):
        raise ConfigError([f"{path}:1: must be a mapping with {', '.join(TOP_LEVEL)}"])
    return file


class _Reader:
    """Walks through the data and collects problems."""

    def __init__(self, file: YamlFile, overrides: Mapping[str, Mapping[str, object]]) -> None:
        self._file = file
        self._data: dict[str, Any] = file.content
        self._overrides = overrides
        self._problems: list[tuple[int, str]] = []

    def config(self) -> Config:
        for key in self._data:
            if key not in TOP_LEVEL:
                self._problem((str(key),), unknown("key", str(key), TOP_LEVEL))
        result = Config(self._file.path, self._inputs(), self._steps(), self._outputs())
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
        places: dict[str, Location] = {}
        for i, entry in enumerate(entries):
            name, options = self._entry(("stages", i), entry)
            if name:
                self._order(("stages", i), name, [step.name for step in steps])
                places[name] = ("stages", i, name)
                steps.append(Step(name, self._options(places[name], name, options)))
        self._idle(places.keys())
        self._languages({step.name: step.options for step in steps}, places)
        return tuple(steps)

    def _languages(self, options: Mapping[str, Options], places: Mapping[str, Location]) -> None:
        """Stages that speak of other languages than the model does."""
        model = getattr(options.get("translate"), "model", None)
        languages = languages_of(model) if model else None
        for stage, option, side in _LANGUAGES if languages else ():
            value = getattr(options.get(stage), option, None)
            if value and languages and value != languages[side]:
                wrong = f'{stage}.{option} is "{value}", but model "{model}" translates {" to ".join(languages)}'
                self._problem((*places[stage], option), f'{wrong}; set it to "{languages[side]}"')

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
            self._problem(location, unknown("stage", str(name), list(STAGES)))
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
            self._invalid(location, error, model)
            return model.model_construct()

    def _outputs(self) -> Outputs:
        value = self._data.get("outputs")
        value = {} if value is None else {"path": value} if isinstance(value, str) else value
        try:
            return Outputs.model_validate(value)
        except ValidationError as error:
            self._invalid(("outputs",), error, Outputs)
            return Outputs()

    def _invalid(self, location: Location, error: ValidationError, model: type[BaseModel]) -> None:
        for place, text in problems(error, lambda _: list(model.model_fields), str(location[-1])):
            self._problem((*location, *place), text)

    def _problem(self, location: Location, text: str) -> None:
        self._problems.append((self._file.line(location), self._file.told(location, text)))
