"""Normalising, tokenising, taking apart."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.mt.align import links
from pipeline.mt.engines import Hypothesis
from pipeline.mt.folder import LocalModel
from pipeline.mt.guard import join
from pipeline.mt.split import Part, parts
from pipeline.mt.tokenizer import Tokenizer, normalise, normalise_with_origins

CASES = Path(__file__).resolve().parents[1] / "cases" / "mt"
TEXT = st.text(alphabet="abé ,.;:«»’…–\n\u00a0\u200b😀北1-•")


def cases(name: str) -> list[Any]:
    return [pytest.param(case, id=case["label"]) for case in json.loads((CASES / f"{name}.json").read_text("utf-8"))]


def words(texts: list[str]) -> list[int]:
    return [len(text.split()) + 1 for text in texts]


@pytest.mark.parametrize("case", cases("normalise"))
def test_normalise(case: dict[str, str]) -> None:
    assert normalise(case["before"]) == case["after"]


@given(TEXT)
def test_normalising_twice_changes_nothing(text: str) -> None:
    assert normalise(normalise(text)) == normalise(text)


@given(TEXT)
def test_origins_point_into_the_text(text: str) -> None:
    folded, origins = normalise_with_origins(text)
    assert folded == normalise(text)
    assert len(origins) == len(folded) + 1
    assert origins == sorted(origins)
    assert all(folded[i] == text[o] for i, o in enumerate(origins[:-1]) if folded[i].isalnum())


@pytest.mark.parametrize("case", cases("parts"))
def test_parts(case: dict[str, Any]) -> None:
    found = parts(case["source"], words, case["limit"], map(tuple, case.get("kept", [])))
    assert [[case["source"][p.start : p.end], p.translate] for p in found] == case["parts"]


@given(
    st.one_of(TEXT, st.lists(TEXT, max_size=9).map(lambda found: "mot, @jean </s> ".join(found) * 9)),
    st.integers(2, 12),
    st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60)).map(sorted).map(tuple), max_size=4),
)
def test_parts_cover_everything_but_white_space_and_fit(source: str, limit: int, kept: list[tuple[int, int]]) -> None:
    found = parts(source, words, limit, [span for span in kept if span[1] <= len(source)])
    ends = [0, *(end for p in found for end in (p.start, p.end)), len(source)]
    assert ends == sorted(ends)
    assert not any(source[a:b].strip() for a, b in zip(ends[::2], ends[1::2], strict=True))
    assert all(words([source[p.start : p.end]])[0] <= limit for p in found if p.translate)
    assert " ".join(join(source, found, [None] * len(found)).text.split()) == " ".join(source.split())


@pytest.mark.parametrize("text", ["</s>", "<pad>", "<unk>", ">>fra<< Hund", "<0x0A>", "der </s> Hund"])
@pytest.mark.parametrize("name", ["embedded", "tiny"])
def test_control_tokens_in_a_text_stay_text(name: str, text: str, request: pytest.FixtureRequest) -> None:
    model: LocalModel = request.getfixturevalue(name)
    tokenizer = Tokenizer(model)
    (pieces,) = tokenizer.encode([text])
    inside = pieces[len(tokenizer.prefix) : -1]
    assert not {"</s>", "<pad>", "<unk>", ">>fra<<"} & set(inside)
    assert inside
    assert pieces[-1] == "</s>"


def test_a_multilingual_model_gets_its_prefix(tiny: LocalModel) -> None:
    tokenizer = Tokenizer(tiny)
    (pieces,) = tokenizer.encode(["Hund"])
    assert pieces[0] == ">>fra<<"
    assert tokenizer.source_ids[">>fra<<"] in tokenizer.ids(pieces)


@pytest.mark.parametrize("text", ["Le président, né en 1950.", "« L’œuvre » – 北京 😀…", "x", "  a  b "])
def test_piece_spans_lie_on_the_text(embedded: LocalModel, text: str) -> None:
    tokenizer = Tokenizer(embedded)
    (pieces,) = tokenizer.encode([text])
    spans = tokenizer.source_spans(text)
    assert len(spans) == len(pieces)
    assert all(0 <= start <= end <= len(text) for start, end in spans)
    covered = {i for start, end in spans for i in range(start, end)}
    assert all(i in covered for i, character in enumerate(text) if character.isalnum())


@pytest.mark.parametrize(
    ("text", "unspelled"),
    [
        ("Xi Jinping (习近平) arrive.", ["(习近平)"]),
        ("Il a écrit « Слава Україні ! » hier.", ["« Слава Україні ! »"]),
        ("Bravo 🎉 à tous", ["🎉"]),
        ("Recep Erdoğan, L’œuvre – « 45 € », 5 °C…", []),
        ("Le 1er mai : 12,5 %", []),
        ("", []),
    ],
)
def test_what_a_model_has_no_pieces_for_is_found(text: str, unspelled: list[str], embedded: LocalModel) -> None:
    assert [text[start:end] for start, end in Tokenizer(embedded).unspelled(text)] == unspelled


@pytest.mark.parametrize(
    ("source", "said", "joined"),
    [
        ("Il dort, mais | elle lit.", ["He sleeps.", "But she reads."], "He sleeps but she reads."),
        ("Il dort, | elle lit.", ["He sleeps.", "She reads."], "He sleeps, she reads."),
        ("Il dort. | Elle lit.", ["He sleeps.", "She reads."], "He sleeps. She reads."),
        ("Il dit « oui » | à Paris.", ['He says "yes."', "Paris."], 'He says "yes" Paris.'),
        ("Il dort ( | le jour ).", ["He sleeps.", "(The day)."], "He sleeps (the day)."),
        ("Quoi | dort ?", ["?", "Sleeps?"], "? Sleeps?"),
    ],
)
def test_parts_are_joined_to_one_sentence(source: str, said: list[str], joined: str) -> None:
    at = source.index("|")
    found = [Part(0, at - 1), Part(at, len(source) - 2)]
    hypothesis = join(source.replace("| ", ""), found, [Hypothesis(text, -1.0) for text in said], {"but", "she", "the"})
    assert (hypothesis.text, hypothesis.logprob) == (joined, -1.0)


def test_decoding_gives_the_text_back(embedded: LocalModel) -> None:
    tokenizer = Tokenizer(embedded)
    texts = ["Hello, world.", "", 'He said: "北京 😀"']
    assert tokenizer.decode(tokenizer.encode_targets(texts)) == texts


def test_links_join_the_words_that_pieces_look_at() -> None:
    found = links("un chat", "a cat", [(0, 2), (3, 7), (7, 7)], [(0, 1), (2, 5)], [[0.9, 0.1, 0], [0.2, 0.5, 0.3]])
    assert found == [(0, 2, 0, 1), (3, 7, 2, 5)]


def test_a_piece_that_looks_at_the_end_is_linked_to_nothing() -> None:
    assert links("un", "a", [(0, 2), (2, 2)], [(0, 1)], [[0.1, 0.9]]) == []
