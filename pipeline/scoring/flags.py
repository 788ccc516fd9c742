"""``pipeline score flags``: the checks on the pairs of an existing bitext."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from pipeline.checks import Pair, Tongues, flags_of, load_tongues
from pipeline.checks.score import score_pair
from pipeline.stages.check import CheckOptions, load_glossary


def flag_pairs(
    lines: Iterable[str],
    options: CheckOptions,
    report: Callable[[str], None] = lambda message: None,
) -> Iterator[str]:
    """One line ``flags<TAB>score`` for each line ``source<TAB>target``.

    The flags are joined by ``,``; there may be none. The score is in 0..1 with three decimals. A line without exactly
    one tab is told to ``report``; what follows its first tab, or nothing, is taken for its target.

    Raises:
        ConfigError: the glossary cannot be read.
    """
    tongues = load_tongues(options.source, options.target, load_glossary(options))
    for number, line in enumerate(lines, start=1):
        left, _, right = line.rstrip("\r\n").partition("\t")
        if line.count("\t") != 1:
            report(f"line {number}: {line.count(chr(9))} tabs; expected {options.source}<TAB>{options.target}")
        yield _judged(left, right, tongues)


def _judged(source: str, target: str, tongues: Tongues) -> str:
    pair = Pair(source, target, tongues)
    flags = flags_of(pair)
    return f"{','.join(flags)}\t{score_pair(pair, None, flags):.3f}"
