"""Translation side by side: this program, raw CTranslate2, transformers, EasyNMT, Argos; same sentences, beam, cores.

    python benchmarks/translate.py [--sentences 300] [--model embedded|opus-shape|NAME] [--peers FOLDER]

Each system is a process of its own, timed from the sentences on: imports and loading of the model are left out
everywhere. This program's figures include segmenting, checking and storing, and nothing is taken from a translation
memory. The slow systems get a part of the sentences, evenly spread. ``opus-shape`` is a model of opus-mt-fr-en's shape
with random weights and forced lengths (see ``opus_shape.py``): it tells of speed alone. ``--peers`` names the folder
that holds the virtual environments of EasyNMT and Argos Translate (see ``peers.py``). ``agreement.py`` compares what
the engines say, ``memory.py`` how memory grows.
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
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing, redirect_stderr
from pathlib import Path
from typing import Any

from benchmarks import opus_shape, peers
from benchmarks.opus_shape import forced
from pipeline.document import Document
from pipeline.errors import UsageError
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
    """The stages segment, translate and check, into a run store and text files."""

    def stages(model: LocalModel, sources: Texts, folder: Path) -> Iterator[str]:
        from pipeline.config import load
        from pipeline.io.export import Export
        from pipeline.outputs import Outputs
        from pipeline.run import Run, Settings
        from pipeline.store import Store

        (folder / "in").mkdir()
        for number in range(0, len(sources), 20):
            lines = "\n".join(sources[number : number + 20])
            (folder / "in" / f"{number:06}.txt").write_text(lines + "\n", encoding="utf-8")
        options = json.dumps({"model": str(model.folder), "engine": engine, "prune": prune, "beam": BEAM})
        plan = folder / "pipeline.yaml"
        steps = f"stages: [segment, translate: {options}, check]"
        plan.write_text(f"input: {folder / 'in'}\n{steps}\noutputs: {{path: {folder / 'out'}}}\n")
        with closing(Store.open(folder / "out")) as store:
            run = Run(load(plan), store, Settings(workers=0), {})
            documents: Iterable[Document] = [Document("warm", "Poutine est arrivé à Paris hier.")]
            for stage in run._stages:
                documents = list(stage(documents))
            yield ""
            with run.executor() as executor, Outputs(Export(store), folder / "out", (), translated=True) as outputs:
                run(executor, outputs)
                outputs.finish()
            rows = store.connection.execute("SELECT doc, line, target FROM segments ORDER BY doc, seg").fetchall()
        found: dict[tuple[str, int], str] = {}
        for doc, line, target in rows:
            found[doc, line] = f"{found.get((doc, line), '')} {target}".strip()
        yield from found.values()

    return stages


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
                search.num_return_sequences = 1
                if limits := forced(batch):
                    search.max_new_tokens = search.min_new_tokens = limits["max_decoding_length"]
                output = network.generate(inputs, attention_mask=mask, generation_config=search)
                yield from tokenizer.decode([engine._one(row, []).pieces for row in output[:, 1:].tolist()])

    return run


# Name, system, which part of the sentences it gets.
RAW, PRUNED = "raw CTranslate2, 32 in input order", "pipeline, CTranslate2, pruned"
WHOLE, BATCHES, LOOP = "pipeline, CTranslate2", "transformers, batches of 16", "transformers, one by one"
SYSTEMS: dict[str, tuple[System, int]] = {
    RAW: (raw_ctranslate2(32), 1),
    PRUNED: (pipeline_system("ctranslate2", True), 1),
    WHOLE: (pipeline_system("ctranslate2", False), 1),
    "raw CTranslate2, sorted by itself": (raw_ctranslate2(None), 1),
    "pipeline, transformers": (pipeline_system("transformers", False), 4),
    BATCHES: (plain_transformers(16), 4),
    LOOP: (plain_transformers(1), 10),
}
# What issue and users ask for: system, compared with, at least so many times as fast.
ASKED = ((WHOLE, RAW, 0.9), (PRUNED, RAW, 1.15), (PRUNED, BATCHES, 5.0), (PRUNED, LOOP, 15.0))


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
    parser.add_argument("--sentences", type=int, default=300)
    parser.add_argument("--model", default="embedded")
    parser.add_argument("--source", type=Path, default=NEWS.with_suffix(".fr"))
    parser.add_argument("--reference", type=Path, default=NEWS.with_suffix(".en"))
    parser.add_argument("--peers", type=Path, help="folder with the virtual environments of other programs")
    parser.add_argument("--system", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.system:
        one(arguments)
    else:
        table(arguments)


def one(arguments: argparse.Namespace) -> None:
    """What a child process does."""
    if is_random(arguments.model):
        opus_shape.force()
    sources = share(arguments.source, arguments.sentences, SYSTEMS[arguments.system][1])
    result = measure(arguments.system, resolve(arguments.model), sources)
    print(json.dumps({**result, "words": sum(len(source.split()) for source in sources)}))


def is_random(model: str) -> bool:
    return Path(model).name == opus_shape.NAME


def share(file: Path, sentences: int, part: int) -> list[str]:
    """Each ``part``-th of a file's first lines."""
    return file.read_text("utf-8").split("\n")[:sentences:part]


def table(arguments: argparse.Namespace) -> None:
    print(f"{arguments.sentences} sentences, {arguments.model}, beam {BEAM}, {cores()} cores")
    print(f"load {os.getloadavg()[0]:.1f} before: wall times need an idle machine")
    columns = ("words/s", "per CPU s", "first s", "peak MB", "BLEU", "chrF", "of")
    print(" " * 36 + "".join(f"{column:>10}" for column in columns))
    results = {}
    with tempfile.TemporaryDirectory() as folder:
        if arguments.model == opus_shape.NAME:
            os.environ["PIPELINE_CACHE"] = f"{folder}/cache"
            arguments.model = str(opus_shape.write(Path(folder) / opus_shape.NAME).folder)
        for name, (_, part) in SYSTEMS.items():
            results[name] = child(name, arguments)
            row(name, results[name], arguments, part)
        if arguments.peers:
            beside(arguments, Path(folder))
    for name, other, least in ASKED:
        times, cpu = (speed(results[name], of) / speed(results[other], of) for of in ("seconds", "cpu"))
        print(f"{name} is {times:.2f} times as fast as {other} (asked: {least}; by CPU time: {cpu:.2f})")


def beside(arguments: argparse.Namespace, folder: Path) -> None:
    """The rows of the other programs."""
    for name, peer in peers.PEERS.items():
        sources = share(arguments.source, arguments.sentences, peer.part)
        model = resolve(arguments.model)
        try:
            result = peers.run(name, arguments.peers, model, sources, BEAM, is_random(arguments.model), folder)
        except UsageError as error:
            print(f"{name:<36}{error}")
        else:
            row(name, result, arguments, peer.part)


def row(name: str, result: dict[str, Any], arguments: argparse.Namespace, part: int) -> None:
    from sacrebleu import corpus_bleu, corpus_chrf

    said, right = result["said"], share(arguments.reference, arguments.sentences, part)
    random = is_random(arguments.model)
    scores = (0.0, 0.0) if random else (corpus_bleu(said, [right]).score, corpus_chrf(said, [right]).score)
    figures = (speed(result), speed(result, "cpu"), result["first"], result["peak"], *scores)
    print(f"{name:<36}" + "".join(f"{figure:10.2f}" for figure in figures) + f"{len(said):10}", flush=True)


def child(name: str, arguments: argparse.Namespace) -> dict[str, Any]:
    command = [sys.executable, __file__, "--system", name, "--model", arguments.model]
    command += ["--sentences", str(arguments.sentences), "--source", str(arguments.source)]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"{name}: {done.stderr}")
    result: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return result


def speed(result: dict[str, Any], of: str = "seconds") -> float:
    """Source words per second; per CPU second it says more on a machine that is busy with other things."""
    return float(result["words"] / result[of])


if __name__ == "__main__":
    main()
