"""What makes the guard try a sentence again."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from functools import cached_property

from pipeline.checks import CHECKS, Pair, Tongues, find, load_tongues
from pipeline.checks.language import FOLDER
from pipeline.checks.pair import load_markers
from pipeline.code import code_digest
from pipeline.document import Flag
from pipeline.mt.engines.base import Hypothesis

HARD = ("repetition", "untranslated", "length")
"""The checks that find what another try can mend, and that hardly ever blame a good translation."""


class HardChecks:
    """Says what is wrong with a hypothesis; see `pipeline.mt.guard.Accepts`."""

    def __init__(self, source: str, target: str) -> None:
        self._languages = (source, target)

    @cached_property
    def fingerprint(self) -> str:
        """Digest of these checks' code and of the words that they know."""
        code = code_digest({CHECKS[name].function.__module__ for name in HARD}, "pipeline.checks")
        files = [FOLDER / f"{language}.yaml" for language in self._languages]
        words = [file.read_text("utf-8") if file.is_file() else "" for file in files]
        words += [" ".join(sorted(load_markers(language))) for language in self._languages]
        return hashlib.sha256("\0".join([*HARD, code, *words]).encode()).hexdigest()[:12]

    @cached_property
    def _tongues(self) -> Tongues:
        return load_tongues(*self._languages)

    def __call__(self, source: str, hypothesis: Hypothesis) -> Sequence[Flag]:
        return [CHECKS[name].flag for name in find(Pair(source, hypothesis.text, self._tongues), HARD)]
