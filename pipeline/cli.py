"""The command line. Data goes to stdout; progress, summaries and errors go to stderr."""

from __future__ import annotations

import json
import os
import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from pipeline.allocator import tune
from pipeline.errors import UsageError
from pipeline.mt.cli import memory_app, models_app
from pipeline.review.cli import review_app
from pipeline.scoring.cli import score_app
from pipeline.terminal import INTERRUPTED, SOME_FAILED, TERMINATED, console, errors, explained, read_lines

if TYPE_CHECKING:
    from pipeline.explain import Reason
    from pipeline.summary import Summary

EngineName = Literal["auto", "ctranslate2", "transformers", "echo"]

app = typer.Typer(
    help="Dirty French web text in, English that a person can trust out.\n\n"
    "Start with: pipeline run FOLDER. It cleans, repairs, translates and checks every .txt, .html and .jsonl file in "
    "FOLDER and writes aligned French-English files into outputs/. Every change is a recorded edit; look at one "
    "document with: pipeline show DOC.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)

ConfigOption = Annotated[
    Path | None,
    typer.Option("--config", help="The plan; pipeline.yaml of this folder, or else all stages with their defaults."),
]
OutputOption = Annotated[
    str | None,
    typer.Option("--output", help="Output folder; default: outputs.path of the plan."),
]


@app.command()
def run(
    inputs: Annotated[
        list[str] | None,
        typer.Argument(metavar="[INPUT ...]", help="Files, folders or patterns; default: input of the plan."),
    ] = None,
    config: ConfigOption = None,
    output: OutputOption = None,
    model: Annotated[str | None, typer.Option(help="Translation model; see: pipeline models.")] = None,
    engine: Annotated[
        EngineName | None, typer.Option(help="What runs the model: auto, ctranslate2, transformers or echo.")
    ] = None,
    memory: Annotated[
        str | None, typer.Option(help="File of a translation memory to share across runs; made where it is missing.")
    ] = None,
    until: Annotated[str | None, typer.Option(help="Stop after this stage.")] = None,
    limit: Annotated[int | None, typer.Option(min=1, help="Take at most this many documents.")] = None,
    workers: Annotated[int, typer.Option(min=0, help="Cleaning processes; 0 cleans in the main process.")] = 1,
    time_limit: Annotated[
        float, typer.Option(min=0.1, max=1e6, help="Seconds that cleaning one document may take, loading aside.")
    ] = 120.0,
    fresh: Annotated[bool, typer.Option("--fresh", help="Forget earlier results; reviewers' decisions stay.")] = False,
    executor: Annotated[
        Literal["local", "ray"], typer.Option(help="What spreads the work: processes here, or a Ray cluster.")
    ] = "local",
    translators: Annotated[int, typer.Option(min=1, help="With Ray: translating processes.")] = 1,
    gpus: Annotated[float, typer.Option(min=0, help="With Ray: GPUs of each translating process.")] = 0.0,
    explain: Annotated[bool, typer.Option("--explain", help="Say what would be done and why; run nothing.")] = False,
    log_file: Annotated[Path | None, typer.Option(help="Append a log of JSON lines to this file.")] = None,
    metrics: Annotated[Path | None, typer.Option(help="Keep figures for Prometheus in this file.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the summary as one JSON object on stdout.")] = False,
    quiet: Annotated[bool, typer.Option("-q", "--quiet", help="Print nothing but errors.")] = False,
    verbose: Annotated[bool, typer.Option("-v", "--verbose", help="Also print counts by rule and times.")] = False,
) -> None:
    """Clean, repair, translate and check documents, and write aligned files.

    Only what changed since the last run is done again, and a run that was stopped goes on where it stood.
    """
    from pipeline.job import Job
    from pipeline.logs import logged
    from pipeline.metrics import Metrics
    from pipeline.progress import Bars
    from pipeline.run import Settings

    with explained("what was finished is kept, and the same command goes on from there"):
        if executor != "ray" and (translators > 1 or gpus):
            asked = f"--translators {translators} --gpus {gpus:g}"
            raise UsageError(f"{asked} is for Ray; add --executor ray, or leave it out")
        overrides = {"translate": {k: v for k, v in (("model", model), ("engine", engine), ("memory", memory)) if v}}
        job = Job(config, overrides, tuple(inputs or ()), output, until)
        if explain:
            _explain(job.explain(limit), as_json)
            return
        bars = Bars(errors(), job.config, limit, shown=not (quiet or as_json))
        with logged(log_file), bars, Metrics(metrics, bars.advance) as figures:
            settings = Settings(limit, workers, fresh, time_limit, figures.advance, executor, translators, gpus)
            summary = job(settings)
            figures.finish(summary)
        _tell(summary, as_json, quiet, verbose)
        if summary.failures:
            raise typer.Exit(SOME_FAILED)


def _tell(summary: Summary, as_json: bool, quiet: bool, verbose: bool) -> None:
    """Print what a run did."""
    from pipeline.console import print_failures, print_summary

    if as_json:
        typer.echo(summary.json())
    elif quiet:
        print_failures(errors(), summary)
    else:
        print_summary(errors(), summary, verbose)


def _explain(reasons: list[Reason], as_json: bool) -> None:
    """Print what a run would do."""
    from pipeline.console import print_reasons

    if as_json:
        typer.echo(json.dumps([asdict(reason) for reason in reasons], ensure_ascii=False, indent=2))
    else:
        print_reasons(console(stderr=False), reasons)


@app.command()
def diff(
    run_a: Annotated[Path, typer.Argument(metavar="RUN_A", help="Output folder of a run.")],
    run_b: Annotated[Path, typer.Argument(metavar="RUN_B", help="Output folder of another run on the same input.")],
    show_at_most: Annotated[int, typer.Option("--show", min=0, help="Print at most this many segments.")] = 50,
    as_json: Annotated[bool, typer.Option("--json", help="Print all as one JSON object on stdout.")] = False,
) -> None:
    """Show what a change of rules or model altered between two runs, segment by segment, with counts."""
    from contextlib import closing

    from pipeline.diff import differences_json, print_differences
    from pipeline.store import Store

    with explained(), closing(Store.existing(run_a)) as one, closing(Store.existing(run_b)) as other:
        if as_json:
            sys.stdout.writelines(differences_json(one, other))
        else:
            print_differences(console(stderr=False), one, other, show_at_most)


@app.command()
def check(config: ConfigOption = None) -> None:
    """Check the configuration and print the plan; nothing is run."""
    from pipeline.config import check_ready, load
    from pipeline.io.readers import check_inputs

    with explained():
        plan = load(config)
        check_inputs(plan.inputs, Path(plan.outputs.path))
        check_ready(plan)
        typer.echo(f"input    {', '.join(plan.inputs) or '(give it to pipeline run)'}")
        for step in plan.steps:
            options = ", ".join(f"{name}={value!r}" for name, value in step.options.model_dump().items())
            typer.echo(f"stage    {step.name}{f': {options}' if options else ''}")
        typer.echo(f"outputs  {plan.outputs.path}: {', '.join(plan.outputs.formats)}")


@app.command()
def stages() -> None:
    """List the stages with their options, defaults and reasons."""
    from pipeline.stages import STAGES

    for name, spec in STAGES.items():
        first = (spec.stage.__doc__ or "").strip().splitlines()[0]
        typer.echo(f"{name}: {first}")
        for option, info in spec.options.model_fields.items():
            typer.echo(f"    {option} = {info.get_default(call_default_factory=True)!r}  {info.description or ''}")


@app.command()
def show(
    doc: Annotated[str, typer.Argument(metavar="DOC", help="Id of a document: its path without the suffix.")],
    output: OutputOption = None,
    config: ConfigOption = None,
) -> None:
    """Show what was done to a document: removed text struck through, repairs in colour, then the aligned pairs."""
    from pipeline.job import open_results
    from pipeline.show import Page

    with explained(), open_results(config, output) as export:
        Page(console(stderr=False)).print(export.document(doc))


@app.command()
def export(
    output: OutputOption = None,
    config: ConfigOption = None,
    formats: Annotated[
        list[str] | None, typer.Option("--format", help="Only these formats; default: those of the plan.")
    ] = None,
) -> None:
    """Write the files of an output folder again from its store, with all decisions of reviewers in them."""
    from pipeline.job import export_again

    with explained():
        for name in export_again(config, output, tuple(formats or ())):
            typer.echo(name)


@app.command()
def translate(
    model: Annotated[str, typer.Option(help="Translation model; see: pipeline models.")] = "default",
    engine: Annotated[
        EngineName, typer.Option(help="What runs the model: auto, ctranslate2, transformers or echo.")
    ] = "auto",
    beam: Annotated[int, typer.Option(min=1, max=32, help="Hypotheses kept at each step.")] = 4,
) -> None:
    """Translate lines from stdin to stdout: one line out for each line in, a blank line for a blank one."""
    from pipeline.config import options
    from pipeline.mt.lines import translate_lines
    from pipeline.stages.translate import Translate, TranslateOptions

    with explained():
        chosen = options(TranslateOptions, {"model": model, "engine": engine, "beam": beam})
        for line in translate_lines(read_lines(sys.stdin.buffer, "stdin"), Translate(chosen).translator):
            sys.stdout.write(line + "\n")
            sys.stdout.flush()


app.add_typer(models_app, name="models")
app.add_typer(memory_app, name="memory")
app.add_typer(score_app, name="score")
app.add_typer(review_app, name="review")


def main() -> None:
    """Entry point of the console script."""
    if set(sys.argv[1:2]) & {"run", "translate"}:
        tune()
    for name in ("stdout", "stderr"):  # None where the program was started without
        setattr(sys, name, getattr(sys, name) or open(os.devnull, "w"))  # noqa: SIM115, open to the end
    try:
        app()
    except SystemExit as end:
        if end.code in (INTERRUPTED, TERMINATED):  # all is told and closed; an engine would finish what it has queued
            sys.stderr.flush()
            os._exit(end.code)
        raise
