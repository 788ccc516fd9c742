"""Learning a dictionary from parallel text: what it calls sure, and what it only calls possible."""

from __future__ import annotations

import pytest

from benchmarks.fit_dictionary import lines
from benchmarks.model1 import model1

# "chat" and "chien" always stand beside "maison", so that only what is said of each apart tells them.
PAIRS = [
    (["chat", "maison"], ["cat", "house"]),
    (["chien", "maison"], ["dog", "house"]),
    (["chien", "jardin"], ["garden", "dog"]),
    (["chat", "jardin"], ["cat", "garden"]),
] * 3


def test_model_1_finds_what_translates_what() -> None:
    sources = {"chat": 1, "chien": 2, "maison": 3, "jardin": 4}
    targets = {"cat": 1, "dog": 2, "house": 3, "garden": 4}
    table = model1(PAIRS, sources, targets)
    for word in sources.values():
        rows = table.source == word
        assert table.target[rows][table.probability[rows].argmax()] == word
        assert abs(table.probability[rows].sum() - 1) < 1e-9


def test_words_without_a_number_and_empty_sides_are_passed_over() -> None:
    table = model1([(["a", "x"], []), ([], ["b"]), (["a"], ["b", "y"])], {"a": 1}, {"b": 1})
    assert list(zip(table.source.tolist(), table.target.tolist(), strict=True)) == [(0, 1), (1, 1)]


def test_the_lines_of_a_dictionary(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("benchmarks.fit_dictionary.GRAMMAR", 1.0)
    monkeypatch.setattr("benchmarks.fit_dictionary.FREQUENT", 0.9)
    rows = dict(line.rstrip("\n").split("\t", 1) for line in lines(PAIRS))
    assert {word: row.split("\t")[0].split()[0] for word, row in rows.items()} == {
        "chat": "cat", "chien": "dog", "jardin": "garden", "maison": "house",
    }  # fmt: skip


def test_a_word_whose_likeliest_translation_stands_everywhere_is_not_written(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("benchmarks.fit_dictionary.GRAMMAR", 1.0)
    monkeypatch.setattr("benchmarks.fit_dictionary.FREQUENT", 0.1)
    assert all(line.split("\t")[1] == "" for line in lines(PAIRS))
