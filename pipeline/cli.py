"""The command line. Data goes to stdout; progress, summaries and errors go to stderr."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Literal

import typer
from rich.console import Console
from rich.text import Text

from pipeline.errors import UsageError

OK, SOME_FAILED, USAGE, INTERRUPTED = 0, 1, 2, 130

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


def errors() -> Console:
    """Console for everything that is not data."""
    return Console(stderr=True, highlight=False)


@contextmanager
def explained() -> Iterator[None]:
    """Errors that the user can mend become a message and exit code 2."""
    try:
        yield
    except UsageError as error:
        for line in str(error).splitlines():
            errors().print(Text(f"error: {line}", style="red"), soft_wrap=True)
        raise typer.Exit(USAGE) from error
    except KeyboardInterrupt as error:
        errors().print("interrupted; what was finished is kept, and the same command goes on from there")
        raise typer.Exit(INTERRUPTED) from error
    except BrokenPipeError as error:
        sys.stderr.close()
        raise typer.Exit(OK) from error


@app.command()
def run(
    inputs: Annotated[
        list[str] | None,
        typer.Argument(metavar="[INPUT ...]", help="Files, folders or patterns; default: input of the plan."),
    ] = None,
    config: ConfigOption = None,
    output: OutputOption = None,
    model: Annotated[str, typer.Option(help="Translation model; see: pipeline models.")] = "",
    engine: Annotated[
        Literal["", "auto", "ctranslate2", "transformers", "echo"], typer.Option(help="What runs the model.")
    ] = "",
    until: Annotated[str, typer.Option(help="Stop after this stage.")] = "",
    limit: Annotated[int | None, typer.Option(min=1, help="Take at most this many documents.")] = None,
    workers: Annotated[int, typer.Option(min=0, help="Cleaning processes; 0 cleans in the main process.")] = 1,
    time_limit: Annotated[float, typer.Option(min=0.1, help="Seconds that cleaning one document may take.")] = 120.0,
    fresh: Annotated[bool, typer.Option("--fresh", help="Forget earlier results; reviewers' decisions stay.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the summary as one JSON object on stdout.")] = False,
    quiet: Annotated[bool, typer.Option("-q", "--quiet", help="Print nothing but errors.")] = False,
    verbose: Annotated[bool, typer.Option("-v", "--verbose", help="Also print counts by rule and times.")] = False,
) -> None:
    """Clean, repair, translate and check documents, and write aligned files.

    Only what changed since the last run is done again, and a run that was stopped goes on where it stood.
    """
    from pipeline.console import Bars, print_summary
    from pipeline.job import Job
    from pipeline.run import Settings

    with explained():
        overrides = {"translate": {k: v for k, v in (("model", model), ("engine", engine)) if v}}
        job = Job(config, overrides, tuple(inputs or ()), output, until)
        with Bars(errors(), job.config, shown=not (quiet or as_json)) as bars:
            settings = Settings(limit, workers, fresh, time_limit, bars.advance, bars.planned)
            summary = job(settings)
        if as_json:
            typer.echo(summary.json())
        elif not quiet:
            print_summary(errors(), summary, verbose)
        if summary.failures:
            raise typer.Exit(SOME_FAILED)


@app.command()
def check(config: ConfigOption = None) -> None:
    """Check the configuration and print the plan; nothing is run."""
    from pipeline.config import load
    from pipeline.io.readers import check_inputs

    with explained():
        plan = load(config)
        check_inputs(plan.inputs)
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


def main() -> None:
    """Entry point of the console script."""
    app()
