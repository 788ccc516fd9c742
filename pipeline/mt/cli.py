"""``pipeline models`` and ``pipeline memory``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from pipeline.languages import language_code
from pipeline.terminal import errors, explained

models_app = typer.Typer(help="List the translation models, or fetch one.", rich_markup_mode=None)
memory_app = typer.Typer(
    help="A translation memory shared across runs (pipeline run --memory FILE): what it holds, import, export.",
    rich_markup_mode=None,
    no_args_is_help=True,
)


def _is_code(value: str) -> str:
    try:
        return language_code(value)
    except ValueError as error:
        raise typer.BadParameter(str(error)) from error


MemoryOption = Annotated[Path, typer.Option("--memory", help="The memory's file; made where it is missing.")]
SourceOption = Annotated[str, typer.Option(callback=_is_code, help="ISO 639-1 code of the source language.")]
TargetOption = Annotated[str, typer.Option(callback=_is_code, help="ISO 639-1 code of the target language.")]
_MEMORY = Path("memory.sqlite")


@models_app.callback(invoke_without_command=True)
def models(context: typer.Context) -> None:
    """List the translation models, where they come from, how good they are, and which are on this machine."""
    if context.invoked_subcommand:
        return
    from pipeline.mt import models as local
    from pipeline.mt import registry

    with explained():
        known = registry.load()
        for name, entry in known.models.items():
            bleu = entry.bleu.best()
            quality = "not measured" if bleu is None else f"newstest2013 BLEU {bleu:g}"
            pair = "-".join(entry.languages)
            there = "on this machine" if local.locate(name, known) else local.how_to_get(name, entry)
            typer.echo(f"{name}  {pair}  {quality}  {entry.megabytes} MB  {entry.licence}  {there}")


@models_app.command()
def fetch(
    name: Annotated[str, typer.Argument(help="A name that pipeline models lists.")],
    allow_pickle: Annotated[
        bool, typer.Option("--allow-pickle", help="Also take weights that are a pickle, which can run code.")
    ] = False,
) -> None:
    """Download a model once; the only command that ever downloads anything."""
    from pipeline.mt.fetch import fetch as fetch_model

    def report(file: str, done: int, total: int) -> None:
        errors().print(f"{name}: {file} ({done} of {total} files)", markup=False)

    with explained():
        model = fetch_model(name, report, allow_pickle)
        errors().print(f"{name} is at {model.folder}; pipeline run takes it as models.yaml orders", markup=False)


@memory_app.command("import")
def import_tmx(
    file: Annotated[Path, typer.Argument(metavar="FILE.tmx", help="Translations that people or other tools made.")],
    memory: MemoryOption = _MEMORY,
    source: SourceOption = "fr",
    target: TargetOption = "en",
) -> None:
    """Take translations over from a TMX file; runs prefer them to the model's."""
    from pipeline.mt.filememory import FileMemory
    from pipeline.mt.tmx import read_pairs

    with explained():
        pairs = list(read_pairs(file, source, target))  # before the memory is made, for they may be none
        with FileMemory(memory, f"{source}-{target}") as held:
            number = held.add(pairs)
        errors().print(f"{number:,} translations are in {memory}; use them with: pipeline run --memory {memory}")


@memory_app.command()
def export(
    file: Annotated[Path, typer.Argument(metavar="FILE.tmx", help="Where to.")],
    memory: MemoryOption = _MEMORY,
    source: SourceOption = "fr",
    target: TargetOption = "en",
) -> None:
    """Write what a memory holds for a language pair as TMX."""
    from pipeline.mt.filememory import FileMemory
    from pipeline.mt.tmx import write_entries

    with explained(), FileMemory(_there(memory), f"{source}-{target}") as held:
        errors().print(f"{write_entries(file, held.entries(), source, target):,} translations are in {file}")


@memory_app.command()
def stats(memory: MemoryOption = _MEMORY) -> None:
    """Say how much a memory holds, by language pair."""
    from pipeline.mt.filememory import FileMemory

    with explained(), FileMemory(_there(memory), "") as held:
        counts = held.counts()
        for pair, imported, made in counts:
            typer.echo(f"{pair}  {imported:,} imported  {made:,} made by models")
        if not counts:
            errors().print(f"{memory} holds nothing yet", markup=False)


def _there(memory: Path) -> Path:
    from pipeline.errors import UsageError

    if not memory.is_file():
        raise UsageError(f"{memory} does not exist; name a memory with --memory")
    return memory
