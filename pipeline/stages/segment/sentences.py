"""Where sentences end.

A scan for closing punctuation proposes the ends; a handful of rules, fed by the language's lists, refuses the wrong
ones. Every rule looks at a bounded stretch of text, so the time is linear in the text's length.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from pipeline.stages.segment.rules import Rules, load_rules

# Ends of lines that no sentence crosses: str.splitlines knows the same.
_LINE = re.compile(r"[^\n\r\v\f\x1c-\x1e\x85\u2028\u2029]+")
# Marks, then what closes with the sentence: quotes, brackets, a footnote call. Then white space, an opening mark or a
# capital: "3.5", "26.7.2023" and "site.fr" propose nothing.
_END = re.compile(
    r"(?P<mark>[.!?…‽⁇⁈⁉؟।]++(?:[ \u00a0\u202f]+[.!?…‽]+)*+)"
    r"(?P<close>(?:[ \u00a0\u202f]?»|[”’\"'›)\]]|\[\d{1,3}\]|\s\"(?=\s*\Z))*+)"
    r"(?=\s|\Z|[«“\"(\[A-ZÀ-ÖØ-ÞŒ])|[。！？]+[”’」』）]*"
)
_NEXT = re.compile(r"(?P<gap>\s*)(?P<open>(?:[«“‹‘\"'(\[–—-]\s*)*)(?P<word>[^\W_]*['’]?)")
_NUMBER = re.compile(r"\d|(?:[IVXLCDM]+|[IVX]+(?:er|e))\b(?!['’])|[LRD]\.")
_WORD = re.compile(r"[^\s'’(\[«“\"/]*\Z")  # the word before a period, without an elided article
_INITIALS = re.compile(r"(?:(?:[^\W\d_]\.-?)*[A-ZÀ-ÖØ-ÞŒ]|[A-Z][a-z]\.?-[A-Z])\Z")
_MARKER = re.compile(r"\s*(?:[-–—•*·]\s*)?(?:\d{1,3}|[A-Za-z]|[ivxIVX]{1,5})\.\Z")
_ALNUM = re.compile(r"[^\W_]")
_REACH = 24  # characters looked at before a mark: longer than any abbreviation
_BARE = 200  # a stretch this long may be a sentence even without a letter or digit


def sentence_spans(text: str, language: str) -> list[tuple[int, int]]:
    """Spans (half-open code points) of the sentences: sorted, disjoint, stripped, covering all but white space.

    >>> text = "« M. Dupont est là. » Il gagne 3.5 % par an."
    >>> [text[start:end] for start, end in sentence_spans(text, "fr")]
    ['« M. Dupont est là. »', 'Il gagne 3.5 % par an.']
    """
    rules = load_rules(language)
    return [span for line in _LINE.finditer(text) for span in _spans(text, line.start(), line.end(), rules)]


def _spans(text: str, start: int, end: int, rules: Rules) -> Iterator[tuple[int, int]]:
    for match in _END.finditer(text, start, end):
        if match.end() == end or _ends(text, start, match, rules):
            yield from _stripped(text, start, match.end())
            start = match.end()
    yield from _stripped(text, start, end)


def _stripped(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    part = text[start:end]
    left, right = len(part) - len(part.lstrip()), len(part.rstrip())
    if left < right:
        yield start + left, start + right


def _ends(text: str, start: int, match: re.Match[str], rules: Rules) -> bool:
    """Whether the sentence that starts at ``start`` ends with this match."""
    mark = match["mark"]
    if mark is None:  # full-width marks end a sentence by themselves
        return True
    following = _NEXT.match(text, match.end())
    assert following is not None  # each part of the pattern may be empty
    word = following["word"]
    if word[:1].islower() or not _has_content(text, start, match.start()):
        return False
    if not following["gap"]:
        return _glued(text, match, word, rules)
    return mark != "." or match["close"] != "" or _period_ends(text, start, match.start(), following, rules)


def _has_content(text: str, start: int, end: int) -> bool:
    return end - start > _BARE or _ALNUM.search(text, start, end) is not None


def _glued(text: str, match: re.Match[str], word: str, rules: Rules) -> bool:
    """``pays.Le président`` are two sentences; ``Node.Js`` and ``U.S`` are none."""
    if not word[:1].isupper() or not _opens(word, rules):
        return False
    if match["close"] or (match["mark"] != "." and text[match.start() - 1].isspace()):
        return True
    before = _word_before(text, match.start())
    return len(before) > 2 and before.isalpha() and before[1:].islower()


def _opens(word: str, rules: Rules) -> bool:
    return word.lower().replace("’", "'") in rules.starters


def _word_before(text: str, end: int) -> str:
    word = _WORD.search(text[max(0, end - _REACH) : end])
    return word.group() if word else ""


def _period_ends(text: str, start: int, end: int, following: re.Match[str], rules: Rules) -> bool:
    """Whether a single period at ``end``, followed by white space and no small letter, ends the sentence."""
    before = _word_before(text, end)
    if before in rules.never_end or (end - start < _REACH and _MARKER.match(text, start, end + 1)):
        return False
    if before in rules.before_number and _NUMBER.match(text, following.start("word")):
        return False
    return not _INITIALS.match(before) or _opens(following["word"], rules)
