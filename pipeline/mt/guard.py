"""The guard: no sentence is lost, cut or left in a loop without another try.

Each hypothesis is checked. One that fails is tried again, from the cheapest way to the dearest: with cleaned input, with
a wider search that repeats nothing, in two clauses. The first that passes is taken; if none does, the one with the
fewest doubts and then the best score is kept, and the stage ``check`` flags it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from pipeline.document import Flag
from pipeline.mt import align
from pipeline.mt.engines.base import Decoding, Engine, Hypothesis
from pipeline.mt.split import Part, clauses, parts
from pipeline.mt.tokenizer import normalise

SPLIT_AT = 256
"""Pieces beyond which a source is taken apart, the closing one included. Marian's table of positions ends at 512, but
models are trained on sentences, and what they say of longer stretches loses clauses."""


class Accepts(Protocol):
    """Says what is wrong with a hypothesis; nothing where it passes."""

    def __call__(self, source: str, hypothesis: Hypothesis) -> Sequence[Flag]: ...


@dataclass(frozen=True, slots=True)
class Attempt:
    """A way to translate a source again.

    Attributes:
        rewrite: the source to translate in place of the original; the same where this way has nothing to offer.
        apart: the parts to translate one by one.
        wider: search with twice the beams, and let no three pieces occur twice.
    """

    rewrite: Callable[[str], str] = str
    apart: Callable[[str], list[Part]] | None = None
    wider: bool = False

    def applies(self, source: str) -> bool:
        """Whether this way would do anything new."""
        return self.wider or self.rewrite(source) != source or (self.apart is not None and len(self.apart(source)) > 1)


def cleaned(source: str) -> str:
    """A source that is easier on a model: no emoji or rare marks, no shouting, no runs of punctuation.

    >>> cleaned("LE PRÉSIDENT EST ARRIVÉ 🎉 !!!!")
    'Le président est arrivé !'
    """
    text = re.sub(r"[^\w\s.,;:!?'\"()%€$£&/@#+=°§-]+", " ", normalise(source))
    text = re.sub(r"([^\w\s])\1{2,}", r"\1", text)
    letters = [c for c in text if c.isalpha()]
    if len(letters) > 10 and sum(map(str.isupper, letters)) > 0.7 * len(letters):
        text = text.lower().capitalize()
    return " ".join(text.split()) or source


ATTEMPTS = (Attempt(rewrite=cleaned), Attempt(wider=True), Attempt(apart=clauses))


class Guard:
    """An engine that checks what it says.

    Attributes:
        retried: how many sources were tried again.
        doubtful: how many of them passed no check in the end.
    """

    def __init__(self, engine: Engine, accepts: Accepts, decoding: Decoding) -> None:
        self.engine = engine
        self.accepts = accepts
        self.retried = 0
        self.doubtful = 0
        self._decoding = decoding
        self._wider = replace(decoding, beam=2 * decoding.beam, no_repeat_ngram=3)

    def translate(self, sources: Sequence[str]) -> list[Hypothesis]:
        """One hypothesis for each source, in order, whatever the source is."""
        best = self._whole(sources, self._decoding)
        doubts = {i: flags for i, hypothesis in enumerate(best) if (flags := self._doubts(sources[i], hypothesis))}
        self.retried += len(doubts)
        for attempt in ATTEMPTS:
            self._try(attempt, sources, best, doubts)
        self.doubtful += len(doubts)
        return best

    def _doubts(self, source: str, hypothesis: Hypothesis) -> Sequence[Flag]:
        return self.accepts(source, hypothesis) if any(map(str.isalpha, source)) else ()

    def _try(
        self, attempt: Attempt, sources: Sequence[str], best: list[Hypothesis], doubts: dict[int, Sequence[Flag]]
    ) -> None:
        """Try what is in doubt again; ``best`` and ``doubts`` are brought up to date."""
        tried = [i for i in doubts if attempt.applies(sources[i])]
        for i, candidate in zip(tried, self._again(attempt, [sources[i] for i in tried]), strict=True):
            flags = self._doubts(sources[i], candidate)
            if (len(flags), -candidate.logprob) < (len(doubts[i]), -best[i].logprob):
                best[i] = candidate
                doubts[i] = flags
            if not flags:
                del doubts[i]

    def _again(self, attempt: Attempt, sources: Sequence[str]) -> list[Hypothesis]:
        texts = [attempt.rewrite(source) for source in sources]
        decoding = self._wider if attempt.wider else self._decoding
        if attempt.apart:
            return self._joined(texts, [attempt.apart(text) for text in texts], decoding)
        found = self._whole(texts, decoding)
        # The links of a rewritten source are not the original's.
        return [h if s == t else replace(h, alignment=[]) for h, s, t in zip(found, sources, texts, strict=True)]

    def _whole(self, sources: Sequence[str], decoding: Decoding) -> list[Hypothesis]:
        return self._joined(sources, [parts(s, self.engine.lengths, SPLIT_AT) for s in sources], decoding)

    def _joined(self, sources: Sequence[str], apart: Sequence[list[Part]], decoding: Decoding) -> list[Hypothesis]:
        """Translate sources part by part, all in one call."""
        texts = [s[p.start : p.end] for s, found in zip(sources, apart, strict=True) for p in found if p.translate]
        said = iter(self.engine.translate(texts, decoding))
        return [
            join(source, found, [next(said) if part.translate else None for part in found])
            for source, found in zip(sources, apart, strict=True)
        ]


def join(source: str, apart: Sequence[Part], said: Sequence[Hypothesis | None]) -> Hypothesis:
    """Put the translations of parts together, with the white space that stood between them in the source."""
    text, end, links, weighted, weight = "", 0, [], 0.0, 0
    for part, hypothesis in zip(apart, said, strict=True):
        text += source[end : part.start] if text else ""
        original = source[part.start : part.end]
        made = hypothesis or Hypothesis(original, 0.0)
        links += align.shift(made.alignment, part.start, len(text))
        if hypothesis:
            weighted += hypothesis.logprob * max(1, len(hypothesis.text))
            weight += max(1, len(hypothesis.text))
        text += made.text
        end = part.end
    return Hypothesis(text, weighted / weight if weight else 0.0, links)
