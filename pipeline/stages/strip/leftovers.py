"""What phrases and context leave: labels and names around the text, tables of contents, headings that stand twice.

None of these lines says anything by itself; each is told by the title and the paragraphs that it stands between.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import compress, pairwise, takewhile

from pipeline.document import Kind
from pipeline.stages.strip.bylines import has_year
from pipeline.stages.strip.harvest import author
from pipeline.stages.strip.keys import key
from pipeline.stages.strip.lines import Line
from pipeline.stages.strip.titles import SHARED, TEXT, asks, content_words, is_name, lead_words

Leftover = tuple[int, Kind, str]

LABEL, LABELS = 4, 3  # words of the longest label above a title, and lines that stand there at most
TITLE, TITLES = 5, 20  # words of the shortest title that is no label itself, and of the longest
HEADING = 15  # words of the longest heading
SYMBOLS = frozenset("-|•·,+›»>/←→↑↓↧↥▲▼►▶◄◀")
CONTENTS = ("sommaire", "table des matieres", "au sommaire", "dans cet article", "plan de l article")
ENTRIES = 3  # lines of the shortest table of contents
BOX = 2  # paragraphs that a text has beside its author's box
LIFE, ABOUT = 60, 80  # words of the longest such box, and characters of it that name the author
NEAR = 3  # lines between the day of a post and its title
_NUMBER = re.compile(r"\d{1,2}(?:\.\d{1,2})*\s?[.)–-]?\s")
# What names do not begin with, though it may have a capital in a heading.
_SMALL = (
    "le la les l un une des du de d au aux mon ma mes ton son sa ses notre nos votre vos leur leurs ce cet cette ces "
    "il elle on je nous vous et mais ou si que qui quand pour par sur sous avec sans dans en a tout tous plus"
)
_OPENERS = frozenset(_SMALL.split())


def symbols(lines: Sequence[Line], kept: Sequence[bool]) -> Iterator[Leftover]:
    """Lines of one mark, of lists and menus whose items stand elsewhere, and what is left of tables and pictures."""
    stay = compress(enumerate(lines), kept)
    for i, line in stay:
        if line.text in SYMBOLS or (not line.verdict.words and ("|" in line.text or "[]" in line.text)):
            yield i, "navigation", "symbol"


def leftovers(lines: Sequence[Line], kept: Sequence[bool], title: int | None) -> Iterator[Leftover]:
    """Lines that go though nothing else says so, with their kind and rule."""
    stay = [i for i, line in compress(enumerate(lines), kept) if line.text not in SYMBOLS]
    text = [i for i in stay if lines[i].verdict.score >= TEXT]
    if not text:
        return
    if title is not None:
        yield from _above(lines, stay, title)
        yield from _days(lines, stay, title)
        yield from _signers(lines, stay, title, text[0])
    yield from ((i, "navigation", "address") for i in stay if i < text[0] and lines[i].verdict.rule == "address")
    yield from _signature(lines, stay, text, title)
    yield from _author_box(lines, kept, stay, text)
    yield from _slugs(lines, stay)
    yield from _twins(lines, stay)
    yield from _contents(lines, stay)


def _above(lines: Sequence[Line], stay: Sequence[int], title: int) -> Iterator[Leftover]:
    """Labels above a title that the text bears out."""
    above = [i for i in stay if i < title]
    if not 0 < len(above) <= LABELS or not TITLE <= lines[title].verdict.words <= TITLES:
        return  # more of them are a list, or a text
    if len(content_words(lines[title]) & lead_words(lines, stay, title)) < SHARED:
        return
    for i in above:
        shouted = lines[i].text.isupper() and lines[i].verdict.words > 2
        if _is_heading(lines[i]) and lines[i].verdict.words <= LABEL and not shouted:
            yield i, "navigation", "label-above-title"


def _days(lines: Sequence[Line], stay: Sequence[int], title: int) -> Iterator[Leftover]:
    """Days above the titles of further posts, where the day above the first title went."""
    above = range(max(0, title - NEAR), title)
    if not any(lines[i].verdict.kind == "dateline" and i not in stay for i in above):
        return
    for day, below, text in zip(stay, stay[1:], stay[2:], strict=False):
        is_day = day > title and lines[day].verdict.rule == "date" and has_year(lines[day].text)
        if is_day and (_is_heading(lines[below]) or asks(lines[below])) and lines[text].verdict.score >= TEXT:
            yield day, "dateline", "day-of-post"


def _signers(lines: Sequence[Line], stay: Sequence[int], title: int, body: int) -> Iterator[Leftover]:
    """Names between title and text; not where a line announces them ("Avec :"), or where the title names them."""
    for above, i in pairwise(i for i in stay if title <= i < body):
        if lines[above].text[-1] == ":" or not _is_person(lines[i]):
            continue
        if not any(lines[i].verdict.key in line.verdict.key for line in lines[:i]):
            yield i, "byline", "name-above-text"


def _slugs(lines: Sequence[Line], stay: Sequence[int]) -> Iterator[Leftover]:
    """Names of pictures without their ending, beside paragraphs."""
    for place, i in enumerate(stay):
        around = stay[max(0, place - 1) : place + 2]
        if lines[i].verdict.rule == "slug" and any(lines[k].verdict.score >= TEXT for k in around):
            yield i, "credit", "slug"


def _signature(
    lines: Sequence[Line], stay: Sequence[int], text: Sequence[int], title: int | None
) -> Iterator[Leftover]:
    """A name right below the text, unless names stand inside it, too: speakers, or who said what is quoted."""
    last = stay[-1]
    if last == title or len(stay) < 3 or stay[-2] != text[-1] or not _is_person(lines[last]):
        return
    if not any(_is_person(lines[i]) for i in stay[:-1] if i != title):
        yield last, "byline", "name-below-text"


def _author_box(
    lines: Sequence[Line], kept: Sequence[bool], stay: Sequence[int], text: Sequence[int]
) -> Iterator[Leftover]:
    """The last paragraph, where its first words name the author: a name below a text is not its own subject's."""
    about = lines[text[-1]].verdict
    if len(text) <= BOX or about.words > LIFE:
        return
    last = stay.index(text[-1])
    if not all(lines[i].verdict.tier for i in stay[last + 1 :]):
        return
    opening = f" {about.key[:ABOUT]} "
    name = lines[stay[last - 1]]
    if _is_person(name) and not any(_is_person(lines[i]) for i in stay[1 : last - 1]):
        if f" {name.verdict.key} " in opening:
            yield from ((i, "about-author", "author-box") for i in stay[last - 1 : last + 1])
    elif any(f" {signed} " in opening for signed in _authors(lines, kept)):
        yield text[-1], "about-author", "author-box"


def _authors(lines: Sequence[Line], kept: Sequence[bool]) -> Iterator[str]:
    """Keys of the full names in bylines that go."""
    signed = (line.text for i, line in enumerate(lines) if not kept[i] and line.verdict.kind == "byline")
    return (name for text in signed if " " in (name := key(author(text) or "")))


def _twins(lines: Sequence[Line], stay: Sequence[int]) -> Iterator[Leftover]:
    """Headings that stand twice, one below the other, above a paragraph; below the last paragraph both go."""
    for first, second, text in zip(stay, stay[1:], stay[2:], strict=False):
        if _is_twice(lines[first], lines[second]) and lines[text].verdict.score >= TEXT:
            yield second, "title-duplicate", "heading-again"
    if len(stay) > 2 and lines[stay[-3]].verdict.score >= TEXT and _is_twice(lines[stay[-2]], lines[stay[-1]]):
        yield from ((i, "navigation", "twice-below-text") for i in stay[-2:])


def _is_twice(line: Line, below: Line) -> bool:
    return _is_heading(below) and line.verdict.key == below.verdict.key


def _contents(lines: Sequence[Line], stay: Sequence[int]) -> Iterator[Leftover]:
    """Tables of contents: numbered lines, or lines that come again as headings."""
    for place, start in enumerate(stay):
        if lines[start].verdict.rule not in CONTENTS:
            continue
        below = stay[place + 1 :]
        entries = list(takewhile(lambda i: _NUMBER.match(lines[i].text) and _is_heading(lines[i]), below))
        if not entries:
            headings = list(takewhile(lambda i: _is_heading(lines[i]), below))
            later = {_bare(lines[i].text) for i in below[len(headings) :]}
            entries = [i for i in headings if _bare(lines[i].text) in later]
        if len(entries) >= ENTRIES:
            yield from ((i, "navigation", "table-of-contents") for i in (start, *entries))
        return


def _bare(text: str) -> str:
    return key(_NUMBER.sub("", text, count=1))


def _is_heading(line: Line) -> bool:
    verdict = line.verdict
    return not verdict.closed and 0 < verdict.words <= HEADING and line.text[-1] not in ":,;" and verdict.key != "0"


def _is_person(line: Line) -> bool:
    """Whether a line is a name, and no heading in capitals."""
    words = line.verdict.key.split()
    return (
        bool(words)
        and is_name(line)
        and line.text[-1] not in ",;:"
        and not line.text.isupper()
        and "0" not in words
        and words[0] not in _OPENERS
        and "les" not in words
    )
