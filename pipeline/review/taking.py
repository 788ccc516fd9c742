"""What ``pipeline review import`` shows before it saves anything."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pipeline.errors import UsageError
from pipeline.io.imported import Imported
from pipeline.io.tmx import read_tmx
from pipeline.io.tsv import read_tsv
from pipeline.io.xliff import read_xliff
from pipeline.review.desk import Desk
from pipeline.review.events import Conflict
from pipeline.review.importing import Preview, apply, preview
from pipeline.review.journal import Merge, merge, take
from pipeline.review.serve import user
from pipeline.store import Store

READERS: Final[dict[str, Callable[[Path], Iterator[Imported]]]] = {
    ".tmx": read_tmx,
    ".xlf": read_xliff,
    ".xliff": read_xliff,
    ".tsv": read_tsv,
}
JOURNAL: Final = ".jsonl"
# Lines of each kind that are shown; the rest is counted.
_SHOWN: Final = 20


@dataclass(frozen=True)
class Plan:
    """What a file would bring: lines for people, the number of events, and the function that saves them."""

    lines: list[str]
    number: int
    save: Callable[[], int]


def plan(store: Store, file: Path, reviewer: str, *, prefer_file: bool, trust_states: bool) -> Plan:
    """What importing a file would do; nothing is saved.

    Raises:
        UsageError: the file is of no known kind, cannot be read, or is not what its name says.
    """
    if file.suffix == JOURNAL:
        found = merge(store, file)
        number = len(found.events) + sum(len(events) for events in found.contested.values() if prefer_file)
        return Plan(list(_merge_lines(found, prefer_file)), number, lambda: take(store, found, prefer_file=prefer_file))
    if file.suffix not in READERS:
        raise UsageError(f'"{file.name}" cannot be imported; allowed: {", ".join([*READERS, JOURNAL])}')
    desk = Desk(store, reviewer.strip() or user())
    changes = preview(desk, READERS[file.suffix](file), trust_states=trust_states)
    number = len(changes.proposals) + (len(changes.conflicts) if prefer_file else 0)
    return Plan(list(_preview_lines(changes, prefer_file)), number, lambda: _apply(desk, changes, prefer_file))


def _apply(desk: Desk, changes: Preview, prefer_file: bool) -> int:
    try:
        return apply(desk, changes, prefer_file=prefer_file)
    except Conflict as error:
        raise UsageError(f"{error}; import the file again to see the new preview") from error


def _preview_lines(changes: Preview, prefer_file: bool) -> Iterator[str]:
    yield from _some(
        "would change",
        [f"{p.kind} {p.row.doc} {p.row.seg + 1}: {p.row.target} -> {p.text}" for p in changes.proposals],
    )
    yield from _some(
        f"in conflict ({'the file wins' if prefer_file else 'what is here stays'})",
        [f"{p.row.doc} {p.row.seg + 1}: {why}; the file: {p.text}" for p, why in changes.conflicts],
    )
    yield from _some("not taken", [f"line {odd.line}: {odd.why}: {odd.source}" for odd in changes.unknown])
    yield ", ".join(f"{number} {name}" for name, number in changes.counts().items())


def _merge_lines(found: Merge, prefer_file: bool) -> Iterator[str]:
    yield from _some(
        f"in conflict ({'the journal wins' if prefer_file else 'what is here stays'})",
        [
            f"{address.doc}: {found.ours[address].reviewer} {found.ours[address].state}: {found.ours[address].text}; "
            f"{theirs.reviewer} {theirs.state}: {theirs.text}"
            for address, theirs in found.theirs.items()
        ],
    )
    yield f"{len(found.events)} new events, {found.known} known, {len(found.contested)} segments in conflict"


def _some(title: str, lines: list[str]) -> Iterator[str]:
    if not lines:
        return
    yield f"{title}:"
    yield from (f"  {line}" for line in lines[:_SHOWN])
    if len(lines) > _SHOWN:
        yield f"  and {len(lines) - _SHOWN} more"
