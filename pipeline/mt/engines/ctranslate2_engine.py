"""CTranslate2: the fast engine, int8 on CPU, float16 on GPU."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from typing import Any, TypeVar

from pipeline.mt.batching import halving, is_out_of_memory
from pipeline.mt.convert import converted
from pipeline.mt.engines.base import Attention, Decoded, Decoding, MarianEngine, Pieces, longest_output
from pipeline.mt.engines.machine import cores

Item = TypeVar("Item")
Start = Callable[[Sequence[Item]], Any]
"""Puts a batch to work; gives what will have its results."""


class CTranslate2Engine(MarianEngine):
    """A Marian model in CTranslate2.

    One translator a core, each with one thread: batches run side by side, and the numbers do not depend on how many.
    """

    name = "ctranslate2"

    @cached_property
    def _device(self) -> str:
        import ctranslate2

        if self.options.device != "auto":
            return self.options.device
        return "cuda" if ctranslate2.get_cuda_device_count() else "cpu"

    @property
    def _compute(self) -> str:
        if self.options.compute != "auto":
            return self.options.compute
        return "float16" if self._device == "cuda" else "int8"

    @property
    def variant(self) -> str:
        return f"{self._device} {self._compute}"

    @property
    def _threads(self) -> int:
        return (self.options.threads or cores()) if self._device == "cpu" else 1

    @cached_property
    def _translator(self) -> Any:
        import ctranslate2

        folder = converted(self.model, self._compute, self.options.prune)
        try:
            return ctranslate2.Translator(
                str(folder),
                device=self._device,
                compute_type={"int8": "int8_float32"}.get(self._compute, self._compute),
                inter_threads=self._threads,
                intra_threads=1,
            )
        except (RuntimeError, ValueError) as error:
            raise self._cannot_run(error) from error

    def _decode(self, batches: list[list[list[str]]], decoding: Decoding) -> list[list[list[Decoded]]]:
        found = self._all(lambda batch: self._start(batch, decoding), batches)
        return [[list(map(Decoded, result.hypotheses, result.scores)) for result in results] for results in found]

    def _attend(self, batches: list[list[Pieces]]) -> list[list[Attention]]:
        found = self._all(self._start_forced, batches)
        return [
            [result.attention[0][: len(target)] for result, (_, target) in zip(results, batch, strict=True)]
            for results, batch in zip(found, batches, strict=True)
        ]

    def _all(self, start: Start[Item], batches: list[list[Item]]) -> Iterator[list[Any]]:
        """The results of each batch in turn; the next ones run meanwhile, two a thread so that none waits.

        Not all at once: results that wait lie scattered over the memory that the batches to come need in one piece,
        which then grows with every window.
        """
        running: deque[tuple[list[Item], Any]] = deque()
        for batch in batches:
            running.append((batch, start(batch)))
            if len(running) == 2 * self._threads:
                yield _finish(start, *running.popleft())
        while running:
            yield _finish(start, *running.popleft())

    def _start(self, batch: Sequence[list[str]], decoding: Decoding) -> Any:
        return self._translator.translate_batch(
            batch,
            asynchronous=True,
            beam_size=decoding.beam,
            num_hypotheses=decoding.beam,
            no_repeat_ngram_size=decoding.no_repeat_ngram,
            max_decoding_length=longest_output(batch),
            max_input_length=0,
            disable_unk=True,
            return_scores=True,
        )

    def _start_forced(self, batch: Sequence[Pieces]) -> Any:
        # Forced and greedy: with beams, CTranslate2 4.8 gives wrong attention for the first piece in a batch.
        return self._translator.translate_batch(
            [source for source, _ in batch],
            asynchronous=True,
            target_prefix=[target for _, target in batch],
            beam_size=1,
            max_decoding_length=max(len(target) for _, target in batch),
            max_input_length=0,
            return_attention=True,
        )


def _finish(start: Start[Item], batch: list[Item], running: Any) -> list[Any]:
    """The results of a batch; it is halved where memory ran out."""
    try:
        return [one.result() for one in running]
    except (MemoryError, RuntimeError) as error:
        if not is_out_of_memory(error) or len(batch) < 2:
            raise
    middle = len(batch) // 2
    return [
        result
        for half in (batch[:middle], batch[middle:])
        for result in halving(lambda part: [one.result() for one in start(part)], half)
    ]
