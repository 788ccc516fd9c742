"""Quotes that open in one style and close in another, and broken apostrophes."""

from __future__ import annotations

import re

from pipeline.edits import Change
from pipeline.stages.normalize.rules import substitute

_INSIDE = r"[^“”„«»\"`<>\n]"
# An opening quote and a closing one that do not belong together; white space inside goes with them.
_MIXED = re.compile(
    rf"(?P<open>“|``|(?<!\w)''|„)[ \xa0\u202f]?(?P<text>(?!\s)(?:(?!''){_INSIDE}){{1,300}}?)"
    r"[ \xa0\u202f]?(?P<close>''(?!\w)|´´|“(?!\w))"
)
_ANGLES = re.compile(r"<<(?P<text>[^<>«»\n]{1,300})>>")
_DOUBLED = re.compile(r"(?:(?<=[cdjlmnstu])|(?<=aujourd))(?:''|’’)(?=[aeiouyhàâéèêëîïôœ])", re.IGNORECASE)
_ACCENT = re.compile(r"(?<![^\W_])([cdjlmnst]|qu|jusqu|lorsqu|puisqu|quoiqu|aujourd)[´`](?=[^\W\d_])", re.IGNORECASE)


def fix_mixed_quotes(text: str) -> list[Change]:
    """One pair of curly quotes or guillemets for a pair that does not match.

    >>> [(c.start, c.end, c.after) for c in fix_mixed_quotes("les troupes “ héroïques '' qui, << oui >>, “bon”")]
    [(12, 26, '“héroïques”'), (32, 41, '« oui »')]
    """
    changes = []
    if "''" in text or "´´" in text or "„" in text:
        changes += substitute(text, _MIXED, _curly, "mixed-quotes", "quotes")
    if "<<" in text:
        changes += _apart(substitute(text, _ANGLES, lambda m: f"«{m['text']}»", "angle-quotes", "quotes"), changes)
    return changes


def _curly(match: re.Match[str]) -> str:
    if match["open"] == "„" and match["close"] == "“":  # German quotes, as they should be
        return match[0]
    return f"“{match['text']}”"


def _apart(changes: list[Change], others: list[Change]) -> list[Change]:
    return [c for c in changes if not any(o.start < c.end and c.start < o.end for o in others)]


def fix_doubled_apostrophes(text: str) -> list[Change]:
    """Two apostrophes in the place of one.

    >>> [(c.start, c.end, c.after) for c in fix_doubled_apostrophes("l''Ukraine, d’’abord, ''bon''")]
    [(1, 3, "'"), (13, 15, '’')]
    """
    if "''" not in text and "’’" not in text:
        return []
    return substitute(text, _DOUBLED, lambda m: m[0][0], "doubled-apostrophe", "quotes")


def fix_accent_apostrophes(text: str) -> list[Change]:
    """An acute or grave accent in the place of an apostrophe.

    >>> [(c.start, c.end, c.after) for c in fix_accent_apostrophes("l´Ukraine et d`ailleurs")]
    [(0, 2, "l'"), (13, 15, "d'")]
    """
    if "´" not in text and "`" not in text:
        return []
    return substitute(text, _ACCENT, lambda m: m[1] + "'", "accent-apostrophe", "quotes")
