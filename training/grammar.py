"""Sentence pairs drawn from a synchronous context-free grammar (``grammar.yaml``).

Bitext of parliament debates teaches few demonyms, foreign names, French numbers; a grammar shows as many as one likes.
See Chiang 2006, "An Introduction to Synchronous Grammars".
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import yaml

from training.corpora import Pair

GRAMMAR = Path(__file__).with_name("grammar.yaml")
SET = GRAMMAR.stem
FORMS = ["fr", "en"]
# {symbol}, {symbol2}, {symbol.form}
_SLOT = re.compile(r"\{([a-z]+)(\d?)(?:\.([a-z]+))?\}")

# A symbol's rules, each a text with slots for every form.
Grammar = Mapping[str, list[dict[str, str]]]


def read_grammar(path: Path = GRAMMAR) -> Grammar:
    """The rules of a grammar by symbol.

    Raises:
        ValueError: a rule whose columns do not fit its symbol's forms; a single column stands for all of them.
    """
    entries = yaml.safe_load(path.read_text("utf-8"))
    return {symbol: [_rule(symbol, rule, entry.get("forms", FORMS)) for rule in entry["rules"]]
            for symbol, entry in entries.items()}  # fmt: skip


def pairs(count: int, seed: int, grammar: Grammar) -> Iterator[Pair]:
    """``count`` draws of the grammar's sentences; the same for the same seed."""
    rng = random.Random(seed)
    for _ in range(count):
        drawn = draw(grammar, "sentence", rng)
        yield Pair(SET, _capitalised(_contracted(drawn["fr"])), _capitalised(drawn["en"]))


def draw(grammar: Grammar, symbol: str, rng: random.Random) -> dict[str, str]:
    """One rule of a symbol with its slots filled, in every form; a slot that stands twice is filled alike."""
    drawn: dict[str, dict[str, str]] = {}

    def fill(text: str, own: str) -> str:
        def slot(match: re.Match[str]) -> str:
            name, number, form = match.groups()
            if name + number not in drawn:
                drawn[name + number] = draw(grammar, name, rng)
            return drawn[name + number][form or own]

        return _SLOT.sub(slot, text)

    return {form: fill(text, form) for form, text in rng.choice(grammar[symbol]).items()}


def _rule(symbol: str, rule: str, forms: list[str]) -> dict[str, str]:
    columns = [column.strip() for column in str(rule).split("|")]
    if len(columns) == 1:
        columns *= len(forms)
    if len(columns) != len(forms):
        raise ValueError(f"{GRAMMAR.name}: a rule of {symbol} has {len(columns)} columns, not {len(forms)}: {rule}")
    return dict(zip(forms, columns, strict=True))


def _contracted(text: str) -> str:
    """Article and preposition made one.

    >>> _contracted("Il versera 3 euros à les Pays-Bas et à le Canada.")
    'Il versera 3 euros aux Pays-Bas et au Canada.'
    """
    return re.sub(r"\bà les\b", "aux", re.sub(r"\bà le\b", "au", text))


def _capitalised(text: str) -> str:
    return text[:1].upper() + text[1:]
