"""Translation side by side: this program, raw CTranslate2, transformers; one process each, same sentences and beam.

python benchmarks/translate.py [--sentences 100] [--model embedded|opus-shape|NAME] [--source FILE --reference FILE]

Timed from the sentences on: imports and loading of the model are left out everywhere. This program's figures include
segmenting, checking and storing. ``opus-shape`` has random weights in the shape of opus-mt-fr-en (6+6 layers, 512 wide,
59,514 pieces) and is made to say as many pieces as a batch's sources have on average, the same for all systems.
The slow systems get a part of the sentences; nothing is taken from a translation memory.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, redirect_stderr
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np

from pipeline.mt.engines import Decoding, EngineOptions, create
from pipeline.mt.engines.machine import cores
from pipeline.mt.folder import LocalModel
from pipeline.mt.models import resolve

ROOT = Path(__file__).resolve().parents[1]
NEWS = ROOT.parent / "shared" / "mt" / "newstest2013"
BEAM = 4
Texts = Sequence[str]
System = Callable[[LocalModel, Texts, Path], Iterator[str]]


def pipeline_system(engine: str, prune: bool) -> System:
    """The stages segment, translate and check, into a run store."""

    def run(model: LocalModel, sources: Texts, folder: Path) -> Iterator[str]:
        from pipeline.config import load
        from pipeline.run import Run, Settings
        from pipeline.store import Store

        (folder / "in").mkdir()
        for number in range(0, len(sources), 20):
            lines = "\n".join(sources[number : number + 20])
            (folder / "in" / f"{number:06}.txt").write_text(lines + "\n", encoding="utf-8")
        options = json.dumps({"model": str(model.folder), "engine": engine, "prune": prune, "beam": BEAM})
        plan = folder / "pipeline.yaml"
        stages = f"stages: [segment, translate: {options}, check]"
        plan.write_text(f"input: {folder / 'in'}\n{stages}\noutputs: {{path: {folder / 'out'}}}\n")
        with closing(Store.open(folder / "out")) as store:
            work = Run(load(plan), store, Settings(workers=0), {})
            translate = next(stage for stage in work._stages if stage.name == "translate")
            translate.engine.translate(["Bonjour."])
            yield ""
            work()
            rows = store.connection.execute("SELECT doc, line, target FROM segments ORDER BY doc, seg").fetchall()
        found: dict[tuple[str, int], str] = {}
        for doc, line, target in rows:
            found[doc, line] = f"{found.get((doc, line), '')} {target}".strip()
        yield from found.values()

    return run


def raw_ctranslate2(size: int | None) -> System:
    """`translate_batch` on pieces made beforehand: in the order of the input, or all at once, sorted by the library."""

    def run(model: LocalModel, sources: Texts, folder: Path) -> Iterator[str]:
        engine: Any = create("ctranslate2", model, EngineOptions(Decoding(BEAM), prune=False))
        encoded = engine.tokenizer.encode(sources)
        engine.translate(["Bonjour."])
        yield ""
        step = size or len(encoded)
        for start in range(0, len(encoded), step):
            batch = encoded[start : start + step]
            limits = forced(batch) or {"max_decoding_length": 512}
            results = engine._translator.translate_batch(batch, beam_size=BEAM, max_batch_size=32, **limits)
            yield from engine.tokenizer.decode([result.hypotheses[0] for result in results])

    return run


def plain_transformers(size: int) -> System:
    """`generate` on batches in the order of the input."""

    def run(model: LocalModel, sources: Texts, folder: Path) -> Iterator[str]:
        import torch

        engine: Any = create("transformers", model, EngineOptions(Decoding(BEAM)))
        network, tokenizer = engine._network, engine.tokenizer
        with torch.inference_mode():
            yield ""
            for start in range(0, len(sources), size):
                batch = tokenizer.encode(sources[start : start + size])
                inputs, mask = engine._padded([tokenizer.ids(pieces) for pieces in batch])
                search = engine._search(Decoding(BEAM), 512)
                if limits := forced(batch):
                    search.max_new_tokens = search.min_new_tokens = limits["max_decoding_length"]
                output = network.generate(inputs, attention_mask=mask, generation_config=search)
                yield from tokenizer.decode([engine._one(row, []).pieces for row in output[:, 1:].tolist()])

    return run


# Name, system, which part of the sentences it gets. The first is what the others are compared with.
SYSTEMS: dict[str, tuple[System, int]] = {
    "raw CTranslate2, 32 in input order": (raw_ctranslate2(32), 1),
    "pipeline, CTranslate2, pruned": (pipeline_system("ctranslate2", True), 1),
    "pipeline, CTranslate2": (pipeline_system("ctranslate2", False), 1),
    "raw CTranslate2, sorted by itself": (raw_ctranslate2(None), 1),
    "pipeline, transformers": (pipeline_system("transformers", False), 4),
    "transformers, batches of 16": (plain_transformers(16), 4),
    "transformers, one by one": (plain_transformers(1), 10),
}
PEERS = {"EasyNMT": "easynmt", "Argos Translate": "argostranslate"}

_forcing = False


def forced(batch: Sequence[Sequence[str]]) -> dict[str, int]:
    """Bounds that make a model say as many pieces as the batch's sources have on average; none for a real model."""
    length = round(sum(map(len, batch)) / len(batch))
    return {"min_decoding_length": length, "max_decoding_length": length} if _forcing else {}


def force() -> None:
    """Make this program's engines obey `forced` as well, and switch off what would ask a random model again."""
    global _forcing
    _forcing = True
    from pipeline.mt import translator
    from pipeline.mt.engines import ctranslate2_engine, transformers_engine

    def start(self: Any, batch: Any, decoding: Decoding) -> Any:
        return self._translator.translate_batch(
            batch, asynchronous=True, beam_size=decoding.beam, return_scores=True, disable_unk=True, **forced(batch)
        )

    def search(self: Any, decoding: Decoding, longest: int) -> Any:
        found = original(self, decoding, longest)
        found.min_new_tokens = longest
        return found

    original = transformers_engine.TransformersEngine._search
    ctranslate2_engine.CTranslate2Engine._start = start  # type: ignore[method-assign]
    transformers_engine.TransformersEngine._search = search  # type: ignore[method-assign]
    transformers_engine.longest_output = lambda batch: forced(batch)["max_decoding_length"]  # type: ignore[attr-defined]
    translator.HardChecks = lambda *_: lambda *_: ()  # type: ignore[assignment,misc]


def opus_shape(folder: Path) -> LocalModel:
    """Random weights in the shape of opus-mt-fr-en, with the embedded model's pieces and fillers for the rest.

    Half of the vocabulary is listed as the target's, as in an OPUS model with its two SentencePiece models.
    """
    from safetensors.numpy import save_file

    embedded, size, width, inner = resolve("embedded"), 59_514, 512, 2048
    pieces = [piece for piece in json.loads((embedded.folder / "vocab.json").read_text("utf-8")) if piece != "<pad>"]
    pieces += [f"▁filler{number}" for number in range(size - 1 - len(pieces))] + ["<pad>"]
    folder.mkdir(parents=True, exist_ok=True)
    for name in ("source.spm", "target.spm", "tokenizer_config.json"):
        (folder / name).write_bytes((embedded.folder / name).read_bytes())
    (folder / "target_pieces.txt").write_text("\n".join(pieces[: size // 2]) + "\n", encoding="utf-8")
    (folder / "vocab.json").write_text(json.dumps({piece: i for i, piece in enumerate(pieces)}), encoding="utf-8")
    shape = {"d_model": width, "vocab_size": size, "decoder_vocab_size": size}
    shape |= {f"{side}_{key}": n for side in ("encoder", "decoder") for key, n in (("layers", 6), ("ffn_dim", inner))}
    shape |= {"encoder_attention_heads": 8, "decoder_attention_heads": 8}
    shape |= {"pad_token_id": size - 1, "decoder_start_token_id": size - 1}
    (folder / "config.json").write_text(json.dumps({**embedded.config, **shape, "dtype": "float32"}))
    random = np.random.default_rng(0)

    def some(*dimensions: int) -> Any:
        return random.normal(0, 0.02, dimensions).astype(np.float32)

    weights = {"model.shared.weight": some(size, width), "final_logits_bias": np.zeros((1, size), np.float32)}
    for layer in range(6):
        for side, parts in (("encoder", ["self_attn"]), ("decoder", ["self_attn", "encoder_attn"])):
            at = f"model.{side}.layers.{layer}"
            linear = {f"{part}.{name}_proj": (width, width) for part in parts for name in ("q", "k", "v", "out")}
            for name, dimensions in {**linear, "fc1": (inner, width), "fc2": (width, inner)}.items():
                weights[f"{at}.{name}.weight"], weights[f"{at}.{name}.bias"] = some(*dimensions), some(dimensions[0])
            for name in (*(f"{part}_layer_norm" for part in parts), "final_layer_norm"):
                weights[f"{at}.{name}.weight"], weights[f"{at}.{name}.bias"] = np.ones(width, np.float32), some(width)
    save_file(weights, folder / "model.safetensors")
    return resolve(str(folder))


def measure(name: str, model: LocalModel, sources: Texts) -> dict[str, Any]:
    """Run one system here: wall and CPU seconds, seconds to the first output, peak memory in MB, translations."""
    system, _ = SYSTEMS[name]
    with tempfile.TemporaryDirectory() as folder, open(os.devnull, "w") as null, redirect_stderr(null):
        stream = system(model, sources, Path(folder))
        next(stream)
        started, cpu = time.perf_counter(), time.process_time()
        said, first = [], 0.0
        for text in stream:
            first = first or time.perf_counter() - started
            said.append(text)
        seconds, cpu = time.perf_counter() - started, time.process_time() - cpu
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3
    return {"seconds": seconds, "cpu": cpu, "first": first, "peak": peak, "said": said}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sentences", type=int, default=100)
    parser.add_argument("--model", default="embedded")
    parser.add_argument("--source", type=Path, default=NEWS.with_suffix(".fr"))
    parser.add_argument("--reference", type=Path, default=NEWS.with_suffix(".en"))
    parser.add_argument("--system", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.system:
        one(arguments)
    else:
        table(arguments)


def one(arguments: argparse.Namespace) -> None:
    """What a child process does."""
    if Path(arguments.model).name == "opus-shape":
        force()
    part = SYSTEMS[arguments.system][1]
    sources = arguments.source.read_text("utf-8").split("\n")[: max(1, arguments.sentences // part)]
    result = measure(arguments.system, resolve(arguments.model), sources)
    print(json.dumps({**result, "words": sum(len(source.split()) for source in sources)}))


def table(arguments: argparse.Namespace) -> None:
    from sacrebleu import corpus_bleu, corpus_chrf

    references = arguments.reference.read_text("utf-8").split("\n")
    print(f"{arguments.sentences} sentences, {arguments.model}, beam {BEAM}, {cores()} cores")
    print(f"load {os.getloadavg()[0]:.1f} before: wall times need an idle machine")
    columns = ("words/s", "of raw", "per CPU s", "first s", "peak MB", "BLEU", "chrF", "of")
    print(" " * 36 + "".join(f"{column:>10}" for column in columns))
    with tempfile.TemporaryDirectory() as folder:
        random = arguments.model == "opus-shape"
        model = str(opus_shape(Path(folder) / "opus-shape").folder) if random else arguments.model
        raw = 0.0
        for name in SYSTEMS:
            result = child(name, model, arguments)
            raw = raw or speed(result)
            said, right = result["said"], references[: len(result["said"])]
            scores = (0.0, 0.0) if random else (corpus_bleu(said, [right]).score, corpus_chrf(said, [right]).score)
            figures = (speed(result), speed(result) / raw, cpu_speed(result), result["first"], result["peak"], *scores)
            print(f"{name:<36}" + "".join(f"{figure:10.2f}" for figure in figures) + f"{len(said):10}", flush=True)
    for name, module in PEERS.items():
        if not find_spec(module):
            print(f"{name:<36}skipped: `{module}` is not installed in this environment")


def child(name: str, model: str, arguments: argparse.Namespace) -> dict[str, Any]:
    command = [sys.executable, __file__, "--system", name, "--model", model, "--sentences", str(arguments.sentences)]
    command += ["--source", str(arguments.source), "--reference", str(arguments.reference)]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"{name}: {done.stderr}")
    result: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return result


def speed(result: dict[str, Any]) -> float:
    """Source words per second."""
    return float(result["words"] / result["seconds"])


def cpu_speed(result: dict[str, Any]) -> float:
    """Source words per second of CPU time, which says more than `speed` on a machine that is busy with other things."""
    return float(result["words"] / result["cpu"])


if __name__ == "__main__":
    main()
