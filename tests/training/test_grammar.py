"""Pairs drawn from the grammar: whole, parallel, and the same every time."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from training import grammar

SHIPPED = grammar.read_grammar()
TINY = """
sentence: {rules: ["{who.la} verse {sum} à {who2.le}. | {who.en} pays {who2.en} {sum}."]}
who: {forms: [la, le, en], rules: ["le Mali | le Mali | Mali"]}
sum: {rules: ["{d} 000 | {d},000"]}
d: {rules: ["7"]}
"""


def written(folder: Path, text: str) -> Path:
    path = folder / "grammar.yaml"
    path.write_text(text, "utf-8")
    return path


def test_both_sides_say_the_same(tmp_path: Path) -> None:
    (pair,) = grammar.pairs(1, 0, grammar.read_grammar(written(tmp_path, TINY)))
    assert pair == ("grammar", "Le Mali verse 7 000 au Mali.", "Mali pays Mali 7,000.")


@pytest.mark.parametrize("symbol", SHIPPED)
def test_every_rule_of_the_shipped_grammar_can_be_filled(symbol: str) -> None:
    for rule in SHIPPED[symbol]:
        drawn = grammar.draw({**SHIPPED, symbol: [rule]}, symbol, random.Random(0))
        assert all(text and not set("{}|") & set(text) for text in drawn.values())


def test_a_seed_gives_the_same_pairs_and_another_gives_others() -> None:
    first, again, other = (list(grammar.pairs(50, seed, SHIPPED)) for seed in (1, 1, 2))
    assert first == again != other


def test_a_rule_with_a_column_too_few_is_named(tmp_path: Path) -> None:
    path = written(tmp_path, 'who: {forms: [la, le, en], rules: ["le Mali | Mali"]}')
    with pytest.raises(ValueError, match=r"a rule of who has 2 columns, not 3: le Mali \| Mali"):
        grammar.read_grammar(path)
