"""Test sets, and whether a sentence is one of theirs: what must never be trained on."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from training.corpora import digest, fold

# Shorter sentences ("Merci beaucoup.") are anybody's, and say nothing about where they come from.
MIN_LETTERS = 20
# Half of the word 6-grams shared: the overlap at which two sentences are versions of one; a common phrase is shorter.
GRAM = 6
NEAR = 0.5

Gram = tuple[str, ...]


class HeldOut:
    """The sentences of test sets.

    >>> held = HeldOut(["Le chat noir dort encore sur le vieux fauteuil du salon."])
    >>> held.match("le chat noir dort encore sur le vieux fauteuil du salon")
    'exact'
    >>> held.match("Hier, le chat noir dort encore sur le vieux fauteuil du salon, dit-il.")
    'near'
    >>> held.match("Le chien noir dort dans le salon.")
    ''
    """

    def __init__(self, sentences: Iterable[str]) -> None:
        self.digests: set[int] = set()
        self.grams: set[Gram] = set()
        for sentence in sentences:
            if len(fold(sentence)) >= MIN_LETTERS:
                self.digests.add(digest(sentence))
                self.grams |= grams(sentence)

    @classmethod
    def read(cls, paths: Iterable[Path]) -> HeldOut:
        """Test sets as text files, one sentence a line."""
        return cls(line for path in paths for line in path.read_text("utf-8").split("\n"))

    def match(self, sentence: str) -> str:
        """``exact``, ``near``, or nothing where the sentence may be trained on."""
        if digest(sentence) in self.digests:
            return "exact"
        own = grams(sentence)
        return "near" if own and len(own & self.grams) >= NEAR * len(own) else ""


def grams(sentence: str) -> set[Gram]:
    """The word 6-grams of a sentence, in lower case."""
    words = re.findall(r"\w+", sentence.lower())
    return set(zip(*(words[shift:] for shift in range(GRAM)), strict=False))
