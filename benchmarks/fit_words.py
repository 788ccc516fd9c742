"""Learn the words of English from parallel text: ``python -m benchmarks.fit_words TRAINING_FOLDER WORD_LIST...``.

Reads the zstd-compressed pairs of the training folder (needs the ``zstd`` program) and writes
``pipeline/checks/lexicons/en.words.gz``: the words of English, folded: those of the lists (a word a line), and those
that stand in the training data in lower case five times or more. The lists of the file that is shipped were SCOWL's of
size 70, American and British, as Debian packages them (``wamerican-large``, ``wbritish-large``).
"""

from __future__ import annotations

import argparse
import gzip
import subprocess
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

from pipeline.checks.lexicon import LEXICONS
from pipeline.checks.words import WORD, fold

MACHINE_MADE = "gtnc\t"  # English by a machine, which may hold words that nobody says
SEEN = 5  # times that a word in lower case makes it one
SHORTEST = 3  # letters of a word in the list


def read(file: Path) -> Iterator[tuple[str, str, bool]]:
    """Source, target, and whether a machine wrote the target."""
    process = subprocess.Popen(["zstd", "-dcq", "--long=27", file], stdout=subprocess.PIPE, text=True, encoding="utf-8")
    assert process.stdout
    for line in process.stdout:
        *_, source, target = line.rstrip("\n").split("\t")
        yield source, target, line.startswith(MACHINE_MADE)
    process.wait()


def lower_words(text: str) -> list[str]:
    return [fold(word) for word in WORD.findall(text) if word.islower() and word.isalpha()]


def said(folder: Path) -> set[str]:
    """Words that people wrote in lower case often enough."""
    lower: Counter[str] = Counter()
    for file in sorted(folder.glob("*.tsv.zst")):
        for _, target, machine_made in read(file):
            lower.update([] if machine_made else lower_words(target))
    return {word for word, n in lower.items() if n >= SEEN}


def listed(files: Iterable[Path]) -> set[str]:
    words = (fold(line.strip()) for file in files for line in file.read_text("utf-8").splitlines())
    return {word for word in words if word.isalpha()}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("lists", type=Path, nargs="*", help="files of English words, a word a line")
    options = parser.parse_args()
    words = sorted(word for word in listed(options.lists) | said(options.folder) if len(word) >= SHORTEST)
    file = LEXICONS / "en.words.gz"
    file.write_bytes(gzip.compress("".join(f"{word}\n" for word in words).encode(), mtime=0))
    print(f"{file}: {len(words)} words, {file.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
