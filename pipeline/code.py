"""A digest of program code, for fingerprints: results follow the code without anyone raising a number."""

from __future__ import annotations

import ast
import hashlib
import re
from collections.abc import Iterable
from functools import cache
from importlib.util import find_spec
from pathlib import Path

# In a tree that is written out; ten times as fast as a walk through the tree.
_IMPORTED = re.compile(r"ImportFrom\(module='([^']+)'")


def code_digest(modules: Iterable[str], follow: str) -> str:
    """Digest of modules and of those below the package ``follow`` that they import; comments and layout do not count.

    Args:
        modules: full names.
        follow: a package, such as ``pipeline.checks``.
    """
    dumps: dict[str, str] = {}
    todo = list(modules)
    while todo:
        name = todo.pop()
        if name not in dumps:
            dumps[name] = _dump(_source(name))
            todo += [module for module in _IMPORTED.findall(dumps[name]) if module.startswith(f"{follow}.")]
    text = "\n".join(f"{name} {dumps[name]}" for name in sorted(dumps))
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:12]


def _source(name: str) -> bytes:
    spec = find_spec(name)
    return Path(spec.origin).read_bytes() if spec and spec.origin else b""


@cache
def _dump(source: bytes) -> str:
    return ast.dump(ast.parse(source))
