"""Sentence count: the translation has far fewer or more sentences than its source."""

from __future__ import annotations

from pipeline.checks.pair import Pair

_DIFFERENCE = 2  # human translators often join or split one


def sentence_count_differs(pair: Pair) -> str:
    """Says how many there are where the counts are two or more apart."""
    ours, theirs = (
        _count(text, code) for text, code in zip((pair.source, pair.target), pair.tongues.codes, strict=True)
    )
    return f"{ours} sentences, {theirs} translated" if abs(ours - theirs) >= _DIFFERENCE else ""


def _count(text: str, language: str) -> int:
    # The stages import the checks.
    from pipeline.stages.segment.sentences import sentence_spans

    return len(sentence_spans(text, language))
