"""The translation memory in the run store."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from json.encoder import encode_basestring
from operator import itemgetter
from typing import Any

from pipeline.mt.memory import Entry
from pipeline.store import Store, dumped, dumps


class StoreMemory:
    """Entries of the store's table ``memory``; see `pipeline.mt.memory.Memory`.

    New entries wait for `flush`, so that they are kept together with the documents they were made for.
    """

    def __init__(self, store: Store) -> None:
        self._connection = store.connection
        self._new: dict[str, Entry] = {}

    def lookup(self, keys: Iterable[str]) -> dict[str, Entry]:
        """The entries there are for these keys."""
        wanted = list(keys)
        rows = self._connection.execute(
            "SELECT key, entry FROM memory WHERE key IN (SELECT value FROM json_each(?))", (dumps(wanted),)
        )
        found = {key: _entry(json.loads(entry)) for key, entry in rows}
        return found | {key: self._new[key] for key in wanted if key in self._new}

    def store(self, entries: Mapping[str, Entry]) -> None:
        """Keep entries from the next `flush` on."""
        self._new |= entries

    def flush(self) -> None:
        """Write new entries, inside the caller's transaction; in the order that the table has them."""
        new = sorted(self._new.items(), key=itemgetter(0))
        rows = [(key, _json(entry)) for key, entry in new]
        self._connection.executemany("INSERT OR REPLACE INTO memory VALUES (?, ?)", rows)
        self._new = {}


def _json(entry: Entry) -> str:
    """The fields as a JSON object; there are many entries, and this takes half of an encoder's time."""
    return (
        f'{{"hypothesis":{encode_basestring(entry.hypothesis)},"logprob":{dumps(entry.logprob)},'
        f'"alignment":{dumped(entry.alignment)},"imported":{"true" if entry.imported else "false"},'
        f'"source":{encode_basestring(entry.source)}}}'
    )


def _entry(fields: dict[str, Any]) -> Entry:
    return Entry(**{**fields, "alignment": [tuple(spans) for spans in fields["alignment"]]})
