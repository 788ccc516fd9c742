"""A digest of program code, for fingerprints: results follow the code without anyone raising a number."""

from __future__ import annotations

import ast
import hashlib
from collections.abc import Iterable
from importlib.util import find_spec
from pathlib import Path


def code_digest(modules: Iterable[str], follow: str) -> str:
    """Digest of modules and of those below the package ``follow`` that they import; comments and layout do not count.

    Args:
        modules: full names.
        follow: a package, such as ``pipeline.checks``.
    """
    trees: dict[str, ast.Module] = {}
    todo = list(modules)
    while todo:
        name = todo.pop()
        if name not in trees:
            trees[name] = ast.parse(_source(name))
            todo += _imported(trees[name], f"{follow}.")
    text = "\n".join(f"{name} {ast.dump(trees[name])}" for name in sorted(trees))
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:12]


def _source(name: str) -> bytes:
    spec = find_spec(name)
    return Path(spec.origin).read_bytes() if spec and spec.origin else b""


def _imported(tree: ast.Module, prefix: str) -> list[str]:
    found = (node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom))
    return [name for name in found if name.startswith(prefix)]
