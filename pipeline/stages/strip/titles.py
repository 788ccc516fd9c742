"""The title: which line it is, its copies, the breadcrumb that ends with it, what stands behind it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from pipeline.document import MetaValue
from pipeline.stages.strip.lexicon import key
from pipeline.stages.strip.lines import Line

TEXT = 1.2  # score from which a line is running text
REACH = 60  # lines before the body among which the title is looked for
LEAD = 8  # lines of text that the title should share words with
ENOUGH = 1.5  # a title that is taken out of a menu needs this much
CRUMB_WORDS = 10  # words before the title in a breadcrumb

_BARS = re.compile(r"\s+[|•·]\s")
_DASH = re.compile(r"\s+[-–—:]\s+(?=[^-–—:]*$)")


def first_text(lines: Sequence[Line], kept: Sequence[bool]) -> int:
    """Index of the first kept line of running text; the number of lines where there is none."""
    found = (i for i, line in enumerate(lines) if kept[i] and line.verdict.score >= TEXT and not line.verdict.alone)
    return next(found, len(lines))


def find_title(lines: Sequence[Line], kept: Sequence[bool], meta: Mapping[str, MetaValue]) -> int | None:
    """Index of the line above the body that is most like a title; None where none is.

    A title shares words with the text below it, stands near it, and comes again in menus and breadcrumbs.
    """
    body = first_text(lines, kept)
    if body == len(lines):
        return None
    lead = {w for line in lines[body : body + LEAD] for w in key(line.text[:1000]).split() if len(w) > 3}
    known = key(str(meta.get("title", "")))
    keys = [key(line.text[:300]) for line in lines[max(0, body - REACH) : body]]
    best, index = 0.0, None
    for i, folded in enumerate(keys, max(0, body - REACH)):
        if not _could_be(lines[i]):
            continue
        score = _likeness(folded, lead, keys, body - i) + 5 * (folded == known)
        if score >= best and (kept[i] or score >= ENOUGH):
            best, index = score, i
    return index


def copies(lines: Sequence[Line], title: int) -> list[int]:
    """Other lines that say what the title says."""
    wanted = key(bare_title(lines[title].text))
    return [i for i, line in enumerate(lines) if i != title and abs(len(line.text) - len(lines[title].text)) < 60
            and key(bare_title(line.text)) == wanted]  # fmt: skip


def crumbs(lines: Sequence[Line], title: int) -> Iterator[int]:
    """Lines above the title that end with it: breadcrumbs without marks between their parts."""
    wanted = " " + key(lines[title].text)
    for i in range(max(0, title - REACH), title):
        if lines[i].verdict.words > CRUMB_WORDS + lines[title].verdict.words or wanted.count(" ") < 3:
            continue
        if key(lines[i].text).endswith(wanted):
            yield i


def suffix(text: str, sites: set[str]) -> int:
    """Where what a title carries behind it begins; its length where it carries nothing.

    Args:
        text: the title's line.
        sites: keys of names that the site goes by; after a dash or colon only these are cut off.

    >>> title = "Le pont est ouvert | Transports | Lyon"
    >>> title[: suffix(title, set())]
    'Le pont est ouvert'
    >>> suffix("Un pont – un péage", set()) == len("Un pont – un péage")
    True
    """
    bars = _BARS.search(text)
    if bars and len(text[: bars.start()].split()) >= 3:
        parts = _BARS.split(text[bars.start() :])[1:]
        if all(len(part.split()) <= 4 for part in parts):
            return bars.start()
    dash = _DASH.search(text)
    if dash and key(text[dash.end() :]) in sites:
        return dash.start()
    return len(text)


def bare_title(text: str) -> str:
    """A title's line without what stands behind a bar."""
    return text[: suffix(text, set())]


def _could_be(line: Line) -> bool:
    verdict = line.verdict
    return not verdict.tier and verdict.rule != "symbols" and 3 <= verdict.words <= 35 and len(line.text) < 300


def _likeness(folded: str, lead: set[str], keys: Sequence[str], distance: int) -> float:
    content = [w for w in folded.split() if len(w) > 3]
    shared = sum(w in lead for w in content) / len(content) if content else 0.0
    again = sum(folded in other for other in keys) > 1
    return 3 * shared + 1.5 * again + min(len(content), 6) / 6 - 0.04 * distance
