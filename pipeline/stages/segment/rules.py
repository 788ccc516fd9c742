"""What the segmenter knows of a language: one YAML file a language beside this module."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parent


@dataclass(frozen=True)
class Rules:
    """A language's words; see the comments in ``fr.yaml`` for each list."""

    never_end: frozenset[str]
    before_number: frozenset[str]
    starters: frozenset[str]
    markers: frozenset[str]


def languages() -> list[str]:
    """ISO 639-1 codes of the languages that have a rule file, sorted."""
    return sorted(path.stem for path in FOLDER.glob("*.yaml"))


@cache
def load_rules(language: str) -> Rules:
    """The rules of a language; empty ones where it has no file, so that only general rules apply."""
    from pipeline.yamlfile import strings

    words = strings(FOLDER / f"{language}.yaml")
    return Rules(
        _cased(words.get("never_end", [])),
        _cased(words.get("before_number", [])),
        frozenset(words.get("starters", [])),
        frozenset(words.get("markers", [])),
    )


def rules_digest() -> str:
    """Digest of all rule files, for the stage's fingerprint."""
    contents = (path.read_bytes() for path in sorted(FOLDER.glob("*.yaml")))
    return hashlib.sha256(b"\0".join(contents)).hexdigest()[:12]


def _cased(words: list[str]) -> frozenset[str]:
    """The words, and the capitalised form of those longer than a letter: "m" is metres, "M" is monsieur."""
    return frozenset(words) | {word[0].upper() + word[1:] for word in words if len(word) > 1}
