"""Learn words from parallel text: ``fit_words.py TRAINING_FOLDER WORD_LIST...``.

Reads the zstd-compressed pairs of the training folder (needs the ``zstd`` program) and writes

- ``pipeline/checks/lexicons/en.words.gz``: the words of English, folded: those of the lists (a word a line), and those
  that stand in the training data in lower case five times or more. The lists of the file that is shipped were SCOWL's
  of size 70, American and British, as Debian packages them (``wamerican-large``, ``wbritish-large``);
- ``pipeline/mt/dictionaries/fr-en.tsv.gz``: for a folded French word the English word that stands for it most surely,
  in the form in which it does.

A French and an English word of one pair belong together where the lexicon of stems (``fit_lexicon.py``) says that one
translates the other; of those that do so often enough, the one with the highest Dice coefficient is taken. For words
that find none so, a second reading takes all English words of their pairs but the most frequent ones.
"""

from __future__ import annotations

import argparse
import gzip
import subprocess
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path

from pipeline.checks.lexicon import LEXICONS, load_lexicon
from pipeline.checks.sounds import distance
from pipeline.checks.words import WORD, fold, stem
from pipeline.mt.mend import DICTIONARIES

MACHINE_MADE = "gtnc\t"  # English by a machine, which may hold words that nobody says
SEEN = 5  # times that a word in lower case makes it one
SHORTEST = 3  # letters of a word in the list
SOURCE_SHORTEST = 4  # letters of a word in the dictionary
RELIABLE = 0.3  # least evidence (`Entry.lost`) of a stem that is translated
SHARE = 0.15  # of a word's places, in which its translation stands
ALIKE = 0.4  # most slips for a letter between words that are spelled alike
AGREE, STRANGERS_AGREE = 2, 5  # pairs that must agree, unless the two words are spelled alike; without the lexicon
LEAST_DICE = 0.1  # without the lexicon; what only shares a topic has less
FREQUENT = 0.01  # of all pairs; an English word in more is found beside anything

Together = dict[str, Counter[str]]


class Counts:
    """What the pairs say: English words in lower case, French and English words, those that stand together."""

    def __init__(self) -> None:
        self.pairs = 0
        self.lower: Counter[str] = Counter()
        self.source: Counter[str] = Counter()
        self.target: Counter[str] = Counter()
        self.together: Together = defaultdict(Counter)
        lexicon = load_lexicon("fr", "en")
        self._names = {word for word, entry in lexicon.items() if entry.name}
        self._translations = {word: entry.translations for word, entry in lexicon.items() if entry.lost >= RELIABLE}

    def add(self, source: str, target: str, machine_made: bool) -> None:
        lower = lower_words(target)
        self.pairs += 1
        self.target.update(set(lower))
        if not machine_made:
            self.lower.update(lower)
        by_stem: dict[str, set[str]] = defaultdict(set)
        for word in set(lower):
            by_stem[stem(word)].add(word)
        for word in set(lower_words(source)):
            if len(word) >= SOURCE_SHORTEST and stem(word) not in self._names:
                self.source[word] += 1
                translations = self._translations.get(stem(word), ())
                self.together[word].update(form for known in translations for form in by_stem.get(known, ()))

    def frequent(self) -> set[str]:
        return {word for word, n in self.target.items() if n > FREQUENT * self.pairs}


def lower_words(text: str) -> list[str]:
    return [fold(word) for word in WORD.findall(text) if word.islower() and word.isalpha()]


def beside(strangers: set[str], frequent: set[str], folder: Path) -> Together:
    """What stands in the pairs of French words, but for frequent words."""
    together: Together = defaultdict(Counter)
    for source, target, _ in read(folder):
        if found := strangers.intersection(lower_words(source)):
            there = set(lower_words(target)) - frequent
            for word in found:
                together[word].update(there)
    return together


def read(folder: Path) -> Iterator[tuple[str, str, bool]]:
    """Source, target, and whether a machine wrote the target."""
    for file in sorted(folder.glob("*.tsv.zst")):
        process = subprocess.Popen(
            ["zstd", "-dcq", "--long=27", file], stdout=subprocess.PIPE, text=True, encoding="utf-8"
        )
        assert process.stdout
        for line in process.stdout:
            *_, source, target = line.rstrip("\n").split("\t")
            yield source, target, line.startswith(MACHINE_MADE)
        process.wait()


def listed(files: Iterable[Path]) -> set[str]:
    words = (fold(line.strip()) for file in files for line in file.read_text("utf-8").splitlines())
    return {word for word in words if word.isalpha()}


def surest(together: Together, counts: Counts, words: set[str], agree: int, least: float = 0.0) -> dict[str, str]:
    """For each French word the surest of the words that stand with it, where one is sure."""
    found = {}
    for word, others in together.items():
        seen = counts.source[word]
        sure = [e for e, n in others.items() if e in words and n >= SHARE * seen and (n >= agree or _alike(word, e))]
        dice = {e: 2 * others[e] / (seen + counts.target[e]) for e in sure}
        best = max(sure, key=lambda e: (dice[e], e), default="")
        if best and dice[best] >= least:
            found[word] = best
    return found


def _alike(one: str, other: str) -> bool:
    return one[0] == other[0] and distance(one, other) <= ALIKE * max(len(one), len(other))


def write(file: Path, lines: Iterable[str]) -> None:
    file.parent.mkdir(exist_ok=True)
    text = "".join(f"{line}\n" for line in lines)
    file.write_bytes(gzip.compress(text.encode(), mtime=0))
    print(f"{file}: {text.count(chr(10))} lines, {file.stat().st_size:,} bytes")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("lists", type=Path, nargs="*", help="files of English words, a word a line")
    options = parser.parse_args()
    counts = Counts()
    for pair in read(options.folder):
        counts.add(*pair)
    words = listed(options.lists) | {word for word, n in counts.lower.items() if n >= SEEN}
    words = {word for word in words if len(word) >= SHORTEST}
    write(LEXICONS / "en.words.gz", sorted(words))
    found = surest(counts.together, counts, words, AGREE)
    strangers = {word for word in counts.together if word not in found}
    together = beside(strangers, counts.frequent(), options.folder)
    found |= surest(together, counts, words, STRANGERS_AGREE, LEAST_DICE)
    write(DICTIONARIES / "fr-en.tsv.gz", (f"{word}\t{found[word]}" for word in sorted(found)))


if __name__ == "__main__":
    main()
