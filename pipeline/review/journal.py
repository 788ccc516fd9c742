"""Decisions as a file: to keep, to move, and to merge those of several reviewers."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from pipeline.errors import UsageError
from pipeline.io.files import atomic
from pipeline.review.addresses import Address
from pipeline.review.events import KINDS, Decision, Event, append, decision_at, events_of, fold, journal
from pipeline.store import Store

_HEAD: Final = {"journal": "pipeline review", "version": 1}
_TYPES: Final[Mapping[str, type]] = {f: int if f in ("occurrence", "seg") else str for f in Event._fields}


@dataclass
class Merge:
    """What a journal brings.

    Attributes:
        events: new ones that fit what is here.
        contested: by address, new events on a segment that was decided otherwise here, by someone who had not seen it.
        ours, theirs: by contested address, what stands and what the journal comes to.
        known: number of events that are here already.
    """

    events: list[Event] = field(default_factory=list)
    contested: dict[Address, list[Event]] = field(default_factory=dict)
    ours: dict[Address, Decision] = field(default_factory=dict)
    theirs: dict[Address, Decision] = field(default_factory=dict)
    known: int = 0


def write_journal(store: Store, path: Path) -> int:
    """Write all events to a JSONL file, a head line first; returns their number."""
    count = 0
    with atomic(path) as file:
        file.write(json.dumps(_HEAD) + "\n")
        for event in journal(store):
            file.write(json.dumps(event._asdict(), ensure_ascii=True) + "\n")
            count += 1
    return count


def read_journal(path: Path) -> Iterator[Event]:
    """The events of a journal.

    Raises:
        UsageError: the file cannot be read, or is no journal.
    """
    try:
        with path.open(encoding="utf-8") as file:
            for number, line in enumerate(file, 1):
                value = _parsed(path, number, line)
                if number == 1 and value != _HEAD:
                    raise UsageError(f"{path}:1: no journal of pipeline review, which begins with {json.dumps(_HEAD)}")
                if number > 1:
                    yield _event(path, number, value)
    except UnicodeDecodeError as error:
        raise UsageError(f"{path}: not UTF-8 at byte {error.start}") from error
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}") from error


def merge(store: Store, path: Path) -> Merge:
    """What a journal would bring; nothing is saved.

    Raises:
        UsageError: see `read_journal`.
    """
    result, by_address = Merge(), dict[Address, list[Event]]()
    for event in read_journal(path):
        by_address.setdefault(event.address, []).append(event)
    for address, events in by_address.items():
        _weigh(store, result, address, events)
    return result


def take(store: Store, plan: Merge, *, prefer_file: bool = False) -> int:
    """Save a merge; returns the number of new events.

    Args:
        prefer_file: the journal's decisions win where they are contested; else the ones here stay.
    """
    wanted = list(plan.events)
    for events in plan.contested.values():
        wanted += [event for event in events if prefer_file or event.kind == "comment"]
    with store.transaction():
        append(store, wanted, check=False)
    return len(wanted)


def _weigh(store: Store, result: Merge, address: Address, events: list[Event]) -> None:
    here = events_of(store, address)
    known = {event.uid for event in here}
    new = [event for event in events if event.uid not in known]
    result.known += len(events) - len(new)
    ours, theirs = decision_at(store, address), fold([*here, *new])
    seen = {event.uid for event in events} | {event.base for event in events}
    if not new or ours is None or theirs is None or ours.version in seen or _alike(ours, fold(events)):
        result.events += new
        return
    result.contested[address] = new
    result.ours[address], result.theirs[address] = ours, theirs


def _alike(ours: Decision, theirs: Decision | None) -> bool:
    return theirs is None or (ours.state, ours.text) == (theirs.state, theirs.text)


def _parsed(path: Path, number: int, line: str) -> object:
    try:
        return json.loads(line)
    except json.JSONDecodeError as error:
        raise UsageError(f"{path}:{number}: no JSON ({error.msg})") from error


def _event(path: Path, number: int, value: object) -> Event:
    if not isinstance(value, dict) or {name: type(v) for name, v in value.items()} != dict(_TYPES):
        raise UsageError(f"{path}:{number}: an event has exactly the fields {', '.join(_TYPES)}")
    if value["kind"] not in KINDS:
        raise UsageError(f'{path}:{number}: kind "{value["kind"]}" is unknown; allowed: {", ".join(KINDS)}')
    return Event(**value)
