"""Sentences, their offsets and their languages."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.document import Document
from pipeline.edits import Change
from pipeline.stages.segment import SegmentOptions, SegmentStage
from pipeline.stages.segment.language import detect_language
from pipeline.stages.segment.sentences import sentence_spans

CASES = Path(__file__).parents[1] / "cases" / "segment"


def cases(name: str) -> list[Any]:
    return [
        pytest.param(case, id=case["label"], marks=[pytest.mark.xfail(strict=True)] if case.get("known") else [])
        for case in yaml.safe_load((CASES / name).read_text("utf-8"))
    ]


def check_sentences(case: dict[str, Any], language: str) -> None:
    text = case["text"].replace("¦", "")
    wanted = [part.strip() for part in case["text"].split("¦") if part.strip()]
    assert [text[start:end] for start, end in sentence_spans(text, language)] == wanted


@pytest.mark.parametrize("case", cases("sentences.fr.yaml"))
def test_french_sentences(case: dict[str, Any]) -> None:
    check_sentences(case, "fr")


@pytest.mark.parametrize("case", cases("sentences.en.yaml"))
def test_english_sentences(case: dict[str, Any]) -> None:
    check_sentences(case, "en")


@pytest.mark.parametrize("case", cases("language.yaml"))
def test_language(case: dict[str, Any]) -> None:
    assert detect_language(case["text"], SegmentOptions().min_letters) == case["language"]


PIECES = st.sampled_from([
    "M. ", "Dr. X", "Il est là. ", "« Quoi ? » ", "etc. ", "\n", "\n\n", "3.5 ", "… ", "(…) ", "J. K. ", " ", "\u2028",
    "\t", "pays.Le", "www.a.fr ", "?!", "! ", "”", "1. ", "U.R.S.S. ", "😀", "\u00a0", "。", "Le chat dort", "a", "A",
])  # fmt: skip
TEXTS = st.lists(PIECES | st.text(max_size=5), max_size=25).map("".join)


@settings(deadline=None)
@given(TEXTS)
def test_spans_cover_all_but_white_space(text: str) -> None:
    spans = sentence_spans(text, "fr")
    edge = 0
    for start, end in spans:
        assert edge <= start < end
        assert not text[edge:start].strip()
        assert text[start:end] == text[start:end].strip()
        assert len(text[start:end].splitlines()) == 1
        edge = end
    assert not text[edge:].strip()


def segmented(document: Document, **options: Any) -> Document:
    (done,) = SegmentStage(SegmentOptions(**options))([document])
    return done


@settings(deadline=None)
@given(TEXTS, st.integers(0, 200), st.integers(0, 9), st.text(max_size=4))
def test_segments_stand_on_their_raw_text(raw: str, at: int, length: int, after: str) -> None:
    document = Document("d", raw)
    at = min(at, len(raw))
    document.edit([Change(at, min(len(raw), at + length), after, "rule", "other")], "repair")
    segments = segmented(document).segments
    lines = document.text.split("\n")
    cursor = 0
    for number, segment in enumerate(segments):
        assert segment.seg == number
        assert segment.source in lines[segment.line]
        cursor = document.text.index(segment.source, cursor)
        assert (segment.start, segment.end) == document.to_raw(cursor, cursor + len(segment.source))
        cursor += len(segment.source)


def test_paragraphs_are_kept_and_empty_lines_counted() -> None:
    document = segmented(Document("d", "Il vient. Elle part.\n\nIls restent.\n"))
    assert [(s.line, s.source) for s in document.segments] == [
        (0, "Il vient."), (0, "Elle part."), (2, "Ils restent."),
    ]  # fmt: skip


def test_a_paragraph_in_another_language_is_kept_and_flagged() -> None:
    french = "Le président a dit que les soldats sont dans la ville et qu'ils y resteront."
    document = segmented(Document("d", f"{french}\nThis site uses a filter to keep spam out of it.\nKim Jong Un"))
    assert document.meta["language"] == "fr"
    assert [(s.language, s.flags) for s in document.segments] == [("fr", []), ("en", ["language"]), ("fr", [])]


def test_an_english_document_is_flagged_as_a_whole() -> None:
    document = segmented(Document("d", "The soldiers have been told that they will stay in the city.\nPyongyang"))
    assert document.meta["language"] == "en"
    assert all(s.flags == ["language"] for s in document.segments)


def test_another_source_language_can_be_asked_for() -> None:
    document = segmented(Document("d", "The soldiers have been told that they will stay. M. X."), language="en")
    assert [s.flags for s in document.segments] == [[], []]


def test_a_document_of_odd_signs_has_no_language_and_no_flag() -> None:
    document = segmented(Document("d", "* * *\n123"))
    assert "language" not in document.meta
    assert [(s.source, s.flags) for s in document.segments] == [("* * *", []), ("123", [])]


@pytest.mark.parametrize("raw", ["", " \n\t\n "])
def test_a_document_without_text_has_no_segments(raw: str) -> None:
    assert segmented(Document("d", raw)).segments == []


@pytest.mark.parametrize(
    "unit", ["mot ", "a.A", "Le. ", ". ", "« ", "» ", '"', "A.", "a.b ", "…", "!? ", "(", "\u00a0", "1. "]
)
def test_long_lines_come_through_whole(unit: str) -> None:
    raw = (unit * 60_000)[:150_000]
    segments = segmented(Document("d", raw)).segments
    assert "".join(s.source for s in segments).replace(" ", "") == raw.replace(" ", "").strip()


def test_a_long_sentence_is_one_segment() -> None:
    (segment,) = segmented(Document("d", "mot, " * 20_000 + "fin.")).segments
    assert len(segment.source) == 100_004


def test_the_answer_does_not_depend_on_what_came_before() -> None:
    names = "Sergueï Choïgou, Kang Sun Nam, Volodymyr Zelensky, Kim Jong Un, Xi Jinping, Choe Song-hee"
    first = detect_language(names, 40)
    detect_language("Der russische Präsident hat dem nordkoreanischen Staatschef gedankt.", 40)
    assert detect_language(names, 40) == first


def test_the_fingerprint_covers_options_and_rule_files() -> None:
    assert SegmentStage(SegmentOptions()).fingerprint() != SegmentStage(SegmentOptions(language="en")).fingerprint()
    assert SegmentStage(SegmentOptions()).fingerprint() == SegmentStage(SegmentOptions()).fingerprint()


@pytest.mark.parametrize("text", ["a", "OUI", "Pyongyang", "Paris : 3 morts", "Kim Jong-un\n\nVladimir Poutine"])
def test_a_document_too_short_to_tell_is_taken_for_the_source_language(text: str) -> None:
    document = segmented(Document("d", text))
    assert "language" not in document.meta
    assert all(segment.language == "" and not segment.flags for segment in document.segments)
