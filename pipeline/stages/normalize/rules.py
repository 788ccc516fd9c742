"""Changes from regular expressions, and from a text and its mended form."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from difflib import SequenceMatcher

from pipeline.edits import Change

_TOKENS = re.compile(r"\s+|[^\s]{1,200}")


def substitute(
    text: str, pattern: re.Pattern[str], after: str | Callable[[re.Match[str]], str], rule: str, kind: str
) -> list[Change]:
    """One change for each match that is not so already; ``after`` is the replacement itself or computes it.

    >>> substitute("a  b", re.compile(" {2,}"), " ", "spaces", "whitespace")
    [Change(start=1, end=3, after=' ', rule='spaces', kind='whitespace', score=1.0)]
    """
    found = ((m, after if isinstance(after, str) else after(m)) for m in pattern.finditer(text))
    return [Change(m.start(), m.end(), new, rule, kind) for m, new in found if new != m[0]]


def align(before: str, after: str, offset: int, rule: str, kind: str) -> Iterator[Change]:
    """The changes that turn ``before`` (standing at ``offset``) into ``after``, as small as tokens allow.

    >>> [(c.start, c.end, c.after) for c in align("un cafÃ© noir", "un café noir", 10, "mojibake", "mojibake")]
    [(16, 18, 'é')]
    """
    old, new = _TOKENS.findall(before), _TOKENS.findall(after)
    starts = [0]
    for token in old:
        starts.append(starts[-1] + len(token))
    for tag, i, j, k, m in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag != "equal":
            yield trimmed("".join(old[i:j]), "".join(new[k:m]), offset + starts[i], rule, kind)


def trimmed(before: str, after: str, start: int, rule: str, kind: str) -> Change:
    """The change without the characters that both sides share at their ends."""
    head = _common(before, after)
    tail = _common(before[head:][::-1], after[head:][::-1])
    return Change(start + head, start + len(before) - tail, after[head : len(after) - tail], rule, kind)


def _common(one: str, other: str) -> int:
    """Length of the common prefix."""
    return next((i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
