"""Sentence count: the translation has far fewer or more sentences than its source."""

from __future__ import annotations

import re

from pipeline.checks.pair import Pair

_DIFFERENCE = 2  # human translators often join or split one
_END = re.compile(r"[.!?…][\s»”\"')]")  # a text has at most one sentence more than such places


def sentence_count_differs(pair: Pair) -> str:
    """Says how many there are where the counts are two or more apart."""
    if max(len(_END.findall(text)) for text in (pair.source, pair.target)) < _DIFFERENCE:
        return ""
    ours, theirs = _count(pair.source, pair.tongues.codes[0]), _count(pair.target, pair.tongues.codes[1])
    return f"{ours} sentences, {theirs} translated" if abs(ours - theirs) >= _DIFFERENCE else ""


def _count(text: str, language: str) -> int:
    # The stages import the checks.
    from pipeline.stages.segment.sentences import sentence_spans

    return len(sentence_spans(text, language))
