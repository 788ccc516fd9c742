"""How many good pairs the checks flag, and how many planted errors: ``flags.py FOLDER [--half HALF] [--show NAME]``.

FOLDER holds ``newstest2013.fr`` and ``.en``. The checks were tuned on the even lines (counted from 0); the odd lines
are for reporting. Every pair gets each kind of error that fits it, planted with a seed, into the human translation.
"""

from __future__ import annotations

import argparse
import random
import re
import time
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

from pipeline.checks import CHECKS, Pair, find, load_tongues
from pipeline.mt.glossary import Glossary

NAME = re.compile(r"(?<=[a-z,] )[A-Z][a-z]{2,}\b(?:[- ][A-Z][a-z]+\b)*")
Planter = Callable[[random.Random, str, str, Sequence[str]], str | None]


def number(rng: random.Random, source: str, target: str, others: Sequence[str]) -> str | None:
    """One digit of one number becomes another."""
    digits = [match.start() for match in re.finditer(r"\d", target)]
    if not digits:
        return None
    at = rng.choice(digits)
    digit = rng.choice([d for d in "123456789" if d != target[at]])
    return target[:at] + digit + target[at + 1 :]


def clause(rng: random.Random, source: str, target: str, others: Sequence[str]) -> str | None:
    """A part between commas, or the last third, is dropped; at least four words, and a fifth of the sentence."""
    words = len(target.split())
    if words < 10:
        return None
    parts = re.split(r"(?<=[,;:–—]) ", target)
    long = [i for i, part in enumerate(parts) if max(4, words / 5) <= len(part.split()) <= words * 0.7]
    if long:
        drop = rng.choice(long)
        return " ".join(part for i, part in enumerate(parts) if i != drop).rstrip(",;: ")
    return " ".join(target.split()[: -words // 3]) + "."


def name(rng: random.Random, source: str, target: str, others: Sequence[str]) -> str | None:
    """A name becomes one of another pair."""
    found = list(NAME.finditer(target))
    strange = [other for other in others if other not in target]
    if not found:
        return None
    match = rng.choice(found)
    return target[: match.start()] + rng.choice(strange) + target[match.end() :]


def french(rng: random.Random, source: str, target: str, others: Sequence[str]) -> str | None:
    """The whole sentence is left in French."""
    return source if len(source.split()) >= 5 else None


def loop(rng: random.Random, source: str, target: str, others: Sequence[str]) -> str | None:
    """A phrase of two to six words stands two to four times in a row."""
    words = target.split()
    length, times = rng.randint(2, 6), rng.randint(2, 4)
    if len(words) < length + 2:
        return None
    start = rng.randrange(len(words) - length)
    return " ".join(words[:start] + words[start : start + length] * times + words[start + length :])


PLANTERS: dict[str, Planter] = {"number": number, "clause": clause, "name": name, "french": french, "loop": loop}


def plant(pairs: Sequence[tuple[str, str]], seed: int = 13) -> dict[str, list[tuple[str, str]]]:
    """By kind, the pairs with an error of that kind."""
    others = sorted({match.group() for _, target in pairs for match in NAME.finditer(target)})
    planted: dict[str, list[tuple[str, str]]] = {}
    for kind, planter in PLANTERS.items():
        rng = random.Random(f"{seed}{kind}")
        wrong = [(source, planter(rng, source, target, others)) for source, target in pairs]
        right = dict(pairs)
        planted[kind] = [(s, t) for s, t in wrong if t is not None and t != right[s]]
    return planted


def read(folder: Path, half: str) -> list[tuple[str, str]]:
    source, target = ((folder / f"newstest2013.{code}").read_text("utf-8").splitlines() for code in ("fr", "en"))
    pairs = list(zip(source, target, strict=True))
    return {"even": pairs[::2], "odd": pairs[1::2], "all": pairs}[half]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--half", choices=("odd", "even", "all"), default="odd")
    parser.add_argument(
        "--show", metavar="KIND", help="list good pairs that a CHECK flags, or the missed pairs of a kind"
    )
    options = parser.parse_args()
    tongues = load_tongues("fr", "en", Glossary.load("starter"))
    pairs = read(options.folder, options.half)
    started = time.process_time()
    found = [find(Pair(source, target, tongues)) for source, target in pairs]
    rate = len(pairs) / (time.process_time() - started)
    print(f"good pairs flagged: {sum(map(bool, found)) / len(pairs):.1%} of {len(pairs)} ({rate:.0f} pairs/s)")
    counts = Counter(check for findings in found for check in findings)
    print("  by check: " + ", ".join(f"{check} {counts[check]}" for check in CHECKS))
    for (source, target), findings in zip(pairs, found, strict=True):
        if options.show in findings:
            print(f"    {findings[options.show]} | {source} | {target}")
    shares = []
    for kind, wrong in plant(pairs).items():
        hits = [find(Pair(source, target, tongues)) for source, target in wrong]
        shares.append(sum(map(bool, hits)) / len(wrong))
        by = Counter(check for findings in hits for check in findings).most_common(4)
        print(f"planted {kind}: {shares[-1]:.1%} of {len(wrong)} flagged  ({', '.join(f'{k} {v}' for k, v in by)})")
        if options.show == kind:
            missed = [pair for pair, findings in zip(wrong, hits, strict=True) if not findings]
            print("\n".join(f"    {source} | {target}" for source, target in missed[:40]))
    print(f"planted, mean of the kinds: {sum(shares) / len(shares):.1%}")


if __name__ == "__main__":
    main()
