"""Cheap looks that spare most lines a real one: what they let pass makes no difference.

Whoever adds a shape adds pieces of such lines here.
"""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from pipeline.document import Document
from pipeline.stages.strip import Strip, StripOptions
from pipeline.stages.strip.keys import fold
from pipeline.stages.strip.shapes import SENTENCES, SHAPES, by_shape
from pipeline.stages.strip.verdicts import Sight

STRIP = Strip(StripOptions())
LEXICON = STRIP.judge.lexicon
PIECES = [
    *"aàéAÉœ 0²(),.:;/|>›-–—©#@\"'’»]!?…×→\xa0\xad\t🙂яß",
    *("Par ", "Jeanne Martin", ", historienne", "mardi ", "3 mai 2020 ", "14:05 ", "AFP", "Reuters", "123RF", " avec "),
    *("Partager", "Accueil", "Lire la suite", " (3)", "https://", "www.", ".jpg", "#pont", "@pont", "Photo : "),
    *(
        "pont-ouvert",
        "pont_ouvert",
        "pont",
        "-",
        "_",
        "modifier",
        "Connectez-vous",
        "mot de passe",
        "[modifier]",
        "Crédit photo ",
        "Le pont est ouvert",
        "(c) ",
    ),
]
LINES = st.lists(st.sampled_from(PIECES), min_size=1, max_size=8).map(lambda pieces: "".join(pieces).strip())


@given(LINES.filter(bool), st.booleans())
def test_shapes_that_are_passed_over_would_not_have_fitted(line: str, sentence: bool) -> None:
    sight = Sight(line, *fold(line), sentence, LEXICON)
    if sight.words:
        tried = (shape(sight) for shape in SHAPES if shape in SENTENCES or not sentence)
        assert by_shape([sight]) == [next((found for found in tried if found), None)]


class Thorough(Strip):
    """Strip that judges lone lines, too."""

    def _is_settled(self, text: str) -> bool:
        return False


THOROUGH = Thorough(StripOptions())


@given(LINES, st.sampled_from(["", " ", "\n", "\n\n "]))
def test_lone_lines_that_are_not_judged_would_have_stayed(line: str, around: str) -> None:
    one, other = (Document("d", around + line + around) for _ in range(2))
    STRIP.process(one)
    THOROUGH.process(other)
    assert (one.edits, one.meta) == (other.edits, other.meta)
