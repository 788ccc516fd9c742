"""``pipeline score flags``: the checks on the pairs of an existing bitext."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from pipeline.checks import Pair, Tongues, flags_of, load_tongues
from pipeline.checks.score import score_pair
from pipeline.mt.glossary import Glossary


def flag_pairs(
    lines: Iterable[str],
    report: Callable[[str], None] = lambda message: None,
    source: str = "fr",
    target: str = "en",
    glossary: str = "starter",
) -> Iterator[str]:
    """One line ``flags<TAB>score`` for each line ``source<TAB>target``.

    The flags are joined by ``,``; there may be none. The score is in 0..1 with three decimals. A line without exactly
    one tab is told to ``report``; what follows its first tab, or nothing, is taken for its target.

    Args:
        source, target: ISO 639-1 codes.
        glossary: a glossary file, ``starter`` for the shipped one, empty for none.
    """
    tongues = load_tongues(source, target, Glossary.load(glossary) if glossary else None)
    for number, line in enumerate(lines, start=1):
        left, _, right = line.rstrip("\r\n").partition("\t")
        if line.count("\t") != 1:
            report(f"line {number}: {line.count(chr(9))} tabs; expected {source}<TAB>{target}")
        yield _judged(left, right, tongues)


def _judged(source: str, target: str, tongues: Tongues) -> str:
    pair = Pair(source, target, tongues)
    flags = flags_of(pair)
    return f"{','.join(flags)}\t{score_pair(pair, None, flags):.3f}"
