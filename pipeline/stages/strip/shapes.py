"""Shapes of boilerplate lines that no phrases can hold: dates, bylines, counters, hashtags, menus in one line."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import lru_cache
from itertools import pairwise

from pipeline.document import Kind
from pipeline.stages.strip import credits, labels
from pipeline.stages.strip.bylines import YEAR, byline, date
from pipeline.stages.strip.keys import key
from pipeline.stages.strip.lexicon import Phrase
from pipeline.stages.strip.verdicts import ALONE, CARD, HINT, SPEECH, Sight, Verdict, verdict_on

Shape = Callable[[Sight], Verdict | None]
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
POINTER = 15  # words of the longest title behind an arrow
LONGEST = 160  # characters of the longest line that can be a label, a card line or a menu in one line

ORDINARY = b"aA o"  # signs that say nothing

_ADDRESS = re.compile(
    r"(?:https?:|www\.)?//\S+$|www\.\S+$|\S+@\S+\.\w+$|@\w+$|[a-z\d-]+(?:\.[a-z\d-]+)*\.[a-z]{2,4}/?$"
)
_MAIL = re.compile(r"\w@\w[\w-]*\.\w")
_TICKER = re.compile(r"(?:\d{1,2}[:h]\d\d|\d{1,2}/\d{1,2}(?:/\d{2,4})?)\s*(?=[^\s:a-zà-ÿ]*[A-ZÀ-Þ«])")
_FILE = re.compile(r"(?:/[\w%.~-]+){2,}/?$|[\w%()/.~+-]+\.(?:jpe?g|png|gif|webp|svg|pdf|mp[34])\)?$", re.IGNORECASE)
_SLUG = re.compile(r"(?=.*[-_\d])[a-z][a-z\d]*(?:[-_][a-z\d]+)*$")
_SEPARATOR = re.compile(r"\s*[|>›»•·→]+\s*|\s+[-–—/]\s+|\s{2,}|\t")
_CRUMB = re.compile(r"[>›»→/]")
_GLUED = re.compile(r"[A-ZÀ-Þ](?<=[a-zà-ÿ0-9?!].)")


def by_shape(sights: Sequence[Sight]) -> list[Verdict | None]:
    """The first shape that each line has; None where it has none of them."""
    found: list[Verdict | None] = [None] * len(sights)
    near: dict[Shape, list[int]] = {shape: [] for shape in (symbol, *SHAPES)}
    for i, sight in enumerate(sights):
        for shape in _shapes(sight):
            near[shape].append(i)
    for shape, lines in near.items():
        for i in lines:
            if found[i] is None:
                found[i] = shape(sights[i])
    return found


def _shapes(sight: Sight) -> Sequence[Shape]:
    """The shapes that a line can have."""
    if not sight.words:
        return (symbol,)
    return _near(_signs(sight), sight.sentence) if len(sight.text) <= LONGEST else ()


def _signs(sight: Sight) -> bytes:
    """Which of the signs of `SHAPES` a line has."""
    key, words, signs, lexicon = sight.key, sight.words, sight.signs, sight.lexicon
    first = words[0]
    found = signs.translate(None, ORDINARY)
    if "0" in key:
        found += b"0n" if "0" in first else b"0"
    if first in lexicon.openers:
        found += b"d"
    if not lexicon.marked.isdisjoint(words):
        found += b"w"
    if first in lexicon.first and words[-1] in lexicon.last:
        found += b"r"
    if b"  " in signs or b" - " in signs or b" / " in signs:
        found += b"|"
    half = len(key) // 2
    if b"aA" in signs or (key[0] == key[-half] and key[:half] == key[-half:] and half > 2):
        found += b"A"
    return found


@lru_cache(1 << 12)
def _near(signs: bytes, sentence: bool) -> tuple[Shape, ...]:
    """The shapes that a line with these signs can have, in their order."""
    return tuple(shape for shape in (SENTENCES if sentence else SHAPES) if not SHAPES[shape].isdisjoint(signs))


def symbol(sight: Sight) -> Verdict | None:
    """A line without words: the sign of a button, or stars between paragraphs."""
    button = sight.text in CLOSE or all(char > "\U0001f000" or char in "\ufe0f" for char in sight.text)
    return Verdict(HINT, "hints", "navigation", "symbol") if button else Verdict(-0.3, "", None, "symbols")


def hashtags(sight: Sight) -> Verdict | None:
    """``#Pyongyang #Russie``: one tag alone, or two and more and hardly anything else."""
    tokens = [token for token in sight.text.split() if len(token) > 1 or token.isalnum()]
    if len(tokens) == 1 and sight.text[0] == "#" and sight.text[1:2].isalpha():
        return verdict_on(sight, ALONE, "alone", "hashtags", "hashtags")
    tags = sum(t[0] == "#" and len(t) > 1 for t in tokens)
    return (
        verdict_on(sight, ALONE, "alone", "hashtags", "hashtags") if tags >= 2 and tags >= 0.7 * len(tokens) else None
    )


def address(sight: Sight) -> Verdict | None:
    """A bare URL, e-mail address or handle, or a short line with an e-mail address."""
    bare = _ADDRESS.match(sight.text) or ("@" in sight.text and len(sight.words) <= 14 and _MAIL.search(sight.text))
    return verdict_on(sight, CARD, "card", "navigation", "address") if bare else None


def ticker(sight: Sight) -> Verdict | None:
    """``18:30 Titre d’une dépêche``."""
    if sight.text[0].isdigit() and _TICKER.match(sight.text) and sight.text[-1] not in ".:;,":
        return verdict_on(sight, CARD, "card", "related", "ticker")
    return None


def copyright(sight: Sight) -> Verdict | None:
    """``© 2020 Le Journal`` is a copyright line, ``© Jeanne Martin`` signs a photograph."""
    if not sight.text.startswith(("©", "(c)", "(C)")) or len(sight.words) > 15:
        return None
    kind: Kind = "navigation" if YEAR.search(sight.text) or len(sight.words) > 6 else "credit"
    return verdict_on(sight, ALONE, "alone", kind, "copyright")


def credit(sight: Sight) -> Verdict | None:
    """A line that is nothing but the credit of a photograph or a dispatch."""
    return verdict_on(sight, ALONE, "alone", "credit", "credit-line") if credits.is_credit(sight.text) else None


def crumbs(sight: Sight) -> Verdict | None:
    """``Accueil > Société > …`` and ``Mentions légales | CGU | Contact``: parts that are mostly labels of menus."""
    if sight.text[-1] in ".!?…" or "«" in sight.text:
        return None
    parts = [p for p in _SEPARATOR.split(_HERE.sub("", sight.text)) if p]
    if len(parts) >= 2 and key(parts[0]) in HOMES and _CRUMB.search(sight.text):
        return verdict_on(sight, ALONE, "alone", "breadcrumb", "breadcrumb")
    return _menu(sight, parts, labels.known(parts, sight.lexicon.exact), "menu-line")


def run_together(sight: Sight) -> Verdict | None:
    """``Partager Tweeter 12``: labels and nothing between them."""
    if sight.text[-1] in ".!?…" or "«" in sight.text:
        return None
    run = labels.run(sight.words, sight.lexicon)
    return verdict_on(sight, ALONE, "alone", labels.main_kind(run), "menu-line") if run else None


def glued(sight: Sight) -> Verdict | None:
    """``AccueilPétitionsSondages``: labels run together, or one label twice (``Lire la suiteLire la suite``)."""
    if _is_doubled(sight.key) and len(sight.words) <= 14 and sight.text[0] not in SPEECH:
        phrase = sight.lexicon.exact.get(sight.key[: len(sight.key) // 2])
        alone = phrase is not None and phrase.tier != "hints"
        return verdict_on(sight, ALONE if alone else HINT, "alone" if alone else "hints", "navigation", "doubled-label")
    if sight.text[-1] in ".!?…" or not _GLUED.search(sight.text):
        return None
    cuts = [0, *(capital.start() for capital in _GLUED.finditer(sight.text)), len(sight.text)]
    parts = [sight.text[start:end] for start, end in pairwise(cuts)]
    found = labels.known(parts, sight.lexicon.exact)
    if menu := _menu(sight, parts, found, "glued-labels"):
        return menu
    known = bool(found) and max(len(part.split()) for part in parts) <= labels.LABEL
    return verdict_on(sight, HINT, "hints", "navigation", "glued-labels") if known or len(parts) > 3 else None


def arrow(sight: Sight) -> Verdict | None:
    """``← Le billet précédent``, ``Le billet suivant →``: pointers to the neighbours of a page."""
    if len(sight.words) > POINTER or not (sight.text[0] in "←⟵" or sight.text[-1] in "→⟶"):
        return None
    return verdict_on(sight, ALONE, "alone", "navigation", "arrow")


def carrier(sight: Sight) -> Verdict | None:
    """A line that an inline phrase ends, as the edit links of a wiki end its headings: it is text."""
    if sight.text[-1] not in ")]":
        return None
    there = any(phrase.text in sight.text for phrase in sight.lexicon.inline)
    return verdict_on(sight, 0.3, "", None, "inline-phrase") if there else None


def file_name(sight: Sight) -> Verdict | None:
    """``photo-du-pont.jpg``, ``/images/pont``: what is left of a picture or a link."""
    text = sight.text
    named = ("/" in text or "." in text) and all(map(_FILE.match, text.split()))
    if named or (len(sight.words) <= FILE and "." in text[-5:] and text.lower().endswith(FILES)):
        return verdict_on(sight, ALONE, "alone", "credit", "file-name")
    slug = " " not in text and _SLUG.match(text)
    return verdict_on(sight, HINT, "hints", "credit", "slug") if slug else None


def widget(sight: Sight) -> Verdict | None:
    """``Déjà un compte ? Connectez-vous``: a line of accounts, comments and the like, and of little else."""
    if sight.lexicon.widgets.keys().isdisjoint(sight.words):
        return None
    strong = sight.lexicon.widgets.keys() & sight.words
    weight = 2 * len(strong) + len(sight.lexicon.widget_words.intersection(sight.words))
    if weight < max(WIDGET, WIDGET_SHARE * len(sight.words)):
        return None
    kinds = sorted((sight.lexicon.widgets[word] for word in strong), key=lambda kind: (kind == "share", kind))
    return verdict_on(sight, ALONE, "alone", kinds[0], "widget-words")  # "cliquez" is said in all of them


# In the order in which a line is compared with them, each with the signs of which a line with that shape has one at
# least, so that most lines are compared with few. They are those of `fold`, and `0` for a number, `n` for one in the
# first word, `d` for a first word of dates or bylines, `w` for a `marked` word, `|` also for two blanks in a row and a
# dash or slash between blanks, `r` for labels that may be run together, `A` for a capital inside a word or a key said
# twice; `?` is a sign of each.
_NEEDS: dict[Shape, bytes] = {
    carrier: b")]",
    hashtags: b"#",
    date: b"nd",
    credit: b":c0w",
    byline: b",0dw",
    widget: b"w",
    file_name: b"./-_0",
    address: b"@./",
    copyright: b"c(",
    crumbs: b"|",
    run_together: b"r",
    arrow: b"?",
    ticker: b"0",
    glued: b"A",
}
SHAPES = {shape: frozenset(needs + b"?") for shape, needs in _NEEDS.items()}
SENTENCES = (carrier, credit, widget, copyright)
_HERE = re.compile(r"^\W*(?:vous [êe]tes ici|you are here)\s*:?\s*", re.IGNORECASE)
HOMES = frozenset(("accueil", "home", "acceuil", "vous etes ici", "home page"))


def _menu(sight: Sight, parts: Sequence[str], found: Sequence[Phrase], rule: str) -> Verdict | None:
    """A line of which two parts or more, and half of them, are labels; of the kind that most of these have."""
    if len(found) < 2 or len(found) < 0.5 * len(parts):
        return None
    return verdict_on(sight, ALONE, "alone", labels.main_kind(found), rule)


def _is_doubled(key: str) -> bool:
    half = len(key) // 2
    return half > 2 and key[:half] == key[-half:]
