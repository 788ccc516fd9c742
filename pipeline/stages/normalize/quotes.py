"""Quotes that open in one style and close in another, and broken apostrophes."""

from __future__ import annotations

import re

from pipeline.edits import Change
from pipeline.stages.normalize.rules import substitute

_INSIDE = r"(?P<text>(?!\s)(?:(?!'')[^“”„«»\"`<>\n]){1,300}?)"
_SPACE = r"[ \xa0\u202f]?"
# An opening quote and a closing one that do not belong together; white space inside curly ones goes with them.
_MIXED = re.compile(rf"(?P<open>“|``|(?<!\w)''|„){_SPACE}{_INSIDE}{_SPACE}(?P<close>''(?!\w)|´´|“(?!\w)|»)")
_HALF_ANGLES = re.compile(rf"«(?P<space>{_SPACE}){_INSIDE}{_SPACE}(?:''(?!\w)|´´)")
_OPENED = re.compile(r"``|''|„|“[^“”\n]{1,300}»")
_ANGLES = re.compile(r"<<(?P<text>[^<>«»\n]{1,300})>>")
_DOUBLED = re.compile(r"(?:(?<=[cdjlmnstu])|(?<=aujourd))(?:''|’’)(?=[aeiouyhàâéèêëîïôœ])", re.IGNORECASE)
_ACCENT = re.compile(r"(?<![^\W_])([cdjlmnst]|qu|jusqu|lorsqu|puisqu|quoiqu|aujourd)[´`](?=[^\W\d_])", re.IGNORECASE)


def fix_mixed_quotes(text: str) -> list[Change]:
    """One pair of curly quotes or guillemets for a pair that does not match.

    >>> [(c.start, c.end, c.after) for c in fix_mixed_quotes("les troupes “ héroïques '' qui, << oui >>, “bon”")]
    [(12, 26, '“héroïques”'), (32, 41, '« oui »')]
    """
    changes = substitute(text, _MIXED, _curly, "mixed-quotes", "quotes") if _OPENED.search(text) else []
    if "''" in text or "´´" in text:
        changes += _apart(substitute(text, _HALF_ANGLES, _angled, "mixed-quotes", "quotes"), changes)
    if "<<" in text:
        changes += _apart(substitute(text, _ANGLES, lambda m: f"«{m['text']}»", "angle-quotes", "quotes"), changes)
    return changes


def _curly(match: re.Match[str]) -> str:
    if match["open"] == "„" and match["close"] == "“":  # German quotes, as they should be
        return match[0]
    if match["close"] == "»" and (match["open"] != "“" or _inside_angles(match)):
        return match[0]
    return f"“{match['text']}”"


def _inside_angles(match: re.Match[str]) -> bool:
    """Whether guillemets are open before the match: then the closing one is theirs."""
    before = match.string[max(0, match.start() - 1000) : match.start()].split("\n")[-1]
    return before.count("«") > before.count("»")


def _angled(match: re.Match[str]) -> str:
    return f"«{match['space']}{match['text']}{match['space']}»"


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
