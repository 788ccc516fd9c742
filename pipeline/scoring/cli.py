"""``pipeline score``."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.terminal import console, errors, explained, read_lines

if TYPE_CHECKING:
    from pipeline.scoring.clean import CleanScore

score_app = typer.Typer(
    help="Measure the cleaning against gold, or flag the pairs of a bitext.",
    rich_markup_mode=None,
    no_args_is_help=True,
)

# The stages that `score clean` measures, as far as the plan has them.
_CLEANING = ("normalize", "strip", "repair")

# How the counts of a `CleanScore` read: (rate, what was counted, of what).
_ROWS = {
    "token precision of what strip removed": ("token_precision", "right", "removed"),
    "token recall of what it should remove": ("token_recall", "right", "expected"),
    "removals of the labelled kind": ("kind_accuracy", "kinds", "labels"),
    "segments kept that must be kept": ("segments_kept", "kept", "kept_all"),
    "segments leaked that must go": ("segments_leaked", "leaked", "leaked_all"),
    "F1 of segments": ("segments_f1", None, None),
    "repairs mended": ("repairs_mended", "mended", "repairs"),
    "clean lines touched": ("clean_lines_touched", "touched", "clean"),
}


@score_app.command()
def clean(
    gold: Annotated[Path, typer.Option(help="Labels or segments by file name (.json), or clean lines (.txt).")],
    inputs: Annotated[
        list[str] | None,
        typer.Argument(metavar="[INPUT ...]", help="Where the labelled texts lie; default: beside GOLD."),
    ] = None,
    config: Annotated[
        Path | None, typer.Option("--config", help="The plan whose cleaning stages are measured.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Measure normalize, strip and repair against gold: what is removed, kept, mended and touched."""
    from pipeline.config import load
    from pipeline.scoring.clean import score_clean
    from pipeline.scoring.gold import load_gold
    from pipeline.stages.base import Resources
    from pipeline.tasks import build

    with explained():
        steps = [step for step in load(config).steps if step.name in _CLEANING]
        score = score_clean(load_gold(gold), build(steps, Resources()), inputs or ())  # type: ignore[arg-type]
        if as_json:
            typer.echo(json.dumps(score.as_dict()))
        else:
            _print(score)


@score_app.command()
def flags(
    pairs: Annotated[Path, typer.Argument(metavar="PAIRS.tsv", help="Lines of source<TAB>target.")],
    source: Annotated[str, typer.Option(help="ISO 639-1 code of the source language.")] = "fr",
    target: Annotated[str, typer.Option(help="ISO 639-1 code of the target language.")] = "en",
    glossary: Annotated[
        str, typer.Option(help="A glossary file, `starter` for the shipped one, empty for none.")
    ] = "starter",
) -> None:
    """Check the pairs of a bitext: one line flags<TAB>score out for each line in."""
    from pipeline.config import options
    from pipeline.errors import UsageError
    from pipeline.scoring.flags import flag_pairs
    from pipeline.stages.check import CheckOptions

    def report(message: str) -> None:
        errors().print(f"{pairs}: {message}", markup=False)

    with explained():
        chosen = options(CheckOptions, {"source": source, "target": target, "glossary": glossary})
        try:
            stream = pairs.open("rb")
        except OSError as error:
            raise UsageError(f"{pairs} cannot be read: {error.strerror}; name a file of pairs") from error
        with stream:
            for line in flag_pairs(read_lines(stream, str(pairs)), chosen, report):
                typer.echo(line)


def _print(score: CleanScore) -> None:
    from rich.table import Table

    table = Table(box=None, show_header=False, padding=(0, 2, 0, 0))
    values = score.as_dict()
    for label, (rate, part, whole) in _ROWS.items():
        value = values[rate]
        if value is not None:
            counts = f"{values[part]:,} of {values[whole]:,}" if part and whole else ""
            table.add_row(label, f"{value:.3f}", counts)
    console(stderr=False).print(table)
