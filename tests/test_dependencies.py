"""The lock file fits what the project asks for, and the README's test command installs from it."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[1]
LOCKED_EXTRAS = ("test", "parquet", "ray")


def project() -> dict[str, Any]:
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def requirements() -> list[Requirement]:
    extras = (project()["optional-dependencies"][name] for name in LOCKED_EXTRAS)
    return [Requirement(text) for texts in (project()["dependencies"], *extras) for text in texts]


def install_command() -> str:
    return (ROOT / "README.md").read_text(encoding="utf-8").split("<!-- test command -->")[1].split("```")[1]


def pins() -> dict[str, set[str]]:
    """What is installed before the project: the lock file's versions by name, some of them for one Python each."""
    found: dict[str, set[str]] = {}
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    for name, version in re.findall(r"^([\w.-]+)==([^\s;]+)", lock, re.MULTILINE):
        found.setdefault(canonicalize_name(name), set()).add(version)
    # Without hash and in the command itself: its builds for CPU and CUDA differ.
    found["torch"] = set(re.findall(r"torch==(\S+)", install_command()))
    return found


@pytest.mark.parametrize("wanted", requirements(), ids=str)
def test_what_the_project_asks_for_is_pinned_in_its_range(wanted: Requirement) -> None:
    versions = pins().get(canonicalize_name(wanted.name), set())
    assert versions, "not in requirements.lock; its first lines say how to make it again"
    assert all(wanted.specifier.contains(version) for version in versions)


def test_the_test_command_installs_what_is_pinned_and_nothing_else() -> None:
    assert "--require-hashes -r requirements.lock" in install_command()
