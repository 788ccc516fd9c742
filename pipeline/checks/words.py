"""Words as the checks compare them."""

from __future__ import annotations

import re
import unicodedata

WORD = re.compile(r"[^\W_]+")
STEM = 6  # letters that a stem keeps: long enough to tell words apart, short enough to drop most endings


def _folding() -> dict[int, str]:
    """Each Latin letter with a diacritic -> its base letter; ligatures and the like -> letters."""
    table = {ord("œ"): "oe", ord("æ"): "ae", ord("ß"): "ss", ord("ø"): "o", ord("ł"): "l", ord("đ"): "d", ord("ı"): "i"}
    for code in [*range(0xC0, 0x250), *range(0x1E00, 0x1F00)]:
        base = unicodedata.normalize("NFD", chr(code))[0]
        if base != chr(code) and base.isascii():
            table[code] = base
    return table


FOLDING = _folding()


def fold(text: str) -> str:
    """Lower case, without diacritics.

    >>> fold("Sergueï Choïgou, œuvre")
    'serguei choigou, oeuvre'
    """
    lowered = text.lower()
    return lowered if lowered.isascii() else lowered.translate(FOLDING)


def stem(folded: str) -> str:
    """What is left of a folded word without its ending, roughly.

    >>> stem("gouvernement"), stem("pays")
    ('gouver', 'pays')
    """
    return folded[:STEM]


def shouts(text: str) -> bool:
    """Whether a text is written in capitals.

    >>> shouts("LE PRÉSIDENT EST ARRIVÉ"), shouts("L'ONU et la RPDC")
    (True, False)
    """
    letters = [character for character in text if character.isalpha()]
    return len(letters) >= 12 and sum(map(str.isupper, letters)) > 0.8 * len(letters)
