"""HTML entities that were never decoded, or lost a part on the way."""

from __future__ import annotations

import html
import re

from pipeline.edits import Change
from pipeline.stages.normalize.rules import substitute

_ENTITY = re.compile(
    r"&(?:amp;)*(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});|&(?:amp;)*#0?39(?![\d;])"
)
# Names that no French word begins with; safe without their semicolon (URLs apart) or, some of them, without their `&`.
_LETTERS = "|".join(
    f"[{letters}]{accent}"
    for accent, letters in {
        "acute": "eE", "grave": "aeuAEU", "circ": "aeiouAEIOU", "cedil": "cC", "uml": "eiuEIU",
    }.items()
)  # fmt: skip
_SIGNS = "quot|nbsp|laquo|raquo|hellip|[lr][sd]quo|[nm]dash|amp"
_UNCLOSED = re.compile(rf"&(?<![=?/&]&)(?:({_LETTERS}|{_SIGNS})(?![\w;=])|(?:{_LETTERS})(?=[a-z]))")
_UNOPENED = re.compile(rf"(?<![\w&;=?/])({_SIGNS});|(?<![&\d=?/])#0?39;")
_BARE_SIGNS = ("amp;", "quot;", "nbsp;", "aquo;", "hellip;", "squo;", "dquo;", "dash;", "39;")
# `l&#39;Ukraine` after someone took the punctuation away.
_NUMERIC = re.compile(r"0?39(?=[aeiouyhàâéèêëîïôœAEIOUYHÀÂÉÈÊËÎÏÔŒ][^\W\d_])")
_ELIDED = re.compile(r"(?<![^\W_])(?:[cdjlmnst]|qu|jusqu|lorsqu|puisqu|quoiqu|aujourd)\Z", re.IGNORECASE)
_LONGEST = len("aujourd") + 1


def fix_entities(text: str) -> list[Change]:
    """Entities with their semicolon, escaped once or more often; unknown names stay.

    >>> [(c.start, c.end, c.after) for c in fix_entities("R&amp;D, l&amp;#039;été, &foo;")]
    [(1, 6, '&'), (10, 20, "'")]
    """
    return substitute(text, _ENTITY, _decoded, "entity", "entity") if "&" in text else []


def _decoded(match: re.Match[str]) -> str:
    entity = "&" + re.sub(r"^&(?:amp;)*", "", match[0])
    if entity == "&":  # the match was `&amp;` through and through
        return "&"
    decoded = html.unescape(entity if entity.endswith(";") else entity + ";")
    return match[0] if decoded == entity else decoded


def fix_bare_entities(text: str) -> list[Change]:
    """Entities that lost their ``&`` or their ``;``, where nothing else can be meant.

    >>> [(c.start, c.end, c.after) for c in fix_bare_entities("d&eacutefense, R amp; D, l#039;eau, ?a=1&amp=2")]
    [(1, 8, 'é'), (17, 21, '&'), (26, 31, "'")]
    """
    changes = substitute(text, _UNCLOSED, lambda m: html.unescape(f"{m[0]};"), "bare-entity", "entity")
    if any(sign in text for sign in _BARE_SIGNS):
        changes += substitute(text, _UNOPENED, lambda m: html.unescape(f"&{m[0]}"), "bare-entity", "entity")
    return changes


def fix_numeric_apostrophes(text: str) -> list[Change]:
    """The number of the apostrophe's entity, left bare between an elided word and a vowel.

    >>> [(c.start, c.end, c.after) for c in fix_numeric_apostrophes("#l39Ukraine et aujourd39hui, le A39")]
    [(2, 4, "'"), (22, 24, "'")]
    """
    if "39" not in text:
        return []
    return [
        Change(m.start(), m.end(), "'", "numeric-apostrophe", "entity")
        for m in _NUMERIC.finditer(text)
        if _ELIDED.search(text[max(0, m.start() - _LONGEST) : m.start()])
    ]
