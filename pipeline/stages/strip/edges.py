"""Short lines above and below the text that no phrase knows, judged by a log-linear model over their traits.

A trait is what can be seen of a line: its length, its first and last character, its capitals, how many phrases of the
lexicon have its words, what stands beside it. Each has a weight for each place; a line whose weights add up to more
than `LIMIT` goes. The weights (``edges.json``) are learned by ``benchmarks/fit_edges.py`` from labelled pages, mostly
with parts of the lexicon hidden, so that they tell boilerplate that nobody has written down. Inside the text, where a
short line may be a heading, the model finds next to nothing and is not asked.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import cache
from itertools import compress, repeat
from pathlib import Path

from pipeline.stages.strip.leftovers import Leftover
from pipeline.stages.strip.lexicon import Lexicon
from pipeline.stages.strip.lines import KEEP, Line
from pipeline.stages.strip.passages import ITEM, passages
from pipeline.stages.strip.titles import SHARED, TEXT, lead_words

WEIGHTS = Path(__file__).with_name("edges.json")
PLACES = ("title", "text", "below")  # above the title, above the text elsewhere, below the text
LIMIT = 2.0  # log odds; on pages not learned from it takes 37 of 84 such lines of boilerplate, and 2 of 143 of text
WORDS = 20  # of the longest line that is looked at
LONG = 12  # words of a line below the title that is of the text, be it without a full stop
MOST = 300  # such lines on a page; one with more of them is a list
LABEL = 3  # words of the longest line below the text that is a label, no headline
ZEROS = repeat(0.0)  # what traits weigh that are not known
REACH = 40  # lines around those that may be of a passage in which it is looked for
LIST = 12  # lines between the colon that opens a list and its items

_SIZES = (1, 2, 3, 4, 6, 9, 13)
_OFTEN = (1, 2, 4, 10)
_GONE = (0.01, 0.15, 0.4, 0.7)
_SIGNS = {"list": "-•*–—▪·", "quote": "«»\"“”„'", "mark": "|<>#@/=+_&©×[]({)}"}
_MARKS = {sign: name for name, signs in _SIGNS.items() for sign in signs}
_ENDS = {".": "dot", "!": "dot", "?": "ask", "…": "cut", ":": "colon", ",": "comma", ";": "comma"} | _MARKS
_GLUED = re.compile(r"[a-zà-ÿ0-9][A-ZÀ-Þ]")
_NOTE = re.compile(r"\[\d+\]$")
_SPOKEN = "mon ma mes nos notre votre vos site blog forum page article articles"  # of the site and its reader
_SITE = frozenset(_SPOKEN.split())


@cache
def weights() -> Mapping[str, Mapping[str, float]]:
    """The weights of traits (``words=2``) by place."""
    found: Mapping[str, Mapping[str, float]] = json.loads(WEIGHTS.read_bytes())
    return found


def strangers(lines: Sequence[Line], kept: Sequence[bool], title: int | None, lexicon: Lexicon) -> Iterator[Leftover]:
    """Lines around the text that go by the sum of their weights."""
    scene, table = Scene(lines, kept, title, lexicon), weights()
    found = {i: place for i, place, traits in scene.sights() if sum(map(table[place].get, traits, ZEROS)) > LIMIT}
    for i in sorted(found.keys() - scene.spared(found)):
        long = found[i] == "below" and lines[i].verdict.words > LABEL
        yield i, "related" if long else "navigation", f"{found[i]}-edge"


class Scene:
    """A page as its short lines around the text are looked at.

    Attributes:
        first, last: the lines of text that the page begins and ends with.
        short: indices of the lines that are looked at.
        runs: the run of such lines that each of them stands in.
    """

    def __init__(self, lines: Sequence[Line], kept: Sequence[bool], title: int | None, lexicon: Lexicon) -> None:
        self.lines, self.kept, self.title, self.lexicon = lines, kept, title, lexicon
        stay = list(compress(range(len(lines)), kept))
        self.first = next((i for i in stay if lines[i].verdict.score >= TEXT), 0)
        self.last = next((i for i in reversed(stay) if lines[i].verdict.score >= TEXT), len(lines))
        long = (i for i in stay if i > (title or 0) and lines[i].verdict.words >= LONG and not lines[i].verdict.tier)
        first = min(self.first, next(long, self.first))
        around = [i for i in stay if not first <= i <= self.last and i != title]
        short = [i for i in around if lines[i].verdict.words <= WORDS and lines[i].verdict.rule != KEEP]
        self.short = short if len(short) <= MOST else []
        self.runs = {i: run for run in _runs(self.short) for i in run}
        self.gone = _step(_GONE, 1 - len(stay) / len(lines))

    def sights(self) -> Iterator[tuple[int, str, list[str]]]:
        """The lines that are looked at, each with its place and traits."""
        for i in self.short:
            above = "text" if self.title is None or i > self.title else "title"
            place = "below" if i > self.last else above
            yield i, place, [*self.own(self.lines[i]), *self.context(i)]

    def spared(self, asked: Collection[int]) -> set[int]:
        """Of some lines those of passages, notes, items of lists that a colon opens, and likely titles of the text."""
        if not asked:
            return set()
        low, high = max(0, min(asked) - REACH), max(asked) + REACH
        written = {low + i for start, end in passages(self.lines[low:high]) for i in range(start, end)}
        text = compress(range(len(self.lines)), self.kept)
        lead = lead_words(self.lines, (i for i in text if self.lines[i].verdict.score >= TEXT))
        return {i for i in asked if i in written or self._is_item(i) or self._is_like_title(i, lead)}

    def _is_item(self, i: int) -> bool:
        """Whether a line is a note, or an item of a list that a colon opens."""
        if self.lines[i].text[0] in ITEM:
            return any(line.text[-1] == ":" for line in self.lines[max(0, i - LIST) : i])
        return bool(_NOTE.match(self.lines[i].text))

    def _is_like_title(self, i: int, lead: set[str]) -> bool:
        """Whether a line above the text shares words with it."""
        return i < self.first and len(lead.intersection(self.lines[i].verdict.key.split())) >= SHARED

    def own(self, line: Line) -> Iterator[str]:
        """What a line shows by itself."""
        words, text = line.verdict.key.split(), line.text
        plain = [word for word in words if word not in self.lexicon.stopwords]
        said = [self.lexicon.said[word] for word in plain if word != "0"]
        size, stops = _step(_SIZES, len(words)), _share(len(words) - len(plain), len(words))
        known, rarest = _share(sum(times > 1 for times in said), len(said)), _step(_OFTEN, min(said, default=0))
        yield from ("bias", f"words={size}", f"closed={line.verdict.closed:d},{size}", f"tier={line.verdict.tier}")
        yield from (f"stops={stops}", f"known={known}", f"rarest={rarest}")
        yield from (f"stops={stops},{size}", f"known={known},{size}", f"rarest={rarest},{size}")
        yield from (f"first={_first(text[0])}", f"last={_last(text)}", f"case={_case(text)}")
        yield from (f"glued={bool(_GLUED.search(text)):d}", f"site={not _SITE.isdisjoint(words):d}")
        yield f"number={bool(words) and not line.verdict.key.strip('0 '):d}"

    def context(self, i: int) -> Iterator[str]:
        """What stands around a line."""
        run = self.runs[i]
        yield from (f"above={self._beside(i - 1)}", f"under={self._beside(i + 1)}", f"lead={self._lead(i)}")
        yield from (f"border={self._beside(run[0] - 1)},{self._beside(run[-1] + 1)}", f"run={_step(_SIZES, len(run))}")
        yield f"gone={self.gone}"
        if i > run[0]:
            yield f"before={_step(_SIZES, self.lines[i - 1].verdict.words)}"
        if i < run[-1]:
            yield f"after={_step(_SIZES, self.lines[i + 1].verdict.words)}"

    def _beside(self, i: int) -> str:
        """What a neighbour is."""
        if not 0 <= i < len(self.lines):
            return "edge"
        if i == self.title:
            return "title"
        if not self.kept[i]:
            return "alone" if self.lines[i].verdict.alone else "gone"
        return "short" if i in self.runs else "text"

    def _lead(self, i: int) -> str:
        """How many of a line's words stand in the text right below it."""
        below = " ".join([line.verdict.key for line in self.lines[i + 1 : i + 4] if line.verdict.score >= TEXT])
        words = [word for word in self.lines[i].verdict.key.split() if len(word) > 3] if below else []
        return _share(sum(word in below for word in words), len(words))


def _runs(indices: Sequence[int]) -> list[range]:
    """Ranges of indices that follow each other."""
    runs: list[range] = []
    for i in indices:
        if runs and runs[-1].stop == i:
            runs[-1] = range(runs[-1].start, i + 1)
        else:
            runs.append(range(i, i + 1))
    return runs


def _step(steps: Sequence[float], value: float) -> int:
    """How many of the steps a value has reached."""
    return sum(value >= step for step in steps)


def _share(part: int, whole: int) -> str:
    if not whole:
        return "none"
    return "0" if not part else "all" if part == whole else "few" if part < 0.34 * whole else "many"


def _first(char: str) -> str:
    kind = "digit" if char.isdigit() else "upper" if char.isupper() else "lower" if char.islower() else "other"
    return _MARKS.get(char, kind)


def _last(text: str) -> str:
    return "cut" if text.endswith("...") else _ENDS.get(text[-1], "digit" if text[-1].isdigit() else "letter")


def _case(text: str) -> str:
    """Where a line has capitals: nowhere ("small"), at its first word, at each ("title"), at some, throughout."""
    starts = [word[0].isupper() for word in text.split() if word[0].isalpha()]
    if text.isupper() or not any(starts):
        return "shout" if text.isupper() else "small"
    if len(starts) == 1 or all(starts):
        return "one" if len(starts) == 1 else "title"
    return "first" if starts[0] and sum(starts) == 1 else "some"
