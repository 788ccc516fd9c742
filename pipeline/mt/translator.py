"""Sentences to entries: memory first, then the guarded engine, window by window."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice

from pipeline.mt.align import Link
from pipeline.mt.guard import Guard
from pipeline.mt.memory import Entry, Memory, key
from pipeline.mt.mend import Mender

WINDOW = 512
"""Sentences that are translated between two reports: a few seconds' work on two cores, full batches for eight."""


class Translator:
    """Translates distinct sentences, each once.

    Args:
        mender: what mends a translation that is written down; the memories hold it as the model made it.
        pair: the languages, such as ``fr-en``.
        memories: looked up in this order; new translations go into each.
    """

    def __init__(self, guard: Guard, mender: Mender, pair: str, memories: Sequence[Memory] = ()) -> None:
        self.guard = guard
        self.mender = mender
        self._makers = (pair, guard.fingerprint)
        self._memories = memories

    def translate(self, sources: Iterable[str]) -> Iterator[dict[str, Entry]]:
        """Translations by source, window by window: first what the memories hold, then the longest sentences."""
        distinct = list(dict.fromkeys(sources))
        known = self._remembered(distinct)
        if known:
            yield known
        todo = [source for source in distinct if source not in known]
        lengths = self.guard.engine.lengths(todo)
        order = iter(sorted(range(len(todo)), key=lambda i: (-lengths[i], i)))
        while window := [todo[i] for i in islice(order, WINDOW)]:
            yield self._made(window)

    def mended(self, entries: Mapping[str, Entry]) -> dict[str, str]:
        """By source, the model's translation with words, names and figures mended."""
        links = self.links({s: entry for s, entry in entries.items() if self.mender.needs_links(s, entry.hypothesis)})
        return {s: self.mender.mend(s, entry.hypothesis, links.get(s, ()))[0] for s, entry in entries.items()}

    def links(self, entries: Mapping[str, Entry]) -> dict[str, list[Link]]:
        """By source, its words and those of its hypothesis that belong together; part by part where it has parts."""
        parts = [
            (source, *span)
            for source, entry in entries.items()
            for span in entry.alignment or [(0, len(source), 0, len(entry.hypothesis))]
        ]
        sources = [source[s0:s1] for source, s0, s1, _, _ in parts]
        targets = [entries[source].hypothesis[t0:t1] for source, _, _, t0, t1 in parts]
        found: dict[str, list[Link]] = {source: [] for source in entries}
        for (source, s, _, t, _), links in zip(parts, self.guard.engine.align(sources, targets), strict=True):
            found[source] += [(s + s0, s + s1, t + t0, t + t1) for s0, s1, t0, t1 in links]
        return found

    def _remembered(self, sources: Sequence[str]) -> dict[str, Entry]:
        """What the memories hold: imported translations before this program's own."""
        found: dict[str, Entry] = {}
        for memory in self._memories:
            for maker in self._makers:
                keys = {key(source, maker): source for source in sources if source not in found}
                hits = memory.lookup(keys) if keys else {}
                found |= {keys[k]: entry for k, entry in hits.items() if entry.holds_for(keys[k])}
        return found

    def _made(self, sources: Sequence[str]) -> dict[str, Entry]:
        hypotheses = self.guard.translate(sources)
        entries = {
            s: Entry(h.text, h.logprob, list(h.parts), source=s) for s, h in zip(sources, hypotheses, strict=True)
        }
        for memory in self._memories:
            memory.store({key(source, self._makers[1]): entry for source, entry in entries.items()})
        return entries
