"""Phrases of boilerplate, read from YAML, and the way a line is compared with them: by their keys (`keys`).

In a phrase `*` stands for any words or none; there is no other syntax, so that matching is linear and cannot blow up.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, get_args

import yaml

from pipeline.document import Kind
from pipeline.errors import ConfigError, did_you_mean
from pipeline.stages.strip import credits
from pipeline.stages.strip.inline import Inline
from pipeline.stages.strip.keys import key
from pipeline.yamlfile import QUICK_LOADER, check_depth

FOLDER = Path(__file__).with_name("lexicons")
KINDS: tuple[Kind, ...] = get_args(Kind)[: get_args(Kind).index("continuation") + 1]  # those of strip
# In the order in which a phrase that stands in several is taken: the last one wins.
TIERS = ("hints", "alone", "sections", "pointers", "headers")
EVERYWHERE = ("alone", "headers", "pointers")  # tiers of lines that go wherever they stand
LISTS = ("keep", "bylines", "stopwords", "months", "weekdays", "times", "roles", "widget_words")
LIMIT = 30  # words of the longest line that a phrase with `*` fits, where `limits` says nothing


@dataclass(frozen=True, slots=True)
class Phrase:
    """An entry of a lexicon: the pieces between its `*`, with blanks around them where only whole words fit."""

    text: str
    kind: Kind
    tier: str
    pieces: tuple[str, ...]
    limit: int = LIMIT

    @property
    def open(self) -> bool:
        """Whether it has a `*`."""
        return len(self.pieces) > 1

    @property
    def words(self) -> int:
        """How many words it names."""
        return sum(len(piece.split()) for piece in self.pieces)

    def goes_on(self, padded: str) -> bool:
        """Whether a key, with a blank before and after it, that begins and ends as this does has its middle, too."""
        first, *middle, last = self.pieces
        # Neighbouring pieces may share the blank between them.
        at, stop = len(first) - (first[-1:] == " "), len(padded) - len(last) + (last[:1] == " ")
        for piece in middle:
            found = padded.find(piece, at, stop)
            if found < 0:
                return False
            at = found + len(piece) - (piece[-1:] == " ")
        return at <= stop

    def strength(self) -> tuple[int, int, str]:
        """Of several phrases that a line is, the greatest is taken."""
        return TIERS.index(self.tier), len(self.text), self.text


@dataclass(slots=True)
class Lexicon:
    """What the files of one configuration say together.

    Attributes:
        exact: phrases without `*`, by key.
        first, last: the words that these begin and end with, and numbers.
        openings: phrases with `*` behind their first word or words, by the first one and the second ("" for none).
        open: other phrases with `*`, by their longest word; ``open_words`` are these.
        inline: phrases that go from inside a line.
        inline_starts: what these begin with.
        bylines: what stands before a name in a byline, by its first word.
        days: months and weekdays.
        dates: these, and small words that stand in dates and times.
        roles: small words that stand beside the names of a byline.
        widgets: words that widgets say and articles seldom, with the kind of the widget.
        cookies: those of cookie notices.
        widget_words: other words of widgets.
        openers: words that open dates and bylines.
        said: how many phrases have a word.
        marked: words by which shapes know a line wherever they stand: of widgets, and those that agencies end in.
    """

    exact: dict[str, Phrase] = field(default_factory=dict)
    first: set[str] = field(default_factory=lambda: {"0"})
    last: set[str] = field(default_factory=lambda: {"0"})
    openings: dict[str, dict[str, list[Phrase]]] = field(default_factory=dict)
    open: dict[str, list[Phrase]] = field(default_factory=dict)
    open_words: set[str] = field(default_factory=set)
    inline: list[Inline] = field(default_factory=list)
    inline_starts: re.Pattern[str] = re.compile("(?!)")
    keep: frozenset[str] = frozenset()
    bylines: dict[str, list[str]] = field(default_factory=dict)
    stopwords: frozenset[str] = frozenset()
    days: frozenset[str] = frozenset()
    dates: frozenset[str] = frozenset()
    roles: frozenset[str] = frozenset()
    widgets: dict[str, Kind] = field(default_factory=dict)
    cookies: frozenset[str] = frozenset()
    widget_words: frozenset[str] = frozenset()
    openers: frozenset[str] = frozenset()
    said: Counter[str] = field(default_factory=Counter)
    marked: frozenset[str] = frozenset(("avec",))

    def find(self, key: str, words: Sequence[str]) -> Phrase | None:
        """The phrase that a line is: an exact one before an open one, of open ones the strongest."""
        if found := self.exact.get(key):
            return found
        if key.endswith(" 0") and (found := self.exact.get(key[:-2])) and found.tier in EVERYWHERE:
            return found  # "Partager (12)"
        group = self.openings.get(words[0]) if words else None
        if group is None and self.open_words.isdisjoint(words):
            return None
        padded = f" {key} "
        candidates = self._candidates(words, group or {})
        near = [p for p in candidates if padded.startswith(p.pieces[0]) and padded.endswith(p.pieces[-1])]
        fitting = [p for p in near if len(words) <= p.limit and p.goes_on(padded)] if near else near
        return max(fitting, key=Phrase.strength) if len(fitting) > 1 else next(iter(fitting), None)

    def _candidates(self, words: Sequence[str], group: Mapping[str, list[Phrase]]) -> list[Phrase]:
        """Open phrases some of whose words a line has; ``group`` are those that begin like it."""
        found = [*group.get("", ()), *group.get(words[1], ())] if len(words) > 1 else [*group.get("", ())]
        for word in self.open_words.intersection(words):
            found += self.open[word]
        return found

    def add(self, content: dict[str, Any]) -> None:
        """Take in one file; what it says of a phrase replaces what earlier files said of it."""
        limits = content.get("limits", {})
        for tier in TIERS:
            for kind, phrases in content.get(tier, {}).items():
                for phrase in phrases:
                    self._add_phrase(phrase, kind, tier, limits.get(kind, LIMIT))
        for kind, phrases in content.get("inline", {}).items():
            self.inline += [Inline.parse(phrase, kind) for phrase in phrases]
        self.inline_starts = re.compile("|".join(re.escape(phrase.start) for phrase in self.inline) or "(?!)")
        self.keep |= {key(p) for p in content.get("keep", ())}
        for byline in map(key, content.get("bylines", ())):
            self.bylines.setdefault(byline.partition(" ")[0], []).append(byline + " ")
        self.stopwords |= _words(content, "stopwords")
        self.days |= _words(content, "months") | _words(content, "weekdays")
        self.dates |= self.days | _words(content, "times")
        self.roles |= _words(content, "roles")
        self.widgets |= {key(word): kind for kind, words in content.get("widgets", {}).items() for word in words}
        self.cookies = frozenset(word for word, kind in self.widgets.items() if kind == "cookie")
        self.widget_words |= _words(content, "widget_words")
        self.openers |= {*self.bylines, *self.dates}
        self.marked |= {*self.widgets, *map(key, credits.last_words())}

    def _add_phrase(self, text: str, kind: Kind, tier: str, limit: int) -> None:
        pieces = _pieces(text)
        phrase = Phrase(text, kind, tier, pieces, limit)
        self.said.update({word for piece in pieces for word in piece.split()})
        if len(pieces) == 1:
            words = pieces[0].split()
            self.exact[" ".join(words)] = phrase
            self.first.add(words[0])
            self.last.add(words[-1])
        elif opening := _whole_words(pieces[:1]):
            group = self.openings.setdefault(opening[0], {})
            group.setdefault("".join(opening[1:2]), []).append(phrase)
        else:
            longest = max(_whole_words(pieces), key=len)
            self.open.setdefault(longest, []).append(phrase)
            self.open_words.add(longest)


def load(names: Iterable[str], lexicon: Lexicon | None = None) -> Lexicon:
    """The lexicon of some languages and of the user's own files.

    Args:
        names: languages that the project has a file for, or paths of YAML files, taken in this order.
        lexicon: one to be filled, where it is to be no ordinary one.

    Raises:
        ConfigError: a file that is missing or malformed; names every problem.
    """
    lexicon, problems = lexicon or Lexicon(), []
    for name in names:
        path = lexicon_path(name)
        try:
            text = path.read_text("utf-8")
            check_depth(text)
            content = yaml.load(text, Loader=QUICK_LOADER) or {}
        except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
            problems.append(f"{path}: cannot be read: {error}; allowed: {', '.join(languages())}, or a YAML file")
            continue
        found = _problems(path, content)
        problems += found
        if not found:
            lexicon.add(content)
    if problems:
        raise ConfigError(problems)
    return lexicon


def digest(names: Iterable[str]) -> str:
    """What changes whenever one of these files does."""
    return hashlib.sha256(b"".join(lexicon_path(name).read_bytes() for name in names)).hexdigest()[:16]


def languages() -> list[str]:
    """The languages that the project has a lexicon for."""
    return sorted(path.stem for path in FOLDER.glob("*.yaml"))


def lexicon_path(name: str) -> Path:
    """Where the lexicon of a language, or a user's own file, lies.

    >>> lexicon_path("fr").name, str(lexicon_path("mine/site.yaml"))
    ('fr.yaml', 'mine/site.yaml')
    """
    return FOLDER / f"{name}.yaml" if name in languages() else Path(name)


def _words(content: dict[str, Any], name: str) -> frozenset[str]:
    return frozenset(key(str(content.get(name, ""))).split())


def _pieces(text: str) -> tuple[str, ...]:
    """The keys of a phrase's parts between `*`; a blank at an edge where a word ends there.

    >>> _pieces("suivez *sur twitter"), _pieces("la rédac*")
    ((' suivez ', 'sur twitter '), (' la redac', ''))
    """
    return tuple(_piece(part) for part in f" {text} ".split("*"))


def _piece(part: str) -> str:
    folded = key(part)
    return " " * part[0].isspace() + folded + " " * part[-1].isspace() if folded else ""


def _whole_words(pieces: Iterable[str]) -> list[str]:
    """Words of an open phrase that a line must have as they stand."""
    words = []
    for piece in pieces:
        parts = piece.split()
        words += parts[0 if piece.startswith(" ") else 1 : None if piece.endswith(" ") else -1]
    return words


def _problems(path: Path, content: object) -> list[str]:
    """What is wrong with a lexicon's content; nothing where it is sound."""
    if not isinstance(content, dict):
        return [f"{path}: a lexicon is a mapping of {', '.join(TIERS)}; see docs/rules.md"]
    allowed = ("language", "limits", *TIERS, "inline", "widgets", *LISTS)
    found = [
        f'{path}: "{name}" is unknown; allowed: {", ".join(allowed)}{did_you_mean(str(name), allowed)}'
        for name in content
        if name not in allowed
    ]
    for tier in (*TIERS, "inline", "widgets"):
        found += _tier_problems(f"{path}: {tier}", content.get(tier, {}))
    return found


def _tier_problems(where: str, tier: object) -> list[str]:
    if not isinstance(tier, dict):
        return [f"{where}: a mapping from kind to phrases is needed, not {tier!r}"]
    found = []
    for kind, phrases in tier.items():
        if kind not in KINDS:
            found.append(
                f'{where}: kind "{kind}" is unknown; allowed: {", ".join(KINDS)}{did_you_mean(str(kind), KINDS)}'
            )
        if not isinstance(phrases, list) or not all(isinstance(p, str) and _usable(p) for p in phrases):
            found.append(f"{where}: {kind}: a list of phrases with at least one word each is needed, not {phrases!r}")
    return found


def _usable(phrase: str) -> bool:
    return bool(key(phrase)) and ("*" not in phrase or bool(_whole_words(_pieces(phrase))))
