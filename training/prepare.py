"""Step 1: clean, filter and deduplicate the parallel text, and keep every test set out of it.

Writes ``pairs/<set>.tsv``, the validation set as ``valid.fr`` and ``valid.en``, and ``dropped.json``: how many pairs
went for which reason.
"""

from __future__ import annotations

import json
import shutil
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from itertools import chain
from multiprocessing import get_context
from pathlib import Path
from typing import TextIO

from training import grammar
from training.config import ROOT, Config, DataOptions, arguments, load, resolve
from training.corpora import Pair, chunks, digest, read
from training.filters import fault
from training.heldout import HeldOut
from training.tidy import tidy

NAMES = Path(__file__).with_name("names.tsv")
CHUNK = 5_000
# Pairs in flight at once, so that a corpus of any size goes through bounded memory.
CHUNKS = 40

_heldout = HeldOut(())


def prepare(config: Config, work: Path, workers: int = 2) -> Counter[str]:
    """Write the pairs worth training on; returns the counts, by ``set: reason`` and ``set: kept``."""
    heldout = [path for pattern in config.data.heldout for path in resolve(pattern)]
    if not heldout:
        raise SystemExit(f"no test set matches {config.data.heldout}: without it nothing can be kept out of training")
    (work / "pairs").mkdir(parents=True, exist_ok=True)
    for language in ("fr", "en"):
        shutil.copyfile(ROOT / f"{config.data.valid}.{language}", work / f"valid.{language}")
    counts: Counter[str] = Counter()
    # Spawned, not forked: a fork of a process that runs threads (torch, a test runner) may hang.
    with ProcessPoolExecutor(workers, get_context("spawn"), initializer=_start, initargs=(heldout,)) as pool:
        keep(judged(config, pool), work / "pairs", counts)
    (work / "dropped.json").write_text(json.dumps(dict(sorted(counts.items())), indent=1) + "\n", "utf-8")
    return counts


def judged(config: Config, pool: ProcessPoolExecutor) -> Iterator[tuple[Pair, str]]:
    """Each pair, cleaned, with the reason to drop it or nothing."""
    paths = [path for pattern in config.data.parts for path in resolve(pattern)]
    count = config.data.grammar
    drawn = grammar.pairs(count, config.seed, grammar.read_grammar()) if count else ()
    pairs = chain(drawn, read([NAMES, *paths], config.data.max_pairs))
    for group in chunks(chunks(pairs, CHUNK), CHUNKS):
        for judgements in pool.map(judge, group, [config.data] * len(group)):
            yield from judgements


def judge(pairs: Iterable[Pair], options: DataOptions) -> list[tuple[Pair, str]]:
    """Clean some pairs and say what is wrong with each."""
    return [(pair, _reason(pair, options)) for pair in (Pair(set_, tidy(fr), tidy(en)) for set_, fr, en in pairs)]


def keep(judgements: Iterable[tuple[Pair, str]], folder: Path, counts: Counter[str]) -> None:
    """Write the pairs that nothing speaks against, each once, one file a set."""
    seen: set[int] = set()
    files: dict[str, TextIO] = {}
    for pair, reason in judgements:
        key = digest(pair.fr + pair.en)
        reason = reason or ("duplicate" if key in seen else "")
        counts[f"{pair.set}: {reason or 'kept'}"] += 1
        if not reason:
            seen.add(key)
            if pair.set not in files:
                files[pair.set] = (folder / f"{pair.set}.tsv").open("w", encoding="utf-8", newline="\n")
            files[pair.set].write(f"{pair.fr}\t{pair.en}\n")
    for file in files.values():
        file.close()


def _reason(pair: Pair, options: DataOptions) -> str:
    if pair.set == NAMES.stem:
        return ""
    match = _heldout.match(pair.fr) or _heldout.match(pair.en)
    return f"test set ({match})" if match else fault(pair, options)


def _start(paths: list[Path]) -> None:
    """In each worker: read the test sets once."""
    global _heldout
    _heldout = HeldOut.read(paths)


def main() -> None:
    """Command line."""
    args = arguments(__doc__).parse_args()
    counts = prepare(load(args.config), args.work)
    json.dump(dict(sorted(counts.items())), sys.stdout, indent=1)


if __name__ == "__main__":
    main()
