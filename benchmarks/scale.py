"""How runs grow: speed by stage, memory, unchanged re-runs, overhead, speed-up with two workers.

    python -m benchmarks.scale FOLDER --sizes 100 1000 10000 --echo 1000

Each run is a process of its own; memory is the peak of its main process and of its largest worker. Times are wall
clock and CPU (all processes): on a machine that is doing other things, trust CPU.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

from benchmarks.corpus import generate
from benchmarks.kill import COMMAND


@dataclass(frozen=True)
class Measured:
    """A run: what it says of itself, wall-clock and CPU seconds of all its processes, peak memory in MB by process."""

    summary: dict[str, Any]
    wall: float
    cpu: float
    main: float
    worker: float


def measure(corpus: Path, output: Path, *arguments: str) -> Measured:
    """Run the pipeline; its failures are part of the summary.

    Raises:
        RuntimeError: it could not run.
    """
    before, started = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    command = [*COMMAND, str(corpus), "--output", str(output), "--json", *arguments]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    peaks: dict[int, float] = {}
    watch = threading.Thread(target=_watch, args=(process.pid, peaks), daemon=True)
    watch.start()
    text, _ = process.communicate()
    watch.join()
    if process.returncode not in (0, 1):
        raise RuntimeError(f"{' '.join(command)} ended with {process.returncode}")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    others = [peak for pid, peak in peaks.items() if pid != process.pid]
    wall = time.monotonic() - started
    return Measured(json.loads(text), wall, cpu, peaks.get(process.pid, 0.0), max(others, default=0.0))


def _watch(pid: int, peaks: dict[int, float]) -> None:
    """Peak resident memory, in MB, of a process and those below it, until it ends."""
    try:
        main = psutil.Process(pid)
        while main.is_running() and main.status() != psutil.STATUS_ZOMBIE:
            for process in [main, *main.children(recursive=True)]:
                peaks[process.pid] = max(peaks.get(process.pid, 0.0), _peak(process))
            time.sleep(0.2)
    except psutil.Error:
        pass


def _peak(process: psutil.Process) -> float:
    """Peak resident memory in MB so far, as Linux keeps it; elsewhere what is resident now."""
    status = Path(f"/proc/{process.pid}/status")
    if status.exists():
        for line in status.read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) * 1024 / 1e6
    return float(process.memory_info().rss / 1e6)


def report(name: str, run: Measured, size: float) -> None:
    """One line, and one for the stages."""
    documents = run.summary["documents"]
    print(f"{name}: {documents}, {run.wall:.1f} s wall, {run.cpu:.1f} s CPU, main {run.main:.0f} MB", end="")
    print(f", worker {run.worker:.0f} MB" if run.worker else "", flush=True)
    done = documents["done"]
    rates = ", ".join(
        f"{stage} {seconds:.1f} s ({done / seconds:,.0f}/s, {size / seconds:.2f} MB/s)"
        for stage, seconds in run.summary["seconds"].items()
        if seconds and done
    )
    print(f"    {rates}" if rates else "", flush=True)


def overhead(run: Measured) -> tuple[float, float, float]:
    """Seconds of a run without workers: in all; finding, hashing and storing; writing the output files."""
    seconds = dict(run.summary["seconds"])
    total, write = seconds.pop("total"), seconds.pop("write")
    return total, total - sum(seconds.values()) - write, write


def fresh(folder: Path, name: str) -> Path:
    """A new folder for outputs.

    Never one that was just emptied: for minutes ext4 does not give a removed file's inode to another one, and looks
    past them all for every file that is made, which takes twenty times as long.
    """
    return Path(tempfile.mkdtemp(prefix=f"{name}-", dir=folder))


def grow(folder: Path, sizes: list[int]) -> None:
    """Memory and time against the number of documents, ``--until repair``; re-runs; one worker against two."""
    for size in sizes:
        corpus = folder / f"corpus-{size}"
        megabytes = sum(path.stat().st_size for path in generate(corpus, size)) / 1e6
        walls = {}
        for workers in ("1", "2"):
            output = fresh(folder, f"repair-{size}-{workers}")
            run = measure(corpus, output, "--until", "repair", "--workers", workers)
            report(f"{size} documents ({megabytes:.1f} MB) --until repair --workers {workers}", run, megabytes)
            walls[workers] = run.wall
        print(f"    speed-up with two workers: {walls['1'] / walls['2']:.2f}")
        report(f"{size} documents again, unchanged", measure(corpus, output, "--until", "repair"), megabytes)
        change_one(corpus)
        report(f"{size} documents again, one changed", measure(corpus, output, "--until", "repair"), megabytes)


def change_one(corpus: Path) -> None:
    """Add a sentence to a document."""
    first = next(corpus.rglob("*.txt"))
    first.write_text(first.read_text() + "\nUne phrase de plus pour ce document.\n")


def echo(folder: Path, size: int) -> None:
    """The whole plan with the engine that costs nothing: what everything but the stages takes."""
    corpus, output = folder / f"corpus-{size}", fresh(folder, f"echo-{size}")
    megabytes = sum(path.stat().st_size for path in generate(corpus, size)) / 1e6
    whole = measure(corpus, output, "--engine", "echo", "--workers", "0")
    report(f"{size} documents, all stages, echo, in one process", whole, megabytes)
    total, *parts = overhead(whole)
    names = ("finding, hashing, storing", "writing the output files", "both")
    for name, seconds in zip(names, (*parts, sum(parts)), strict=True):
        print(f"    {name}: {seconds / size * 1000:.2f} ms a document, {seconds / total:.1%} of the time")
    report(f"{size} documents again, unchanged", measure(corpus, output, "--engine", "echo"), megabytes)
    change_one(corpus)
    report(f"{size} documents again, one changed", measure(corpus, output, "--engine", "echo"), megabytes)


def resume(folder: Path, size: int) -> None:
    """A run in two halves, as one that was stopped in the middle, against one run."""
    corpus, output = folder / f"corpus-{size}", fresh(folder, f"resumed-{size}")
    half = measure(corpus, output, "--until", "repair", "--limit", str(size // 2))
    rest = measure(corpus, output, "--until", "repair")
    whole = measure(corpus, fresh(folder, f"whole-{size}"), "--until", "repair")
    more = half.cpu + rest.cpu - whole.cpu
    print(f"{size} documents in two halves: {more:.1f} s CPU more than the {whole.cpu:.1f} s of one run")


def ray(folder: Path, size: int) -> None:
    """All stages on a local Ray against worker processes."""
    corpus = folder / f"corpus-{size}"
    list(generate(corpus, size))
    for executor in ("local", "ray"):
        run = measure(corpus, fresh(folder, f"{executor}-{size}"), "--engine", "echo", "--executor", executor)
        print(f"{size} documents, echo, --executor {executor}: {run.wall:.1f} s wall")


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, help="for corpora and outputs")
    parser.add_argument("--sizes", type=int, nargs="*", default=[100, 1000, 10_000], help="100000 takes an hour")
    parser.add_argument("--echo", type=int, nargs="*", default=[1000], help="documents for the whole plan")
    parser.add_argument("--resume", type=int, default=1000, help="documents for the resumed run; 0 leaves it out")
    parser.add_argument("--ray", type=int, default=0, help="documents for Ray against local; 0 leaves it out")
    options = parser.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    print(f"{os.cpu_count()} CPUs, load {os.getloadavg()[0]:.1f}, Python {sys.version.split()[0]}")
    grow(options.folder, options.sizes)
    for size in options.echo:
        echo(options.folder, size)
    for part, size in ((resume, options.resume), (ray, options.ray)):
        if size:
            part(options.folder, size)


if __name__ == "__main__":
    main()
