"""Paragraphs and titles that stand twice."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pipeline.edits import Change
from pipeline.stages.repair.findings import Findings

# From this length on nobody writes a paragraph twice; refrains, answers and headings are shorter.
_LONG = 60
_SHORT, _SHORT_WORDS = 15, 3
# How many lines below the title its copy may stand (byline, date and share buttons between).
_TITLE_REACH = 6
_NO_PARAGRAPH = re.compile(r"[-–—•*\d#]|.*[,:;!]\Z", re.DOTALL)


def fix_duplicates(text: str) -> Findings:
    """The later copy of a paragraph goes; of a short line only where it follows its copy, or is the title.

    >>> text = "Le titre du jour\\n\\nLe titre du jour\\nNon !\\nNon !"
    >>> [(c.start, c.end) for c in fix_duplicates(text).changes]
    [(16, 34)]
    """
    return Findings([Change(*span, "", "duplicate-paragraph", "other", 0.9) for span in _copies(text)])


def _copies(text: str) -> Iterator[tuple[int, int]]:
    """Spans of copies, each with the line breaks before it."""
    seen: set[str] = set()
    title = previous = ""
    number = start = end = 0
    for line in text.split("\n"):
        start, stop = start + len(line) + 1, start + len(line)
        if key := line.strip().lower():
            near = key == previous or (key == title and number <= _TITLE_REACH)
            if (key in seen and len(key) >= _LONG) or (near and _is_phrase(key)):
                yield end, stop
            seen.add(key)
            title, previous, end, number = title or key, key, stop, number + 1


def _is_phrase(key: str) -> bool:
    return len(key) >= _SHORT and key.count(" ") >= _SHORT_WORDS - 1 and not _NO_PARAGRAPH.match(key)
