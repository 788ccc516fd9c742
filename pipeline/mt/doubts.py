"""What makes the guard try a sentence again."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

from pipeline.checks import CHECKS, Pair, Tongues, find, load_tongues
from pipeline.document import Flag
from pipeline.mt.engines.base import Hypothesis

HARD = ("repetition", "untranslated", "length")
"""The checks that find what another try can mend, and that hardly ever blame a good translation."""


class HardChecks:
    """Says what is wrong with a hypothesis; see `pipeline.mt.guard.Accepts`."""

    def __init__(self, source: str, target: str) -> None:
        self._languages = (source, target)

    @cached_property
    def _tongues(self) -> Tongues:
        return load_tongues(*self._languages)

    def __call__(self, source: str, hypothesis: Hypothesis) -> Sequence[Flag]:
        return [CHECKS[name].flag for name in find(Pair(source, hypothesis.text, self._tongues), HARD)]
