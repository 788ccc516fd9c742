"""What people see on the terminal at the end of a run. All of it goes to stderr."""

from __future__ import annotations

from rich.console import Console
from rich.table import Table
from rich.text import Text

from pipeline.explain import Reason
from pipeline.io.readers import allowed
from pipeline.summary import Summary
from pipeline.terminal import spelled

# Failures that are listed on the terminal; the store and the manifest have all of them.
LISTED = 20


def print_reasons(console: Console, reasons: list[Reason]) -> None:
    """What ``--explain`` found, as a table."""
    table = Table("documents", "from stage", "why", box=None)
    for reason in reasons:
        table.add_row(f"{reason.documents:,}", Text(reason.start or "-"), Text(reason.why))
    console.print(table)


def print_summary(console: Console, summary: Summary, verbose: bool) -> None:
    """The table at the end of a run, its failures and its signature."""
    console.print(_table(summary, verbose))
    print_failures(console, summary)
    if summary.model:
        console.print(_model_line(summary.model), highlight=False)
    console.print(Text(summary.signature, style="dim"), highlight=False, soft_wrap=True)


def _table(summary: Summary, verbose: bool) -> Table:
    table = Table(show_header=False, box=None, padding=(0, 2, 0, 0))
    documents = ", ".join(f"{number:,} {name}" for name, number in summary.documents.items() if number)
    rows = {
        "documents": (documents or f"none found; allowed: {allowed()}")
        + ("; nothing to do" if not summary.files else ""),
        "removed": _listed(summary.counts["removed"], "characters"),
        "repairs": _listed(summary.counts["repairs"], "edits"),
        "segments": _listed({name or "untranslated": n for name, n in summary.counts["segments"].items()}, "segments"),
        "retries": _retries(summary.model),
        "mended": _mended(summary.model),
        "flags": _listed(summary.counts["flags"], "flags"),
        "warnings": _listed(summary.counts["warnings"], "documents"),
        "speed": _speed(summary),
        "errors": _listed(summary.errors, "documents"),
        "seconds": ", ".join(f"{name} {seconds:.1f}" for name, seconds in summary.seconds.items()),
        "files": f"{summary.output}: {', '.join(summary.files)}" if summary.files else "",
    }
    if verbose:
        rows["rules"] = _listed(summary.counts["rules"], "edits")
        rows["slowest"] = ", ".join(f"{id} {seconds:.2f} s" for seconds, id in summary.slowest)
    for name, value in rows.items():
        if value:
            table.add_row(Text(name, style="bold"), Text(spelled(value)))
    return table


def _listed(counts: dict[str, int], unit: str) -> str:
    parts = ", ".join(f"{name} {number:,}" for name, number in counts.items())
    return f"{sum(counts.values()):,} {unit}: {parts}" if counts else ""


def _retries(model: dict[str, str]) -> str:
    if "retried" not in model:
        return ""
    return f"{model['retried']} translated again, {model.get('doubtful', 'none')} still doubtful after that"


def _mended(model: dict[str, str]) -> str:
    return f"{model['mended']} words and figures of translations" if "mended" in model else ""


def _speed(summary: Summary) -> str:
    seconds = summary.seconds.get("translate", 0.0)
    if not seconds or not summary.words:
        return ""
    return f"{summary.words / seconds:,.0f} source words per second translated ({summary.words:,} words)"


def print_failures(console: Console, summary: Summary) -> None:
    """The failures of a run, the first of them by name."""
    for failure in summary.failures[:LISTED]:
        told = f"failed: {failure.origin}: {failure.reason}"
        console.print(Text(spelled(told), style="red"), soft_wrap=True)
    if len(summary.failures) > LISTED:
        console.print(f"... and {len(summary.failures) - LISTED:,} more failures; manifest.json lists them all")


def _model_line(model: dict[str, str]) -> str:
    name, bleu, hint = (model.get(key, "") for key in ("model", "bleu", "better"))
    quality = f", newstest2013 BLEU {bleu}" if bleu else ""
    return f"translated by {name}{quality}{f'; better: {hint}' if hint else ''}"
