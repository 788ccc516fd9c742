"""The summary at the head of the report as HTML: figures, scores, doubts, changes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from pipeline.io.report.summary import Bin, Summary
from pipeline.io.report.table import escaped

_LANGUAGES = {"en": "English", "fr": "French"}
_SWATCH = '<svg width="12" height="12" aria-hidden="true"><rect width="12" height="12" class="{}"/></svg>'


def section(summary: Summary, source: str) -> str:
    """All of them.

    Args:
        source: ISO 639-1 code of the source language.
    """
    return (
        f'<section aria-labelledby="sum">\n<h2 id="sum" class="sr">Summary</h2>\n'
        f'<dl class="cards">{"".join(_cards(summary))}\n</dl>\n<div class="figures">\n<figure>\n'
        '<figcaption>Scores <span class="rule">segments by how far their translation can be trusted, 0 to 1</span>'
        f"</figcaption>\n{_scores(summary)}\n</figure>\n<figure>\n"
        f'<figcaption>Doubts <span class="rule">segments by flag</span></figcaption>\n'
        f'{_bars(summary.flags.most_common(), None, "flag")}\n</figure>\n<figure class="changes">\n'
        f"<figcaption>Changes to the {language(source)} "
        '<span class="rule">edits by kind, and characters they touch</span></figcaption>\n'
        f'<div class="two">{_bars(summary.edits.most_common(), summary.characters, "kind")}</div>\n'
        "</figure>\n</div>\n</section>"
    )


def language(code: str) -> str:
    """A language's name as HTML, its code where we have none."""
    return escaped(_LANGUAGES.get(code, code))


def grouped(number: int) -> str:
    """A number with narrow spaces between thousands.

    >>> grouped(12345)
    '12\u202f345'
    """
    return f"{number:,}".replace(",", "\u202f")


def _cards(summary: Summary) -> Iterator[str]:
    counts = {
        "documents": summary.documents,
        "segments": summary.segments,
        "edits": summary.edits.total(),
        "with doubts": summary.flagged,
        **{state: count for state, count in summary.states.most_common() if state != "unreviewed"},
    }
    return (f"\n<div><dt>{escaped(name)}</dt><dd>{grouped(count)}</dd></div>" for name, count in counts.items())


def _scores(summary: Summary) -> str:
    bins = [one for one in summary.bins if one.total]
    if not bins:
        return '<p class="rule">No segment has a score.</p>'
    most = max(one.total for one in bins)
    unscored = f" · {grouped(summary.unscored)} without a score" if summary.unscored else ""
    rows = (f"<tr><td>{one.low}</td><td>{one.high}</td><td>{one.total}</td><td>{one.flagged}</td></tr>" for one in bins)
    return (
        '<svg viewBox="0 0 420 142" role="img" '
        'aria-label="Histogram of the scores; the table below it says the same">\n'
        f'<line x1="10" y1="120.5" x2="410" y2="120.5" class="axis"/>{"".join(_bar(one, most) for one in bins)}'
        f"{''.join(map(_tick, (0, 0.25, 0.5, 0.75, 1)))}\n</svg>\n"
        f'<p class="legend">{_SWATCH.format("sure")} no doubts\n'
        f"{_SWATCH.format('doubt')} with doubts · highest bar: {grouped(most)}{unscored}</p>\n"
        '<table class="sr"><caption>Scores</caption>'
        f"<tr><th>from</th><th>to</th><th>segments</th><th>with doubts</th></tr>{''.join(rows)}</table>"
    )


def _bar(one: Bin, most: int) -> str:
    x = 10 + 400 * one.low + 1
    high, doubtful = 110 * one.total / most, 110 * one.flagged / most
    return (
        f"\n<g><title>{one.low:.2f} to {one.high:.2f}: {one.total} segments, {one.flagged} with doubts</title>\n"
        f'<rect x="{x}" width="18" y="{120 - high:.1f}" height="{high:.1f}" class="sure"/>\n'
        f'<rect x="{x}" width="18" y="{120 - doubtful:.1f}" height="{doubtful:.1f}" class="doubt"/></g>'
    )


def _tick(score: float) -> str:
    return f'\n<text x="{10 + 400 * score}" y="138" text-anchor="middle">{score}</text>'


def _bars(counts: Sequence[tuple[str, int]], characters: Mapping[str, int] | None, css: str) -> str:
    """A table with a bar for each count, the longest first."""
    if not counts:
        return '<p class="rule">none</p>'
    rows = (
        f'\n<tr><th scope="row"><span class="{css}">{escaped(name)}</span></th><td class="num">{grouped(count)}</td>'
        f"{_covered(characters[name]) if characters is not None else ''}\n"
        '<td class="bar"><svg viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">'
        f'<rect width="{100 * count / counts[0][1]:.2f}" height="8"/></svg></td></tr>'
        for name, count in counts
    )
    return f'<table class="bars"><tbody>{"".join(rows)}\n</tbody></table>'


def _covered(characters: int) -> str:
    return f'<td class="num">{grouped(characters)}<span class="sr"> characters</span></td>'
