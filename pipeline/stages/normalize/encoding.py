"""Wrong decodings (through ftfy), lost apostrophes, and composed characters."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING

from pipeline.edits import Change
from pipeline.stages.normalize.rules import align, substitute, trimmed

if TYPE_CHECKING:
    from ftfy import TextFixerConfig

# What ftfy may find something in, beside mojibake: ligatures of PDF files, full-width forms, C1 controls, surrogates,
# terminal escapes.
_SUSPECT = re.compile(r"[\x80-\x84\x86-\x9f\ufb00-\ufb06\uff01-\uff5e\ud800-\udfff\x1b\u0132\u0133\u0149]")
# All that ftfy's patterns of mojibake contain: two characters in a row that are not ASCII (the first no apostrophe or
# no-break space), a C1 control, a ligature before no letter, a capital before a space; and how far they reach from it.
_DUBIOUS = re.compile(r"[^\x00-\x7f’\xa0\u202f](?:[^\x00-\x7f]+|(?<=[\x80-\x9f])|(?<=[Œœ])[^A-Za-z]|(?<=[ÂÃ]) )")
_REACH = 8
# ftfy judges a stretch as a whole; a long line is cut at spaces between letters, where mojibake cannot reach across.
_PIECE = re.compile(r"[^\n]{1,2000}(?=\n|\Z)|[^\n]{1000,2000}?[A-Za-z] (?=[A-Za-z])|[^\n]{1,2000}")
_ELISION = r"(?:[cdjlmnst]|qu|jusqu|lorsqu|puisqu|quoiqu)"
_LOST = re.compile(rf"(?<![\w/=&?.#@�-])({_ELISION})[?\ufffd](?=[aeiouyhàâéèêëîïôœ][^\W\d_])", re.IGNORECASE)
_LOST_SIGN = re.compile(r"[?\ufffd](?=[aeiouyhàâéèêëîïôœAEIOUYHÀÂÉÈÊËÎÏÔŒ])")
_WORD = re.compile(r"\S+")


def fix_mojibake(text: str) -> list[Change]:
    """Text that was decoded with the wrong encoding, and characters that no one types.

    >>> [(c.start, c.end, c.after) for c in fix_mojibake("Il fut crÃ©Ã© hier.")]
    [(9, 13, 'éé')]
    >>> fix_mojibake("« Là-bas », dit-elle à l’été.")
    []
    """
    if text.isascii() or not (_is_bad(text) or _SUSPECT.search(text)):
        return []
    return [change for piece in _PIECE.finditer(text) for change in _mended(piece)]


def _mended(piece: re.Match[str]) -> Iterator[Change]:
    from ftfy import fix_text

    before = piece[0]
    # U+0085 is an ellipsis among other remains of cp1252, a line break where it stands alone.
    if before.isascii() or not (_is_bad(before.replace("\x85", "\n")) or _SUSPECT.search(before)):
        return
    after = fix_text(before, _config())
    if after != before:
        yield from align(before, after, piece.start(), "mojibake", "mojibake")


def _is_bad(text: str) -> bool:
    """What ftfy's `is_bad` says, asked only around the places without which it says no.

    >>> [_is_bad(text) for text in ("« L’été à Évian… »", "crÃ©Ã©", "Â bientôt")]
    [False, True, True]
    """
    from ftfy.badness import BADNESS_RE

    return any(
        BADNESS_RE.search(text, max(0, place.start() - _REACH), place.end() + _REACH)
        for place in _DUBIOUS.finditer(text)
    )


@cache
def _config() -> TextFixerConfig:
    from ftfy import TextFixerConfig

    # Entities, quotes, line breaks, controls and composition have fixers of their own.
    return TextFixerConfig(
        unescape_html=False, uncurl_quotes=False, fix_line_breaks=False, remove_control_chars=False, normalization=None
    )


def fix_lost_apostrophes(text: str) -> list[Change]:
    """An apostrophe that became ``?`` or U+FFFD between an elided word and a vowel.

    >>> [(c.start, c.end, c.after) for c in fix_lost_apostrophes("Qu?elle dise oui ou non ? C?est clair.")]
    [(0, 3, 'Qu’'), (26, 28, 'C’')]
    """
    if not _LOST_SIGN.search(text):
        return []
    return substitute(text, _LOST, lambda m: m[1] + "’", "lost-apostrophe", "mojibake")


def fix_composition(text: str) -> list[Change]:
    """Unicode normalisation form C, word by word.

    >>> [(c.start, c.end, c.after) for c in fix_composition("un e\\u0301te\\u0301")]
    [(3, 8, 'été')]
    """
    if unicodedata.is_normalized("NFC", text):
        return []
    return [
        trimmed(m[0], unicodedata.normalize("NFC", m[0]), m.start(), "composition", "mojibake")
        for m in _WORD.finditer(text)
        if not unicodedata.is_normalized("NFC", m[0])
    ]
