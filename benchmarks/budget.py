"""What a user waits for: CPU seconds of the instant commands, time and memory of a small run with real weights.

python benchmarks/budget.py [FOLDER]    # FOLDER of articles; default: ../shared/seeds, else corpus
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
COMMAND = [sys.executable, "-c", "from pipeline.cli import main; main()"]
# What issue and users ask for: (arguments, unit, most).
INSTANT = (["--help"], ["check"])
MOST_CPU = 0.5  # seconds
MOST_WALL = 25.0  # seconds, on two cores, model load included
MOST_MEMORY = 1.5  # GB resident, the largest process


def main() -> None:
    seeds = ROOT.parent / "shared" / "seeds"
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else seeds if seeds.exists() else ROOT / "corpus"
    for arguments in INSTANT:
        seconds = min(_measure(arguments)[1] for _ in range(3))
        _report(f"pipeline {arguments[0]}", f"{seconds:.2f} s CPU", seconds / MOST_CPU, f"{MOST_CPU} s")
    with tempfile.TemporaryDirectory() as output:
        wall, _, memory = _measure(["run", str(folder), "--output", output, "-q"])
    _report(f"pipeline run {folder.name}", f"{wall:.1f} s", wall / MOST_WALL, f"{MOST_WALL} s")
    _report("largest process", f"{memory:.2f} GB resident", memory / MOST_MEMORY, f"{MOST_MEMORY} GB")


def _measure(arguments: list[str]) -> tuple[float, float, float]:
    """Wall seconds, CPU seconds and the largest resident size in GB of a command and its worker processes."""
    reader, writer = os.pipe()
    started = time.perf_counter()
    child = os.fork()
    if child == 0:
        code = subprocess.run([*COMMAND, *arguments], cwd=ROOT, stdout=subprocess.DEVNULL).returncode
        usage = resource.getrusage(resource.RUSAGE_CHILDREN)
        os.write(writer, f"{code} {usage.ru_utime + usage.ru_stime} {usage.ru_maxrss}".encode())
        os._exit(0)
    os.waitpid(child, 0)
    wall = time.perf_counter() - started
    ended, cpu, kilobytes = os.read(reader, 200).decode().split()
    if ended != "0":
        sys.exit(f"pipeline {' '.join(arguments)} ended with exit code {ended}")
    return wall, float(cpu), int(kilobytes) / 1e6


def _report(what: str, figure: str, ratio: float, most: str) -> None:
    print(f"{what:<24}{figure:<22}{ratio:>5.0%} of the {most} allowed")


if __name__ == "__main__":
    main()
