"""Shapes of dates, and of names that sign."""

from __future__ import annotations

import re
from functools import lru_cache

from pipeline.stages.strip import credits
from pipeline.stages.strip.keys import key
from pipeline.stages.strip.lexicon import Lexicon
from pipeline.stages.strip.verdicts import ALONE, CARD, Sight, Verdict, verdict_on

ROLE = 16  # words of the longest byline with what its author does
ITEM = "—–-•*▪·"  # what opens an item of a list, or a speech

_MINUTE = re.compile(r"\d{1,3}(?:\+\d{1,2})?['’′]$")
_OF_DAY = re.compile(r"\bdu (?:\w+di |dimanche )?0\b")  # "Réunion du 3 mai" is no name with a date
_EVENT = re.compile(r"^\d{1,2}(?:er)? [^\W\d]+ ?: |\ble (?:\w+di |dimanche )?0 \w+$")
# Here the first digit stands before what is asked of its place: a scan for a digit is the faster one.
_DAY = re.compile(r"\d(?<!\d.)(?:\d?[./-]\d{1,2}[./-](?:\d{4}|\d{2})|\d{3}-\d\d-\d\d)(?!\d)")
YEAR = re.compile(r"(?:1(?<!\d.)9|2(?<!\d.)0)\d\d(?!\d)")
_STAMP = re.compile(r"(?:1(?<!\d.)9|2(?<!\d.)0)\d\d\W.{0,12}?\d{1,2}\s?[h:.]\s?\d\d\b")  # a day of a year, and a time
_SIGNER = re.compile(r"\W(?:par|by)\s+[\w.-]{2,20}$", re.IGNORECASE)  # behind a date: an author, and be it a nickname
_VERB = re.compile(
    r"(?<![\w’'])(?:a(?=\s\w+(?:[éiu]|i[st])\b)|est|ont|sont|fut|était|qui|se|s['’]\w+|[\w-]+(?:aient|èrent))(?!\w)"
)
_NOT_WORD = re.compile(r"[,|–—(:/•-]")
_TOKEN = re.compile(r"[\w.'’-]+")
_PARTICLES = frozenset(
    key("de du des d la le les l van von der den ben bin ibn el al et and avec with i y da di dos par by a").split()
)


def date(sight: Sight) -> Verdict | None:
    """A bare date, time or number: ``19 février 2020``, ``Le 11 septembre 2018 à 12:57``, ``704``."""
    if not (dateish(sight.words[0], sight.lexicon) and all(dateish(word, sight.lexicon) for word in sight.words)):
        return None
    if _MINUTE.match(sight.text):
        return verdict_on(sight, 0.0, "", None, "minute")
    if not _dated(sight):
        return verdict_on(sight, CARD, "card", "navigation", "number") if "0" in sight.key else None
    if _STAMP.search(sight.text):
        return verdict_on(sight, ALONE, "alone", "dateline", "timestamp")
    return verdict_on(sight, CARD, "card", "dateline", "date")


def byline(sight: Sight) -> Verdict | None:
    """``Par Jeanne Martin``, ``by Nouvelles``, ``jeudi 13 juin 2019, par Attac France``: names and dates alone."""
    starts = sight.lexicon.bylines.get(sight.words[0])
    if starts and (start := next((s for s in starts if sight.key.startswith(s)), "")):
        rest = _names(sight, len(start.split())) or _presented(sight, len(start.split()))
        one_word = start.endswith("by ") and len(sight.text.split()) == len(start.split()) + 1
        return verdict_on(sight, ALONE, "alone", "byline", "byline") if rest or one_word else None
    if len(sight.words) > 12 or sight.text[0] in ITEM or not (_dated(sight) or _role(sight) or _wired(sight)):
        return None
    if _STAMP.search(sight.text) and _SIGNER.search(sight.text):
        return verdict_on(sight, ALONE, "alone", "byline", "signed-stamp")
    if _OF_DAY.search(sight.key) or _only_month(sight) or _announces(sight):
        return None
    return verdict_on(sight, CARD, "card", "byline", "name-and-date") if _names(sight, 0) else None


def _dated(sight: Sight) -> bool:
    """Whether the line names a day: a month or weekday beside a number, or a date in figures."""
    if "0" not in sight.key:
        return False
    days = [word.rstrip("0") for word in sight.words]  # "Sep2019", too
    return not sight.lexicon.days.isdisjoint(days) or bool(_DAY.search(sight.text))


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
    day = _DAY.search(sight.text) or sight.key.count("0") > 1 or not YEAR.search(sight.text)
    return not day and not _NOT_WORD.search(sight.text)


def _announces(sight: Sight) -> bool:
    """Whether a day of no year has its event beside it: ``7 janvier : galette des rois``, ``Barret le 29 janvier``."""
    return not has_year(sight.text) and bool(_EVENT.search(sight.key if ":" not in sight.text else sight.text))


def _wired(sight: Sight) -> bool:
    """Whether the line is ``Name avec AFP``."""
    return "avec" in sight.words[1:] and credits.is_credit(sight.text.rpartition(" avec ")[2])


def has_year(text: str) -> bool:
    """Whether a text names a year in four figures, or a day in figures."""
    return bool(YEAR.search(text) or _DAY.search(text))


def dateish(word: str, lexicon: Lexicon) -> bool:
    """Whether a word of a key is a number, a month or weekday, or one that goes with them."""
    return word[0] == "0" or word in lexicon.dates or word.rstrip("0") in lexicon.days
