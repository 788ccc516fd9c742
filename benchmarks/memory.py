"""Peak memory of a run that really translates, by the number of documents: it should not grow.

    python -m benchmarks.memory FOLDER [--sizes 100 10000] [--model embedded] [--beam 4]

The whole default plan and all outputs, int8 on a CPU. Each document has 18 sentences, as many as an article of the
seeds on average, and no other has them, so that nothing is translated once for many. Memory is the peak of the main
process and of its worker.
"""

from __future__ import annotations

import argparse
import shutil
from collections.abc import Iterator
from pathlib import Path

from benchmarks.scale import Measured, measure

PLACES = ("Lyon", "Nantes", "Lille", "Bordeaux", "Rennes", "Toulouse", "Dakar", "Namur", "Genève", "Tunis")
SENTENCES = (
    "La ville de {place} a ouvert {n} nouvelles écoles cette année.",
    "Le maire de {place} attend {n} visiteurs au musée dimanche prochain.",
    "Selon la police, {n} personnes ont quitté {place} après l'accident.",
    "Le conseil de {place} a voté hier soir un budget de {n} euros pour les routes, malgré l'opposition de deux élus.",
    "Au total, {n} habitants de {place} ont signé la pétition, que le comité doit remettre au ministre avant juin.",
    "« Nous avons accueilli {n} familles depuis le printemps », explique la directrice du centre social de {place}.",
)
ROUNDS = 3


def write(folder: Path, documents: int) -> None:
    """A corpus of its own, a folder for each thousand documents."""
    for number in range(documents):
        path = folder / f"{number // 1000:03}" / f"{number:06}.txt"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("\n".join(sentences(number)) + "\n", encoding="utf-8")


def sentences(number: int) -> Iterator[str]:
    """Those of one document; each has a number of its own."""
    for n in range(ROUNDS * number + 2, ROUNDS * (number + 1) + 2):
        for sentence in SENTENCES:
            yield sentence.format(place=PLACES[n % len(PLACES)], n=n)


def run(folder: Path, documents: int, model: str, beam: int) -> Measured:
    """One run over so many documents."""
    corpus, output = folder / f"{documents}-documents", folder / f"{documents}-outputs"
    shutil.rmtree(output, ignore_errors=True)
    write(corpus, documents)
    plan = folder / "pipeline.yaml"
    options = f"{{model: {model}, beam: {beam}, engine: ctranslate2, compute: int8, device: cpu}}"
    plan.write_text(f"stages: [normalize, strip, repair, segment, translate: {options}, check]\n")
    return measure(corpus, output, "--config", str(plan))


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, help="for corpora and outputs")
    parser.add_argument("--sizes", type=int, nargs="+", default=[100, 10_000])
    parser.add_argument("--model", default="embedded")
    parser.add_argument("--beam", type=int, default=4)
    options = parser.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    peaks = []
    for size in options.sizes:
        done = run(options.folder, size, options.model, options.beam)
        peaks.append(done.main + done.worker)
        print(
            f"{size} documents: main {done.main:.0f} MB, worker {done.worker:.0f} MB, {peaks[-1] / peaks[0] - 1:+.1%}, "
            f"{sum(done.summary['counts']['segments'].values())} segments, {done.wall:.0f} s, {done.cpu:.0f} s CPU",
            flush=True,
        )


if __name__ == "__main__":
    main()
