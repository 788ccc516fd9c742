"""What can be doubted in a translation: one function a check, all in one table.

A check takes a `Pair` and says what is wrong in a few words, "" where nothing is. Adding one: write the function, add
its line to `CHECKS`, and its cases to ``tests/cases/checks/``.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import NamedTuple

from pipeline.checks.addresses import addresses_differ
from pipeline.checks.coverage import left_out
from pipeline.checks.lengths import length_differs
from pipeline.checks.mangled import mangled
from pipeline.checks.names import names_differ
from pipeline.checks.negation import negation_lost
from pipeline.checks.numbers import numbers_differ
from pipeline.checks.pair import Pair, Tongues, load_tongues
from pipeline.checks.repetition import repetition
from pipeline.checks.sentences import sentence_count_differs
from pipeline.checks.typography import brackets_differ, quotes_differ
from pipeline.checks.untranslated import untranslated
from pipeline.code import code_digest
from pipeline.document import Flag

__all__ = ["CHECKS", "Check", "Pair", "Tongues", "checks_digest", "find", "flags_of", "load_tongues"]


class Check(NamedTuple):
    """A check and the flag that its findings raise."""

    flag: Flag
    function: Callable[[Pair], str]


CHECKS: dict[str, Check] = {
    "numbers": Check("numbers", lambda p: numbers_differ(p.source, p.target, p.tongues.source, p.tongues.target)),
    "names": Check("names", names_differ),
    "quotes": Check("quotes", lambda p: quotes_differ(p.source, p.target)),
    "brackets": Check("quotes", lambda p: brackets_differ(p.source, p.target)),
    # A link or handle names somebody or something, as a name does.
    "addresses": Check("names", lambda p: addresses_differ(p.source, p.target)),
    "repetition": Check("repetition", repetition),
    "untranslated": Check("untranslated", untranslated),
    # The remaining doubts are all that something was left out, or added.
    "mangled": Check("garbled", mangled),
    "length": Check("length", length_differs),
    "coverage": Check("length", left_out),
    "sentences": Check("length", sentence_count_differs),
    "negation": Check("length", negation_lost),
}


def find(pair: Pair, checks: Iterable[str] = tuple(CHECKS)) -> dict[str, str]:
    """By check, what is wrong with a pair; only those that find something.

    A side that is empty is the one fault of its pair.
    """
    if not pair.source.strip() or not pair.target.strip():
        return {"length": "empty"} if pair.source.strip() or pair.target.strip() else {}
    found = ((name, CHECKS[name].function(pair)) for name in checks)
    return {name: what for name, what in found if what}


def flags_of(pair: Pair, checks: Iterable[str] = tuple(CHECKS)) -> list[Flag]:
    """The flags that the findings raise, sorted, without duplicates."""
    return sorted({CHECKS[name].flag for name in find(pair, checks)})


def checks_digest() -> str:
    """Digest of the checks' code and of the data that they rest on, for the stage's fingerprint."""
    folder = Path(__file__).parent
    files = sorted([*folder.glob("*.yaml"), *folder.glob("*.json"), *folder.glob("lexicons/*")])
    data = b"\0".join(file.read_bytes() for file in files)
    return hashlib.sha256(data + code_digest([__name__], __name__).encode()).hexdigest()[:12]
