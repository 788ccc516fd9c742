"""``pipeline review stats`` as lines of text."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from pipeline.review.stats import Group, Stats


def tables(stats: Stats) -> Iterator[str]:
    """The tables, and lines to copy into a lexicon."""
    if not stats.all.decided:
        yield "nothing was reviewed yet; start with: pipeline review"
    yield from _table("by flag (do the flags find what people change?)", {"all": stats.all, **stats.flags})
    yield from _table("by score", stats.bands)
    yield from _table("by document", stats.documents)
    if stats.phrases:
        yield "rejected short segments, as lines for a lexicon of strip (how to add one: docs/):"
        yield from (f'    - "{text}"  # rejected in {number} documents' for text, number in stats.phrases)


def _table(title: str, groups: Mapping[str, Group]) -> Iterator[str]:
    if not any(group.decided for group in groups.values()):
        return
    width = max(len(name) for name in groups)
    yield f"{title}\n{'':{width}}  decided  not accepted  edited  word edits per 100  chrF machine to reviewer"
    for name, group in groups.items():
        share = 100 * group.bad / group.decided
        yield (
            f"{name:{width}}  {group.decided:7}  {share:10.1f} %  {group.edited:6}  "
            f"{group.distance:18.1f}  {group.chrf:24.1f}"
        )
    yield ""
