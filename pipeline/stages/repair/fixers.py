"""The table of fixers: name -> pure function from a text to what it found; and what asks them."""

from __future__ import annotations

from collections.abc import Callable

from pipeline.document import Document
from pipeline.stages.repair.detect import find_garbled
from pipeline.stages.repair.doubled import fix_doubled_determiners, fix_doubled_words
from pipeline.stages.repair.duplicates import fix_duplicates
from pipeline.stages.repair.findings import Findings
from pipeline.stages.repair.items import fix_looping_items
from pipeline.stages.repair.looks import is_plain, look
from pipeline.stages.repair.loops import fix_circles, fix_tandems
from pipeline.stages.repair.sentences import find_truncated
from pipeline.stages.repair.splices import fix_glued_credits, fix_spliced_agencies, words_from
from pipeline.stages.rounds import settle

Fixer = Callable[[str], Findings]

# Order matters: credits hide the end of a loop, loops hide stutters, and only what is left is flagged.
FIXERS: dict[str, Fixer] = {
    "glued-credit": fix_glued_credits,
    "spliced-agency": fix_spliced_agencies,
    "item-loop": fix_looping_items,
    "duplicate-paragraph": fix_duplicates,
    "circling-loop": fix_circles,
    "tandem-loop": fix_tandems,
    "doubled-word": fix_doubled_words,
    "doubled-determiner": fix_doubled_determiners,
    "garbled": find_garbled,
    "truncated": find_truncated,
}


def mend(document: Document, apply: Callable[[Findings], None]) -> None:
    """Ask the fixers until nothing changes; see `settle`."""
    if not is_plain(document.text):
        settle(document, FIXERS, apply)
    for remembered in (look, words_from):  # of use to this document's rounds alone
        remembered.cache_clear()
