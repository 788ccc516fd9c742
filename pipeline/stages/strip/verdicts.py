"""What a line says on its own, and what the shapes see of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.document import Kind
from pipeline.stages.strip.lexicon import EVERYWHERE, Lexicon

SPEECH = "—«“"  # a line that opens like this is somebody's words, even if a button says the same
ALONE, CARD, HINT = -4.0, -1.0, -1.5  # scores of lines that go wherever they stand, in a card, in a menu


@dataclass(slots=True)  # read so often that the fields of a tuple would be too slow
class Verdict:
    """What a line says on its own; never changed, for lines that are the same share theirs.

    Attributes:
        score: above 0 for text, below 0 for boilerplate, 0 where it says nothing; about -4..4.
        tier: a tier of the lexicon, "card" for a date, counter or name line, "" for none of these.
        kind: what boilerplate it would be; None where it does not say.
        rule: the phrase or the shape.
        key: of the part looked at.
        words: number of words in that part.
        closed: whether it ends as a sentence does.
        alone: whether the line goes wherever it stands.
    """

    score: float
    tier: str = ""
    kind: Kind | None = None
    rule: str = ""
    key: str = ""
    words: int = 0
    closed: bool = False
    alone: bool = False

    @property
    def headline(self) -> bool:
        """Whether the line could be a headline or a label: short, and no sentence of running text."""
        return self.words <= 25 and not (self.closed and self.words > 12)


@dataclass(slots=True)
class Sight:
    """A line as the shapes look at it: its text, its key, words and signs (`keys.fold`), whether it is a sentence."""

    text: str
    key: str
    words: Sequence[str]
    signs: bytes
    sentence: bool
    lexicon: Lexicon


def verdict_on(sight: Sight, score: float, tier: str, kind: Kind | None, rule: str) -> Verdict:
    """The verdict on a line with a shape."""
    return Verdict(score, tier, kind, rule, sight.key, len(sight.words), False, tier in EVERYWHERE)
