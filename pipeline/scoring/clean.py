"""`pipeline score clean`: what the cleaning removes, keeps, mends and touches, counted against gold."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from pipeline.document import Document
from pipeline.scoring.gold import Gold
from pipeline.stages.base import DocumentStage

Label = Mapping[str, Any]
_TOKEN = re.compile(r"\S+")
_BREAK = re.compile(r"\r\n|[\r\n\x85\u2028\u2029]")
TOUCHING = ("strip", "repair")  # normalize may mend typography anywhere


@dataclass
class CleanScore:
    """Counts; the rates that need them are properties, 0..1, and None where nothing was counted.

    Attributes:
        documents: scored documents.
        removed: tokens that `strip` removed, in documents with labels; ``expected`` those that it should have;
            ``right`` those of both.
        kept, kept_all: segments that must be kept, and are; all of these.
        leaked, leaked_all: segments that must go, and did not; all of these.
        mended, repairs: labelled repairs that hold; all of these.
        kinds, labels: labelled removals under the labelled kind; all of these.
        touched, clean: clean lines (`keep` labels, lines of a gold of lines) that strip or repair edits; all of these.
    """

    documents: int = 0
    removed: int = 0
    expected: int = 0
    right: int = 0
    kept: int = 0
    kept_all: int = 0
    leaked: int = 0
    leaked_all: int = 0
    mended: int = 0
    repairs: int = 0
    kinds: int = 0
    labels: int = 0
    touched: int = 0
    clean: int = 0

    @property
    def rates(self) -> dict[str, float | None]:
        """All rates by name; F1 counts segments as trafilatura's evaluation does (kept ones are positives)."""
        return {
            "token_precision": _rate(self.right, self.removed),
            "token_recall": _rate(self.right, self.expected),
            "kind_accuracy": _rate(self.kinds, self.labels),
            "segments_kept": _rate(self.kept, self.kept_all),
            "segments_leaked": _rate(self.leaked, self.leaked_all),
            "segments_f1": _rate(2 * self.kept, self.kept + self.leaked + self.kept_all) if self.kept_all else None,
            "repairs_mended": _rate(self.mended, self.repairs),
            "clean_lines_touched": _rate(self.touched, self.clean),
        }

    def as_dict(self) -> dict[str, float | None]:
        """Counts and rates, for JSON."""
        return {**asdict(self), **self.rates}


def score_clean(gold: Gold, stages: Sequence[DocumentStage[Any]], inputs: Iterable[str] = ()) -> CleanScore:
    """Clean the documents that a gold file labels, and count.

    Args:
        gold: see `load_gold`.
        stages: normalize, strip, repair, as far as they are to be measured, in their order.
        inputs: where the labelled texts lie, if not beside the gold file.

    Raises:
        UsageError: labelled texts are missing.
    """
    score = CleanScore()
    for document in gold.documents(inputs):
        for stage in stages:
            stage.process(document)
        count(score, document, gold.entries.get(document.id))
    return score


def count(score: CleanScore, document: Document, entry: Label | None) -> None:
    """Add one cleaned document; without an entry all of it is a clean line."""
    score.documents += 1
    if entry is None:
        score.clean += 1
        score.touched += any(edit.stage in TOUCHING for edit in document.edits)
        return
    clean = squeeze(document.text)
    wanted, unwanted = entry.get("with", ()), entry.get("without", ())
    score.kept += sum(squeeze(text) in clean for text in wanted)
    score.leaked += sum(squeeze(text) in clean for text in unwanted)
    score.kept_all += len(wanted)
    score.leaked_all += len(unwanted)
    if "strip" in entry:
        _count_labels(score, document, entry)


def squeeze(text: str) -> str:
    """White space normalised, as trafilatura's evaluation compares."""
    return " ".join(text.split())


def _count_labels(score: CleanScore, document: Document, entry: Label) -> None:
    lines = _line_spans(document.raw)
    placed = [label for label in entry["strip"] if label["line"] is not None]
    spans = [(_place(document.raw, lines, label), label) for label in placed]
    expected = _tokens(document.raw, (span for span, _ in spans))
    cuts = [(e.start, e.end) for e in document.edits if e.stage == "strip"]
    removed = _tokens(document.raw, cuts)
    if placed or not entry["strip"]:  # labels without lines (HTML) say nothing of tokens
        score.removed, score.expected = score.removed + len(removed), score.expected + len(expected)
        score.right += len(removed & expected)
    score.labels += len(placed)
    score.kinds += sum(_has_kind(document, span, label["kind"]) for span, label in spans)
    _count_texts(score, document, entry, lines)


def _count_texts(score: CleanScore, document: Document, entry: Label, lines: Sequence[tuple[int, int]]) -> None:
    clean = squeeze(document.text)
    gone = [label for label in entry["strip"] if label["line"] is None]
    score.leaked_all += len(gone)
    score.leaked += sum(squeeze(label["text"]) in clean for label in gone)
    for label in entry.get("keep", ()):
        score.clean += 1
        score.touched += _is_touched(document, label, lines, clean)
    for label in entry.get("repair", ()):
        score.repairs += 1
        score.mended += is_mended(label, clean)


def is_mended(label: Label, clean: str) -> bool:
    """Whether a labelled repair holds in a clean text with its white space normalised.

    >>> is_mended({"before": "le Le pont", "after": "le pont"}, "Sous le pont.")
    True
    >>> is_mended({"before": "x", "must_keep": ["a"], "max_count": {"b": 1}}, "a b b")
    False
    """
    if "after" in label:
        return squeeze(label["after"]) in clean and squeeze(label["before"]) not in clean
    return (
        all(squeeze(text) in clean for text in label.get("must_keep", ()))
        and not any(squeeze(text) in clean for text in label.get("must_drop", ()))
        and all(clean.count(squeeze(text)) <= most for text, most in label.get("max_count", {}).items())
    )


def _is_touched(document: Document, label: Label, lines: Sequence[tuple[int, int]], clean: str) -> bool:
    if label["line"] is None:
        return squeeze(label["text"]) not in clean
    start, end = _place(document.raw, lines, label)
    # The blank between two lines goes with a removed line beside this one; only what is written counts.
    return any(
        edit.stage in TOUCHING and document.raw[max(start, edit.start) : min(end, edit.end)].strip()
        for edit in document.edits
    )


def _has_kind(document: Document, span: tuple[int, int], kind: str) -> bool:
    return any(e.kind == kind and e.start <= span[0] and span[1] <= e.end for e in document.edits if e.stage == "strip")


def _line_spans(raw: str) -> list[tuple[int, int]]:
    """Start and end of each line, every kind of line break counted as one."""
    spans, start = [], 0
    for found in _BREAK.finditer(raw):
        spans.append((start, found.start()))
        start = found.end()
    return [*spans, (start, len(raw))]


def _place(raw: str, lines: Sequence[tuple[int, int]], label: Label) -> tuple[int, int]:
    """Where a label's text stands, without the white space around it."""
    text = label["text"].strip()
    start = raw.index(text, lines[label["line"] - 1][0])
    return start, start + len(text)


def _tokens(raw: str, spans: Iterable[tuple[int, int]]) -> set[int]:
    """Starts of the tokens of a text that lie in spans."""
    return {start for low, high in spans for start in _starts(raw, low, high)}


def _starts(raw: str, low: int, high: int) -> Iterator[int]:
    return (found.start() for found in _TOKEN.finditer(raw, low, high))


def _rate(part: int, whole: int) -> float | None:
    return part / whole if whole else None
