"""Sentences that lost the space between them."""

from __future__ import annotations

import re

from pipeline.edits import Change

# The scan starts at the punctuation, which is rare; what stands before is looked at last.
_GLUED = re.compile(
    r"[.!?…](?=[«“]?[A-ZÀ-ÖØ-ÞŒ][a-zß-öø-ÿœ]*(?:['’ ,]|$))(?<=[a-zß-öø-ÿœ]{2}[a-zß-öø-ÿœ»”)][.!?…])", re.MULTILINE
)
_ADDRESS = re.compile(r"[/@]|www|\.\w")


def fix_glued_sentences(text: str) -> list[Change]:
    """A full stop with the next sentence glued to it.

    >>> text = "C’est la fin.Le début suit. Voir exemple.Com/a et M.Macron"
    >>> [(c.start, c.after) for c in fix_glued_sentences(text)]
    [(13, ' ')]
    """
    ends = [m.end() for m in _GLUED.finditer(text) if not _in_address(text, m.end())]
    return [Change(end, end, " ", "glued-sentences", "whitespace", 0.9) for end in ends]


def _in_address(text: str, end: int) -> bool:
    """Whether the full stop belongs to a URL or a file name."""
    before = text[max(0, end - 80) : end].split()[-1]
    return bool(_ADDRESS.search(before) or re.match(r"\S*[/@]", text[end : end + 80]))
