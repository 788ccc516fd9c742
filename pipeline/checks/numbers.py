"""Numbers: what stands in digits on one side must stand on the other, in digits or words.

A number is the set of its possible readings: "1,250" may be 1250 or 1.25, "18 h" may be 6 p.m., "80" in "années 80"
may be 1980. Two numbers agree where they share a reading, so that no convention of either side has to be known.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from pipeline.checks.language import Language
from pipeline.checks.words import fold

_TOKEN = re.compile(
    r"(?P<digits>\d{1,3}(?:[ \u00a0\u202f\u2009'’]\d{3})+(?!\d)(?:[.,]\d+)?|\d+(?:[.,]\d+)*)"
    r"(?P<unit>[^\W\d_]*)|(?P<word>[^\W\d_]+)"
)
_HAS_DIGIT = re.compile(r"\d")
_ROMAN = re.compile(r"\b(?=[IVXLCDM]+(?:e|è|er|ème|th)?\b)(?P<roman>[IVXLCDM]{2,}|[IVX](?=[eè]))")
_ROMAN_VALUES = {"I": 1, "V": 5, "X": 10, "L": 50, "C": 100, "D": 500, "M": 1000}
_HOURS = frozenset({"h", "heure", "heures", "hr", "hrs", "am", "pm", "a", "p", "o"})  # "o'clock", "a.m."


@dataclass(frozen=True, slots=True)
class Number:
    """A number as written, with its possible values."""

    written: str
    readings: frozenset[float]


def numbers_differ(source: str, target: str, source_language: Language, target_language: Language) -> str:
    """The first number in digits that has no counterpart, "" where all have one.

    >>> from pipeline.checks.language import load_language
    >>> fr, en = load_language("fr"), load_language("en")
    >>> numbers_differ("Il gagne 2,5 milliards à 18h10.", "He earns 2.5 billion at 6:10 p.m.", fr, en)
    ''
    >>> numbers_differ("Ils sont 100 000.", "There are 10,000.", fr, en)
    '100 000'
    """
    if not (_HAS_DIGIT.search(source) or _HAS_DIGIT.search(target)):
        return ""
    digits, pool = read_numbers(source, source_language)
    other_digits, other_pool = read_numbers(target, target_language)
    return _lost(digits, other_pool) or _lost(other_digits, pool)


def _lost(digits: list[Number], pool: set[float]) -> str:
    return next((number.written for number in digits if not number.readings & pool), "")


def read_numbers(text: str, language: Language) -> tuple[list[Number], set[float]]:
    """The numbers in digits, and every value that the text may mention, words and roman numerals included."""
    tokens = list(_TOKEN.finditer(fold(text)))
    digits = [number for i, token in enumerate(tokens) if token["digits"] for number in _digits(tokens, i, language)]
    pool = {reading for number in digits for reading in number.readings}
    pool.update(_in_words([token["word"] or "" for token in tokens], language))
    pool.update(float(_roman(match["roman"])) for match in _ROMAN.finditer(text))
    return digits, pool


def _digits(tokens: list[re.Match[str]], i: int, language: Language) -> Iterator[Number]:
    """The number or, for a date such as 26.7.2023, the numbers of a token; with the words that follow it."""
    written, unit = tokens[i]["digits"], tokens[i]["unit"]
    following = unit or (tokens[i + 1]["word"] or "" if i + 1 < len(tokens) else "")
    if written == "00":  # minutes of a full hour
        return
    plain = _plain(written)
    if not plain:
        yield from (Number(part, frozenset({float(part)})) for part in re.findall(r"\d+", written))
        return
    readings = _scaled(plain, following, language) | _by_context(plain, unit, following)
    yield Number(written, frozenset(round(reading, 6) for reading in readings))


def _plain(written: str) -> set[float]:
    """Possible values of digits with separators; none where they are several numbers.

    >>> sorted(_plain("1,250")), _plain("1 250,5"), _plain("26.7.2023")
    ([1.25, 1250.0], {1250.5}, set())
    """
    text = re.sub(r"[^\d.,]", "", written)
    parts = re.split(r"[.,]", text)
    kinds = {sign for sign in text if sign in ".,"}
    if not kinds:
        return {float(text)}
    grouped = all(len(part) == 3 for part in parts[1:]) and len(parts[0]) <= 3 and len(text) == len(written)
    if len(kinds) == 2 or len(parts) == 2:
        decimal = float(f"{''.join(parts[:-1])}.{parts[-1]}")
        return {decimal, float("".join(parts))} if grouped and len(kinds) == 1 else {decimal}
    return {float("".join(parts))} if grouped else set()


def _scaled(plain: set[float], following: str, language: Language) -> set[float]:
    scale = language.scales.get(following, 0)
    if scale <= 100:  # "46 cents" are no hundreds
        return plain
    scaled = {value * scale for value in plain}
    return scaled | plain if len(following) == 1 else scaled  # "100 m" may be metres


def _by_context(plain: set[float], unit: str, following: str) -> set[float]:
    """More readings: the other half of the day, the decade."""
    more: set[float] = set()
    for value in plain:
        if following in _HOURS and value <= 24:
            more |= {value + 12, value - 12}
        if value % 10 == 0 and value < 100:
            more.add(1900 + value)
        if unit == "s":
            more.add(value % 100)
    return more


def _in_words(words: list[str], language: Language) -> Iterator[float]:
    """Values of number words, alone and put together: "deux cent mille", "quatre-vingt-dix"."""
    run: list[float] = []
    skip = False
    for word, following in pairwise([*words, ""]):
        values = frozenset() if skip else _values(word, following, language)
        if values:
            yield from values
            run.append(min(values))
        elif word in language.months:
            yield language.months[word]
        if run and not values and not skip and word not in language.joiners:
            yield from _composed(run)
            run = []
        skip = bool(values) and f"{word} {following}" in language.numbers
    yield from _composed(run)


def _values(word: str, following: str, language: Language) -> frozenset[float]:
    """Of a number word, or of one that is made of two: "quatre-vingt"."""
    if word in language.scales:
        return frozenset({language.scales[word]})
    if word not in language.numbers:
        return frozenset()
    return language.numbers.get(f"{word} {following}", language.numbers[word])


def _composed(run: list[float]) -> Iterator[float]:
    """The values that a run of number words makes, from its first word to each of the following."""
    total = current = 0.0
    for value in run:
        if value == 100:
            current = max(current, 1) * value
        elif value >= 1000:
            total, current = total + max(current, 1) * value, 0
        else:
            current += value
        yield total + current


def _roman(numeral: str) -> int:
    """
    >>> _roman("XIV")
    14
    """
    values = [_ROMAN_VALUES[letter] for letter in numeral]
    return sum(-v if v < w else v for v, w in zip(values, [*values[1:], 0], strict=True))
