"""YAML files that people write: their content, the line of each place in it, and problems told with both."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from pipeline.errors import ConfigError, did_you_mean

Location = tuple[str | int, ...]

QUICK_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""For large files of data; ten times as fast as the other where libyaml is there, with tidings less plain."""
_QUICK_STRINGS: Any = getattr(yaml, "CBaseLoader", yaml.BaseLoader)

# Levels of nesting that a file may have where it has many of what can open one, and how many it may have unlooked at:
# the C loader dies between 20,000 and 30,000 levels.
_DEEPEST = 100
_HARMLESS = 8_000
_OPENING = ("[", "{", "- ", "? ", ": ")

# What pydantic says of a wrong type, in the words of somebody who writes YAML.
_PLAIN = {
    "bool": "give true or false",
    "dict": "give a mapping",
    "float": "give a number",
    "int": "give a whole number",
    "model": "give a mapping",
    "string": "give a text, in quotes where YAML takes it for something else",
    "tuple": "give a list",
}


@dataclass(frozen=True)
class YamlFile:
    """What a file holds.

    Attributes:
        path: where it was read; None for no file.
        content: as ``yaml.safe_load`` gives it; None where the file is empty.
        lines: the line, from 1, of each place.
    """

    path: Path | None
    content: Any
    lines: dict[Location, int]

    def line(self, location: Location) -> int:
        """The line of the innermost part of the way to a place that stands in the file; 0 without a file."""
        inner = (location[:n] for n in range(len(location), -1, -1) if location[:n] in self.lines)
        return self.lines[next(inner)] if self.lines else 0

    def told(self, location: Location, text: str) -> str:
        """The text with file and line before it; alone without a file."""
        line = self.line(location)
        return f"{self.path}:{line}: {text}" if line else text


def read(path: Path) -> YamlFile:
    """Read a file.

    Raises:
        ConfigError: it cannot be read, is no YAML, or has a key twice.
    """
    try:
        places, content = _parsed(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError as error:
        raise ConfigError([f"{path} does not exist; name a file that does"]) from error
    except UnicodeDecodeError as error:
        raise ConfigError([f"{path} is not UTF-8; save it in that encoding"]) from error
    except OSError as error:
        raise ConfigError([f"{path} cannot be read: {error.strerror}; name a YAML file"]) from error
    except (yaml.YAMLError, ValueError) as error:
        mark = getattr(error, "problem_mark", None)
        line = f":{mark.line + 1}" if mark else ""
        raise ConfigError([f"{path}{line}: is no YAML: {getattr(error, 'problem', None) or error}"]) from error
    except RecursionError as error:
        raise ConfigError([f"{path}: is nested too deeply; close the brackets that are open"]) from error
    file = YamlFile(path, content, {(): 1, **dict(places)})
    if twice := [file.told(where, text) for where, text in _twice(places, file.lines)]:
        raise ConfigError(twice)
    return file


def check_depth(text: str) -> None:
    """Refuse a text that `QUICK_LOADER` would die of, which goes into every bracket on the stack.

    Raises:
        yaml.MarkedYAMLError: it is nested too deeply, and where; or it is no YAML.
    """
    if sum(map(text.count, _OPENING)) < _HARMLESS:
        return
    depth = 0
    for event in yaml.parse(text, QUICK_LOADER):
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > _DEEPEST:
            said = f"nested more than {_DEEPEST} levels deep; close the brackets before"
            raise yaml.MarkedYAMLError(problem=said, problem_mark=event.start_mark)  # type: ignore[arg-type]


def strings(path: Path) -> dict[str, Any]:
    """The content of a file of this package, every scalar as a string: "no" and "on" are words; {} without a file."""
    return yaml.load(path.read_text("utf-8"), _QUICK_STRINGS) if path.exists() else {}


def _parsed(text: str) -> tuple[list[tuple[Location, int]], Any]:
    """Each place with its line, and what the text says."""
    loader = yaml.SafeLoader(text)
    root = loader.get_single_node()
    places = list(_places(root, (), set())) if root else []
    return places, loader.construct_document(root) if root else None  # which takes merged mappings apart


def _twice(places: Sequence[tuple[Location, int]], last: dict[Location, int]) -> Iterator[tuple[Location, str]]:
    """The keys that stand twice in a mapping, of which YAML would silently take the last."""
    earlier = {where: line for where, line in places if line != last[where]}
    for where, line in earlier.items():
        if isinstance(where[-1], str) and not any(where[:n] in earlier for n in range(1, len(where))):
            yield where, f'"{where[-1]}" stands in line {line} already; keep one of them'


def _places(node: yaml.Node, location: Location, seen: set[int]) -> Iterator[tuple[Location, int]]:
    """Each place with the line of its key or item. What an alias repeats is gone through once: it may hold itself."""
    if id(node) in seen:
        return
    seen.add(id(node))
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            yield (*location, str(key.value)), key.start_mark.line + 1
            yield from _places(value, (*location, str(key.value)), seen)
    elif isinstance(node, yaml.SequenceNode):
        for i, item in enumerate(node.value):
            yield (*location, i), item.start_mark.line + 1
            yield from _places(item, (*location, i), seen)


def problems(
    error: ValidationError, allowed: Callable[[Location], Sequence[str]], name: str = ""
) -> Iterator[tuple[Location, str]]:
    """What is wrong, in people's words, with its place below the validated value.

    Args:
        allowed: the names that a mapping at a place may have.
        name: of the validated value, to stand before those in it.
    """
    for problem in error.errors():
        place = problem["loc"]
        label = ".".join(str(part) for part in (name, *place) if part != "")
        kind = problem["type"]
        if kind == "extra_forbidden":
            yield place, unknown("option", str(place[-1]), allowed(place[:-1]))
        elif kind == "missing":
            yield place, f"{label} is missing"
        else:
            value = "" if isinstance(problem["input"], dict) else f" is {problem['input']!r}"
            yield place, f"{label}{value}: {_said(kind, problem['msg'])}"


def _said(kind: str, message: str) -> str:
    plain = _PLAIN.get(kind.partition("_")[0]) if kind.endswith(("_type", "_parsing")) else None
    return plain or message.removeprefix("Value error, ")


def unknown(what: str, value: str, allowed: Sequence[str]) -> str:
    """The message for a name that is not known."""
    names = ", ".join(allowed) or "none"
    return f'unknown {what} "{value}"; allowed: {names}{did_you_mean(value, allowed)}'
