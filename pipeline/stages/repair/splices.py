"""Credits that slid into a word or between a name and its title."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator
from functools import lru_cache
from itertools import islice, pairwise, takewhile

from pipeline.edits import Change
from pipeline.stages.repair.agencies import JUNCTION, patterns
from pipeline.stages.repair.findings import NOTHING, Doubt, Findings
from pipeline.stages.repair.looks import looked
from pipeline.stages.repair.words import LOWER, UPPER, lexicon

# The longest ending that one would complete: "-issements".
_MAX_ENDING, _MAX_WORD = 9, 30
# How far back a loop's earlier copies are looked for, so that a long line full of credits stays linear.
_MAX_BACK = 1000


# A word with a capital within a sentence, and what would tie an agency to the word before it.
_CAPITAL = re.compile(rf"[{UPPER}](?<=[ '’].)[\w-]*")
_TIE = re.compile(rf" (?<=[{LOWER}] )(?:(?:de|par|via) (?:l['’])?|d['’])?\Z")
_TIE_LENGTH = len(" par l’")


def fix_glued_credits(text: str) -> Findings:
    """An agency glued to a word goes; the word is completed where the document knows one completion alone.

    >>> text = "la guerre sino-japonaise, l'agression japonaiSputnik / Kremlin Pool / EPA"
    >>> [(text[c.start:c.end], c.after) for c in fix_glued_credits(text).changes]
    [('Sputnik / Kremlin Pool / EPA', 'se')]
    >>> text = "une réunion à PékinReuters"
    >>> [(text[c.start:c.end], c.after) for c in fix_glued_credits(text).changes]
    [('Reuters', '')]
    """
    changes = [Change(*m.span(), "", "leading-credit", "splice", 0.9) for m in _leading(text)]
    doubts: list[Doubt] = []
    for match in _glued(text):
        _unglue(match, changes, doubts)
    return Findings(changes, doubts) if changes else NOTHING


def _leading(text: str) -> list[re.Match[str]]:
    starts = [start for start, _, seen in looked(text) if seen.glued]
    return [match for start in starts if (match := patterns().leading.match(text, start))]


def _glued(text: str) -> Iterator[re.Match[str]]:
    for start, line, seen in looked(text):
        done = start
        for junction in JUNCTION.finditer(text, start, start + len(line)) if seen.glued else ():
            match = patterns().glued.match(text, junction.start())
            if match and match.start() >= done:
                yield match
                done = match.end()


def _unglue(match: re.Match[str], changes: list[Change], doubts: list[Doubt]) -> None:
    text, start = match.string, match.start()
    stem_start = start
    while stem_start > max(0, start - _MAX_WORD) and text[stem_start - 1].isalpha():
        stem_start -= 1
    endings = _endings(text, text[stem_start:start])
    after = endings[0] if len(endings) == 1 else _said_before(text, stem_start, start)
    changes.append(Change(*match.span(), after, "glued-credit", "splice", 0.8 if after else 0.9))
    if endings != [""] and not after:
        doubts.append(Doubt(stem_start, start, "truncated", "glued-credit"))


def _endings(text: str, stem: str) -> list[str]:
    """What the document's words would add to a broken word; the empty ending alone where it knows the word as it is."""
    words = words_from(text, stem[0])
    first = bisect_left(words, stem)
    if words[first : first + 1] == [stem]:
        return [""]
    near = takewhile(lambda word: word.startswith(stem), islice(words, first, None))
    return [w[len(stem) :] for w in near if len(stem) > 3 and len(w) - len(stem) <= _MAX_ENDING]


def _said_before(text: str, start: int, end: int) -> str:
    """What completes the word ``text[start:end]`` as its line did most often after the same word; "" where in doubt.

    The last copy of a loop is cut off, and its earlier copies drift:

    >>> _said_before("au pied du mont Tourbel, du mont Tourbal, au pied du mont Tourbel, du mont Tourb", 75, 80)
    'el'
    """
    line = text[max(start - _MAX_BACK, text.rfind("\n", 0, start) + 1) : start]
    before = line.split()[-1:]
    if not before or not line[-1].isspace():
        return ""
    stem = re.escape(f"{before[0]} {text[start:end]}")
    found = Counter(re.findall(rf"(?<!\S){stem}([{LOWER}]{{1,{_MAX_ENDING}}})(?!\w)", line)).most_common(2)
    clear = len(found) == 1 or (len(found) == 2 and found[0][1] > found[1][1])
    return found[0][0] if clear else ""


@lru_cache(maxsize=128)  # each letter
def words_from(text: str, letter: str) -> list[str]:
    """The words of a document that stand free and begin with a letter, sorted: with a capital as they are written, with
    a small one also those written with a capital, in lower case."""
    letters = letter + letter.upper() if letter.islower() else letter
    words = set(re.findall(rf"[{letters}](?<=[{UPPER}{LOWER}])(?<!\w.)[{LOWER}]+(?!\w)", text))
    return sorted({word.lower() for word in words} if letter.islower() else words)


def fix_spliced_agencies(text: str) -> Findings:
    """An agency between a title and a name, or inside a phrase that the document has elsewhere without it.

    >>> text = "Le président russe de Reuters Vladimir Poutine et le correspondant de Reuters Guy Faulconbridge"
    >>> [text[c.start:c.end] for c in fix_spliced_agencies(text).changes]
    [' de Reuters']
    """
    changes = [Change(*span, "", "spliced-agency", "splice", 0.8) for span in _spliced(text)]
    return Findings(changes) if changes else NOTHING


def _spliced(text: str) -> Iterator[tuple[int, int]]:
    first_words = patterns().first_words
    for word in _capitals(text):
        agency = patterns().between.match(text, word.start()) if word[0] in first_words else None
        if agency and (tie := _TIE.search(text, max(0, word.start() - _TIE_LENGTH), word.start())):
            before = text[max(0, tie.start() - 60) : tie.start()].split("\n")[-1].split()
            if before and (_is_officer(before) or (before[-1], agency["after"]) in _neighbours(text)):
                yield tie.start(), agency.end("name")


def _capitals(text: str) -> Iterator[re.Match[str]]:
    """Words with a capital within a sentence, in lines where an agency may stand."""
    for start, line, seen in looked(text):
        if seen.agency:
            yield from _CAPITAL.finditer(text, start, start + len(line))


def _is_officer(before: list[str]) -> bool:
    """Whether the words end in a public office, or in a title or office and whose it is ("président russe")."""
    words, known = [word.lower() for word in before[-3:]], lexicon()
    if words[-1] in known.offices:
        return True
    return words[-1] not in known.titles and any(word in known.offices | known.titles for word in words[:-1])


@lru_cache(maxsize=1)
def _neighbours(text: str) -> frozenset[tuple[str, str]]:
    """Words that follow each other somewhere in a document."""
    return frozenset(pairwise(re.findall(r"[^\s.,;:!?]+", text)))
