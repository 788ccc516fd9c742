"""What an engine is: sentences in, hypotheses out."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import chain
from typing import NamedTuple, Protocol

from pipeline.errors import ModelError
from pipeline.mt.align import Link, Span, links
from pipeline.mt.batching import ceiling, pack
from pipeline.mt.folder import LocalModel
from pipeline.mt.prune import target_ids
from pipeline.mt.shapes import LONGEST
from pipeline.mt.tokenizer import Tokenizer


@dataclass(frozen=True, slots=True)
class Hypothesis:
    """One translation.

    Attributes:
        text: the target text.
        logprob: mean log-probability per target piece, the closing one included; 0 or below.
        parts: where the source was taken apart, the characters ``(s0, s1, t0, t1)`` of each part and its translation.
        others: what else the search came to, best first; at most one less than its beams.
    """

    text: str
    logprob: float
    parts: tuple[Link, ...] = ()
    others: tuple[Hypothesis, ...] = ()


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
        prune: leave out of the output layer what is never said; faster, and the same translations.
        compute: "auto", or a type that the engine knows: "float32", "float16", and for CTranslate2 "int8".
        device: "auto" (CUDA where there is a device), "cpu" or "cuda".
        max_batch: padded source pieces of a batch times the beams of the search, which is what its memory goes by;
            0 for 1,024 on a CPU, whose caches hold that, and 32,768 on a GPU.
        threads: 0 for all cores that this process may use.
    """

    decoding: Decoding = Decoding()
    prune: bool = True
    compute: str = "auto"
    device: str = "auto"
    max_batch: int = 0
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

    def unspelled(self, source: str) -> list[Span]:
        """Stretches of a source that the model has no pieces for, and that it should not see."""

    def translate(self, sources: Sequence[str], decoding: Decoding | None = None) -> list[Hypothesis]:
        """One hypothesis for each source, in order.

        Raises:
            ValueError: a source has more than `LONGEST` pieces. Nothing is ever cut.
        """

    def align(self, sources: Sequence[str], targets: Sequence[str]) -> list[list[Link]]:
        """The words of each source and of a translation of it, whoever made it, that belong together.

        Nothing for a pair that is longer than `LONGEST` on either side. It costs a pass over the target, so ask for it
        only where it is of use.
        """


class Decoded(NamedTuple):
    """What a model says: target pieces without control tokens, and their mean log-probability."""

    pieces: list[str]
    logprob: float


Pieces = tuple[list[str], list[str]]
"""Source and target pieces of a pair."""

Attention = Sequence[Sequence[float]]
"""One row for each target piece, one weight for each source piece."""


class MarianEngine(ABC):
    """What the engines that run a Marian model share: tokenising, batching, alignment."""

    name: str

    def __init__(self, model: LocalModel, options: EngineOptions) -> None:
        self.model = model
        self.options = options
        self.tokenizer = Tokenizer(model)
        self._said = target_ids(model, self.tokenizer)

    @cached_property
    def fingerprint(self) -> str:
        return f"{self.name} {self.variant} {len(self._said)} pieces {self.model.digest} {self.options.decoding}"

    @property
    @abstractmethod
    def variant(self) -> str:
        """Compute type and whatever else changes the numbers."""

    @property
    @abstractmethod
    def _device(self) -> str:
        """``cpu`` or ``cuda``."""

    @property
    def _max_batch(self) -> int:
        return self.options.max_batch or (32_768 if self._device == "cuda" else 1024)

    def _cannot_run(self, error: Exception) -> ModelError:
        """What to tell where the device or the type of the numbers is not to be had here."""
        asked = f"device {self.options.device}, compute {self.options.compute}"
        return ModelError(
            f"{self.name} cannot run on {self._device} ({asked}): {str(error).splitlines()[0]}; set `device: auto` and "
            "`compute: auto` in the options of translate, or what this machine has"
        )

    def lengths(self, sources: Sequence[str]) -> list[int]:
        return [len(pieces) for pieces in self.tokenizer.encode(sources)]

    def unspelled(self, source: str) -> list[Span]:
        return self.tokenizer.unspelled(source)

    def translate(self, sources: Sequence[str], decoding: Decoding | None = None) -> list[Hypothesis]:
        encoded = self.tokenizer.encode(sources)
        lengths = [len(pieces) for pieces in encoded]
        if lengths and max(lengths) > LONGEST:
            raise ValueError(f"a source of {max(lengths)} pieces; at most {LONGEST} fit, split it first")
        decoding = decoding or self.options.decoding
        positions = pack(lengths, self._max_batch // decoding.beam, LONGEST)
        batches = [[encoded[i] for i in batch] for batch in positions]
        decoded = self._decode(batches, decoding)
        found = dict(zip(chain(*positions), chain(*decoded), strict=True))
        return [self._hypothesis(found[i]) for i in range(len(sources))]

    def _hypothesis(self, decoded: Sequence[Decoded]) -> Hypothesis:
        texts = self.tokenizer.decode([one.pieces for one in decoded])
        first, *others = [Hypothesis(text, one.logprob) for text, one in zip(texts, decoded, strict=True)]
        return replace(first, others=tuple(others))

    def align(self, sources: Sequence[str], targets: Sequence[str]) -> list[list[Link]]:
        left, right = self.tokenizer.encode(sources), self.tokenizer.encode_targets(targets)
        fit = [i for i in range(len(sources)) if right[i] and max(len(left[i]), len(right[i]) + 1) <= LONGEST]
        positions = [[fit[j] for j in batch] for batch in pack([len(left[i]) for i in fit], self._max_batch, LONGEST)]
        attended = self._attend([[(left[i], right[i]) for i in batch] for batch in positions])
        found: list[list[Link]] = [[] for _ in sources]
        for i, attention in zip(chain(*positions), chain(*attended), strict=True):
            found[i] = self._links(sources[i], targets[i], right[i], attention)
        return found

    @abstractmethod
    def _decode(self, batches: list[list[list[str]]], decoding: Decoding) -> list[list[list[Decoded]]]:
        """Decode batches of source pieces; as many results in each batch as sources, each with the best one first."""

    @abstractmethod
    def _attend(self, batches: list[list[Pieces]]) -> list[list[Attention]]:
        """What the alignment head, head 0 of the last decoder layer, looks at when the model is made to say a target.

        Marian's guided alignment trains that head. The rows are those of the target pieces; a row may have weights for
        padding after those for the source pieces.
        """

    def _links(self, source: str, target: str, pieces: list[str], attention: Attention) -> list[Link]:
        target_spans = self.tokenizer.target_spans(pieces, target)
        return links(source, target, self.tokenizer.source_spans(source), target_spans, attention)


def longest_output(batch: Sequence[Sequence[str]]) -> int:
    """Most target pieces for a packed batch."""
    return ceiling(max(map(len, batch)), LONGEST)
