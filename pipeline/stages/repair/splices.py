"""Credits that slid into a word or between a name and its title."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache, lru_cache

from pipeline.edits import Change
from pipeline.stages.lexicons import load_agencies
from pipeline.stages.repair.findings import Doubt, Findings
from pipeline.stages.repair.words import lexicon

_LOWER = "a-zß-öø-ÿœ"
_UPPER = "A-ZÀ-ÖØ-ÞŒ"
# Shorter names are found inside ordinary capitals; glued to a word they count only at the end of a line.
_SURE_LENGTH = 4
# The longest ending that one would complete: "-issements".
_MAX_ENDING = 9
_STARTS = "Les?|La|L['’]|Une?|Des|Ces?|Cette|Dans|En|Aux?|À|Selon|Pour|Sur|Président|Présidente|Ministre"


@cache
def _patterns() -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    """Agencies glued to the end of a word, to the start of a line, and standing between a word and a name."""
    agencies = load_agencies()
    names = [re.escape(name) for name in agencies.names]
    long = "|".join(name for name in names if len(name) >= _SURE_LENGTH and name[0].isupper())
    listed = "|".join([*names, *map(re.escape, agencies.companions)])
    tail = rf"(?:[ ]?[/,|][ ]?(?:(?:{listed}|[{_UPPER}][\w.-]*)(?:[ ](?:{listed}|[{_UPPER}][\w.-]*)){{0,3}})){{0,6}}"
    glued = rf"(?<=[{_LOWER}][{_LOWER}])(?:(?:{long})(?![{_LOWER}]){tail}|(?:{'|'.join(names)}){tail}(?=[ ]*$))"
    return (
        re.compile(glued, re.MULTILINE),
        re.compile(rf"^(?:{'|'.join(n for n in names if n[0].isupper())})(?=(?:{_STARTS})[ \w])", re.MULTILINE),
        re.compile(rf"(?<=[{_LOWER}]) (?:(?:de|par|via) |d['’])?(?:{'|'.join(names)})(?= [{_UPPER}][{_LOWER}])"),
    )


def fix_glued_credits(text: str) -> Findings:
    """An agency glued to a word goes; the word is completed where the document knows one completion alone.

    >>> text = "la guerre sino-japonaise, l'agression japonaiSputnik / Kremlin Pool / EPA"
    >>> [(text[c.start:c.end], c.after) for c in fix_glued_credits(text).changes]
    [('Sputnik / Kremlin Pool / EPA', 'se')]
    >>> text = "une réunion à PékinReuters"
    >>> [(text[c.start:c.end], c.after) for c in fix_glued_credits(text).changes]
    [('Reuters', '')]
    """
    glued, leading, _ = _patterns()
    found = Findings()
    for match in glued.finditer(text):
        _unglue(match, found)
    found.changes += [Change(*m.span(), "", "leading-credit", "splice", 0.9) for m in leading.finditer(text)]
    return found


def _unglue(match: re.Match[str], found: Findings) -> None:
    text, start = match.string, match.start()
    stem_start = start
    while stem_start and text[stem_start - 1].isalpha():
        stem_start -= 1
    endings = _endings(text, text[stem_start:start])
    after = endings.pop() if len(endings) == 1 else ""
    found.changes.append(Change(*match.span(), after, "glued-credit", "splice", 0.8 if after else 0.9))
    if not after and (endings or (text[stem_start].islower() and text[stem_start:start].lower() not in _words(text))):
        found.doubts.append(Doubt(stem_start, start, "garbled", "glued-credit"))


def _endings(text: str, stem: str) -> set[str]:
    """What completes a broken word; empty where the document knows it as it stands."""
    stem, words = stem.lower(), _words(text)
    if stem in words:
        return set()
    return {w[len(stem) :] for w in words if w.startswith(stem) and len(stem) > 3 and len(w) - len(stem) <= _MAX_ENDING}


@lru_cache(maxsize=1)
def _words(text: str) -> frozenset[str]:
    """The words of a document that stand free."""
    return frozenset(word.lower() for word in re.findall(rf"(?<!\w)[{_UPPER}{_LOWER}][{_LOWER}]+(?!\w)", text))


def fix_spliced_agencies(text: str) -> Findings:
    """An agency between a title and a name, or inside a phrase that the document has elsewhere without it.

    >>> text = "Le président russe de Reuters Vladimir Poutine et le correspondant de Reuters Guy Faulconbridge"
    >>> [text[c.start:c.end] for c in fix_spliced_agencies(text).changes]
    [' de Reuters']
    """
    *_, between = _patterns()
    return Findings([Change(*m.span(), "", "spliced-agency", "splice", 0.8) for m in _spliced(between, text)])


def _spliced(pattern: re.Pattern[str], text: str) -> Iterator[re.Match[str]]:
    for match in pattern.finditer(text):
        before = text[max(0, match.start() - 60) : match.start()].split("\n")[-1].split()
        if _is_officer(before) or _is_known(match, before[-1]):
            yield match


def _is_officer(before: list[str]) -> bool:
    """Whether the words end in an office and whose it is ("président russe"); no agency has one of those."""
    offices = lexicon().offices
    return any(word.lower() in offices for word in before[-3:-1]) and before[-1].lower() not in offices


def _is_known(match: re.Match[str], before: str) -> bool:
    """Whether the document has the same words elsewhere without the agency."""
    after = re.match(r" \w+", match.string[match.end() : match.end() + 40])
    return after is not None and re.search(rf"(?<!\w){re.escape(before + after[0])}(?!\w)", match.string) is not None
