"""The title: which line it is, its copies, the breadcrumb that ends with it, what stands behind it."""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from itertools import compress, islice

from pipeline.document import MetaValue
from pipeline.stages.strip.bylines import ITEM
from pipeline.stages.strip.keys import key
from pipeline.stages.strip.lines import Line

TEXT = 1.2  # score from which a line is running text
REACH = 60  # lines before the body among which the title is looked for
LEAD = 8  # lines of text that the title should share words with
ENOUGH = 1.5  # a title that is taken out of a menu needs this much
NEXT = 1.2  # and this much right above the text, where a title of one word is enough
SHORT = 3  # words of a title that need not stand right above the text
OPENING, TOP = 0.8, 6  # for the first line of the page that is no label, and lines among which it is looked for
QUESTION = 20  # words of the longest headline that asks
SUBTITLES, SUBTITLE = 2, 5  # lines below a title that may go on with it, and words of such a line
SHARED = 2  # words that a headline shares with the text at least
CLOSE = 8  # lines between a headline and the first heading of the text
SURE = 2.0  # a title that the next line of words does not take the place of
NAMED = 0.8  # off for a line that may be its author's name
NEAREST = 1.0  # for the last line above the text that is no date, name, button or sentence
CRUMB_WORDS = 10  # words before the title in a breadcrumb

_CHAPTER = re.compile(r"\d{1,2}[.)]\s")
_BARS = re.compile(r"\s+[|•·]\s")
_DASH = re.compile(r"\s+[-–—]\s+")


def first_text(lines: Sequence[Line], kept: Sequence[bool]) -> int:
    """Index of the first kept line of running text; the number of lines where there is none."""
    for i, line in compress(enumerate(lines), kept):
        if line.verdict.score >= TEXT and not line.verdict.alone and not asks(line):
            return i
    return len(lines)


def asks(line: Line) -> bool:
    """Whether a line is one question, as headlines may be."""
    return line.text[-1] == "?" and line.verdict.words <= QUESTION and not any(c in line.text[:-1] for c in ".?!…")


def find_title(lines: Sequence[Line], kept: Sequence[bool], meta: Mapping[str, MetaValue]) -> list[int]:
    """Index of the line above the body that is most like a title, and of a heading below it; nothing where none is.

    A title shares words with the text below it, stands near it, and comes again in menus and breadcrumbs.
    """
    body = first_text(lines, kept)
    if body in (0, len(lines)):
        return []
    lead = lead_words(lines, range(body, len(lines)))
    known = key(str(meta.get("title", "")))
    low = max(0, body - REACH)
    keys = "\n".join([line.verdict.key for line in lines[low : body + REACH] if line.verdict.words <= 40])
    best, index = 0.0, None
    sure: int | None = None
    top = range(min(TOP, body))
    opening = next((i for i in top if not lines[i].verdict.tier and lines[i].verdict.words >= SHORT), None)
    last = _last_words(lines, low, body)
    for i in range(low, body):
        if not _could_be(lines[i]):
            continue
        short, nearest = lines[i].verdict.words < SHORT, i >= last
        if short and not nearest:
            continue
        named = is_name(lines[i]) and lines[i].verdict.key not in lines[body].verdict.key  # else the text is about it
        if short and named:
            continue
        score = _likeness(lines[i].verdict.key, lead, keys, body - i) + 5 * (lines[i].verdict.key == known)
        score += NEAREST * nearest + OPENING * (i == opening) - NAMED * named
        subtitle = index is not None and best >= SURE and _is_subtitle(lines, index, i)
        enough = NEXT if i == body - 1 else ENOUGH
        if score >= best and (kept[i] or score >= enough) and not subtitle:
            best, index = score, i
        if sure is None and score >= SURE and len(content_words(lines[i]) & lead) >= SHARED:
            sure = i
    if index is None:
        return []
    if sure is not None and _is_headline(lines, sure, index):
        return [_first_copy(lines, sure), index]
    return [_first_copy(lines, index)]


def lead_words(lines: Sequence[Line], text: Iterable[int], title: int = -1) -> set[str]:
    """Words of the first lines of a text below its title."""
    lead = islice((i for i in text if i > title), LEAD)
    return set(" ".join([lines[i].verdict.key for i in lead]).split())


def content_words(line: Line) -> set[str]:
    """Words of a line that say what it is about."""
    return {w for w in line.verdict.key.split() if len(w) > 3}


def _last_words(lines: Sequence[Line], low: int, body: int) -> int:
    """Index of the last line above the text that is no date, name, button or sentence."""
    found = (i for i in range(body - 1, low, -1) if not lines[i].verdict.tier and lines[i].verdict.score < TEXT)
    return next(found, low)


def _is_subtitle(lines: Sequence[Line], title: int, i: int) -> bool:
    """Whether a line is the next one of words below a title, and no copy of it without its breadcrumb."""
    near = all(line.verdict.tier for line in lines[title + 1 : i])
    return near and lines[i].verdict.key not in lines[title].verdict.key


def _is_headline(lines: Sequence[Line], sure: int, title: int) -> bool:
    """Whether a likely title not far above the likeliest one is the headline, and that one a heading of the text."""
    headers = any(line.verdict.tier in ("headers", "sections") for line in lines[max(0, sure - 2) : title])
    close = sure < title <= sure + CLOSE and lines[title].verdict.words >= SUBTITLE
    return close and not headers and lines[title].verdict.key not in lines[sure].verdict.key


def _first_copy(lines: Sequence[Line], title: int) -> int:
    """The first of a title's copies with nothing but copies, dates, names and buttons between them.

    A copy may lack what stands behind the title: "Le pont" above "Le pont, Jeanne Orvault, 2019".
    """
    wanted, first = lines[title].verdict.key, title
    for i in range(title - 1, -1, -1):
        verdict = lines[i].verdict
        if verdict.key == wanted or (verdict.words >= SHORT and wanted.startswith(f"{verdict.key} ")):
            first = i
        elif not lines[i].verdict.tier:
            break
    return first


def copies(lines: Sequence[Line], title: int) -> list[int]:
    """Other lines that say what the title says."""
    wanted = key(bare_title(lines[title].text))
    return [
        i
        for i, line in enumerate(lines)
        if wanted in line.verdict.key
        and i != title
        and line.verdict.key.startswith(wanted)
        and key(bare_title(line.text)) == wanted
        and line.text[0] not in ITEM
    ]


def crumbs(lines: Sequence[Line], title: int) -> Iterator[int]:
    """Lines above the title that end with it: breadcrumbs without marks between their parts."""
    name = key(bare_title(lines[title].text))
    if name.count(" ") < 2:
        return
    longest = CRUMB_WORDS + lines[title].verdict.words
    for i in range(max(0, title - REACH), title):
        verdict = lines[i].verdict
        if name in verdict.key and verdict.words <= longest and key(bare_title(lines[i].text)).endswith(" " + name):
            yield i


def kickers(lines: Sequence[Line], title: int) -> Iterator[int]:
    """Labels of menus right above the title, from the top of the page: the name of the section."""
    above = range(title - 1, -1, -1)
    if all(lines[i].verdict.tier in ("hints", "card") or lines[i].verdict.alone for i in above):
        yield from (i for i in above if lines[i].verdict.tier == "hints")


def standfirsts(lines: Sequence[Line], title: int, body: int) -> Iterator[int]:
    """Lines between title and text that belong to the text: sentences, and subtitles below the title."""
    subtitles = SUBTITLES
    for i in range(title + 1, body):
        verdict = lines[i].verdict
        if not verdict.alone and (
            verdict.score >= TEXT or (subtitles > 0 and not verdict.tier and verdict.words >= SUBTITLE)
        ):
            yield i
        subtitles -= not verdict.tier


def suffix(text: str, sites: Container[str], labels: Container[str]) -> int:
    """Where what a title carries behind it begins; its length where it carries nothing.

    Args:
        text: the title's line.
        sites: names that the site goes by, as keys without blanks; after a dash only these and labels are cut off,
            and what follows a label.
        labels: keys of menu labels.

    >>> title = "Le pont est ouvert | Transports | Lyon"
    >>> title[: suffix(title, (), ())]
    'Le pont est ouvert'
    >>> title = "Le pont est ouvert - Transports - Le Courrier"
    >>> title[: suffix(title, (), {"transports"})]
    'Le pont est ouvert'
    >>> suffix("Un pont – un péage", (), ()) == len("Un pont – un péage")
    True
    """
    bars = _BARS.search(text) if "|" in text or "•" in text or "·" in text else None
    if bars and len(text[: bars.start()].split()) >= 3:
        parts = _BARS.split(text[bars.start() :])
        if all(len(part.split()) <= 4 for part in parts):
            return bars.start()
    for dash in _DASH.finditer(text) if "-" in text or "–" in text or "—" in text else ():
        name = key(text[dash.end() :].partition(dash.group())[0])
        if len(text[: dash.start()].split()) >= 3 and (name.replace(" ", "") in sites or name in labels):
            return dash.start()
    return len(text)


def bare_title(text: str) -> str:
    """A title's line without what stands behind a bar."""
    return text[: suffix(text, (), ())]


def is_name(line: Line) -> bool:
    """Whether a line could be a person's name: two to four words, each with a capital."""
    words = line.text.split()
    most = 3 if line.text.isupper() else 4  # longer ones are headlines in capitals
    return not line.verdict.tier and 2 <= len(words) <= most and all(word[0].isupper() for word in words)


def _could_be(line: Line) -> bool:
    verdict = line.verdict
    if verdict.tier or verdict.rule or verdict.words > 35 or len(line.text) >= 300:
        return False
    return line.text[-1] not in ",;:" and not _CHAPTER.match(line.text)


def _likeness(folded: str, lead: set[str], keys: str, distance: int) -> float:
    content = [w for w in folded.split() if len(w) > 3]
    shared = sum(map(lead.__contains__, content)) / len(content) if content else 0.0
    again = len(content) > 2 and _stands_twice(folded, keys)
    return 3 * shared + 1.5 * again + min(len(content), 6) / 4 - 0.04 * distance


def _stands_twice(folded: str, keys: str) -> bool:
    """Whether two keys or more, each a line of ``keys``, have this in them."""
    first = keys.find(folded)
    line_end = keys.find("\n", first)
    return first >= 0 and line_end >= 0 and keys.find(folded, line_end) >= 0
