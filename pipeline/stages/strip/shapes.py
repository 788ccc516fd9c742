"""Shapes of boilerplate lines that no phrases can hold: dates, bylines, counters, hashtags, menus in one line."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from pipeline.document import Kind
from pipeline.stages.strip import credits, labels
from pipeline.stages.strip.keys import key
from pipeline.stages.strip.lexicon import EVERYWHERE, Lexicon


@dataclass(slots=True)  # read so often that the fields of a tuple would be too slow
class Verdict:
    """What a line says on its own; never changed, for lines that are the same share theirs.

    Attributes:
        score: above 0 for text, below 0 for boilerplate, 0 where it says nothing; about -4..4.
        tier: a tier of the lexicon, "card" for a date, counter or name line, "" for none of these.
        kind: what boilerplate it would be; None where it does not say.
        rule: the phrase or the shape.
        key: of the part looked at.
        words: number of words in that part.
        closed: whether it ends as a sentence does.
        alone: whether the line goes wherever it stands.
    """

    score: float
    tier: str = ""
    kind: Kind | None = None
    rule: str = ""
    key: str = ""
    words: int = 0
    closed: bool = False
    alone: bool = False

    @property
    def headline(self) -> bool:
        """Whether the line could be a headline or a label: short, and no sentence of running text."""
        return self.words <= 25 and not (self.closed and self.words > 12)


@dataclass(slots=True)
class Sight:
    """A line as the shapes look at it: its text, and its key, words and signs as `fold` has them."""

    text: str
    key: str
    words: Sequence[str]
    signs: bytes
    lexicon: Lexicon


Shape = Callable[[Sight], Verdict | None]
ALONE, CARD, HINT = -4.0, -1.0, -1.5  # scores of lines that go wherever they stand, in a card, in a menu
# Words of widgets in a widget, those of `widgets` counted twice: at least so many, and this part of the words. No line
# of 6,008 written by people has so much.
WIDGET, WIDGET_SHARE = 4, 0.3
CLOSE = ("×", "✕", "✖", "☰", "╳")  # the marks of buttons
FILES = (
    ".jpg",
    ".jpeg",
    ".png",
    ".gif",
    ".webp",
    ".pdf",
    ".doc",
    ".docx",
    ".odt",
    ".xls",
    ".xlsx",
    ".zip",
    ".mp3",
    ".mp4",
)
FILE = 8  # words of the longest name of a file
ROLE = 16  # words of the longest byline with what its author does
ITEM = "—–-•*▪·"  # what opens an item of a list, or a speech
LONGEST = 160  # characters of the longest line that can be a label, a card line or a menu in one line

ORDINARY = b"aA o"  # signs that say nothing

_MINUTE = re.compile(r"\d{1,3}(?:\+\d{1,2})?['’′]$")
_ADDRESS = re.compile(
    r"(?:https?:|www\.)?//\S+$|www\.\S+$|\S+@\S+\.\w+$|@\w+$|[a-z\d-]+(?:\.[a-z\d-]+)*\.[a-z]{2,4}/?$"
)
_MAIL = re.compile(r"\w@\w[\w-]*\.\w")
_OF_DAY = re.compile(r"\bdu (?:\w+di |dimanche )?0\b")  # "Réunion du 3 mai" is no name with a date
# Here the first digit stands before what is asked of its place: a scan for a digit is the faster one.
_DAY = re.compile(r"\d(?<!\d.)(?:\d?[./-]\d{1,2}[./-](?:\d{4}|\d{2})|\d{3}-\d\d-\d\d)(?!\d)")
_YEAR = re.compile(r"(?:1(?<!\d.)9|2(?<!\d.)0)\d\d(?!\d)")
_TICKER = re.compile(r"(?:\d{1,2}[:h]\d\d|\d{1,2}/\d{1,2}(?:/\d{2,4})?)\s*(?=[^\s:a-zà-ÿ]*[A-ZÀ-Þ«])")
_STAMP = re.compile(r"(?:1(?<!\d.)9|2(?<!\d.)0)\d\d\W.{0,12}?\d{1,2}\s?[h:.]\s?\d\d\b")  # a day of a year, and a time
_FILE = re.compile(r"(?:/[\w%.~-]+){2,}/?$|[\w%()/.~+-]+\.(?:jpe?g|png|gif|webp|svg|pdf|mp[34])\)?$", re.IGNORECASE)
_SIGNER = re.compile(r"\W(?:par|by)\s+[\w.-]{2,20}$", re.IGNORECASE)  # behind a date: an author, and be it a nickname
_VERB = re.compile(
    r"(?<![\w’'])(?:a(?=\s\w+(?:[éiu]|i[st])\b)|est|ont|sont|fut|était|qui|se|s['’]\w+|[\w-]+(?:aient|èrent))(?!\w)"
)
_NOT_WORD = re.compile(r"[,|–—(:/•-]")
_SLUG = re.compile(r"(?=.*[-_\d])[a-z][a-z\d]*(?:[-_][a-z\d]+)*$")
_SEPARATOR = re.compile(r"\s*[|>›»•·→]+\s*|\s+[-–—/]\s+|\s{2,}|\t")
# What a separator has, in two searches for single characters: on most lines these end many times as fast.
_MARK, _APART = re.compile(r"[|>›»•·→\t]"), re.compile(r"\s(?:\s|[-–—/]\s)")
_CRUMB = re.compile(r"[>›»→/]")
_GLUED = re.compile(r"[A-ZÀ-Þ](?<=[a-zà-ÿ0-9?!].)")
_TOKEN = re.compile(r"[\w.'’-]+")
_PARTICLES = frozenset(
    key("de du des d la le les l van von der den ben bin ibn el al et and avec with i y da di dos par by a").split()
)


def by_shape(sight: Sight, sentence: bool) -> Verdict | None:
    """The first shape that a line has; None where it has none of them.

    A line that reads as a sentence is no label, date or menu; only what signs or owns can look like one.
    """
    if not sight.words:
        button = sight.text in CLOSE or all(char > "\U0001f000" or char in "\ufe0f" for char in sight.text)
        return Verdict(HINT, "hints", "navigation", "symbol") if button else Verdict(-0.3, "", None, "symbols")
    if len(sight.text) > LONGEST:
        return None
    for shape in _near(_signs(sight), sentence):
        if found := shape(sight):
            return found
    return None


def _signs(sight: Sight) -> bytes:
    """Which of the signs of `SHAPES` a line has."""
    folded, words, signs, lexicon = sight.key, sight.words, sight.signs, sight.lexicon
    found = signs.translate(None, ORDINARY)
    if "0" in folded:
        found += b"0"
    if words[0] in lexicon.openers:
        found += b"d"
    if not lexicon.marked.isdisjoint(words):
        found += b"w"
    if b"  " in signs or b" - " in signs or b" / " in signs or labels.could_run(words, lexicon):
        found += b"|"
    if b"aA" in signs or _is_doubled(folded):
        found += b"A"
    return found


@lru_cache(1 << 12)
def _near(signs: bytes, sentence: bool) -> tuple[Shape, ...]:
    """The shapes that a line with these signs can have, in their order."""
    return tuple(
        shape
        for shape, needs in SHAPES.items()
        if not {*needs, *b"?"}.isdisjoint(signs) and (shape in SENTENCES or not sentence)
    )


def hashtags(sight: Sight) -> Verdict | None:
    """``#Pyongyang #Russie``: one tag alone, or two and more and hardly anything else."""
    tokens = [token for token in sight.text.split() if len(token) > 1 or token.isalnum()]
    if len(tokens) == 1 and sight.text[0] == "#" and sight.text[1:2].isalpha():
        return _found(sight, ALONE, "alone", "hashtags", "hashtags")
    tags = sum(t[0] == "#" and len(t) > 1 for t in tokens)
    return _found(sight, ALONE, "alone", "hashtags", "hashtags") if tags >= 2 and tags >= 0.7 * len(tokens) else None


def address(sight: Sight) -> Verdict | None:
    """A bare URL, e-mail address or handle, or a short line with an e-mail address."""
    bare = _ADDRESS.match(sight.text) or ("@" in sight.text and len(sight.words) <= 14 and _MAIL.search(sight.text))
    return _found(sight, CARD, "card", "navigation", "address") if bare else None


def date(sight: Sight) -> Verdict | None:
    """A bare date, time or number: ``19 février 2020``, ``Le 11 septembre 2018 à 12:57``, ``704``."""
    if not (dateish(sight.words[0], sight.lexicon) and all(dateish(word, sight.lexicon) for word in sight.words)):
        return None
    if _MINUTE.match(sight.text):
        return _found(sight, 0.0, "", None, "minute")
    if not _dated(sight):
        return _found(sight, CARD, "card", "navigation", "number") if "0" in sight.key else None
    if _STAMP.search(sight.text):
        return _found(sight, ALONE, "alone", "dateline", "timestamp")
    return _found(sight, CARD, "card", "dateline", "date")


def byline(sight: Sight) -> Verdict | None:
    """``Par Jeanne Martin``, ``by Nouvelles``, ``jeudi 13 juin 2019, par Attac France``: names and dates alone."""
    starts = sight.lexicon.bylines.get(sight.words[0])
    if starts and (start := next((s for s in starts if sight.key.startswith(s)), "")):
        rest = _names(sight, len(start.split())) or _presented(sight, len(start.split()))
        one_word = start.endswith("by ") and len(sight.text.split()) == len(start.split()) + 1
        return _found(sight, ALONE, "alone", "byline", "byline") if rest or one_word else None
    if len(sight.words) > 12 or sight.text[0] in ITEM or not (_dated(sight) or _role(sight) or _wired(sight)):
        return None
    if _STAMP.search(sight.text) and _SIGNER.search(sight.text):
        return _found(sight, ALONE, "alone", "byline", "signed-stamp")
    if _OF_DAY.search(sight.key) or _only_month(sight):
        return None
    return _found(sight, CARD, "card", "byline", "name-and-date") if _names(sight, 0) else None


def ticker(sight: Sight) -> Verdict | None:
    """``18:30 Titre d’une dépêche``."""
    if sight.text[0].isdigit() and _TICKER.match(sight.text) and sight.text[-1] not in ".:;,":
        return _found(sight, CARD, "card", "related", "ticker")
    return None


def copyright(sight: Sight) -> Verdict | None:
    """``© 2020 Le Journal`` is a copyright line, ``© Jeanne Martin`` signs a photograph."""
    if not sight.text.startswith(("©", "(c)", "(C)")) or len(sight.words) > 15:
        return None
    kind: Kind = "navigation" if _YEAR.search(sight.text) or len(sight.words) > 6 else "credit"
    return _found(sight, ALONE, "alone", kind, "copyright")


def credit(sight: Sight) -> Verdict | None:
    """A line that is nothing but the credit of a photograph or a dispatch."""
    return _found(sight, ALONE, "alone", "credit", "credit-line") if credits.is_credit(sight.text) else None


def crumbs(sight: Sight) -> Verdict | None:
    """``Accueil > Société > …`` and ``Mentions légales | CGU | Contact``: parts that are mostly labels of menus."""
    if sight.text[-1] in ".!?…" or "«" in sight.text:
        return None
    if not (_MARK.search(sight.text) or _APART.search(sight.text)):
        return _labels(sight)
    parts = [p for p in _SEPARATOR.split(_HERE.sub("", sight.text)) if p]
    if len(parts) >= 2 and key(parts[0]) in HOMES and _CRUMB.search(sight.text):
        return _found(sight, ALONE, "alone", "breadcrumb", "breadcrumb")
    return _menu(sight, parts, "menu-line") or _labels(sight)


def glued(sight: Sight) -> Verdict | None:
    """``AccueilPétitionsSondages``: labels run together, or one label twice (``Lire la suiteLire la suite``)."""
    if _is_doubled(sight.key) and len(sight.words) <= 14:
        phrase = sight.lexicon.exact.get(sight.key[: len(sight.key) // 2])
        alone = phrase is not None and phrase.tier != "hints"
        return _found(sight, ALONE if alone else HINT, "alone" if alone else "hints", "navigation", "doubled-label")
    if sight.text[-1] in ".!?…" or not _GLUED.search(sight.text):
        return None
    cuts = [0, *(capital.start() for capital in _GLUED.finditer(sight.text)), len(sight.text)]
    parts = [sight.text[start:end] for start, end in pairwise(cuts)]
    known = max(len(part.split()) for part in parts) <= labels.LABEL and labels.known(parts, sight.lexicon.exact)
    hint = _found(sight, HINT, "hints", "navigation", "glued-labels") if known or len(parts) > 3 else None
    return _menu(sight, parts, "glued-labels") or hint


def carrier(sight: Sight) -> Verdict | None:
    """A line that an inline phrase ends, as the edit links of a wiki end its headings: it is text."""
    if sight.text[-1] not in ")]":
        return None
    there = any(phrase.text in sight.text for phrase in sight.lexicon.inline)
    return _found(sight, 0.3, "", None, "inline-phrase") if there else None


def file_name(sight: Sight) -> Verdict | None:
    """``photo-du-pont.jpg``, ``/images/pont``: what is left of a picture or a link."""
    named = all(map(_FILE.match, sight.text.split())) if "/" in sight.text or "." in sight.text else None
    if named or (len(sight.words) <= FILE and sight.text[-5:].lower().endswith(FILES)):
        return _found(sight, ALONE, "alone", "credit", "file-name")
    return _found(sight, HINT, "hints", "credit", "slug") if _SLUG.match(sight.text) else None


def widget(sight: Sight) -> Verdict | None:
    """``Déjà un compte ? Connectez-vous``: a line of accounts, comments and the like, and of little else."""
    if sight.lexicon.widgets.keys().isdisjoint(sight.words):
        return None
    strong = sight.lexicon.widgets.keys() & sight.words
    weight = 2 * len(strong) + len(sight.lexicon.widget_words.intersection(sight.words))
    if weight < max(WIDGET, WIDGET_SHARE * len(sight.words)):
        return None
    kinds = sorted((sight.lexicon.widgets[word] for word in strong), key=lambda kind: (kind == "share", kind))
    return _found(sight, ALONE, "alone", kinds[0], "widget-words")  # "cliquez" is said in all of them


# In the order in which a line is compared with them, each with the signs of which a line with that shape has one at
# least, so that most lines are compared with few. They are those of `fold`, and `0` for a number, `d` for a first word
# of dates or bylines, `w` for a `marked` word, `|` also for two blanks in a row, a dash or slash between blanks, or
# labels that may be run together, `A` for a capital inside a word or a key said twice.
SHAPES: dict[Shape, bytes] = {
    carrier: b")]",
    hashtags: b"#",
    date: b"0d",
    credit: b":c0w",
    byline: b",0dw",
    widget: b"w",
    file_name: b"./-_0",
    address: b"@./",
    copyright: b"c(",
    crumbs: b"|",
    ticker: b"0",
    glued: b"A",
}
SENTENCES = (carrier, widget, credit, copyright)
_HERE = re.compile(r"^\W*(?:vous [êe]tes ici|you are here)\s*:?\s*", re.IGNORECASE)
HOMES = frozenset(("accueil", "home", "acceuil", "vous etes ici", "home page"))


def _found(sight: Sight, score: float, tier: str, kind: Kind | None, rule: str) -> Verdict:
    return Verdict(score, tier, kind, rule, sight.key, len(sight.words), False, tier in EVERYWHERE)


def _dated(sight: Sight) -> bool:
    """Whether the line names a day: a month or weekday beside a number, or a date in figures."""
    if "0" not in sight.key:
        return False
    days = sight.lexicon.days  # "Sep2019", too
    return any(word.rstrip("0") in days for word in sight.words) or bool(_DAY.search(sight.text))


def _names(sight: Sight, skip: int) -> list[str]:
    """The names that a line consists of beside dates; nothing where other words stand in it."""
    roles = sight.lexicon.roles
    tokens = [(token, k) for token in _TOKEN.findall(sight.text) if (k := _word_key(token))][skip:]
    rest = [(token, k) for token, k in tokens if not dateish(k, sight.lexicon)]
    names = [token for token, _ in rest if token[0].isupper() or token.isupper()]
    if sight.text[-1] == ":" and len(names) == 1 and sight.text.isupper() < names[0].isupper():
        return []  # "Texte de la RÉPONSE :"
    small = [k for token, k in rest if not token[0].isupper()]
    if any(k in sight.lexicon.stopwords and k not in _PARTICLES for token, k in rest if token[0].isupper()):
        return []  # a headline in capitals
    if len(names) > 7 or not all((first := k.split(" ")[0]) in _PARTICLES or first in roles for k in small):
        return []
    return names or [k for k in small if k in roles]


@lru_cache(1 << 12)
def _word_key(word: str) -> str:
    return key(word)


def _role(sight: Sight) -> bool:
    """Whether the line is ``Name, role``."""
    name, comma, role = sight.text.partition(", ")
    return bool(comma) and name[:1].isupper() and key(role).split(" ")[0] in sight.lexicon.roles


def _presented(sight: Sight, skip: int) -> bool:
    """Whether a byline's name is followed by what its bearer does: ``Par Jeanne Martin, historienne à Lyon``."""
    rest = sight.text.split(None, skip)[-1] if len(sight.words) <= ROLE else ""
    name, comma, role = rest.partition(",")
    words = name.split()
    if not 2 <= len(words) <= 4 or not all(word[0].isupper() for word in words):
        return False
    return bool(comma) and role.strip()[:1].islower() and not _VERB.search(role)


def _only_month(sight: Sight) -> bool:
    """Whether a line with a month has no day: a headline, where no mark sets the month apart."""
    day = _DAY.search(sight.text) or sight.key.count("0") > 1 or not _YEAR.search(sight.text)
    return not day and not _NOT_WORD.search(sight.text)


def _wired(sight: Sight) -> bool:
    """Whether the line is ``Name avec AFP``."""
    return "avec" in sight.words[1:] and credits.is_credit(sight.text.rpartition(" avec ")[2])


def has_year(text: str) -> bool:
    """Whether a text names a year in four figures, or a day in figures."""
    return bool(_YEAR.search(text) or _DAY.search(text))


def dateish(word: str, lexicon: Lexicon) -> bool:
    """Whether a word of a key is a number, a month or weekday, or one that goes with them."""
    return word[0] == "0" or word in lexicon.days or word in lexicon.times or word.rstrip("0") in lexicon.days


def _labels(sight: Sight) -> Verdict | None:
    """A line of labels and nothing between them."""
    run = labels.run(sight.words, sight.lexicon)
    return _found(sight, ALONE, "alone", labels.main_kind(run), "menu-line") if run else None


def _menu(sight: Sight, parts: Sequence[str], rule: str) -> Verdict | None:
    """A line of which two parts or more, and half of them, are labels; of the kind that most of these have."""
    found = labels.known(parts, sight.lexicon.exact)
    if len(found) < 2 or len(found) < 0.5 * len(parts):
        return None
    return _found(sight, ALONE, "alone", labels.main_kind(found), rule)


def _is_doubled(key: str) -> bool:
    half = len(key) // 2
    return half > 2 and key[0] == key[-half] and key[:half] == key[-half:]
