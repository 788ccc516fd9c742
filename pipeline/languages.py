"""Codes of languages, as configurations, models and commands name them."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import AfterValidator


def language_code(text: str) -> str:
    """The text, if it is a language's code: ISO 639-1, or 639-3 for a language that has none there.

    Raises:
        ValueError: it is none.

    >>> language_code("fr")
    'fr'
    """
    if not re.fullmatch(r"[a-z]{2,3}", text):
        raise ValueError(f'"{text}" is no code of a language; give two small letters (ISO 639-1), such as fr')
    return text


LanguageCode = Annotated[str, AfterValidator(language_code)]
