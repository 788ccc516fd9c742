"""Reading a glossary file; ``pipeline/assets/glossary.yaml`` explains its form."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

from pipeline.errors import ConfigError, did_you_mean
from pipeline.mt.glossary import Term
from pipeline.yamlfile import QUICK_LOADER, check_depth

_KEYS = ("from", "also")


def read_glossary(path: Path) -> tuple[tuple[Term, ...], str]:
    """The terms of a file, and its digest.

    Raises:
        ConfigError: the file cannot be read or is no glossary; every problem with its line.
    """
    try:
        content = path.read_bytes()
        return _terms(path, content.decode("utf-8")), hashlib.sha256(content).hexdigest()[:12]
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError([f"{path}: cannot be read as a glossary: {error}"]) from error


@lru_cache(maxsize=2)  # `translate` and `check` mostly use one file
def _terms(path: Path, text: str) -> tuple[Term, ...]:
    reader = _Reader(path)
    terms = tuple(reader.terms(text))
    if reader.problems:
        raise ConfigError(reader.problems)
    return terms


class _Reader:
    """Turns YAML nodes, which know their lines, into terms; gathers the problems."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.problems: list[str] = []
        self.seen: dict[str, tuple[str, int]] = {}  # variant -> target form, line

    def terms(self, text: str) -> Iterator[Term]:
        import yaml

        try:
            check_depth(text)
            root = yaml.compose(text, QUICK_LOADER)
        except yaml.MarkedYAMLError as error:
            line = error.problem_mark.line + 1 if error.problem_mark else 1
            self.problems.append(f"{self.path}:{line}: not valid YAML: {error.problem}")
            return
        for _, group in self.mapping(root, "a glossary is a mapping of groups, such as `people:`"):
            for form, value in self.mapping(group, "a group is a mapping of target forms to source variants"):
                yield from self.term(form, value)

    def mapping(self, node: Any, expected: str) -> list[tuple[Any, Any]]:
        import yaml

        if isinstance(node, yaml.MappingNode):
            return list(node.value)
        self.problem(node, expected)
        return []

    def term(self, form: Any, value: Any) -> Iterator[Term]:
        import yaml

        also: list[str] = []
        source = value
        if isinstance(value, yaml.MappingNode):
            parts = {key.value: (key, part) for key, part in value.value}
            for name in parts.keys() - set(_KEYS):
                hint = did_you_mean(str(name), _KEYS)
                self.problem(parts[name][0], f'"{name}" is not allowed here; allowed are {", ".join(_KEYS)}{hint}')
            source = parts["from"][1] if "from" in parts else None
            also = self.words(parts["also"][1]) if "also" in parts else []
        target, variants = self.words(form), self.words(source, form)
        for variant in variants:
            self.remember(variant, form)
        if target and variants:
            yield Term(target[0], tuple(variants), tuple(also))

    def words(self, node: Any, parent: Any = None) -> list[str]:
        """One text or a list of texts, each with at least a letter or digit."""
        import yaml

        nodes = node.value if isinstance(node, yaml.SequenceNode) else [node]
        texts = [n.value.strip() for n in nodes if isinstance(n, yaml.ScalarNode) and re.search(r"[^\W_]", n.value)]
        if len(texts) < len(nodes) or not nodes:
            self.problem(node or parent, "expected a name or a list of names, such as [Choïgou, Shoigu]")
        return texts

    def remember(self, variant: str, form: Any) -> None:
        target, line = self.seen.setdefault(variant, (form.value, form.start_mark.line + 1))
        if target != form.value:
            self.problem(form, f'"{variant}" already stands for "{target}" (line {line}); keep one of them')

    def problem(self, node: Any, text: str) -> None:
        line = node.start_mark.line + 1 if node is not None else 1
        self.problems.append(f"{self.path}:{line}: {text}")
