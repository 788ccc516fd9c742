"""What `strip` promises beside single cases: offsets, guards, options, meta, restored texts, any input."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.document import Document
from pipeline.errors import ConfigError
from pipeline.stages.base import Resources
from pipeline.stages.strip import Strip, StripOptions
from pipeline.stages.strip.lexicon import languages, load

ARTICLE = "Le pont sera fermé dimanche de six heures à midi, a annoncé la mairie de Valmore."
LINES = [line["line"] for line in yaml.safe_load((Path(__file__).parents[1] / "cases/strip/lines.yaml").read_text())]
STRIP = Strip(StripOptions())


def cleaned(text: str, strip: Strip = STRIP) -> Document:
    document = Document("d", text)
    strip.process(document)
    return document


@given(st.lists(st.sampled_from([*LINES, ARTICLE, "", "Accueil", "12 mai 2021", "Vous aimerez aussi"]), max_size=25))
@settings(max_examples=150, deadline=None)
def test_cleaning_its_own_output_changes_nothing(lines: list[str]) -> None:
    once = cleaned("\n".join(lines)).text
    assert cleaned(once).text == once


@given(st.text(alphabet="aA .\n#|©/«»’:-0é\u0301א\u200f", max_size=200))
@settings(deadline=None)
def test_any_text_gives_edits_that_can_be_undone(text: str) -> None:
    document = cleaned(text)
    assert all(document.raw[edit.start : edit.end] == edit.before and not edit.after for edit in document.edits)
    rest = iter(text)
    assert all(char in rest for char in document.text), "only removals, order kept"


@pytest.mark.parametrize(
    "text",
    ["a" * 10**6, " " * 10**6, "#" * 10**6, "#a " * 300_000, "«" * 500_000 + "»" * 500_000, "“ " * 400_000,
     "de la " * 160_000, "| " * 400_000, "Photo : " * 120_000, "© " * 400_000, "AFP / " * 160_000,
     "(Lire aussi " * 80_000, "\n" * 10**6, "aB" * 500_000, "السلام " * 140_000],
    ids=lambda text: repr(text[:8]),
)  # fmt: skip
def test_a_million_characters_of_one_thing_are_read_to_the_end(text: str) -> None:
    assert cleaned(f"{text}\n{ARTICLE}").text.endswith(ARTICLE)


def test_a_document_of_200_000_lines() -> None:
    text = "\n".join(f"Au jour {i % 999} du voyage, le vent tourna." for i in range(200_000))
    assert cleaned(f"{text}\nPartager").text == text


@pytest.mark.parametrize("text", ["Vous aimerez aussi", "Partager\nTweeter", "", "\n \n", "12"])
def test_a_document_of_nothing_but_boilerplate_is_not_emptied(text: str) -> None:
    assert cleaned(text).text == text


def test_much_removed_is_said() -> None:
    menu = "\n".join(["Accueil", "Politique", "Économie", "Se connecter", "S'abonner", "Mentions légales"] * 5)
    assert "strip removed" in cleaned(f"{menu}\n{ARTICLE}").warnings[0]
    assert not cleaned(f"{ARTICLE}\nPartager").warnings


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        (f"Partager\n\n{ARTICLE}\n", f"{ARTICLE}\n"),
        (f"{ARTICLE}\n\nPartager\n\nTweeter\n", f"{ARTICLE}\n"),
        (f"{ARTICLE}\n\nPartager\n\n{ARTICLE}", f"{ARTICLE}\n\n{ARTICLE}"),
        (f"{ARTICLE}\nPartager\n\n{ARTICLE}", f"{ARTICLE}\n\n{ARTICLE}"),
        (f"{ARTICLE}\r\nPartager\r\n{ARTICLE}", f"{ARTICLE}\r\n{ARTICLE}"),
    ],
)
def test_a_line_takes_its_break_along(text: str, clean: str) -> None:
    assert cleaned(text).text == clean


def test_what_goes_is_kept_as_meta() -> None:
    text = (
        f"Le pont de Valmore ferme\nPar Jeanne Orvault\nPublié le 26.7.2023\n{ARTICLE}\n#pont #Valmore\n© 2023 L'Écho"
    )
    meta = cleaned(text).meta
    assert meta["author"] == "Jeanne Orvault"
    assert meta["date"] == "26.7.2023"
    assert meta["tags"] == ["pont", "Valmore"]
    assert meta["site"] == "L'Écho"
    assert meta["title"] == "Le pont de Valmore ferme"


def test_known_meta_stays() -> None:
    document = Document("d", f"Par Jeanne Orvault\n{ARTICLE}", {"author": "J. O."})
    STRIP.process(document)
    assert document.meta["author"] == "J. O."


def test_what_a_reviewer_wants_back_stays() -> None:
    text = f"{ARTICLE}\n\nPublicité\n\nPartager\n\n{ARTICLE}"
    removed = next(edit.before for edit in cleaned(text).edits if "Publicité" in edit.before)
    restored = Strip(StripOptions(), Resources(restored={"d": frozenset([removed])}))
    assert cleaned(text, restored).text == f"{ARTICLE}\n\nPublicité\n\n{ARTICLE}"


def test_titles_lose_copies_crumbs_and_suffixes() -> None:
    title = "Le pont de Valmore ferme dimanche"
    text = f"Home news {title} | Transports\n{title} | Transports\n{title}\nPublié le 3 mai 2021\n{ARTICLE}"
    assert cleaned(text).text == f"{title}\n{ARTICLE}"
    kinds = {edit.kind for edit in cleaned(f"Home news {title} | Transports\n{title} | Transports\n{ARTICLE}").edits}
    assert kinds == {"breadcrumb", "title-suffix"}


def test_a_lexicon_of_ones_own(tmp_path: Path) -> None:
    mine = tmp_path / "mine.yaml"
    mine.write_text(
        "alone: {share: [envoyer par pigeon *]}\ninline: {related: ['[voir *]']}\nkeep: [Partager]\n", encoding="utf-8"
    )
    strip = Strip(StripOptions(lexicons=("fr", str(mine))))
    text = "Envoyer par pigeon voyageur\nPartager\nIl pleut [voir la carte] sur Valmore depuis trois jours."
    assert cleaned(text, strip).text == "Partager\nIl pleut sur Valmore depuis trois jours."
    assert strip.fingerprint() != STRIP.fingerprint()


def test_mistakes_in_a_lexicon_are_all_named(tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.yaml"
    wrong.write_text("alonne: {}\nalone: {shares: [x], share: [1]}\n", encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        load((str(wrong), "xx"))
    message = str(caught.value)
    assert 'did you mean "alone"' in message
    assert 'did you mean "share"' in message
    assert "list of phrases" in message
    assert "allowed: en, fr" in message


@pytest.mark.parametrize("content", [b"[" * 60_000, b"alone: \xff"])
def test_a_lexicon_that_cannot_be_read_is_named(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "mine.yaml").write_bytes(content)
    with pytest.raises(ConfigError, match=r"mine\.yaml: cannot be read"):
        load((str(tmp_path / "mine.yaml"),))


def test_both_languages_are_there() -> None:
    assert {"fr", "en"} <= set(languages())
