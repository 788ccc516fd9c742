"""The guard: what fails is tried again, and nothing is lost."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.checks import CHECKS, Check
from pipeline.code import code_digest
from pipeline.mt.align import Link
from pipeline.mt.doubts import HARD, Doubts
from pipeline.mt.engines import Decoding, EchoEngine, Hypothesis
from pipeline.mt.guard import Guard
from pipeline.mt.mend import Mender


class Scripted:
    """Says what a function says; notes what it was asked."""

    name = fingerprint = "scripted"

    def __init__(self, say: Callable[[str, Decoding], str], others: tuple[Hypothesis, ...] = ()) -> None:
        self.say = say
        self.others = others
        self.asked: list[str] = []

    def lengths(self, sources: Sequence[str]) -> list[int]:
        return [len(source.split()) + 1 for source in sources]

    def unspelled(self, source: str) -> list[tuple[int, int]]:
        return []

    def translate(self, sources: Sequence[str], decoding: Decoding | None = None) -> list[Hypothesis]:
        self.asked += sources
        return [Hypothesis(self.say(source, decoding or Decoding()), -1.0, others=self.others) for source in sources]

    def align(self, sources: Sequence[str], targets: Sequence[str]) -> list[list[Link]]:
        return [[] for _ in sources]


class Doubting:
    """Doubts a hypothesis with one of three words in it: one worth every attempt, one worth clauses, one worth none.

    For each "short" in it, half of its words have no counterpart.
    """

    fingerprint = "doubting"

    def __init__(self, hard: str, lost: str = "lost", odd: str = "odd") -> None:
        self.words = (hard, lost, odd)
        self.hard = (hard,)
        self.lost = (lost,)

    def __call__(self, source: str, hypothesis: Hypothesis) -> list[str]:
        return [word for word in self.words if word in hypothesis.text]

    def unmatched(self, source: str, hypothesis: Hypothesis) -> float:
        return 0.5 * hypothesis.text.count("short")


no_bad = Doubting("bad")


def translate(say: Callable[[str, Decoding], str], source: str) -> tuple[str, Guard]:
    guard = Guard(Scripted(say), no_bad, Decoding())
    return guard.translate([source])[0].text, guard


LONG = "Il pleut ce matin sur toute la ville, il fera beau ce soir sur toute la côte."


def test_a_good_sentence_is_asked_for_once() -> None:
    text, guard = translate(lambda source, _: source.upper(), LONG)
    assert text == LONG.upper()
    assert (guard.retried, guard.doubtful) == (0, 0)


@pytest.mark.parametrize(
    ("others", "chosen"),
    [
        ([("good", -1.05)], "good"),
        ([("also odd", -1.01), ("good", -1.05)], "good"),
        ([("good", -1.05), ("as good", -1.05)], "good"),
        ([("short", -1.01), ("good", -1.05)], "good"),
        ([("good", -1.2)], "odd"),
        ([("odd and bad", -1.01)], "odd"),
        ([("too short", -1.01)], "odd"),
        ([], "odd"),
    ],
    ids=["instead", "not the next one", "the first of two", "whole", "far worse", "more doubts", "less", "greedy"],
)
def test_of_what_the_search_came_to_the_least_doubtful_and_incomplete_is_taken(
    others: list[tuple[str, float]], chosen: str
) -> None:
    engine = Scripted(lambda *_: "odd", tuple(Hypothesis(*other) for other in others))
    guard = Guard(engine, no_bad, Decoding())
    assert guard.translate([LONG])[0].text == chosen
    assert engine.asked == [LONG]
    assert guard.retried == 0


def test_cleaned_input_is_tried() -> None:
    text, guard = translate(lambda source, _: "bad" if "🎉" in source else "good", LONG + " 🎉")
    assert text == "good"
    assert (guard.retried, guard.doubtful) == (1, 0)


def test_a_wider_search_is_tried() -> None:
    text, _ = translate(lambda _, decoding: "good" if decoding == Decoding(8, 3) else "bad", LONG)
    assert text == "good"


def test_clauses_are_tried() -> None:
    text, _ = translate(lambda source, _: "bad" if len(source.split()) > 10 else source, LONG)
    assert text == LONG


def test_what_is_lost_is_sought_in_clauses_only() -> None:
    text, guard = translate(lambda source, _: "lost" if len(source.split()) > 10 else source, LONG)
    assert text == LONG
    text, guard = translate(lambda _, decoding: "lost" if decoding == Decoding() else "good", LONG)
    assert "lost" in text
    assert (guard.retried, guard.doubtful) == (1, 1)


def test_what_stays_doubtful_is_kept() -> None:
    text, guard = translate(lambda *_: "bad", LONG)
    assert "bad" in text
    assert (guard.retried, guard.doubtful) == (1, 1)


def test_list_markers_and_blobs_are_kept_from_the_model() -> None:
    blob = "x" * 100_000
    engine = Scripted(lambda source, _: source.upper())
    (said,) = Guard(engine, no_bad, Decoding()).translate([f"• voici {blob} fin"])
    assert said.text == f"• VOICI {blob} FIN"
    assert engine.asked == ["voici", "fin"]


def test_capitals_are_translated_as_words_and_stay_capitals() -> None:
    engine = Scripted(lambda source, _: source.replace("président", "president"))
    (said,) = Guard(engine, no_bad, Decoding()).translate(["LE PRÉSIDENT EST ARRIVÉ"])
    assert engine.asked == ["Le président est arrivé"]
    assert said.text == "LE PRESIDENT EST ARRIVÉ"


def test_long_sentences_are_taken_apart_and_nothing_is_lost() -> None:
    source = "un mot après l'autre, " * 500
    engine = Scripted(lambda source, _: source)
    (said,) = Guard(engine, no_bad, Decoding(), split_at=50).translate([source])
    assert said.text == source.strip()
    assert max(engine.lengths(engine.asked)) <= 50
    assert [source[s0:s1] for s0, s1, _, _ in said.parts] == [said.text[t0:t1] for _, _, t0, t1 in said.parts]


@given(st.lists(st.text(max_size=40), max_size=5))
def test_one_output_for_each_input_and_the_echo_loses_nothing(sources: list[str]) -> None:
    said = Guard(EchoEngine(), Doubting("\0\0"), Decoding()).translate(sources)
    for source, hypothesis in zip(sources, said, strict=True):
        assert "".join(hypothesis.text.split()).lower() == "".join(source.split()).lower()


@pytest.mark.parametrize(
    ("target", "found"),
    [
        ("The president met his ministers in Paris on Monday morning.", []),
        ("", ["length"]),
        ("The.", ["length", "coverage"]),
        ("The president the president met his ministers in Paris on Monday morning.", ["repetition"]),
        ("The president met his misters in Rome on Monday morning.", ["names"]),
        ("The president met his minsiters in Paris on Monday morning.", []),
        ("The president met his ministers in Paris on mxqz morning.", ["mangled"]),
    ],
)
def test_what_is_doubted(target: str, found: list[str]) -> None:
    source = "Le président a rencontré ses ministres à Paris lundi matin."
    assert Doubts(Mender("fr", "en"))(source, Hypothesis(target, -1.0)) == found


def test_the_fingerprint_follows_the_checks(monkeypatch: pytest.MonkeyPatch) -> None:
    def fingerprint() -> str:
        return Guard(EchoEngine(), Doubts(Mender("fr", "en")), Decoding()).fingerprint

    before = fingerprint()
    assert fingerprint() == before
    monkeypatch.setattr(Doubts, "hard", HARD[1:])
    assert fingerprint() != before
    monkeypatch.undo()
    changed = Check("length", lambda pair: "")  # a check of another module
    monkeypatch.setitem(CHECKS, HARD[0], changed)
    assert fingerprint() != before
    monkeypatch.undo()
    monkeypatch.setattr("pipeline.mt.doubts.load_markers", lambda language: frozenset({"voici"}))
    assert fingerprint() != before


@pytest.mark.parametrize(
    ("file", "content", "same"),
    [
        ("check.py", "from toy.words import N\n\n# why\ndef f(x):\n    return (x + N)\n", True),
        ("check.py", "from toy.words import N\ndef f(x): return x - N\n", False),
        ("words.py", "N = 2\n", False),
        ("other.py", "N = 2\n", True),
    ],
)
def test_a_digest_of_code_follows_what_is_imported_and_not_its_layout(
    file: str, content: str, same: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "toy").mkdir()
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "toy", raising=False)
    files = {"__init__.py": "", "check.py": "from toy.words import N\ndef f(x): return x + N\n", "words.py": "N = 1\n"}
    for name, text in files.items():
        (tmp_path / "toy" / name).write_text(text)
    before = code_digest(["toy.check"], "toy")
    (tmp_path / "toy" / file).write_text(content)
    assert (code_digest(["toy.check"], "toy") == before) is same
