"""Loops of list items, each on a line of its own: the first copy stays."""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterator, Sequence

from pipeline.edits import Change
from pipeline.stages.repair.findings import NOTHING, Doubt, Findings
from pipeline.stages.repair.tandem import Run, returning_triples, runs
from pipeline.stages.repair.words import is_content, text_lines, tokens

# A long dash may be a dialogue's.
_ITEM = re.compile(r"\n[-*•·▪►] .*")
# Three copies are a loop, of pairs one more: results come in pairs too. So six items come again in either, or five
# without the text's first line.
_COPIES, _PAIRS, _AGAIN = 3, 4, 5


def fix_looping_items(text: str) -> Findings:
    """Items that come again in the same order, line by line, and again.

    >>> text = "Il faut :\\n" + "- farine\\n- œufs\\n- sucre\\n" * 4 + "- fari"
    >>> [(text[:c.start], text[c.end:]) for c in fix_looping_items(text).changes]
    [('Il faut :\\n- farine\\n- œufs\\n- sucre', '')]
    """
    found = _ITEM.findall(text)
    if len(found) - len({item.strip().lower() for item in found}) < _AGAIN:
        return NOTHING
    lines = [(start, line) for start, line in text_lines(text) if line and not line.isspace()]
    keys: list[Hashable] = [line.strip().lower() if _ITEM.match("\n" + line) else start for start, line in lines]
    changes, doubts = [], []
    for first, last in _copies(keys):
        (start, line), end = lines[first], lines[last][0] + len(lines[last][1])
        changes.append(Change(start + len(line), end, "", "item-loop", "loop", 0.95))
        doubts.append(Doubt(start, end, "garbled", "item-loop"))
    return Findings(changes, doubts)


def _copies(keys: Sequence[Hashable]) -> Iterator[tuple[int, int]]:
    """The last lines of a loop's first copy and of all."""
    for run in runs(keys, returning_triples(keys)):
        enough = run.period > 1 and run.copies >= (_PAIRS if run.period == 2 else _COPIES)
        # No line but an item comes again.
        if enough and all(_says_something(str(key)) for key in keys[run.start : run.start + run.period]):
            yield run.start + run.period - 1, run.end - 1 + _is_cut(keys, run)


def _says_something(item: str) -> bool:
    """Whether an item is no cell of a table, no answer and no cry."""
    return not any(c.isdigit() or c in "!?" for c in item) and any(map(is_content, tokens(item)))


def _is_cut(keys: Sequence[Hashable], run: Run) -> bool:
    """Whether the text ends in the start of the item that would come next."""
    last, like = keys[-1], keys[run.end - run.period]
    return run.end == len(keys) - 1 and isinstance(last, str) and isinstance(like, str) and like.startswith(last)
