"""What makes the guard try a sentence again."""

from __future__ import annotations

import re
from collections.abc import Sequence

from pipeline.document import Flag
from pipeline.mt.engines.base import Hypothesis

# A stretch that stands three times or more in a row.
_LOOP = re.compile(r"\b(\w.{0,60}?)(?:\W+\1\b){2,}", re.IGNORECASE)


def hard_doubts(source: str, hypothesis: Hypothesis) -> Sequence[Flag]:
    """Nothing said, said over and over, or said at quite another length."""
    found: list[Flag] = []
    target = hypothesis.text
    if not target.strip():
        return ["length"]
    if _LOOP.search(target) and not _LOOP.search(source):
        found.append("repetition")
    ratio = len(target) / max(1, len(source))
    if len(source) > 30 and not 0.4 < ratio < 2.5:
        found.append("length")
    return found
