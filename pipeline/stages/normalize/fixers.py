"""The table of fixers: name -> pure function from a text to the changes it wants."""

from __future__ import annotations

from collections.abc import Callable

from pipeline.edits import Change
from pipeline.stages.normalize.encoding import fix_composition, fix_lost_apostrophes, fix_mojibake
from pipeline.stages.normalize.entities import fix_bare_entities, fix_entities, fix_numeric_apostrophes
from pipeline.stages.normalize.quotes import fix_accent_apostrophes, fix_doubled_apostrophes, fix_mixed_quotes
from pipeline.stages.normalize.sentences import fix_glued_sentences
from pipeline.stages.normalize.whitespace import (
    fix_blank_lines,
    fix_controls,
    fix_invisible,
    fix_line_breaks,
    fix_line_edges,
    fix_spaces,
)

Fixer = Callable[[str], list[Change]]

# Order matters: mojibake hides entities, entities hide white space, and blank lines show last.
FIXERS: dict[str, Fixer] = {
    "mojibake": fix_mojibake,
    "lost-apostrophe": fix_lost_apostrophes,
    "entity": fix_entities,
    "bare-entity": fix_bare_entities,
    "numeric-apostrophe": fix_numeric_apostrophes,
    "line-break": fix_line_breaks,
    "control": fix_controls,
    "invisible": fix_invisible,
    "composition": fix_composition,
    "doubled-apostrophe": fix_doubled_apostrophes,
    "mixed-quotes": fix_mixed_quotes,
    "accent-apostrophe": fix_accent_apostrophes,
    "glued-sentences": fix_glued_sentences,
    "spaces": fix_spaces,
    "line-edge": fix_line_edges,
    "blank-lines": fix_blank_lines,
}
