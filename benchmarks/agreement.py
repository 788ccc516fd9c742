"""Whether the engines say the same, and what pruning gains: every engine over the MT set, side by side.

    python benchmarks/agreement.py [--sentences 3000] [--model embedded] [--engines ...]

Each engine's translations are compared with those of the first, transformers in float32: share of equal sentences and
corpus chrF of one against the other; then BLEU and chrF against the reference, and words a CPU second.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Sequence
from pathlib import Path

from pipeline.mt.engines import Decoding, EngineName, EngineOptions, create
from pipeline.mt.folder import LocalModel
from pipeline.mt.models import resolve

NEWS = Path(__file__).resolve().parents[2] / "shared" / "mt" / "newstest2013"
# Name: engine, type of the numbers, pruned.
ENGINES: dict[str, tuple[EngineName, str, bool]] = {
    "transformers": ("transformers", "float32", False),
    "float32": ("ctranslate2", "float32", False),
    "float32-pruned": ("ctranslate2", "float32", True),
    "int8": ("ctranslate2", "int8", False),
    "int8-pruned": ("ctranslate2", "int8", True),
}
ASKED = {"float32": 99.5, "float32-pruned": 99.5, "int8": 97.0, "int8-pruned": 97.0}
"""Corpus chrF against transformers that the engines should reach."""


def said(name: str, model: LocalModel, sources: Sequence[str], beam: int) -> tuple[list[str], float]:
    """Translations, and words a CPU second."""
    engine, compute, prune = ENGINES[name]
    made = create(engine, model, EngineOptions(Decoding(beam), prune, compute, "cpu"))
    made.translate(["Bonjour."])
    started = time.process_time()
    texts = [hypothesis.text for hypothesis in made.translate(sources)]
    return texts, sum(len(source.split()) for source in sources) / (time.process_time() - started)


def main() -> None:
    from sacrebleu import corpus_bleu, corpus_chrf

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sentences", type=int, default=3000)
    parser.add_argument("--model", default="embedded")
    parser.add_argument("--beam", type=int, default=4)
    parser.add_argument("--engines", nargs="+", choices=ENGINES, default=list(ENGINES))
    parser.add_argument("--source", type=Path, default=NEWS.with_suffix(".fr"))
    parser.add_argument("--reference", type=Path, default=NEWS.with_suffix(".en"))
    options = parser.parse_args()
    sides = (file.read_text("utf-8").split("\n")[: options.sentences] for file in (options.source, options.reference))
    sources, references = sides
    print(f"{len(sources)} sentences, {options.model}, beam {options.beam}; against {options.engines[0]}:")
    first: list[str] = []
    for name in options.engines:
        texts, speed = said(name, resolve(options.model), sources, options.beam)
        first = first or texts
        same = sum(one == other for one, other in zip(texts, first, strict=True)) / len(texts)
        agreement = corpus_chrf(texts, [first]).score
        quality = (
            f"BLEU {corpus_bleu(texts, [references]).score:.2f}, chrF {corpus_chrf(texts, [references]).score:.2f}"
        )
        asked = f" (asked: {ASKED[name]})" if name in ASKED and options.engines[0] == "transformers" else ""
        print(
            f"{name:<16}{same:7.2%} equal, chrF {agreement:6.2f}{asked}; {quality}; {speed:.0f} words a CPU second",
            flush=True,
        )


if __name__ == "__main__":
    main()
