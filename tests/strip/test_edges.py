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


@given(
    st.lists(st.tuples(st.sampled_from(LINES), st.booleans()), min_size=1, max_size=20), st.sampled_from([None, 0, 5])
)
@settings(max_examples=100, deadline=None)
def test_no_line_between_two_of_text_goes(page: list[tuple[str, bool]], title: int | None) -> None:
    lines, kept = STRIP.judge.lines("\n".join(line for line, _ in page)), [stays for _, stays in page]
    text = [i for i, (line, stays) in enumerate(page) if stays and line in TEXT]
    found = [i for i, _, _ in edges.strangers(lines, kept, title, STRIP.judge.lexicon)]
    assert all(kept[i] and i != title and not text[0] <= i <= text[-1] for i in found)


def test_weights_and_traits_are_of_one_make() -> None:
    """Each kind of trait that the code sees has weights, and no weight is left of another make of it."""
    lines = STRIP.judge.lines("\n".join(["Accueil", "Trouver un bac", *LABELS, TITLE, *TEXT, *LABELS, "Partager"]))
    scene = edges.Scene(lines, [line.text != "Partager" for line in lines], None, STRIP.judge.lexicon)
    seen = {trait.partition("=")[0] for _, _, traits in scene.sights() for trait in traits}
    for place in edges.PLACES:
        assert {trait.partition("=")[0] for trait in edges.weights()[place]} == seen
