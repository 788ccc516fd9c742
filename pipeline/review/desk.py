"""A reviewer at work: decisions, undo, bulk acceptance and drafts, each one transaction."""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Final

from pipeline.errors import PipelineError
from pipeline.review.addresses import Address
from pipeline.review.decisions import ALIKE
from pipeline.review.events import NEW_UID, Conflict, Event, append, events_of, last, refold, take_back
from pipeline.review.index import Index
from pipeline.review.rows import Row, rows
from pipeline.store import Store

_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f\x85\u2028\u2029]+")
_SURROGATE: Final = re.compile("[\ud800-\udfff]")
# A reason, a comment or an English segment; a longer one is a mistake of the sender.
LONGEST: Final = 100_000
_OF_SEGMENTS: Final = ("accept", "edit", "flag", "reject", "comment")
_OF_REMOVED: Final = ("restore", "comment")
_STANDS: Final = "NOT EXISTS (SELECT 1 FROM events u WHERE u.undoes = e.uid AND u.undoes <> '')"
_ACCEPTABLE: Final = (
    "FROM review r JOIN segments s ON s.doc = r.doc AND s.seg = r.seg "
    "LEFT JOIN decisions d ON d.doc = r.doc AND d.key = r.key AND d.occurrence = r.occurrence "
    "WHERE r.state = 'unreviewed' AND trim(s.target) <> '' AND r.id IN (SELECT value FROM json_each(?))"
)
# Accepts each as it stands in `pipeline.review.rows`, where a segment that nobody decided on has no text of its own.
_ACCEPT_ALL: Final = (
    "INSERT INTO events (uid, doc, key, occurrence, seg, kind, text, source, machine, base, undoes, replaces, "
    f"reviewer, at, batch) SELECT {NEW_UID}, r.doc, r.key, r.occurrence, r.seg, 'accept', "
    f"coalesce({ALIKE.format(key='r.key')}, s.target), s.source, s.target, coalesce(d.version, ''), '', '', ?, ?, ? "
    f"{_ACCEPTABLE} ORDER BY r.id"
)


class Refused(PipelineError):
    """What was asked for makes no sense: nothing was saved."""


class Gone(PipelineError):
    """The row is no longer there: its document was done again, or has left the run."""


def now() -> str:
    """The time, in UTC, to the microsecond."""
    return datetime.now(UTC).isoformat(timespec="microseconds")


class Desk:
    """One reviewer's desk over a store."""

    def __init__(self, store: Store, reviewer: str, clock: Callable[[], str] = now) -> None:
        self.store = store
        self.reviewer = reviewer
        self.index = Index(store)
        self._clock = clock

    def rows(self, ids: Sequence[int]) -> list[Row]:
        """Rows as this reviewer sees them; those that are gone are left out."""
        return rows(self.store, ids, self.reviewer)

    def row(self, id: int) -> Row:
        """One row.

        Raises:
            Gone: it is no longer there.
        """
        found = self.rows([id])
        if not found:
            raise Gone("this row is no longer there: the document was done again; reload the list")
        return found[0]

    def decide(self, id: int, kind: str, text: str = "", base: str = "") -> Row:
        """Save one decision or comment; returns the row as it now is.

        Args:
            kind: one of accept, edit, flag, reject, restore, comment.
            text: the English that was seen (accept) or written (edit), a reason, or a comment.
            base: the row's version when the reviewer saw it.

        Raises:
            Conflict: somebody decided since, or the English that was accepted is no longer what is there.
            Gone, Refused: see there.
        """
        with self.store.transaction():
            row = self.row(id)
            event = self.event(row, *_checked(row, kind, text), base)
            append(self.store, [event])
            if kind == "edit":
                self._drop_draft(row.address)
        return self.row(id)

    def acceptable(self, ids: Sequence[int]) -> int:
        """How many of these rows `accept_all` would accept."""
        count = self.store.connection.execute(f"SELECT count(*) {_ACCEPTABLE}", (json.dumps(list(ids)),))
        return int(count.fetchone()[0])

    def accept_all(self, ids: Sequence[int]) -> int:
        """Accept all unreviewed segments among these rows as one action; returns how many that were."""
        with self.store.transaction():
            newest = last(self.store)
            accepted = self.store.connection.execute(
                _ACCEPT_ALL, (self.reviewer, self._clock(), uuid.uuid4().hex, json.dumps(list(ids)))
            )
            refold(self.store, newest)
        return accepted.rowcount

    def undo(self) -> list[str]:
        """Take back this reviewer's newest action that stands; returns its events' uids, none where there is none."""
        with self.store.transaction():
            uids = self._newest_action()
            take_back(self.store, uids, self.reviewer, self._clock())
        return uids

    def take_back(self, address: Address) -> None:
        """Undo the restoring of a removed text, whoever asked for it and whenever.

        Raises:
            Refused: nothing was restored there.
        """
        with self.store.transaction():
            events = events_of(self.store, address)
            undone = {event.undoes for event in events}
            restored = [event.uid for event in events if event.kind == "restore" and event.uid not in undone]
            if not restored:
                raise Refused("nothing was restored here, or it was taken back already")
            take_back(self.store, restored, self.reviewer, self._clock())

    def draft(self, address: Address, text: str | None) -> None:
        """Keep what is being typed at an address, None to drop it."""
        with self.store.transaction():
            if text is None:
                self._drop_draft(address)
                return
            self.store.connection.execute(
                "INSERT OR REPLACE INTO drafts VALUES (?, ?, ?, ?, ?, ?)",
                (*address, self.reviewer, _SURROGATE.sub("\ufffd", text)[:LONGEST], self._clock()),
            )

    def event(self, row: Row, kind: str, text: str, base: str, batch: str = "") -> Event:
        """An event of this reviewer on a row, not saved yet."""
        return Event(
            uid=uuid.uuid4().hex,
            **row.address._asdict(),
            seg=row.seg,
            kind=kind,
            text=text,
            source=row.source,
            machine=row.machine,
            reviewer=self.reviewer,
            at=self._clock(),
            base=base,
            batch=batch,
            replaces=row.former.place if row.former and kind != "comment" else "",
        )

    def _newest_action(self) -> list[str]:
        row = self.store.connection.execute(
            f"SELECT uid, batch FROM events e WHERE reviewer = ? AND kind <> 'undo' AND {_STANDS} "
            "ORDER BY id DESC LIMIT 1",
            (self.reviewer,),
        ).fetchone()
        if row is None or not row[1]:
            return [row[0]] if row else []
        found = self.store.connection.execute(
            f"SELECT uid FROM events e WHERE batch = ? AND {_STANDS} ORDER BY id", row[1:]
        )
        return [uid for (uid,) in found]

    def _drop_draft(self, address: Address) -> None:
        self.store.connection.execute(
            "DELETE FROM drafts WHERE doc = ? AND key = ? AND occurrence = ? AND reviewer = ?",
            (*address, self.reviewer),
        )


def tidy(text: str) -> str:
    """A text as it is kept: one line, no control characters, no halves of characters.

    >>> tidy(" one\\n two\\x00 ")
    'one  two'
    """
    return _CONTROL.sub(" ", _SURROGATE.sub("\ufffd", text)).strip()


def _checked(row: Row, kind: str, text: str) -> tuple[str, str]:
    """The kind and text to keep."""
    allowed = _OF_SEGMENTS if row.kind == "segment" else _OF_REMOVED
    if kind not in allowed:
        raise Refused(f'"{kind}" cannot be done here; allowed: {", ".join(allowed)}')
    if kind == "restore":
        return kind, row.source
    if kind == "accept" and text != row.target:
        raise Conflict("the English has changed since you opened this segment; not saved")
    text = text if kind == "accept" else tidy(text)
    if not text.strip() and kind != "reject":
        raise Refused(f"{kind} needs a text; write one, or reject the segment")
    if len(text) > LONGEST:
        raise Refused(f"a text of {len(text)} characters is too long; at most {LONGEST} are kept")
    return ("accept" if kind == "edit" and text == row.machine else kind), text
