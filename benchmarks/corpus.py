"""A corpus of any size: the example articles with seeded variation.

python -m benchmarks.corpus FOLDER --documents 10000 --seed 1
"""

from __future__ import annotations

import argparse
import random
import re
from collections.abc import Iterator
from pathlib import Path

from pipeline.io.decoding import decode

EXAMPLES = Path(__file__).parents[1] / "corpus"
# Documents of one folder, as people and tools keep them; also what a listing holds in memory.
FOLDER = 1000


def examples() -> list[str]:
    """The raw texts of the example articles, in order."""
    return [decode(path.read_bytes())[0] for path in sorted(EXAMPLES.glob("*.txt"))]


def variation(text: str, dice: random.Random) -> str:
    """The text with other numbers, some paragraphs swapped and some left out: most of its sentences stay real."""
    paragraphs = re.split(r"(?<=\n)", text)
    first = dice.randrange(len(paragraphs))
    second = dice.randrange(len(paragraphs))
    paragraphs[first], paragraphs[second] = paragraphs[second], paragraphs[first]
    kept = [paragraph for paragraph in paragraphs if dice.random() > 0.1] or paragraphs
    return re.sub(r"\d+", lambda m: str(dice.randrange(10 ** len(m[0]))), "".join(kept))


def generate(folder: Path, documents: int, seed: int = 1) -> Iterator[Path]:
    """Write the documents and yield their paths; a larger corpus of the same seed begins with the smaller one."""
    texts = examples()
    for number in range(documents):
        dice = random.Random(f"{seed}/{number}")
        path = folder / f"{number // FOLDER:04}" / f"{number:07}.txt"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(variation(dice.choice(texts), dice), encoding="utf-8", newline="")
        yield path


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--documents", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    size = sum(path.stat().st_size for path in generate(options.folder, options.documents, options.seed))
    print(f"{options.documents} documents, {size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
