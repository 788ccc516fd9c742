"""``pipeline diff``: what a change of rules or model altered between two output folders, segment by segment."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from difflib import SequenceMatcher
from typing import Literal, get_args

from rich.console import Console
from rich.text import Text

from pipeline.document import Segment
from pipeline.edits import Edit
from pipeline.review.diff import words
from pipeline.store import Store
from pipeline.terminal import spelled

What = Literal["target", "flags", "source", "added", "removed"]


@dataclass(frozen=True)
class Difference:
    """A segment that is not the same in both runs; decisions of reviewers are left out of the comparison.

    Attributes:
        doc: the document's id.
        what: "target": other English; "flags": same English, other flags; "source": other French; "added" or
            "removed": only in one of them.
        before, after: the segment in the first and second run, None where it is not in it.
    """

    doc: str
    what: What
    before: Segment | None
    after: Segment | None


def differences(one: Store, other: Store, counts: Counter[str]) -> Iterator[Difference]:
    """All differences, in the order of the first run, then of the second.

    Args:
        counts: filled on the way: documents and segments by what became of them, edits by "stage/rule" with sign.
    """
    for id in _ids(one, other):
        (edits, segments), (new_edits, new_segments) = _contents(one, id), _contents(other, id)
        found = [(_what(old, new), old, new) for old, new in _pairs(segments, new_segments)]
        counts.update(f"segments: {what or 'the same'}" for what, _, _ in found)
        counts.update(rules := _changed_rules(edits, new_edits))
        changed = rules or any(what for what, _, _ in found)
        counts[f"documents: {'changed' if changed else 'the same'}"] += 1
        yield from (Difference(id, what, old, new) for what, old, new in found if what)


def _ids(one: Store, other: Store) -> Iterator[str]:
    first = set()
    for id in one.ids():
        first.add(id)
        yield id
    yield from (id for id in other.ids() if id not in first)


def _contents(store: Store, id: str) -> tuple[Sequence[Edit], Sequence[Segment]]:
    document = store.load(id)
    return (document.edits, document.segments) if document else ((), ())


def _changed_rules(old: Sequence[Edit], new: Sequence[Edit]) -> Counter[str]:
    before = Counter(f"edits: {edit.stage}/{edit.rule}" for edit in old)
    after = Counter(f"edits: {edit.stage}/{edit.rule}" for edit in new)
    after.subtract(before)
    return Counter({rule: number for rule, number in after.items() if number})


def _pairs(before: Sequence[Segment], after: Sequence[Segment]) -> Iterator[tuple[Segment | None, Segment | None]]:
    """Segments with the same French go together; between them, those at the same place."""
    matcher = SequenceMatcher(None, [s.source for s in before], [s.source for s in after], autojunk=False)
    for _, a, b, c, d in matcher.get_opcodes():
        for k in range(max(b - a, d - c)):
            yield before[a + k] if a + k < b else None, after[c + k] if c + k < d else None


def _what(old: Segment | None, new: Segment | None) -> What | None:
    if old is None:
        return "added"
    if new is None:
        return "removed"
    if old.source != new.source:
        return "source"
    if old.target != new.target:
        return "target"
    return "flags" if old.flags != new.flags else None


def print_differences(console: Console, one: Store, other: Store, most: int) -> None:
    """Print the first differences and all counts.

    Args:
        most: differences to print.
    """
    counts: Counter[str] = Counter()
    for number, difference in enumerate(differences(one, other, counts)):
        if number < most:
            _print(console, difference)
    left_out = sum(n for name, n in counts.items() if name in _LISTED) - most
    if left_out > 0:
        console.print(f"... and {left_out:,} more; --show N prints more of them, --json all")
    for name, number in sorted(counts.items()):
        console.print(Text(f"{number:+10,}  {name}" if name.startswith("edits") else f"{number:10,}  {name}"))


def differences_json(one: Store, other: Store) -> Iterator[str]:
    """Pieces of one JSON object, ``{"changes": [...], "counts": {...}}``, so that it need not fit into memory."""
    counts: Counter[str] = Counter()
    yield '{"changes": ['
    for number, difference in enumerate(differences(one, other, counts)):
        yield (",\n" if number else "\n") + json.dumps(asdict(difference), ensure_ascii=False)
    yield f'\n], "counts": {json.dumps(counts, ensure_ascii=False, sort_keys=True)}}}\n'


_LISTED = tuple(f"segments: {what}" for what in get_args(What))
_STYLES = {"same": "", "out": "strike red", "in": "bold green"}


def _print(console: Console, difference: Difference) -> None:
    segments = [s for s in (difference.before, difference.after) if s]
    console.print(Text(f"{spelled(difference.doc)}#{segments[-1].seg} {difference.what}", style="cyan"))
    old, new = segments[0], segments[-1]
    if difference.what in ("added", "removed"):
        style = _STYLES["in" if difference.after else "out"]
        console.print(Text(f"  {spelled(old.source)}\n  {spelled(old.target)}", style=style))
        return
    console.print(_marked(console, old.source, new.source), _marked(console, old.target, new.target), sep="\n")
    if old.flags != new.flags:
        console.print(Text(f"  flags {','.join(old.flags) or 'none'} -> {','.join(new.flags) or 'none'}"))


def _marked(console: Console, before: str, after: str) -> Text:
    """Both texts in one; without colours, what went out stands in ``[-...-]`` and what came in in ``{+...+}``."""
    plain = {"same": "{}", "out": "[-{}-]", "in": "{{+{}+}}"} if not console.is_terminal or console.no_color else {}
    found = words(spelled(before), spelled(after))
    parts = ((plain.get(kind, "{}").format(text), _STYLES[kind]) for kind, text in found)
    return Text.assemble("  ", *parts)
