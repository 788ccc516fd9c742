"""The table of the report as HTML: what `page.jinja` puts between its head and its foot.

Written out here, not in the template, because most of a report is rows: this takes a tenth of the template's time.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from pipeline.document import Document, MetaValue, Segment
from pipeline.io.report.rows import Piece, Row, visible
from pipeline.io.reviews import Review

CONTINUED = " <small>continued</small>"


def opening(document: Document, number: int, title: str) -> tuple[str, str]:
    """The heading of a document; `CONTINUED` stands between its halves where it is that of a later part."""
    warnings = "".join(f'<p class="warning">{_text(warning)}</p>' for warning in document.warnings)
    facts = f'<p class="meta"><code>{_text(document.id)}</code>{"".join(_facts(document))}</p>'
    return (
        f'<tbody id="d{number}">\n<tr class="doc"><th colspan="5" scope="rowgroup">\n<h2 dir="auto">{_text(title)}',
        f"</h2>\n{facts}{warnings}\n</th></tr>\n",
    )


def row(row: Row, number: int, review: Review | None, languages: tuple[str, str]) -> str:
    """A row of the document with this number."""
    segment = row.segment
    if segment is None:
        return _cut(row.pieces[0], languages[0])
    source, target = languages
    id = f"s{number}-{segment.seg}"
    return (
        f'<tr class="seg{" opens" if row.opens else ""}" id="{id}" data-state="{segment.state}" '
        f'data-flags="{" ".join(segment.flags)}" data-score="{"" if segment.score is None else segment.score}">\n'
        f'<td class="n"><a href="#{id}">{segment.seg}</a></td>\n'
        f'<td lang="{_code(segment.language or source)}" dir="auto">{"".join(map(_piece, row.pieces))}</td>\n'
        f'<td lang="{target}" dir="auto">{_translation(segment)}{_said(review) if review else ""}</td>\n'
        f"<td>{_score(segment.score)}</td>\n"
        f"<td>{_judged(segment.state, tuple(segment.flags), segment.origin)}</td></tr>\n"
    )


@lru_cache
def _code(language: str) -> str:
    return _escape(language)


def _text(text: str) -> str:
    return _escape(text if text.isprintable() else visible(text))


def _escape(text: str) -> str:
    """The text as Jinja puts it into a page."""
    text = text.replace("&", "&amp;").replace(">", "&gt;").replace("<", "&lt;")
    return text.replace("'", "&#39;").replace('"', "&#34;")


def _facts(document: Document) -> Iterator[str]:
    meta = document.meta
    for name in ("site", "author", "date"):
        if meta.get(name):
            yield f' · <span dir="auto">{_text(_joined(meta[name]))}</span>'
    url = meta.get("url")
    if isinstance(url, str):
        link = f'<a href="{_escape(url)}" rel="noopener noreferrer nofollow">{_text(url)}</a>'
        yield f" · {link if url.startswith(('https://', 'http://')) else _text(url)}"


def _joined(value: MetaValue) -> str:
    return value if isinstance(value, str) else ", ".join(value)


def _cut(piece: Piece, source: str) -> str:
    """A text that is on no segment."""
    edit = piece.edit
    if edit:
        text = f"<del>{_text(edit.before.strip())}</del>"
        why = _why(edit.stage, edit.rule, edit.kind)
    else:
        text, why = _text(piece.text.strip()), _rule("on no segment")
    return (
        '<tr class="cut"><td class="n"><span class="sr">removed</span><span aria-hidden="true">✕</span></td>\n'
        f'<td lang="{source}" dir="auto">{text}</td>\n<td colspan="3">{why}</td></tr>\n'
    )


def _piece(piece: Piece) -> str:
    edit = piece.edit
    if edit is None:
        return _text(piece.text)
    if piece.quiet:
        before, after = _text(edit.before), _text(edit.after)
        what = f"{_escape(edit.kind)}: {before} → {after}"
        return f'<del class="quiet">{before}</del><ins class="quiet" title="{what}">{after}</ins>'
    return "".join(_PARTS[what].format(_text(text)) for what, text in piece.parts) + _kind(
        edit.stage, edit.rule, edit.kind
    )


_PARTS = {
    "same": "{}",
    "out": '<del><span class="sr">[removed: </span>{}<span class="sr">]</span></del>',
    "in": '<ins><span class="sr">[put in: </span>{}<span class="sr">]</span></ins>',
}


@lru_cache(4096)  # there are few
def _why(stage: str, rule: str, kind: str) -> str:
    return f'<span class="kind">{_escape(kind)}</span> {_rule(f"{stage} · {rule}")}'


@lru_cache(4096)
def _kind(stage: str, rule: str, kind: str) -> str:
    return f'<span class="kind" title="{_escape(stage)}: {_escape(rule)}">{_escape(kind)}</span>'


@lru_cache
def _rule(text: str) -> str:
    return f'<span class="rule">{_escape(text)}</span>'


def _translation(segment: Segment) -> str:
    return _text(segment.target) if segment.target else _rule("not translated")


def _said(review: Review) -> str:
    machine = f'<p class="was">{_rule("machine:")} {_text(review.machine)}</p>' if review.machine else ""
    comments = (
        f'<p class="was" lang="" dir="auto"><span class="rule">{_text(by)}:</span> {_text(text)}</p>'
        for by, text in review.comments
    )
    return machine + "".join(comments)


def _score(value: float | None) -> str:
    if value is None:
        return '<span class="sr">no score</span>'
    return (
        f'<span class="score">{value:.2f}</span><svg class="level" width="36" height="4" aria-hidden="true">'
        '<rect width="36" height="4" rx="2" class="all"/>'
        f'<rect width="{36 * value:.1f}" height="4" rx="2" class="part"/></svg>'
    )


@lru_cache
def _judged(state: str, flags: tuple[str, ...], origin: str) -> str:
    reviewed = f'<span class="state {state}">{state}</span> ' if state != "unreviewed" else ""
    doubts = "".join(f'<span class="flag">{flag}</span> ' for flag in flags)
    return reviewed + doubts + (_rule(origin) if origin in ("memory", "copy") else "")
