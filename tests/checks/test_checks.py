"""What the checks find, and what they leave alone; the stage, the score, the flags of a bitext."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.checks import CHECKS, Pair, find, flags_of, load_tongues
from pipeline.checks.coverage import unmatched
from pipeline.checks.score import score_pair
from pipeline.document import Document, Mark, Segment
from pipeline.errors import ConfigError
from pipeline.mt.glossary import Glossary
from pipeline.scoring.flags import flag_pairs
from pipeline.stages.check import Check, CheckOptions

CASES = Path(__file__).parents[1] / "cases" / "checks"
STARTER = Glossary.load("starter")
TONGUES = load_tongues("fr", "en", STARTER)
NEWSTEST = Path(__file__).resolve().parents[2].parent / "shared" / "mt"


def cases() -> Iterator[Any]:
    for path in sorted(CASES.glob("*.yaml")):
        for case in yaml.safe_load(path.read_text("utf-8")):
            check = case.get("check", path.stem)
            marks = [pytest.mark.xfail(strict=True)] if case.get("known") else []
            yield pytest.param(check, case, id=f"{check}: {case['label']}", marks=marks)


@pytest.mark.parametrize(("check", "case"), list(cases()))
def test_check(check: str, case: dict[str, Any]) -> None:
    found = find(Pair(case["source"], case["target"], TONGUES), [check])
    assert bool(found) == case["found"], found


def test_every_check_has_cases_for_both() -> None:
    seen = {(param.values[0], param.values[1]["found"]) for param in cases()}
    assert seen == {(check, found) for check in CHECKS for found in (True, False)}


def test_a_language_without_data_is_checked_for_what_needs_none() -> None:
    tongues = load_tongues("xx", "yy")
    assert not find(Pair("Kalimera se olous tous filous 12", "Hyvää päivää kaikille ystäville 12", tongues))
    assert set(find(Pair("Kalimera 12 @nikos", "Hyvää päivää 13", tongues))) == {"numbers", "addresses"}


def test_words_that_were_left_out_or_added_are_evidence() -> None:
    source = "Les soldats ont quitté la ville, et la guerre est finie."
    whole, part, more = (
        unmatched(Pair(source, target, TONGUES))
        for target in (
            "The soldiers have left the city, and the war is over.",
            "The soldiers have left.",
            "The soldiers have left the city with the children and the doctors, and the war is over.",
        )
    )
    assert whole < part
    assert whole < more
    # Nothing is known of these languages: what was copied must not look better than what was translated.
    assert unmatched(Pair("Hyvää päivää", "Hyvää päivää", load_tongues("xx", "yy"))) == 0


TEXTS = st.text(max_size=60) | st.lists(
    st.sampled_from(
        ["Poutine", "1 250,5", "18h10", "«", "»", "(", ")", "ne", "pas", "https://a.fr", "@x", "😀", "XXe", "…"]
    )
).map(" ".join)


@settings(deadline=None)
@given(TEXTS, TEXTS, st.none() | st.floats(-50, 0))
def test_any_pair_gets_flags_and_a_score(source: str, target: str, logprob: float | None) -> None:
    pair = Pair(source, target, TONGUES)
    flags = flags_of(pair)
    assert flags == sorted(set(flags))
    assert 0 <= score_pair(pair, logprob, flags) <= 1


@pytest.mark.parametrize("unit", ["a.b", "Nombel ", "1 ", "« ", "Poutine ", "@a ", "( a ", "mot mot "])
def test_very_long_texts_come_through(unit: str) -> None:
    text = (unit * 50_000)[:100_000]
    pair = Pair(text, text[::-1], TONGUES)
    assert 0 <= score_pair(pair, None, flags_of(pair)) <= 1
    assert STARTER.apply(text, text, []) == (text, [])


GOOD = ("Le ministre a remercié les 300 soldats de Poutine.", "The minister thanked Putin's 300 soldiers.")


@pytest.mark.parametrize("logprob", [None, -0.3])
@pytest.mark.parametrize(
    "worse",
    [
        "The minister thanked Putin's 800 soldiers.",
        "The minister thanked Trump's 300 soldiers.",
        "Le ministre a remercié les 300 soldats de Poutine.",
        "The minister thanked Putin's 300 soldiers, Putin's 300 soldiers, Putin's 300 soldiers.",
        "The minister.",
    ],
)
def test_an_error_lowers_the_score(worse: str, logprob: float | None) -> None:
    scores = []
    for target in (GOOD[1], worse):
        pair = Pair(GOOD[0], target, TONGUES)
        scores.append(score_pair(pair, logprob, flags_of(pair)))
    assert scores[1] < scores[0]


def test_a_less_likely_translation_is_trusted_less() -> None:
    pair = Pair(*GOOD, TONGUES)
    assert score_pair(pair, -2.0, []) < score_pair(pair, -0.2, [])


def segment(source: str, target: str, number: int = 0, **values: Any) -> Segment:
    return Segment("d", number, 10 * number, 10 * number + 9, source, number, target=target, origin="mt", **values)


def checked(*segments: Segment, marks: tuple[Mark, ...] = (), **options: Any) -> list[Segment]:
    document = Document("d", "x" * 100, marks=marks, segments=segments)
    (done,) = Check(CheckOptions(**options))([document])
    return done.segments


def test_the_stage_flags_and_scores() -> None:
    good, bad = checked(segment(*GOOD), segment("Ils sont 12 dans la ville.", "There are 13 in the city.", 1))
    assert good.flags == []
    assert "numbers" in bad.flags
    assert good.score is not None
    assert bad.score is not None
    assert bad.score < good.score


def test_marks_flag_the_segments_that_they_touch() -> None:
    marks = (Mark(5, 12, "garbled", "repair", "loop"), Mark(25, 26, "truncated", "repair", "no-end"))
    segments = checked(*(segment(*GOOD, number=i) for i in range(4)), marks=marks)
    assert [s.flags for s in segments] == [["garbled"], ["garbled"], ["truncated"], []]


def test_a_doubtful_source_is_trusted_less() -> None:
    marks = (Mark(0, 9, "garbled", "repair", "loop"),)
    doubted, plain = checked(segment(*GOOD), segment(*GOOD, number=1), marks=marks)
    assert doubted.score is not None
    assert plain.score is not None
    assert doubted.score < plain.score


def test_copies_and_segments_without_target_are_not_judged() -> None:
    copy = segment("Leave a comment", "Leave a comment", language="en", flags=["language"])
    copy.origin = "copy"
    kept = segment("Der Präsident", "", 1, language="de", flags=["language"])
    kept.origin = ""
    assert [(s.flags, s.score) for s in checked(copy, kept)] == [(["language"], None), (["language"], None)]


def test_a_translation_that_came_out_empty_is_flagged() -> None:
    (empty,) = checked(segment("Il dort.", ""))
    assert empty.flags[0] == "length"
    assert empty.score is not None


def test_only_the_checks_asked_for_are_made() -> None:
    (only,) = checked(segment("Ils sont 12.", "There are 13."), checks=("quotes",), low_score=0)
    assert only.flags == []


@pytest.mark.parametrize(
    ("sources", "flagged"),
    [
        (["Hier, Choïgou est venu.", "Puis Choïgou est parti.", "Mais Shoigu reviendra."], [2]),
        (["Ici, Chwe parle.", "Là, Choe parle."], [1]),
        (["À Kursk, rien.", "La ville de Kursk.", "La région de Kurska."], [2]),
        (["Le maire Faleolo.", "Monsieur Faleolo.", "Madame Faleola."], [2]),
        (["Le groupe Kalbor.", "Les groupes Kalbors."], []),
        (["Le maire Dupontel.", "Le maire Fergusson."], []),
        (["En Russie.", "Le Russe."], []),
    ],
)
def test_one_name_in_two_spellings_is_flagged(sources: list[str], flagged: list[int]) -> None:
    segments = checked(*(segment(source, "", i) for i, source in enumerate(sources)), checks=(), low_score=0)
    assert [s.seg for s in segments if "names" in s.flags] == flagged


@pytest.mark.parametrize(
    ("pairs", "flagged"),
    [
        ([("Hier, Choïgou est venu.", "Shoigu came."), ("Mais Shoigu reviendra.", "But Shoigu will be back.")], []),
        ([("À Kursk, rien.", "Nothing in Kursk."), ("La région de Kurska.", "The region of Kursk.")], []),
        ([("Le maire Faleolo.", "Mayor Faleolo."), ("Madame Faleola.", "Mrs Faleola.")], [1]),
    ],
)
def test_two_spellings_that_the_translation_makes_one_are_no_matter(
    pairs: list[tuple[str, str]], flagged: list[int]
) -> None:
    segments = checked(*(segment(*pair, number=i) for i, pair in enumerate(pairs)), checks=(), low_score=0)
    assert [s.seg for s in segments if "names" in s.flags] == flagged


def test_one_name_translated_in_two_ways_is_flagged() -> None:
    pairs = [("Ici, Dvornikov parle.", "Here Dvornikov speaks."), ("Là, Dvornikov dort.", "There Dvornikow sleeps.")]
    segments = checked(*(segment(*pair, number=i) for i, pair in enumerate(pairs)), low_score=0)
    assert [s.flags for s in segments] == [[], ["names"]]


def test_unknown_checks_are_refused_with_what_there_is() -> None:
    with pytest.raises(ValueError, match="did you mean"):
        CheckOptions(checks=("number",))


def test_a_missing_glossary_is_named() -> None:
    with pytest.raises(ConfigError, match=r"absent\.yaml"):
        Check(CheckOptions(glossary="absent.yaml"))


def test_the_fingerprint_covers_the_data() -> None:
    assert re.search(r"\b[0-9a-f]{12} [0-9a-f]{12}$", Check(CheckOptions()).fingerprint())


def test_flags_of_a_bitext_line_for_line() -> None:
    lines = [
        "Ils sont 12 dans la ville.\tThere are 13 in the city.\n",
        "Il dort.\tHe sleeps.\r\n",
        "\t\n",
        "Il dort.\t",
    ]
    flags = [line.split("\t")[0] for line in flag_pairs(lines, CheckOptions())]
    assert flags == ["numbers", "", "", "length"]


def test_a_line_without_a_tab_is_told_and_keeps_its_place() -> None:
    told: list[str] = []
    lines = list(flag_pairs(["Il dort.\tHe sleeps.", "Il dort.", "a\tb\tc"], CheckOptions(), told.append))
    assert len(lines) == 3
    assert lines[1].startswith("length\t")
    assert told == ["line 2: 0 tabs; expected fr<TAB>en", "line 3: 2 tabs; expected fr<TAB>en"]


@pytest.mark.skipif(not NEWSTEST.exists(), reason="needs ../shared/mt")
def test_few_human_translations_are_flagged() -> None:
    source, target = ((NEWSTEST / f"newstest2013.{code}").read_text("utf-8").splitlines() for code in ("fr", "en"))
    flagged = [bool(flags_of(Pair(s, t, TONGUES))) for s, t in zip(source[::3], target[::3], strict=True)]
    assert sum(flagged) <= 0.08 * len(flagged)
