"""Credits of photographs and dispatches: whole lines, and those that open or close a line of text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from pipeline.stages.lexicons import load_agencies

LONGEST = 140  # characters of the longest credit; real ones are shorter, captions are longer
_MARK = r"(?:Photos?|Cr[ée]dits?(?:[- ][Pp]hotos?)?|Photographies?|Image|Illustration|PHOTOS?|CR[ÉE]DITS?(?: PHOTOS?)?)"
_END = r"(?<=[.!?…»”\"])"


@cache
def _patterns() -> dict[str, re.Pattern[str]]:
    """The patterns that need the list of agencies; compiled once, at first use.

    Each is anchored at a short window's end or start and repeats only over separators, so none can blow up.
    """
    agencies = load_agencies()
    name = "(?:" + "|".join(map(re.escape, agencies.names)) + ")(?!\\w)"
    part = (
        "(?:"
        + "|".join(map(re.escape, sorted((*agencies.names, *agencies.companions), key=len, reverse=True)))
        + ")(?!\\w)"
    )
    joint = r"\s*(?:[/,|•–—-]|et|and|via)\s*"
    run = rf"{name}(?:{joint}{part})*"
    return {
        "line": re.compile(rf"[(\[]?(?:(?:[Aa]vec|[Ss]ources?|[Pp]ar|[Ww]ith|©|\(c\))\s*:?\s*)?{run}[)\]]?\.?$", re.I),
        "signed": re.compile(rf"(?:[^/.!?]{{2,50}}/\s*){{1,3}}{run}$"),
        "leading": re.compile(rf"(?:©\s*)?{name}(?:\s*/\s*{part})+\s+(?=[A-ZÀ-Þ«“\"])"),
        # After the end of a sentence: glued names, several names, a photographer's name after ©, names in brackets.
        "trailing": re.compile(
            rf"(?:{_END}(?:©\s*)?{run}|{_END}\s+(?:©\s*)?{name}(?:{joint}{part})+|{_END}\s+(?:©|\([cC]\))[^.!?]{{2,100}}"
            rf"|\s*[(\[](?:{_MARK}\s*[:©]?\s*|©\s*)[^()\[\].!?]{{2,100}}[)\]]|{_END}\s*\({run}\))\.?$"
        ),
        "marked": re.compile(rf"\s+{_MARK}\s?(?::|©)\s?[^\s.!?][^!?]{{1,120}}$"),
    }


def is_credit(line: str) -> bool:
    """Whether a line is nothing but a credit.

    >>> [is_credit(s) for s in ("Avec Reuters et AFP", "Nathan Martin / Photononstop / AFP", "Selon Reuters, il pleut")]
    [True, True, False]
    >>> is_credit("Photo : Jeanne Martin"), is_credit("Photo de famille au sommet")
    (True, False)
    """
    if len(line) > LONGEST:
        return False
    patterns = _patterns()
    return bool(patterns["line"].match(line) or patterns["signed"].match(line) or _LABELLED.match(line))


_LABELLED = re.compile(rf"{_MARK}\s?(?::|©)\s?\S[^!?]{{1,120}}$")


def inline_credits(line: str) -> Iterator[tuple[int, int, str]]:
    """Spans of credits that open or close a line of text, each with its rule.

    >>> line = "Les ministres se saluent. Photo : Jeanne Martin/document via REUTERS"
    >>> [(line[start:end], rule) for start, end, rule in inline_credits(line)]
    [(' Photo : Jeanne Martin/document via REUTERS', 'marked-credit')]
    >>> list(inline_credits("La photo : un cliché pris par Reuters à Lyon."))
    []
    """
    patterns = _patterns()
    if leading := patterns["leading"].match(line[:LONGEST]):
        yield leading.start(), leading.end(), "leading-credit"
    floor = max(0, len(line) - LONGEST)
    for rule in ("marked", "trailing"):
        if (found := patterns[rule].search(line, floor)) and found.start() > 0:
            yield found.start(), found.end(), f"{rule}-credit"
            return
