"""This project's cleaning against its peers, on the same pages and lines in one run.

    python benchmarks/clean.py --pages DIR --lines FILE [--loops FILE.tsv] [--html FOLDER] [--json]

DIR holds flattened pages (``*.txt``, one block a line) and ``segments.json``: by file, ``with`` (must be kept) and
``without`` (must go). FOLDER holds the same pages as they were served (``*.html``, of the same names, as many as there
are), for the reader of HTML and the peers that want markup. FILE holds lines written by people, nothing in which is to
be touched. The loops file has a header and the columns label (1 where the text repeats itself) and text.

Peers that need HTML get each line as a paragraph. Counting is trafilatura's: white space normalised, substring; kept
``with`` are true positives, kept ``without`` false positives. MB/s is UTF-8 input per second of processor time of this
process, first run, one thread; loading is not counted. Peers: pip install justext trafilatura boilerpy3 ftfy.
"""

from __future__ import annotations

import argparse
import csv
import html
import json
import sys
import time
import zlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from pipeline.document import Document
from pipeline.errors import DocumentError
from pipeline.io.html import extract
from pipeline.scoring.clean import CleanScore, count
from pipeline.scoring.gold import Gold, load_gold
from pipeline.stages import STAGES
from pipeline.stages.repair.detect import LOOP, detect_loop

Clean = Callable[[str], str]


@dataclass
class Row:
    """One tool's figures on one task; rates are 0..1, speed is MB/s."""

    task: str
    tool: str
    figures: dict[str, float | None]
    speed: float


def project(*names: str) -> Clean:
    """This project's stages as a function from text to text."""
    stages: list[Any] = [STAGES[name].stage(STAGES[name].options()) for name in names]

    def clean(text: str) -> str:
        document = Document("page", text)
        for stage in stages:
            stage.process(document)
        return document.text

    clean("Un essai.\nPartager")  # lexicons are loaded
    return clean


def project_html(*names: str) -> Clean:
    """The project's reader of HTML, and the stages after it."""
    stages: list[Any] = [STAGES[name].stage(STAGES[name].options()) for name in names]

    def clean(markup: str) -> str:
        try:
            page = extract(markup)
        except DocumentError:
            return ""
        document = Document("page", page.text, page.meta)
        for stage in stages:
            stage.process(document)
        return document.text

    clean(as_html("Un essai de quelques mots, pour que tout soit lu avant la mesure.\nPartager"))
    return clean


def c4(text: str) -> str:
    """The line rule of C4 (Raffel et al. 2020): a closing mark, five words, and not the word javascript."""
    lines = (line.strip() for line in text.splitlines())
    return "\n".join(
        x for x in lines if x.endswith((".", "!", "?", '"')) and len(x.split()) >= 5 and "javascript" not in x
    )


def as_html(text: str) -> str:
    """Each line as a paragraph."""
    body = "\n".join(f"<p>{html.escape(line)}</p>" for line in text.splitlines() if line.strip())
    return f'<html lang="fr"><head><title></title></head><body><article>{body}</article></body></html>'


def justext_html() -> Clean:
    """jusText with its French stop words."""
    import justext

    stops = justext.get_stoplist("French")
    return lambda markup: "\n".join(p.text for p in justext.justext(markup, stops) if not p.is_boilerplate)


def trafilatura_html(**options: Any) -> Clean:
    """trafilatura's extraction, without comments and without its cache of seen text."""
    import trafilatura

    return lambda markup: trafilatura.extract(markup, include_comments=False, deduplicate=False, **options) or ""


def boilerpy_html() -> Clean:
    """boilerpipe's article extractor."""
    from boilerpy3 import extractors

    extractor = extractors.ArticleExtractor(raise_on_failure=False)
    return lambda markup: str(extractor.get_content(markup))


def on_wrapped(clean: Clean) -> Clean:
    """A tool for HTML on plain lines."""
    return lambda text: clean(as_html(text))


def ftfy_lines() -> Clean:
    """ftfy, which mends characters and removes nothing."""
    import ftfy

    return lambda text: str(ftfy.fix_text(text))


def repeated_ngram(text: str, n: int = 4) -> float:
    """How often the most frequent word n-gram comes (Guerreiro et al. 2023 count n-grams like this)."""
    words = text.lower().split()
    grams = Counter(zip(*(words[i:] for i in range(n)), strict=False))
    return max(grams.values(), default=0)


def compression(text: str) -> float:
    """Bytes before over bytes after compression (Whisper takes 2.4 for a loop)."""
    raw = text.encode()
    return len(raw) / len(zlib.compress(raw))


CLEANERS: dict[str, Callable[[], Clean]] = {
    "pipeline strip+repair": lambda: project("strip", "repair"),
    "pipeline normalize+strip+repair": lambda: project("normalize", "strip", "repair"),
    "jusText": lambda: on_wrapped(justext_html()),
    "trafilatura": lambda: on_wrapped(trafilatura_html()),
    "trafilatura precision": lambda: on_wrapped(trafilatura_html(favor_precision=True)),
    "boilerpy3": lambda: on_wrapped(boilerpy_html()),
    "C4 line rule": lambda: c4,
    "ftfy": ftfy_lines,
    "keep all": lambda: str,
}
HTML_CLEANERS: dict[str, Callable[[], Clean]] = {
    "pipeline HTML+strip+repair": lambda: project_html("normalize", "strip", "repair"),
    "pipeline HTML alone": project_html,
    "jusText": justext_html,
    "trafilatura": trafilatura_html,
    "trafilatura precision": lambda: trafilatura_html(favor_precision=True),
    "trafilatura recall": lambda: trafilatura_html(favor_recall=True),
    "boilerpy3": boilerpy_html,
}
DETECTORS: dict[str, tuple[Callable[[str], float], float]] = {
    "pipeline detect_loop": (detect_loop, LOOP),
    "top 4-gram, 2 times or more": (repeated_ngram, 2),
    "top 4-gram, 3 times or more": (repeated_ngram, 3),
    "compression ratio 1.6": (compression, 1.6),
    "compression ratio 2.4": (compression, 2.4),
}


def timed(function: Callable[[str], object], texts: Sequence[str]) -> tuple[list[object], float]:
    """Results, and MB of UTF-8 per second of processor time."""
    started = time.process_time()
    results = [function(text) for text in texts]
    seconds = time.process_time() - started
    return results, sum(len(text.encode()) for text in texts) / 1e6 / max(seconds, 1e-9)


def on_pages(task: str, tools: dict[str, Callable[[], Clean]], gold: Gold, pages: dict[str, str]) -> Iterator[Row]:
    """Segments kept and leaked."""
    for tool, cleaner in tools.items():
        results, speed = timed(cleaner(), list(pages.values()))
        score = CleanScore()
        for id, text in zip(pages, results, strict=True):
            count(score, Document(id, str(text)), gold.entries[id])
        rates = {name: score.rates[name] for name in ("segments_f1", "segments_kept", "segments_leaked")}
        yield Row(task, tool, rates, speed)


def html_pages(folder: Path, gold: Gold) -> dict[str, str]:
    """The markup of the pages of a gold, as far as they are there."""
    files = {id: folder / f"{id}.html" for id in gold.entries}
    return {id: file.read_text(encoding="utf-8", errors="replace") for id, file in files.items() if file.exists()}


def on_lines(tools: Iterable[str], lines: Sequence[str]) -> Iterator[Row]:
    """Clean lines that come back changed; white space does not count."""
    for tool in tools:
        results, speed = timed(CLEANERS[tool](), lines)
        touched = sum(line.split() != str(result).split() for line, result in zip(lines, results, strict=True))
        yield Row("clean lines", tool, {"touched": touched, "per_1000": 1000 * touched / len(lines)}, speed)


def on_loops(path: Path) -> Iterator[Row]:
    """Precision and recall of loop detectors."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    truth = [row["label"] == "1" for row in rows]
    for name, (detector, threshold) in DETECTORS.items():
        results, speed = timed(detector, [row["text"] for row in rows])
        found = [float(str(result)) >= threshold for result in results]
        right = sum(t and f for t, f in zip(truth, found, strict=True))
        precision = right / sum(found) if any(found) else None
        yield Row("loops", name, {"precision": precision, "recall": right / max(1, sum(truth))}, speed)


def show(rows: Iterable[Row]) -> None:
    """A line for each tool, with a heading for each task."""
    task = ""
    for row in rows:
        if row.task != task:
            task = row.task
            print(f"\n{task:32}", *(f"{name.replace('segments_', ''):>10}" for name in row.figures), f"{'MB/s':>8}")
        values = ("-" if value is None else f"{value:.3f}".removesuffix(".000") for value in row.figures.values())
        print(f"{row.tool:32}", *(f"{value:>10}" for value in values), f"{row.speed:8.2f}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pages", type=Path, help="folder with *.txt and segments.json")
    parser.add_argument("--lines", type=Path, help="file of clean lines")
    parser.add_argument("--loops", type=Path, help="TSV of label and text")
    parser.add_argument("--html", type=Path, help="folder with *.html of the same names; needs --pages for its gold")
    parser.add_argument("--tools", nargs="*", choices=list(CLEANERS), default=list(CLEANERS))
    parser.add_argument("--json", action="store_true", help="one object a line instead of tables")
    args = parser.parse_args()
    rows: list[Row] = []
    if args.pages:
        gold = load_gold(args.pages / "segments.json")
        tools = {name: CLEANERS[name] for name in args.tools}
        rows += on_pages("pages", tools, gold, {d.id: d.raw for d in gold.documents([str(args.pages)])})
        if args.html:
            rows += on_pages("pages as HTML", HTML_CLEANERS, gold, html_pages(args.html, gold))
    if args.lines:
        lines = load_gold(args.lines).lines
        rows += on_lines(args.tools, lines)
    if args.loops:
        rows += on_loops(args.loops)
    if not rows:
        parser.error("say what to measure on: --pages, --lines or --loops")
    if args.json:
        sys.stdout.writelines(json.dumps(asdict(row)) + "\n" for row in rows)
    else:
        show(rows)


if __name__ == "__main__":
    main()
