"""The project's own cleaning, for one sentence at a time."""

from __future__ import annotations

import re
import unicodedata

from pipeline.document import Document
from pipeline.stages.normalize import Normalize, NormalizeOptions

_stage = Normalize(NormalizeOptions())
# Nothing in such a sentence can be broken; most are like that, and the stage costs a hundred times this test.
SOUND = re.compile(r"(?:[A-Za-z0-9àâçéèêëîïôùûüœÀÇÉÈÊŒ.,;:!?'\"()%/-]| (?! ))+")


def tidy(text: str) -> str:
    """A sentence as ``normalize`` leaves it, on one line and without tabs, so that it trains what is translated.

    >>> tidy("Un  caf\\u0065\\u0301 &amp; un th\\u00e9")
    'Un café & un thé'
    """
    text = text.strip()
    if not SOUND.fullmatch(text):
        document = Document("", unicodedata.normalize("NFC", text))
        _stage.process(document)
        text = " ".join(document.text.split())
    return text
