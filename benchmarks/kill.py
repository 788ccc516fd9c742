"""Kill runs at random moments, finish them, and compare every output byte with an undisturbed run.

    python -m benchmarks.kill FOLDER --kills 50 --real 5 --seed 1

Each trial kills the whole process group of ``pipeline run`` (SIGKILL) at a moment drawn evenly over the time that the
undisturbed run took, some trials more than once, and then lets the same command finish.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

from benchmarks.corpus import generate

# What the same results need not share: the store's pages, the lock's holder, the timings.
APART = ("run.sqlite", "run.lock", "manifest.json")
COMMAND = (sys.executable, "-c", "from pipeline.cli import main; main()", "run")


def contents(folder: Path) -> dict[str, str]:
    """Digests of all output files by name, files that should not be there included."""
    files = (path for path in folder.rglob("*") if path.is_file() and not path.name.startswith(APART))
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def start(corpus: Path, output: Path, engine: str, workers: int) -> subprocess.Popen[bytes]:
    """The run, in a process group of its own."""
    arguments = ("--engine", engine, "--output", str(output), "--workers", str(workers), "-q")
    return subprocess.Popen([*COMMAND, str(corpus), *arguments], start_new_session=True)


def finish(corpus: Path, output: Path, engine: str, workers: int) -> float:
    """Seconds that the run takes.

    Raises:
        RuntimeError: it failed.
    """
    started = time.monotonic()
    code = start(corpus, output, engine, workers).wait()
    if code:
        raise RuntimeError(f"the run into {output} ended with {code}")
    return time.monotonic() - started


def kill(corpus: Path, output: Path, engine: str, workers: int, after: float) -> bool:
    """Start the run and kill it after some seconds; False where it was done before that."""
    process = start(corpus, output, engine, workers)
    try:
        process.wait(after)
        return False
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        return True


def trial(corpus: Path, expected: Path, output: Path, engine: str, took: float, dice: random.Random) -> str:
    """Kill once or a few times, finish, compare; "" where all is as expected."""
    shutil.rmtree(output, ignore_errors=True)
    workers = dice.choice([0, 1, 2])
    moments = [dice.uniform(0, took) for _ in range(dice.choice([1, 1, 1, 2, 3]))]
    killed = [kill(corpus, output, engine, workers, after) for after in moments]
    finish(corpus, output, engine, dice.choice([0, 1, 2]))
    want, got = contents(expected), contents(output)
    wrong = sorted(name for name in want.keys() | got.keys() if want.get(name) != got.get(name))
    done = ", ".join(f"{after:.1f} s{'' if hit else ' (was done)'}" for after, hit in zip(moments, killed, strict=True))
    print(f"{engine}: killed after {done}: {'identical' if not wrong else wrong[:5]}", flush=True)
    return f"{engine} {done}: {wrong}" if wrong else ""


def series(folder: Path, engine: str, documents: int, kills: int, seed: int) -> list[str]:
    """Trials with one engine; what differed."""
    corpus, expected = folder / f"corpus-{engine}", folder / f"expected-{engine}"
    list(generate(corpus, documents, seed))
    shutil.rmtree(expected, ignore_errors=True)
    took = finish(corpus, expected, engine, 1)
    print(f"{engine}: {documents} documents, undisturbed in {took:.1f} s", flush=True)
    trials = (
        trial(corpus, expected, folder / f"killed-{engine}", engine, took, random.Random(f"{seed}/{engine}/{number}"))
        for number in range(kills)
    )
    return [problem for problem in trials if problem]


def main() -> None:
    """The command line; exit code 1 where anything differed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, help="for corpora and outputs")
    parser.add_argument("--kills", type=int, default=50, help="in all")
    parser.add_argument("--real", type=int, default=5, help="of these, with the real translator")
    parser.add_argument("--documents", type=int, default=300)
    parser.add_argument("--real-documents", type=int, default=8)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    wrong = series(options.folder, "auto", options.real_documents, options.real, options.seed)
    wrong += series(options.folder, "echo", options.documents, options.kills - options.real, options.seed)
    print(f"{options.kills - len(wrong)} of {options.kills} identical")
    sys.exit(bool(wrong))


if __name__ == "__main__":
    main()
