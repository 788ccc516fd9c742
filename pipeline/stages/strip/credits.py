"""Credits of photographs and dispatches: whole lines, and those that open or close a line of text.

Credits that are run into a word ("japonaiSputnik") are the business of the stage ``repair``.
"""

from __future__ import annotations

import re
from functools import cache

from pipeline.stages.lexicons import load_agencies

LONGEST = 140  # characters of the longest credit; real ones are shorter, captions are longer
WORDS = 14  # words of the longest signature
SAID = 2  # longer words without a capital in a signature
_MARK = (
    r"(?:Photos?|PHOTOS?|Photographies?|Images?|Illustration|(?:Image|Photo) [Cc]redits?|Photo by|"
    r"(?:Cr[ée]dits?|CR[ÉE]DITS?)(?:[- ](?:[Pp]hotos?|[Ii]mages?|PHOTOS?))?)"
)
# What announces a signature: a word and a colon, or the sign alone; maybe in brackets.
_ANNOUNCE = re.compile(rf"\s*[(\[]?\s*(?:{_MARK}\s?(?::|©)|©|\([cC]\))\s?")
_LABELLED = re.compile(rf"[(\[]?(?:{_MARK}|Sources?)\s?(?::|©)\s?(?=\S)")
_BROKEN = re.compile(r"[!?«»“”]|[^\W\d]{3,}\.\s")  # a sentence goes on: no signature
_NO_WORD = re.compile(r"\W")
_SENTENCE_END = '.!?…»”")'


@cache
def last_words() -> frozenset[str]:
    """The last words of agencies, in lower case."""
    agencies = load_agencies()
    words = {re.split(r"\W", name)[-1].lower() for name in (*agencies.names, *agencies.companions)}
    return frozenset(words - {""})  # of "D.R.": else every line that ends in a question mark would be looked at


@cache
def _last_letters() -> frozenset[str]:
    """The last two letters of these."""
    return frozenset(word[-2:] for word in last_words())


def _ends_with_agency(line: str) -> bool:
    """Whether the last word may end a credit; spares the patterns nearly every line, and itself most."""
    bare = line[-30:].rstrip(' .)]»”"')
    return bare[-2:].lower() in _last_letters() and _NO_WORD.split(bare)[-1].lower() in last_words()


@cache
def patterns() -> dict[str, re.Pattern[str]]:
    """The patterns that need the list of agencies; compiled once, at first use.

    Each is tried on a short window and repeats only over separators, so none can blow up.
    """
    agencies = load_agencies()
    everything = sorted((*agencies.names, *agencies.companions), key=lambda name: -len(name))
    name = "(?:" + "|".join(map(re.escape, agencies.names)) + r")(?!\w)"
    part = "(?:" + "|".join(map(re.escape, everything)) + r")(?!\w)"
    run = rf"{name}(?:\s*(?:[/,|•–—.-]|et|and|via)\s*{part})"
    end = rf"(?<=[{_SENTENCE_END}])"
    return {
        "name": re.compile(name, re.IGNORECASE),
        "line": re.compile(rf"[(\[]?(?:(?:avec|sources?|par|with|©|\(c\))\s*:?\s*)?{run}*[)\]]?\.?$", re.IGNORECASE),
        "signed": re.compile(rf"[(\[]?(?:[^/.!?]{{2,50}}/\s*){{1,3}}{run}*[)\]]?$"),
        "bracketed": re.compile(rf"[(\[]{part}\s*/[^/()\[\].!?]{{2,40}}[)\]]$", re.IGNORECASE),
        "leading": re.compile(rf"(?:©\s*)?{name}(?:\s*/\s*{part})+\s+(?=[A-ZÀ-Þ«“\"])"),
        "trailing": re.compile(rf"(?:{end}{run}*|{end}\s+{run}+|{end}\s*\({run}*\))\.?$"),
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
    labelled = _LABELLED.match(line) if ":" in line or "©" in line else None
    if labelled and is_signature(line[labelled.end() :]):
        return True
    if line[:1] in "([" and line[1:2].isupper() and "/" in line and patterns()["bracketed"].match(line):
        return True
    if not _ends_with_agency(line):
        return False
    if patterns()["line"].match(line):
        return True
    if "/" not in line:
        return False
    said = sum(word[0].islower() and len(word) > 3 for word in line.split())  # by a caption that runs into a credit
    return said <= SAID and bool(patterns()["signed"].match(line))


def is_signature(text: str) -> bool:
    """Whether what follows "Photo :" or "©" signs: names, not a sentence.

    >>> [is_signature(s) for s in ("L. Martin/EFE)", "Ville de Lyon / H. Petit", "un cliché a fait le tour du monde")]
    [True, True, False]
    """
    bare = text.strip(" ()[].»›→")
    signs = bool(bare) and (bare[0].isupper() or bool(patterns()["name"].match(bare)))
    return signs and len(bare.split()) <= WORDS and not _BROKEN.search(bare)


def inline_credits(line: str) -> list[tuple[int, int, str]]:
    """Spans of credits that open or close a line of text, each with its rule.

    >>> line = "Les ministres se saluent. Photo : Jeanne Martin/document via REUTERS"
    >>> [(line[start:end], rule) for start, end, rule in inline_credits(line)]
    [(' Photo : Jeanne Martin/document via REUTERS', 'marked-credit')]
    >>> inline_credits("La photo : un cliché pris par Reuters à Lyon.")
    []
    """
    found = []
    if "/" in line[:LONGEST] and (leading := patterns()["leading"].match(line[:LONGEST])):
        found.append((leading.start(), leading.end(), "leading-credit"))
    if (start := _marked(line)) > 0:
        found.append((start, len(line), "marked-credit"))
    elif _ends_with_agency(line):
        trailing = patterns()["trailing"].search(line, max(0, len(line) - LONGEST))
        if trailing and trailing.start() > 0:
            found.append((trailing.start(), trailing.end(), "trailing-credit"))
    return found


def _marked(line: str) -> int:
    """Where a credit that a word or sign announces begins, up to the end of the line; 0 where none does."""
    tail = line[-LONGEST:]
    if not (":" in tail or "©" in tail or "(c)" in tail or "(C)" in tail):  # all that is announced has one of them
        return 0
    for mark in _ANNOUNCE.finditer(line, len(line) - len(tail)):
        apart = mark.group()[0].isspace() or line[mark.start() - 1] in _SENTENCE_END
        if mark.start() > 0 and apart and is_signature(line[mark.end() :]):
            return mark.start()
    return 0
