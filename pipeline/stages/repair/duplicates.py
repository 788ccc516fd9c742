"""Paragraphs and titles that stand twice."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pipeline.edits import Change
from pipeline.stages.repair.findings import NOTHING, Findings
from pipeline.stages.repair.words import text_lines

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
    if "\n" not in text:
        return NOTHING
    return Findings([Change(*span, "", "duplicate-paragraph", "other", 0.9) for span in _copies(text)])


def _copies(text: str) -> Iterator[tuple[int, int]]:
    """Spans of copies, each with the line breaks before it."""
    long = [key for line in text.lower().split("\n") if len(key := line.strip()) >= _SHORT]
    if len(set(long)) == len(long):  # as in nearly all texts
        return
    keys = [(start, line, key) for start, line in text_lines(text) if (key := line.strip().lower())]
    seen: set[str] = set()
    title = previous = keys[0][2]
    end = 0
    for number, (start, line, key) in enumerate(keys):
        near = number and (key == previous or (key == title and number <= _TITLE_REACH))
        if (key in seen and len(key) >= _LONG) or (near and _is_phrase(key)):
            yield end, start + len(line)
        seen.add(key)
        previous, end = key, start + len(line)


def _is_phrase(key: str) -> bool:
    return len(key) >= _SHORT and key.count(" ") >= _SHORT_WORDS - 1 and not _NO_PARAGRAPH.match(key)
