"""Short lines around a text that no phrase knows: what goes by the weights of its traits, and what is not asked."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.document import Document
from pipeline.stages.strip import Strip, StripOptions, edges

STRIP = Strip(StripOptions())
TITLE = "La passerelle de Vernay rouvre aux piétons"
TEXT = [
    "La passerelle de Vernay a rouvert samedi aux piétons, après deux ans de travaux menés par la commune.",
    "Plus de trois cents habitants l’ont traversée dans la matinée, avant la fanfare et le verre de l’amitié.",
    "« Nous avons attendu longtemps, mais le résultat est là », dit la maire, qui avait promis ces travaux.",
]
LABELS = ["passerelle", "Vernay", "travaux", "fanfare"]


def taken(lines: list[str]) -> list[str]:
    """The lines that go by their traits."""
    document = Document("d", "\n".join(lines))
    STRIP.process(document)
    return [edit.before.strip("\n") for edit in document.edits if edit.rule in {f"{p}-edge" for p in edges.PLACES}]


def test_labels_below_a_text_go() -> None:
    assert taken([TITLE, *TEXT, *LABELS, "Partager"]) == LABELS


def test_the_same_lines_inside_a_text_stay() -> None:
    assert taken([TITLE, *TEXT[:2], *LABELS, TEXT[2], "Partager"]) == []


def test_the_same_lines_stay_where_nothing_else_goes() -> None:
    assert taken([TITLE, *TEXT, *LABELS]) == []


def test_a_list_that_a_colon_opens_stays() -> None:
    assert taken([TITLE, *TEXT, "On y trouve :", *(f"- {label}" for label in LABELS), "Partager"]) == []


LINES = [*LABELS, *TEXT, TITLE, "Partager", "Accueil", "12 mai 2021", "1.", "Odile Rey", "- emploi", "et la mer,"]


@given(st.lists(st.sampled_from(LINES), max_size=20))
@settings(max_examples=100, deadline=None)
def test_no_line_between_two_of_text_goes(lines: list[str]) -> None:
    text = [i for i, line in enumerate(lines) if line in TEXT]
    inside = lines[text[0] : text[-1]] if text else []
    assert not [line for line in taken(lines) if lines.count(line) == inside.count(line)]


def test_weights_and_traits_are_of_one_make() -> None:
    """Each kind of trait that the code sees has weights, and no weight is left of another make of it."""
    lines = STRIP.judge.lines("\n".join(["Accueil", "Trouver un bac", *LABELS, TITLE, *TEXT, *LABELS, "Partager"]))
    scene = edges.Scene(lines, [line.text != "Partager" for line in lines], None, STRIP.judge.lexicon)
    seen = {trait.partition("=")[0] for _, _, traits in scene.sights() for trait in traits}
    for place in edges.PLACES:
        assert {trait.partition("=")[0] for trait in edges.weights()[place]} == seen
