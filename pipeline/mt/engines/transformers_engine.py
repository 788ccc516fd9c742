"""transformers: the reference engine, float32 on CPU, float16 on GPU."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property, partial
from importlib import import_module
from typing import Any

from pipeline.errors import ModelError
from pipeline.mt.batching import halving
from pipeline.mt.engines.base import Attention, Decoded, Decoding, EngineOptions, MarianEngine, Pieces, longest_output
from pipeline.mt.engines.machine import cores
from pipeline.mt.folder import LocalModel
from pipeline.mt.prune import NEVER
from pipeline.mt.tokenizer import END, PAD, UNKNOWN


class TransformersEngine(MarianEngine):
    """A Marian model in transformers. Its output layer keeps its size; what is never said has no chance in it."""

    name = "transformers"

    def __init__(self, model: LocalModel, options: EngineOptions) -> None:
        super().__init__(model, options)
        if options.compute not in ("auto", "float32", "float16"):
            raise ModelError(f'engine "transformers" knows float32 and float16; {options.compute} needs ctranslate2')
        self._ids = {piece: i for i, piece in enumerate(self.tokenizer.target_pieces)}
        self._end, self._pad, self._unknown = (self._ids[token] for token in (END, PAD, UNKNOWN))

    @cached_property
    def _device(self) -> str:
        import torch

        if self.options.device != "auto":
            return self.options.device
        return "cuda" if torch.cuda.is_available() else "cpu"

    @property
    def _compute(self) -> str:
        if self.options.compute != "auto":
            return self.options.compute
        return "float16" if self._device == "cuda" else "float32"

    @property
    def variant(self) -> str:
        return f"{self._device} {self._compute}"

    @cached_property
    def _network(self) -> Any:
        import torch

        transformers: Any = import_module("transformers")
        transformers.utils.logging.disable_progress_bar()
        if self._device == "cpu":
            torch.set_num_threads(self.options.threads or cores())
        network = transformers.MarianMTModel.from_pretrained(
            self.model.folder,
            # Named, because `auto` would take the type of the file, and float16 is slow and lossy on a CPU.
            dtype=getattr(torch, self._compute),
            local_files_only=True,
            use_safetensors=True,
            # Only this implementation gives the attention weights back.
            attn_implementation="eager",
        )
        network.generation_config = transformers.GenerationConfig()  # else the folder's own mixes into each search
        never = set(self._ids.values()) - {*self._said} | {self._unknown}
        network.final_logits_bias[:, sorted(never)] = NEVER
        try:
            return network.eval().to(self._device)
        except (AssertionError, RuntimeError) as error:  # torch without CUDA asserts
            raise self._cannot_run(error) from error

    def _decode(self, batches: list[list[list[str]]], decoding: Decoding) -> list[list[list[Decoded]]]:
        return [halving(partial(self._generate, decoding=decoding), batch) for batch in batches]

    def _generate(self, batch: Sequence[list[str]], decoding: Decoding) -> list[list[Decoded]]:
        import torch

        with torch.inference_mode():
            inputs, mask = self._padded([self.tokenizer.ids(pieces) for pieces in batch])
            output = self._network.generate(
                inputs, attention_mask=mask, generation_config=self._search(decoding, longest_output(batch))
            )
            beam = decoding.beam
            scored = self._scored(inputs.repeat_interleave(beam, 0), mask.repeat_interleave(beam, 0), output[:, 1:])
            return [scored[i : i + beam] for i in range(0, len(scored), beam)]

    def _padded(self, rows: list[list[int]]) -> tuple[Any, Any]:
        import torch

        longest = max(map(len, rows))
        ids = torch.tensor([row + [self._pad] * (longest - len(row)) for row in rows], device=self._network.device)
        mask = torch.tensor([[1] * len(row) + [0] * (longest - len(row)) for row in rows], device=self._network.device)
        return ids, mask

    def _search(self, decoding: Decoding, longest: int) -> Any:
        """All that the search depends on; nothing is left to the model folder or to the library's defaults."""
        transformers: Any = import_module("transformers")
        return transformers.GenerationConfig(
            num_beams=decoding.beam,
            num_return_sequences=decoding.beam,
            no_repeat_ngram_size=decoding.no_repeat_ngram,
            max_new_tokens=longest,
            do_sample=False,
            early_stopping=True,
            length_penalty=1.0,
            renormalize_logits=True,
            decoder_start_token_id=self._pad,
            eos_token_id=self._end,
            pad_token_id=self._pad,
            use_cache=True,
        )

    def _scored(self, inputs: Any, mask: Any, output: Any) -> list[Decoded]:
        logits = self._forced(inputs, mask, output).logits
        scores = logits.float().log_softmax(-1).gather(-1, output[..., None])[..., 0]
        return [self._one(*row) for row in zip(output.tolist(), scores.tolist(), strict=True)]

    def _forced(self, inputs: Any, mask: Any, output: Any, attentions: bool = False) -> Any:
        """One pass over a given output, for its scores or its attention."""
        import torch

        start = torch.full_like(output[:, :1], self._pad)
        shifted = torch.cat([start, output[:, :-1]], dim=1)
        return self._network(
            input_ids=inputs, attention_mask=mask, decoder_input_ids=shifted, output_attentions=attentions
        )

    def _one(self, ids: list[int], scores: list[float]) -> Decoded:
        closed = next((i for i, piece in enumerate(ids) if piece in (self._end, self._pad)), len(ids))
        said = scores[: closed + 1]
        return Decoded([self.tokenizer.target_pieces[i] for i in ids[:closed]], sum(said) / max(1, len(said)))

    def _attend(self, batches: list[list[Pieces]]) -> list[list[Attention]]:
        return [halving(self._attention, batch) for batch in batches]

    def _attention(self, batch: Sequence[Pieces]) -> list[Attention]:
        import torch

        with torch.inference_mode():
            inputs, mask = self._padded([self.tokenizer.ids(source) for source, _ in batch])
            output, _ = self._padded([[self._ids.get(piece, self._unknown) for piece in target] for _, target in batch])
            heads = self._forced(inputs, mask, output, attentions=True).cross_attentions[-1]
        return [rows[: len(target)] for rows, (_, target) in zip(heads[:, 0].tolist(), batch, strict=True)]
