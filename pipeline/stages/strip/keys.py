"""The key of a line: what of it is compared with phrases.

Lower case, without accents, punctuation and symbols, every number `0`.
"""

from __future__ import annotations

import re
import unicodedata
from codecs import charmap_encode
from encodings import cp1252

Folded = tuple[str, list[str], bytes]  # key, words, signs: see `fold`


class _Fold(dict[int, str | None]):
    """Lower case, accents off, digits 0, punctuation and symbols blank; combining marks and joiners vanish."""

    def __missing__(self, code: int) -> str | None:
        char = chr(code)
        category = unicodedata.category(char)
        folded: str | None = char.lower()
        if category[0] in "PSZ" or category == "Cc":
            folded = " "
        elif category in ("Mn", "Cf"):
            folded = None
        elif category == "Nd":
            folded = "0"
        elif code < 0x250:
            folded = unicodedata.normalize("NFD", char.lower())[0]
        self[code] = folded
        return folded


def _byte_table() -> tuple[bytes, bytes]:
    """The same for the bytes of Windows-1252, which hold nearly all French: the table, and the bytes that vanish."""
    folded = [_FOLD[ord(char)] for char in _CHARS]
    return "".join(f or " " for f in folded).encode("ascii", "replace"), bytes(
        i for i in range(256) if folded[i] is None
    )


def _sign(char: str) -> str:
    """The sign of a character; see `fold`."""
    kinds = {"[a-zà-ÿ0-9?!]": "a", "[A-ZÀ-Þ]": "A", "[-–—]": "-", "[|>›»•·\t]": "|", "©": "c", r"[#:()\],./@_]": char}
    return next(sign for chars, sign in (kinds | {"\xad": "?", r"\s": " ", "": "o"}).items() if re.match(chars, char))


_CODES = cp1252.encoding_table
_CHARS = bytes(range(256)).decode("cp1252", errors="replace")
_FOLD = _Fold()
_TABLE, _GONE = _byte_table()
_ZEROS = re.compile("0[0 ]*0")
_SIGNS = "".join(map(_sign, _CHARS)).encode("ascii")


def key(line: str) -> str:
    """What of a line is compared.

    >>> key("Publié le 26.7.2023 à 14h05 !"), key("👉 LIRE AUSSI :"), key("J’aime (1 024)"), key("Œuvre")
    ('publie le 0 a 0h0', 'lire aussi', 'j aime 0', 'oeuvre')
    """
    return fold(line)[0]


def fold(line: str) -> Folded:
    """The key of a line, its words, and its signs.

    The signs are a byte for each character: ``a`` for a small letter, a digit, ``!`` and ``?``, ``A`` for a capital,
    ``-`` for a dash, ``|`` for a mark that parts labels, ``c`` for ``©``, a blank for white space, ``#:(),./@]_`` for
    themselves, ``o`` for the rest. A ``?`` stands for any: the line has a character that Windows-1252 lacks, or one
    that vanishes.

    >>> fold("Œuvre > (1 024)")
    ('oeuvre 0', ['oeuvre', '0'], b'AAaaaa | (a aaa)')
    """
    if "œ" in line or "Œ" in line:
        line = line.replace("œ", "oe").replace("Œ", "OE")
    try:
        raw = charmap_encode(line, "strict", _CODES)[0]
        folded, signs = raw.translate(_TABLE, _GONE).decode("ascii"), raw.translate(_SIGNS)
    except UnicodeEncodeError:
        folded, signs = line.translate(_FOLD), b"?"
    words = folded.split()
    folded = " ".join(words)
    if "0" in folded:
        folded = _ZEROS.sub("0", folded)
        words = folded.split()
    return folded, words, signs
