"""The noise that web text brings: what a source sentence may look like when nobody proofread it.

Only the French side is noised; the English stays as it should be, so the model learns to write what was meant.
"""

from __future__ import annotations

import random
import re
import unicodedata
from collections.abc import Callable, Mapping

Noise = Callable[[str, random.Random], str]

# Spaces that French typesetters, keyboards and web forms put before high punctuation.
SPACES = ("", " ", "\u00a0", "\u202f")
# Of the words of a hurried writer's sentence, how many lose their accents.
HURRY = 0.4


def drop_accents(text: str, rng: random.Random) -> str:
    """All accents lost, as from an old keyboard."""
    parts = unicodedata.normalize("NFD", text)
    return unicodedata.normalize("NFC", "".join(char for char in parts if not unicodedata.combining(char)))


def drop_some_accents(text: str, rng: random.Random) -> str:
    """Accents lost on some words, as in a hurried comment."""
    return " ".join(drop_accents(word, rng) if rng.random() < HURRY else word for word in text.split(" "))


def drop_capital_accents(text: str, rng: random.Random) -> str:
    """``État`` as ``Etat``: many French writers leave capitals bare."""
    return "".join(drop_accents(char, rng) if char.isupper() else char for char in text)


def lower(text: str, rng: random.Random) -> str:
    """No capitals at all."""
    return text.lower()


def lower_first(text: str, rng: random.Random) -> str:
    """The first capital lost, as when a sentence is cut out of another."""
    return text[:1].lower() + text[1:]


def upper(text: str, rng: random.Random) -> str:
    """A shouted headline."""
    return text.upper()


def drop_final_punctuation(text: str, rng: random.Random) -> str:
    """No full stop, as in headlines and captions."""
    return re.sub(r"[\s.!?…]+$", "", text)


def curl(text: str, rng: random.Random) -> str:
    """Typographic apostrophes, quotes and dots for the plain ones."""
    text = re.sub(r'"([^"]*)"', "« \\1 »" if rng.random() < 0.5 else "“\\1”", text)
    return text.replace("'", "’").replace("...", "…")


def space_punctuation(text: str, rng: random.Random) -> str:
    """One kind of space, or none, before high punctuation throughout."""
    return re.sub(r"\s?([;:!?»%])", rng.choice(SPACES) + r"\1", text)


def glue_punctuation(text: str, rng: random.Random) -> str:
    """A space lost after a comma or a full stop, as where lines were joined."""
    return re.sub(r"(?<=[^\W\d][,.]) (?=[^\W\d])", lambda space: "" if rng.random() < HURRY else " ", text)


NOISES: Mapping[str, Noise] = {
    noise.__name__: noise
    for noise in (
        drop_accents, drop_some_accents, drop_capital_accents, lower, lower_first, upper, drop_final_punctuation,
        curl, space_punctuation, glue_punctuation,
    )
}  # fmt: skip


def add_noise(text: str, rates: Mapping[str, float], rng: random.Random) -> str:
    """The text after each noise that strikes, in the order of the table.

    Args:
        rates: for each noise how likely it strikes, 0..1.

    Raises:
        KeyError: a rate names no noise.
    """
    for name, rate in rates.items():
        if rng.random() < rate:
            text = NOISES[name](text, rng)
    return text or "."
