"""What an engine is: sentences in, hypotheses out."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import chain
from typing import NamedTuple, Protocol

from pipeline.mt import align
from pipeline.mt.batching import ceiling, pack
from pipeline.mt.models import LocalModel
from pipeline.mt.tokenizer import Tokenizer

LONGEST = 512
"""Most pieces of a source or a target, the closing ``</s>`` included: what Marian's position table holds."""


@dataclass(frozen=True, slots=True)
class Hypothesis:
    """One translation.

    Attributes:
        text: the target text.
        logprob: mean log-probability per target piece, the closing one included; 0 or below.
        alignment: character spans that belong together, ``(s0, s1, t0, t1)``; empty where none was asked for.
    """

    text: str
    logprob: float
    alignment: list[align.Link] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Decoding:
    """How to search.

    Attributes:
        beam: hypotheses kept at each step, 1 for greedy search.
        no_repeat_ngram: no sequence of so many pieces occurs twice in the output; 0 for no such rule.
    """

    beam: int = 4
    no_repeat_ngram: int = 0


@dataclass(frozen=True, slots=True)
class EngineOptions:
    """How an engine runs.

    Attributes:
        decoding: the search, unless a call says otherwise.
        prune: leave out of the output layer what the target language never uses.
        align: return word alignments.
        compute: "auto", or a type that the engine knows: "float32", "float16", and for CTranslate2 "int8".
        device: "auto" (CUDA where there is a device), "cpu" or "cuda".
        max_batch: padded source pieces of a batch.
        threads: 0 for all cores that this process may use.
    """

    decoding: Decoding = Decoding()
    prune: bool = True
    align: bool = False
    compute: str = "auto"
    device: str = "auto"
    max_batch: int = 1024
    threads: int = 0


class Engine(Protocol):
    """Translates sentences.

    Attributes:
        name: "ctranslate2", "transformers" or "echo".
        fingerprint: everything that bears on the output, as text.
    """

    name: str

    @property
    def fingerprint(self) -> str: ...

    def lengths(self, sources: Sequence[str]) -> list[int]:
        """Pieces of each source, control tokens included; a source may have `LONGEST`."""

    def translate(self, sources: Sequence[str], decoding: Decoding | None = None) -> list[Hypothesis]:
        """One hypothesis for each source, in order.

        Raises:
            ValueError: a source has more than `LONGEST` pieces. Nothing is ever cut.
        """


class Decoded(NamedTuple):
    """What a model says: target pieces without control tokens, mean log-probability, attention of the alignment head."""

    pieces: list[str]
    logprob: float
    attention: Sequence[Sequence[float]]


class MarianEngine(ABC):
    """What the engines that run a Marian model share: tokenising, batching, alignment."""

    name: str

    def __init__(self, model: LocalModel, options: EngineOptions) -> None:
        self.model = model
        self.options = options
        self.tokenizer = Tokenizer(model)

    @cached_property
    def fingerprint(self) -> str:
        aligned = " aligned" if self.options.align else ""
        return f"{self.name} {self.variant} {self.model.digest} {self.options.decoding}{aligned}"

    @property
    @abstractmethod
    def variant(self) -> str:
        """Compute type and whatever else changes the numbers."""

    def lengths(self, sources: Sequence[str]) -> list[int]:
        return [len(pieces) for pieces in self.tokenizer.encode(sources)]

    def translate(self, sources: Sequence[str], decoding: Decoding | None = None) -> list[Hypothesis]:
        encoded = self.tokenizer.encode(sources)
        lengths = [len(pieces) for pieces in encoded]
        if lengths and max(lengths) > LONGEST:
            raise ValueError(f"a source of {max(lengths)} pieces; at most {LONGEST} fit, split it first")
        positions = pack(lengths, self.options.max_batch, LONGEST)
        batches = [[encoded[i] for i in batch] for batch in positions]
        decoded = self._decode(batches, decoding or self.options.decoding)
        found = dict(zip(chain(*positions), chain(*decoded), strict=True))
        return self._hypotheses(sources, [found[i] for i in range(len(sources))])

    @abstractmethod
    def _decode(self, batches: list[list[list[str]]], decoding: Decoding) -> list[list[Decoded]]:
        """Decode batches of source pieces; as many results in each batch as sources."""

    def _hypotheses(self, sources: Sequence[str], decoded: Sequence[Decoded]) -> list[Hypothesis]:
        texts = self.tokenizer.decode([one.pieces for one in decoded])
        plain = [Hypothesis(text, one.logprob) for text, one in zip(texts, decoded, strict=True)]
        if not self.options.align:
            return plain
        return [replace(h, alignment=self._links(s, h.text, d)) for s, h, d in zip(sources, plain, decoded, strict=True)]

    def _links(self, source: str, target: str, decoded: Decoded) -> list[align.Link]:
        source_spans = self.tokenizer.source_spans(source)
        target_spans = self.tokenizer.target_spans(decoded.pieces, target)
        return align.links(source, target, source_spans, target_spans, decoded.attention)


def longest_output(batch: Sequence[Sequence[str]]) -> int:
    """Most target pieces for a packed batch."""
    return ceiling(max(map(len, batch)), LONGEST)
