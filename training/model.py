"""The network: transformers' own MarianMTModel, started well, with one attention head that shows the word alignment."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any, NamedTuple

import torch
from safetensors.torch import load_file, save_file
from torch import Tensor, nn
from torch.nn import functional
from transformers import MarianConfig, MarianMTModel

from training.config import ModelOptions
from training.vocab import EOS_ID

# Copies of the shared embedding; transformers ties them again on loading.
TIED = ("lm_head.weight", "model.encoder.embed_tokens.weight", "model.decoder.embed_tokens.weight")
# Decoding starts from <pad>; this bias keeps it from ever being written.
NEVER = -10_000.0
# Sinusoidal positions, and the biases that `Translator.clear_pad` and the export set.
NOT_LEARNED = (
    "model.encoder.embed_positions.weight", "model.decoder.embed_positions.weight", "final_logits_bias",
)  # fmt: skip
MAX_POSITIONS = 512


def marian_config(options: ModelOptions, pieces: int) -> MarianConfig:
    """The configuration for ``pieces`` pieces and ``<pad>`` after them."""
    return MarianConfig(
        vocab_size=pieces + 1, decoder_vocab_size=pieces + 1, d_model=options.width,
        encoder_layers=options.encoder, decoder_layers=options.decoder,
        encoder_attention_heads=options.heads, decoder_attention_heads=options.heads,
        encoder_ffn_dim=options.feed_forward, decoder_ffn_dim=options.feed_forward,
        dropout=options.dropout, attention_dropout=0.0, activation_dropout=0.0, activation_function="swish",
        max_position_embeddings=MAX_POSITIONS, scale_embedding=True,
        share_encoder_decoder_embeddings=True, pad_token_id=pieces, bos_token_id=None, eos_token_id=EOS_ID,
        decoder_start_token_id=pieces, forced_eos_token_id=EOS_ID,
    )  # fmt: skip


class Seen(NamedTuple):
    """An input of a matrix (held, so that its ``id`` stays its own), what the matrix is given, its squared crest."""

    values: Tensor
    given: Tensor
    crest: Tensor


def rough(values: Tensor, step: Tensor) -> Tensor:
    """``values`` (..., n) rounded to multiples of ``step`` (..., 1); gradients pass as if nothing were rounded.

    The straight-through estimator (Bengio et al. 2013, 1308.3432), with the step learned too (Esser et al. 2020,
    "Learned Step Size Quantization", 1902.08153).
    """
    ratio = values / (step + torch.finfo(step.dtype).tiny)
    return (ratio + (ratio.round() - ratio).detach()) * step


def as_given(values: Tensor, steps: int) -> tuple[Tensor, Tensor]:
    """What a matrix is given of ``values`` (..., n), see `rough`, and the mean of the rows' squared crest factors."""
    top = values.abs().amax(-1, keepdim=True).float()
    power = values.float().square().mean(-1, keepdim=True).add(1e-6)
    given = rough(values, (top / steps).to(values.dtype)) if steps else values
    return given, (top.square() / power).mean()


class Translator(nn.Module):
    """A MarianMTModel with the decoder states and the guided head's weights as outputs.

    The head is number 0 of the last decoder layer's cross-attention: the one that CTranslate2 returns.
    """

    def __init__(self, config: MarianConfig, fast_attention: bool, steps: int = 0, fuse: bool = False) -> None:
        """``fast_attention``: fused kernels; on a CPU their backward pass is four times slower than the plain one.

        ``steps``: how many steps each way the inputs of matrices are rounded to, see `rough`; 0 leaves them alone.

        ``fuse``: make one pass over memory of that, with torch's compiler.
        """
        super().__init__()
        config._attn_implementation = "sdpa" if fast_attention else "eager"
        self.marian = MarianMTModel(config)
        self.pad = config.vocab_size - 1
        self._attention: Tensor | None = None
        guided = self.marian.model.decoder.layers[-1].encoder_attn
        guided.config = copy.deepcopy(config)
        guided.config._attn_implementation = "eager"  # the fused kernels do not return their weights
        guided.register_forward_hook(self._remember)
        self._steps = steps
        self._as_given = torch.compile(as_given, dynamic=True) if fuse else as_given
        self._seen: dict[int, Seen] = {}
        for module in self.marian.model.modules():
            if isinstance(module, nn.Linear):
                module.register_forward_pre_hook(self._before_matrix)

    def _remember(self, module: nn.Module, inputs: Any, outputs: tuple[Tensor, Tensor]) -> None:
        self._attention = outputs[1]

    def _before_matrix(self, module: nn.Module, inputs: tuple[Tensor]) -> tuple[Tensor]:
        return (self._see(inputs[0]),)

    def _see(self, values: Tensor) -> Tensor:
        """Note the squared crest factor of a matrix's input (..., n), once if several share it; return it rounded."""
        if id(values) not in self._seen:
            self._seen[id(values)] = Seen(values, *self._as_given(values, self._steps))
        return self._seen[id(values)].given

    def forward(self, source: Tensor, decoder_input: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Encoder states (n, S, width), decoder states (n, T, width), guided head (n, T, S) with rows that sum to 1."""
        mask = torch.ne(source, self.pad).long()
        self._seen.clear()
        out = self.marian.model(input_ids=source, attention_mask=mask, decoder_input_ids=decoder_input, use_cache=False)
        assert self._attention is not None
        return out.encoder_last_hidden_state, out.last_hidden_state, self._attention[:, 0]

    def logits(self, states: Tensor) -> Tensor:
        """Decoder states (n, width) to logits (n, pieces + 1)."""
        return functional.linear(self._see(states), self.embedding)

    def crest(self) -> Tensor:
        """Mean square of the crest factor (largest over root mean square) of the rows that matrices were given; over 1.

        Int8 arithmetic divides the range of a row's values into 127 steps each way, so the power of its noise beside
        theirs is proportional to this. Of the last forward pass.
        """
        return torch.stack([seen.crest for seen in self._seen.values()]).mean()

    @property
    def embedding(self) -> nn.Parameter:
        """The one embedding table (pieces + 1, width): source, target and output."""
        weight = self.marian.model.shared.weight
        assert isinstance(weight, nn.Parameter)
        return weight

    def clear_pad(self) -> None:
        """Hold the row of ``<pad>`` at zero: CTranslate2 starts decoding from a zero embedding."""
        with torch.no_grad():
            self.embedding[self.pad] = 0
            self.marian.final_logits_bias[0, self.pad] = NEVER


def start(model: Translator, seed: int) -> None:
    """Random weights: Xavier, and embeddings at a standard deviation of ``width ** -0.5``.

    Embeddings are scaled by ``width ** 0.5``, so they stand beside the sinusoidal positions; with smaller ones the
    encoder collapsed in trials, all positions alike.
    """
    generator = torch.Generator().manual_seed(seed)
    for name, weight in model.marian.named_parameters():
        if name in NOT_LEARNED:
            continue
        if weight is model.embedding:
            nn.init.normal_(weight, std=weight.shape[1] ** -0.5, generator=generator)
        elif weight.dim() == 2:
            nn.init.xavier_uniform_(weight, generator=generator)
    model.clear_pad()


def round_weights(model: Translator) -> None:
    """Put each row of the trained matrices on the 255 steps that int8 arithmetic gives it.

    CTranslate2 scales a row so that its largest value becomes 127, and rounds. Nothing is lost there by a row that is
    rounded already, so that all engines compute with the same weights.
    """
    for name, weight in model.marian.named_parameters():
        if weight.dim() == 2 and name not in NOT_LEARNED:
            step = weight.data.abs().amax(1, keepdim=True).clamp_min(1e-12) / 127
            weight.data = torch.round(weight.data / step) * step


def save_weights(model: Translator, path: Path, weights: dict[str, Tensor] | None = None) -> None:
    """Weights as float16 safetensors, without the tied copies; ``weights`` instead of the model's own if given."""
    state = weights or model.marian.state_dict()
    half = {name: value.half().contiguous().cpu() for name, value in state.items() if name not in TIED}
    save_file(half, path, metadata={"format": "pt"})


def load_weights(model: Translator, *paths: Path) -> None:
    """Take what was learned from a safetensors file, or the mean of what was from several.

    Models that went on from the same weights can be averaged (Wortsman et al. 2022, "Model soups", 2203.05482).

    Raises:
        ValueError: a file is of another shape of network.
    """
    own = {name: value for name, value in model.marian.state_dict().items() if name not in TIED + NOT_LEARNED}
    mean, shapes = {name: torch.zeros_like(value) for name, value in own.items()}, _shapes(own)
    for path in paths:
        held = {name: value.float() for name, value in load_file(path).items() if name not in NOT_LEARNED}
        if differing := shapes ^ _shapes(held):
            raise ValueError(f"{path} does not fit this configuration: {min(differing)[0]}")
        for name, value in held.items():
            mean[name] += value / len(paths)
    model.marian.load_state_dict(mean, strict=False)
    model.marian.tie_weights()
    model.clear_pad()


def _shapes(weights: dict[str, Tensor]) -> set[tuple[str, tuple[int, ...]]]:
    return {(name, tuple(value.shape)) for name, value in weights.items()}
