"""CTranslate2: the fast engine, int8 on CPU, float16 on GPU."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Any

from pipeline.mt.batching import halving, is_out_of_memory
from pipeline.mt.convert import converted
from pipeline.mt.engines.base import Attention, Decoded, Decoding, MarianEngine, longest_output
from pipeline.mt.engines.machine import cores

Batch = Sequence[list[str]]


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

    @cached_property
    def _translator(self) -> Any:
        import ctranslate2

        return ctranslate2.Translator(
            str(converted(self.model, self._compute, self.options.prune)),
            device=self._device,
            compute_type={"int8": "int8_float32"}.get(self._compute, self._compute),
            inter_threads=(self.options.threads or cores()) if self._device == "cpu" else 1,
            intra_threads=1,
            max_queued_batches=-1,
        )

    def _decode(self, batches: list[list[list[str]]], decoding: Decoding) -> list[list[Decoded]]:
        running = [self._start(batch, decoding) for batch in batches]
        return [self._finish(batch, results, decoding) for batch, results in zip(batches, running, strict=True)]

    def _start(self, batch: Batch, decoding: Decoding) -> Any:
        return self._translator.translate_batch(
            batch,
            asynchronous=True,
            beam_size=decoding.beam,
            no_repeat_ngram_size=decoding.no_repeat_ngram,
            max_decoding_length=longest_output(batch),
            max_input_length=0,
            disable_unk=True,
            return_scores=True,
        )

    def _finish(self, batch: Batch, running: Any, decoding: Decoding) -> list[Decoded]:
        try:
            return [_decoded(one.result()) for one in running]
        except (MemoryError, RuntimeError) as error:
            if not is_out_of_memory(error) or len(batch) < 2:
                raise
        middle = len(batch) // 2
        return [one for half in (batch[:middle], batch[middle:]) for one in halving(self._again(decoding), half)]

    def _attend(self, sources: list[list[str]], targets: list[list[str]]) -> list[Attention]:
        # Forced and greedy: with beams, CTranslate2 4.8 gives wrong attention for the first piece in a batch.
        results = self._translator.translate_batch(
            sources,
            target_prefix=targets,
            beam_size=1,
            max_decoding_length=max(map(len, targets)),
            max_input_length=0,
            return_attention=True,
        )
        return [result.attention[0][: len(target)] for result, target in zip(results, targets, strict=True)]

    def _again(self, decoding: Decoding) -> Any:
        return lambda batch: [_decoded(one.result()) for one in self._start(batch, decoding)]


def _decoded(result: Any) -> Decoded:
    return Decoded(result.hypotheses[0], result.scores[0])
