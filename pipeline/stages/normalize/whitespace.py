"""Line breaks, spaces, and characters that nobody sees.

French no-break spaces (U+00A0, U+202F, and the thin U+2009) before ``; : ! ? »``, after ``«`` and inside numbers are
typography, not dirt: they stay.
"""

from __future__ import annotations

import re

from pipeline.edits import Change
from pipeline.stages.normalize.rules import substitute

_BREAK_SIGNS = "\r\x0b\x0c\x85\u2028\u2029"
_BREAKS = re.compile(r"\r\n?|[\x0b\x0c\x85\u2028\u2029]")
_CONTROLS = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f]+")
_INVISIBLE_SIGNS, _JOINER_SIGNS = "\xad\u200b\u2060\ufeff", "\u200c\u200d\u200e\u200f"
_INVISIBLE = re.compile(r"[\xad\u200b\u2060\ufeff]+")
# Joiners shape Arabic, Indic and emoji, marks of direction serve right-to-left text; among Latin letters they are dirt.
_JOINERS = re.compile(r"(?<![^\x00-\u024f\u1e00-\u206f])[\u200c-\u200f]+(?![^\x00-\u024f\u1e00-\u206f])")
_SPACE = r"[ \t\xa0\u202f\u2000-\u200a\u205f\u3000\u1680]"
_RUNS = re.compile(rf"{_SPACE}(?:{_SPACE}+|(?<=[\t\u2000-\u2006\u2008\u200a\u205f\u3000\u1680]))")
_TYPOGRAPHIC = re.compile(r"[\xa0\u202f\u2009]")
_EDGES = re.compile(rf"(?:^{_SPACE}+)|(?:(?<=\S){_SPACE}+$)", re.M)
_AT_BREAK = re.compile(rf"\n(?:(?={_SPACE})|(?<={_SPACE}\n))")
_BLANK = re.compile(r"\n{3,}")


def fix_line_breaks(text: str) -> list[Change]:
    """Every kind of line break becomes ``\\n``.

    >>> [(c.start, c.end, c.after) for c in fix_line_breaks("un\\r\\ndeux\\u2028trois")]
    [(2, 4, '\\n'), (8, 9, '\\n')]
    """
    if not _has(text, _BREAK_SIGNS):
        return []
    return substitute(text, _BREAKS, "\n", "line-break", "whitespace")


def fix_controls(text: str) -> list[Change]:
    """Control characters go.

    >>> [(c.start, c.end, c.after) for c in fix_controls("mo\\x00t")]
    [(2, 3, '')]
    """
    return substitute(text, _CONTROLS, "", "control", "whitespace")


def fix_invisible(text: str) -> list[Change]:
    """Soft hyphens, zero-width spaces, byte order marks; joiners where they join nothing.

    >>> [(c.start, c.end, c.after) for c in fix_invisible("\\ufeffin\\u200bvisible, می\\u200cخواهم")]
    [(0, 1, ''), (3, 4, '')]
    """
    found = substitute(text, _INVISIBLE, "", "invisible", "whitespace") if _has(text, _INVISIBLE_SIGNS) else []
    if _has(text, _JOINER_SIGNS):
        found += substitute(text, _JOINERS, "", "joiner", "whitespace")
    return found


def _has(text: str, signs: str) -> bool:
    """Whether any of a few rare characters stands in a text; much faster than a pattern."""
    return any(sign in text for sign in signs)


def fix_spaces(text: str) -> list[Change]:
    """A run of spaces becomes one, tabs and rare spaces become plain ones; French no-break spaces stay.

    >>> [(c.start, c.end, c.after) for c in fix_spaces("un  mot :  «\\u202foui\\u202f» \\xa0!")]
    [(2, 4, ' '), (9, 11, ' '), (18, 20, '\\xa0')]
    """
    return substitute(text, _RUNS, _space, "spaces", "whitespace")


def _space(match: re.Match[str]) -> str:
    """The typographic space of the run where the place asks for one, else a plain one."""
    kept = _TYPOGRAPHIC.search(match[0])
    text, start, end = match.string, match.start(), match.end()
    fits = text[end : end + 1] in tuple(";:!?»%€") or text[start - 1 : start] == "«"
    return kept[0] if kept and fits else " "


def fix_line_edges(text: str) -> list[Change]:
    """No space at the edges of a line.

    >>> [(c.start, c.end, c.after) for c in fix_line_edges(" un \\n  \\ndeux ")]
    [(0, 1, ''), (3, 4, ''), (5, 7, ''), (12, 13, '')]
    """
    if not (text[:1].isspace() or text[-1:].isspace() or _AT_BREAK.search(text)):
        return []
    return substitute(text, _EDGES, "", "line-edge", "whitespace")


def fix_blank_lines(text: str) -> list[Change]:
    """At most one blank line between two paragraphs.

    >>> [(c.start, c.end, c.after) for c in fix_blank_lines("un\\n\\n\\n\\ndeux")]
    [(2, 6, '\\n\\n')]
    """
    if "\n\n\n" not in text:
        return []
    return substitute(text, _BLANK, "\n\n", "blank-lines", "whitespace")
