"""What of a page goes: the lines' verdicts, their context, the title and its copies, put together."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import compress

from pipeline.document import Document, Kind
from pipeline.edits import Change
from pipeline.stages.strip import titles
from pipeline.stages.strip.blocks import BODY, body_states
from pipeline.stages.strip.bylines import has_year
from pipeline.stages.strip.credits import inline_credits
from pipeline.stages.strip.keys import key
from pipeline.stages.strip.kinds import line_kinds
from pipeline.stages.strip.leftovers import Leftover, leftovers, symbols
from pipeline.stages.strip.lexicon import Phrase
from pipeline.stages.strip.lines import KEEP, Line
from pipeline.stages.strip.removal import Removal

FURNITURE = ("dateline", "byline")  # cards of these kinds go between title and text, and below the text
CONTEXT_SCORE = 0.7  # how sure a removal is that only the context asks for
TAILED, TAIL = 60, 40  # characters of the shortest line with a button behind its text, and of the longest button
_TAIL = re.compile(r"(?<=[.!?…»)\]])\s*[\[(]?[^\W\d_][^.!?…»\[(]*[.…»›→>\])\s]*$")
_HOST = re.compile(r"//(?:www\.)?([^/]+)\.\w+(?:/|$)")
TEASER = 8  # words of a line that stands for the text where a page has no more than a headline
NAME = 4  # words of the longest name below "Article rédigé par"
EDGE = 2  # labels of menus that open or close a page
COUNTERS = ("0", "0 k", "0k", "0 m")
COPIES = 6  # copies of a title that a page has at most
CLOSE = 12  # lines between the copies of a title that stand above a text


class Page:
    """The lines of a document, and which of them are kept; ``labels`` are keys of menu labels.

    Attributes:
        lines: the lines that are not blank.
        kept: whether each line stays.
        title: index of the title's line, None where there is none.
    """

    def __init__(self, lines: Sequence[Line], document: Document, labels: Mapping[str, Phrase]) -> None:
        self.lines, self.labels = lines, labels
        self._special: dict[int, tuple[Kind, str]] = {}
        tiers = [line.verdict.tier for line in lines]
        self.suspect = any(tiers)  # else nothing goes but copies of the title
        self.states = body_states(lines) if self.suspect else [BODY] * len(lines)
        self.kept = [s == BODY and not x.verdict.alone for s, x in zip(self.states, lines, strict=True)]
        if "pointers" in tiers:
            self._swallow()
        found = titles.find_title(lines, self.kept, document.meta)
        self.title = found[0] if found else None
        for i in found:
            self.kept[i] = True
        if self.title is not None:
            self._keep_title(self.title)
        if self.suspect:
            self._drop_furniture()
            self._drop_counters()
            self._drop_signatures()
            self._drop_edge(range(len(lines)))
            self._drop_edge(range(len(lines))[::-1])
            self.drop(leftovers(self.lines, self.kept, self.title))
        self.drop(symbols(self.lines, self.kept))
        self.kept = [kept or line.verdict.rule == KEEP for kept, line in zip(self.kept, lines, strict=True)]
        self.sites = set() if self.title is None else _sites(document, lines)

    def drop(self, found: Iterable[Leftover]) -> None:
        """Take out lines that are found not to belong to the text."""
        for i, kind, rule in list(found):
            self._drop(i, kind, rule)

    def removals(self) -> Iterator[Removal]:
        """The lines that go; none where nothing would be left."""
        if not any(self.kept):  # no running text: only what is boilerplate anywhere goes
            self.kept = [not line.verdict.alone for line in self.lines]
        if not any(self.kept) or all(self.kept):
            return
        special = self._special
        for i, kind, rule in line_kinds(self.lines, self.states, self.kept):
            if i in special:
                kind, rule = special[i]
            yield i, kind, rule, 1.0 if self.lines[i].verdict.alone else CONTEXT_SCORE

    def title_text(self) -> str:
        """The title without what stands behind it; empty where there is none."""
        if self.title is None:
            return ""
        text = self.lines[self.title].text
        return text[: titles.suffix(text, self.sites, self.labels)]

    def inline(self, whole: set[str]) -> Iterator[Change]:
        """What goes from inside the lines that stay; those that lose nothing join ``whole``, whose lines are spared."""
        for line in compress(self.lines, self.kept):
            if line.text in whole:
                continue
            found = inside(line.text, self.labels)
            if not found:
                whole.add(line.text)
            for start, end, rule, kind in found:
                yield Change(line.start + start, line.start + end, "", rule, kind, 0.9)
        if self.title is not None and self.kept[self.title]:
            line = self.lines[self.title]
            yield Change(line.start + len(self.title_text()), line.end, "", "title-suffix", "title-suffix", 0.9)

    def _swallow(self) -> None:
        """Headlines right below a pointer ("Lire aussi") go with it."""
        for i, line in enumerate(self.lines[:-1]):
            if line.verdict.tier != "pointers":
                continue
            below = self.lines[i + 1].verdict
            short = line.verdict.kind != "byline" or below.words <= NAME
            if short and below.headline and not below.closed:
                self._drop(i + 1, line.verdict.kind or "related", line.verdict.rule)

    def _keep_title(self, title: int) -> None:
        body = titles.first_text(self.lines, self.kept)
        for i in titles.standfirsts(self.lines, title, body):
            self.kept[i] = True
        for i in titles.kickers(self.lines, title):
            self._drop(i, "breadcrumb", "kicker")
        for i in titles.crumbs(self.lines, title):
            self._drop(i, "breadcrumb", "crumb-of-title")
        copies = titles.copies(self.lines, title)
        if len(copies) > COPIES:  # a refrain
            return
        for i in copies:
            if not self.kept[i] or abs(i - title) <= CLOSE:
                self._drop(i, "title-duplicate", "title-again")

    def _drop(self, i: int, kind: Kind, rule: str) -> None:
        self.kept[i] = False
        self._special.setdefault(i, (kind, rule))

    def _staying(self) -> Iterator[tuple[int, Line]]:
        """The lines that stay, so far, each with its index."""
        return compress(enumerate(self.lines), self.kept)

    def _drop_furniture(self) -> None:
        """Dates and names above and below the text go; inside the text a date may be a subheading."""
        cards = [i for i, line in self._staying() if is_furniture(line)]
        if not cards:
            return
        text = [i for i, line in self._staying() if line.verdict.score >= titles.TEXT]
        text = text or [i for i, line in self._staying() if line.verdict.words >= TEASER]
        if not text:
            return
        # A lone date may also stand between standfirst and text; several are subheadings of a chronicle.
        inside = [i for i in cards if text[0] < i < text[-1]]
        top = text[1] if len(inside) == 1 and self.title is not None else text[0]
        entries = {i for i in cards if self._is_entry(i)}
        for i in cards:
            if len(entries) > 1 and i in entries:
                continue
            if i < top or i > text[-1]:
                self._drop(i, self.lines[i].verdict.kind or "dateline", self.lines[i].verdict.rule)
                if self.title is not None:  # else it may be the title
                    self._drop_names(i)

    def _is_entry(self, i: int) -> bool:
        """Whether a line is a day without its year, as stands above the entries of a diary."""
        return self.lines[i].verdict.rule == "date" and not has_year(self.lines[i].text)

    def _drop_counters(self) -> None:
        """Bare numbers between title and text count shares and comments; below it they number its parts."""
        if self.title is None:
            return
        for i in range(self.title + 1, titles.first_text(self.lines, self.kept)):
            line = self.lines[i]
            if self.kept[i] and line.verdict.key in COUNTERS and line.verdict.tier and line.text[0] not in "[(":
                self._drop(i, "share", "counter")

    def _drop_edge(self, order: Sequence[int]) -> None:
        """Labels of menus at the top or bottom of what stays: two or more, for one may be a title, and no list."""
        labels = []
        below = False  # whether a button stands below the labels, at the bottom of the page
        for i in order:
            verdict = self.lines[i].verdict
            if not self.kept[i]:
                below = below or (verdict.alone and order[0] > 0)
                continue
            # A sentence is no label, whatever words it has.
            if verdict.tier not in ("hints", "card") or i == self.title or verdict.closed:
                break
            if verdict.tier == "hints":
                labels.append(i)
        else:
            return
        if len(labels) >= EDGE - below and self.lines[i].text[-1] != ":":
            for label in labels:
                self._drop(label, "navigation", "labels-at-edge")

    def _drop_signatures(self) -> None:
        """A bare name beside a date or byline above the text signs it."""
        if self.title is None:
            return
        for i in range(titles.first_text(self.lines, self.kept)):
            if self.lines[i].verdict.alone and self.lines[i].verdict.kind in FURNITURE:
                self._drop_names(i)

    @cached_property
    def _copies(self) -> Counter[str]:
        """How often each line stands in the document."""
        return Counter(line.text for line in self.lines)

    def _drop_names(self, card: int) -> None:
        """A bare name right above or below a date is the author's."""
        for i in (card - 1, card + 1):
            if not 0 <= i < len(self.lines) or i == self.title or not self.kept[i]:
                continue
            if titles.is_name(self.lines[i]) and self._copies[self.lines[i].text] == 1:  # else it is a speaker's
                self._drop(i, "byline", "name-by-date")


def inside(text: str, labels: Mapping[str, Phrase]) -> list[tuple[int, int, str, Kind]]:
    """Spans that go from inside a line, wherever it stands, each with its rule and kind."""
    found: list[tuple[int, int, str, Kind]] = [(*credit, "credit") for credit in inline_credits(text)]
    if tail := _tail(text, labels):
        found.append((len(text) - len(tail), len(text), "label-at-end", "read-more"))
    return found


def _tail(text: str, labels: Mapping[str, Phrase]) -> str:
    """A button behind the last sentence of a line of text: "… Lire la suite »"."""
    if (text[-1] in ".!?" and not text.endswith("...")) or len(text) < TAILED:
        return ""
    tail = _TAIL.search(text, len(text) - TAIL)
    phrase = labels.get(key(tail.group())) if tail else None
    return tail.group() if tail and phrase and phrase.kind == "read-more" and phrase.tier == "alone" else ""


def is_furniture(line: Line) -> bool:
    """Whether a line is a date or a name with a date, as stand above and below a text."""
    return line.verdict.tier == "card" and line.verdict.kind in FURNITURE


def _sites(document: Document, lines: Sequence[Line]) -> set[str]:
    """Keys of the names that the site goes by, as far as the document says."""
    address = _HOST.search(str(document.meta.get("url", "")))
    names = [str(document.meta.get("site", "")), address.group(1) if address else ""]
    names += [line.text.strip("©(cC) 0123456789-–") for line in lines if line.verdict.rule == "copyright"]
    return {key(name).replace(" ", "") for name in names if name} - {""}
