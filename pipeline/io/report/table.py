"""The table of the report as HTML: most of a report is rows."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from pipeline.document import Document, MetaValue, Segment
from pipeline.io.report.rows import Piece, Row, visible
from pipeline.io.reviews import Review

CONTINUED = " <small>continued</small>"


def opening(document: Document, number: int, title: str) -> tuple[str, str]:
    """The heading of a document; `CONTINUED` stands between its halves where it is that of a later part."""
    warnings = "".join(f'<p class="warning">{shown(warning)}</p>' for warning in document.warnings)
    facts = f'<p class="meta"><code>{shown(document.id)}</code>{"".join(_facts(document))}</p>'
    return (
        f'<tbody id="d{number}">\n<tr class="doc"><th colspan="5" scope="rowgroup">\n<h2 dir="auto">{shown(title)}',
        f"</h2>\n{facts}{warnings}\n</th></tr>\n",
    )


def row(row: Row, number: int, review: Review | None, languages: tuple[str, str]) -> str:
    """A row of the document with this number."""
    segment = row.segment
    if segment is None:
        return _cut(row.pieces[0], languages[0])
    source, target = languages
    id = f"s{number}-{segment.seg}"
    data, said = _judged(segment.state, tuple(segment.flags), segment.origin)
    score, shown_score = _score(segment.score)
    return (
        f'<tr class="seg{" opens" if row.opens else ""}" id="{id}" {data} data-score="{score}">\n'
        f'<td class="n"><a href="#{id}">{segment.seg}</a></td>\n'
        f'<td lang="{_code(segment.language or source)}" dir="auto">{"".join(map(_piece, row.pieces))}</td>\n'
        f'<td lang="{target}" dir="auto">{_translation(segment)}{_said(review) if review else ""}</td>\n'
        f"<td>{shown_score}</td>\n<td>{said}</td></tr>\n"
    )


@lru_cache
def _code(language: str) -> str:
    return escaped(language)


def shown(text: str) -> str:
    """Any text as HTML, its control characters shown."""
    return escaped(text if text.isprintable() else visible(text))


def escaped(text: str) -> str:
    """A text as HTML, also in attributes between double quotes."""
    text = text.replace("&", "&amp;").replace(">", "&gt;").replace("<", "&lt;")
    return text.replace("'", "&#39;").replace('"', "&#34;")


def _facts(document: Document) -> Iterator[str]:
    meta = document.meta
    for name in ("site", "author", "date"):
        if meta.get(name):
            yield f' · <span dir="auto">{shown(_joined(meta[name]))}</span>'
    url = meta.get("url")
    if isinstance(url, str):
        link = f'<a href="{escaped(url)}" rel="noopener noreferrer nofollow">{shown(url)}</a>'
        yield f" · {link if url.startswith(('https://', 'http://')) else shown(url)}"


def _joined(value: MetaValue) -> str:
    return value if isinstance(value, str) else ", ".join(value)


def _cut(piece: Piece, source: str) -> str:
    """A text that is on no segment."""
    edit = piece.edit
    if edit:
        text = f"<del>{shown(edit.before.strip())}</del>"
        why = _why(edit.stage, edit.rule, edit.kind)
    else:
        text, why = shown(piece.text.strip()), _rule("on no segment")
    return (
        '<tr class="cut"><td class="n"><span class="sr">removed</span><span aria-hidden="true">✕</span></td>\n'
        f'<td lang="{source}" dir="auto">{text}</td>\n<td colspan="3">{why}</td></tr>\n'
    )


def _piece(piece: Piece) -> str:
    text, edit = piece
    if edit is None:
        return shown(text)
    if piece.quiet:
        before, after = shown(edit.before), shown(edit.after)
        what = f"{escaped(edit.kind)}: {before} → {after}"
        return f'<del class="quiet">{before}</del><ins class="quiet" title="{what}">{after}</ins>'
    return "".join(_PARTS[what].format(shown(text)) for what, text in piece.parts) + _kind(
        edit.stage, edit.rule, edit.kind
    )


_PARTS = {
    "same": "{}",
    "out": '<del><span class="sr">[removed: </span>{}<span class="sr">]</span></del>',
    "in": '<ins><span class="sr">[put in: </span>{}<span class="sr">]</span></ins>',
}


@lru_cache(512)  # there are few
def _why(stage: str, rule: str, kind: str) -> str:
    return f'<span class="kind">{escaped(kind)}</span> {_rule(f"{stage} · {rule}")}'


@lru_cache(512)
def _kind(stage: str, rule: str, kind: str) -> str:
    return f'<span class="kind" title="{escaped(stage)}: {escaped(rule)}">{escaped(kind)}</span>'


@lru_cache
def _rule(text: str) -> str:
    return f'<span class="rule">{escaped(text)}</span>'


def _translation(segment: Segment) -> str:
    return shown(segment.target) if segment.target else _rule("not translated")


def _said(review: Review) -> str:
    machine = f'<p class="was">{_rule("machine:")} {shown(review.machine)}</p>' if review.machine else ""
    comments = (
        f'<p class="was" lang="" dir="auto"><span class="rule">{shown(by)}:</span> {shown(text)}</p>'
        for by, text in review.comments
    )
    return machine + "".join(comments)


@lru_cache(1024)  # scores have three decimals
def _score(value: float | None) -> tuple[str, str]:
    """A score as the script finds it, and as people read it."""
    if value is None:
        return "", '<span class="sr">no score</span>'
    return str(value), (
        f'<span class="score">{value:.2f}</span><svg class="level" width="36" height="4" aria-hidden="true">'
        '<rect width="36" height="4" rx="2" class="all"/>'
        f'<rect width="{36 * value:.1f}" height="4" rx="2" class="part"/></svg>'
    )


@lru_cache(512)  # few segments have several flags
def _judged(state: str, flags: tuple[str, ...], origin: str) -> tuple[str, str]:
    """What the script finds a segment by, and what people read of it."""
    reviewed = f'<span class="state {state}">{state}</span> ' if state != "unreviewed" else ""
    doubts = "".join(f'<span class="flag">{flag}</span> ' for flag in flags)
    said = reviewed + doubts + (_rule(origin) if origin in ("memory", "copy") else "")
    return f'data-state="{state}" data-flags="{" ".join(flags)}"', said
