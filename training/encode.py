"""Step 3: noise the sources and turn the pairs into integers, in parts small enough to be carried to another machine.

Writes ``encoded/part-NN.npz`` (see `Part`), and ``encoded/sets.json`` with the names of the sets.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import sentencepiece
from numpy.typing import NDArray

from training.config import Config, SetOptions, arguments, load
from training.corpora import chunks, read
from training.nearest import nearest
from training.noise import add_noise

# A length must fit into eight bits; sentences of 70 words have about 100 pieces.
MAX_PIECES = 120
# Bytes of a part: parts travel in transfers of at most 55 MiB.
PART_BYTES = 48 * 2**20
CHUNK = 20_000

Encoded = tuple[list[int], list[int], int]


class Part(NamedTuple):
    """Sentence pairs as flat arrays.

    ``source`` and ``target`` are piece ids (uint16) without ``</s>``, sentence after sentence; ``source_length`` and
    ``target_length`` (uint8) cut them; ``set`` (uint8) indexes the list of sets.
    """

    source: NDArray[np.uint16]
    target: NDArray[np.uint16]
    source_length: NDArray[np.uint8]
    target_length: NDArray[np.uint8]
    set: NDArray[np.uint8]


def noised(lines: Iterable[tuple[str, str]], options: SetOptions, rates: dict[str, float],
           rng: random.Random) -> Iterator[tuple[str, str]]:  # fmt: skip
    """Each pair ``options.copies`` times: the first copy mostly as it is, each with its own draw of noise."""
    for source, target in lines:
        for _ in range(options.copies):
            strikes = rng.random() < options.noise
            yield (add_noise(source, rates, rng) if strikes else source), target


def encode(config: Config, work: Path) -> Iterator[Encoded]:
    """Source ids, target ids and set index of every pair, shuffled within chunks of one set."""
    model = sentencepiece.SentencePieceProcessor(model_file=str(work / "model" / "source.spm"))
    rng = random.Random(config.seed)
    like = [work / "pairs" / f"{name}.tsv" for name in config.data.like]
    for index, (name, options) in enumerate(config.sets.items()):
        path = work / "pairs" / f"{name}.tsv"
        if not path.exists():
            raise SystemExit(f"no {path}; run python -m training.prepare first (training.distil makes distilled.tsv)")
        pairs = read([path]) if options.nearest == 1 else nearest(path, options.nearest, like)
        lines = ((pair.fr, pair.en) for pair in pairs)
        for chunk in chunks(noised(lines, options, config.noise, rng), CHUNK):
            sides = (model.encode([pair[side] for pair in chunk], num_threads=config.train.threads) for side in (0, 1))
            for source, target in zip(*sides, strict=True):
                if 0 < len(source) <= MAX_PIECES and 0 < len(target) <= MAX_PIECES:
                    yield source, target, index


def pack(rows: list[Encoded]) -> Part:
    """Rows as flat arrays."""
    sources, targets, sets = zip(*rows, strict=True)
    return Part(
        np.concatenate([np.asarray(row, np.uint16) for row in sources]),
        np.concatenate([np.asarray(row, np.uint16) for row in targets]),
        np.asarray([len(row) for row in sources], np.uint8),
        np.asarray([len(row) for row in targets], np.uint8),
        np.asarray(sets, np.uint8),
    )


def parts(rows: Iterable[Encoded]) -> Iterator[list[Encoded]]:
    """Runs of rows that fill a part each."""
    part: list[Encoded] = []
    size = 0
    for row in rows:
        part.append(row)
        size += 2 * (len(row[0]) + len(row[1])) + 3
        if size >= PART_BYTES:
            yield part
            part, size = [], 0
    if part:
        yield part


def read_parts(folder: Path) -> Part:
    """All parts of a folder as one."""
    files = [np.load(path) for path in sorted(folder.glob("part-*.npz"))]
    if not files:
        raise SystemExit(f"no part-*.npz in {folder}; run python -m training.encode first")
    return Part(*(np.concatenate([file[field] for file in files]) for field in Part._fields))


def save(path: Path, arrays: Mapping[str, NDArray[Any]]) -> None:
    """Write named arrays as ``.npz``."""
    named: dict[str, Any] = dict(arrays)
    np.savez(path, **named)


def offsets(lengths: NDArray[np.uint8]) -> NDArray[np.int64]:
    """Where each sentence starts in the flat array, and the end of the last: one more than there are lengths."""
    return np.concatenate([[0], np.cumsum(lengths, dtype=np.int64)])


def write(config: Config, work: Path) -> None:
    """Encode everything, and remember the names of the sets."""
    folder = work / "encoded"
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob("part-*.npz"):
        old.unlink()
    for number, rows in enumerate(parts(encode(config, work))):
        save(folder / f"part-{number:02}.npz", pack(rows)._asdict())
    (folder / "sets.json").write_text(json.dumps(list(config.sets)) + "\n", "utf-8")


def main() -> None:
    """Command line."""
    args = arguments(__doc__).parse_args()
    write(load(args.config), args.work)


if __name__ == "__main__":
    main()
