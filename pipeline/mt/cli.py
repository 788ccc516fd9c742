"""``pipeline models`` and ``pipeline memory``."""

from __future__ import annotations

from typing import Annotated

import typer

from pipeline.terminal import errors, explained

models_app = typer.Typer(help="List the translation models, or fetch one.", rich_markup_mode=None)


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
            here = "on this machine" if local.locate(name, known) else f"get it with: pipeline models fetch {name}"
            quality = "not measured" if bleu is None else f"newstest2013 BLEU {bleu:g}"
            pair = "-".join(entry.languages)
            typer.echo(f"{name}  {pair}  {quality}  {entry.megabytes} MB  {entry.licence}  {here}")


@models_app.command()
def fetch(
    name: Annotated[str, typer.Argument(help="A name that pipeline models lists.")],
    allow_pickle: Annotated[
        bool, typer.Option("--allow-pickle", help="Also take weights that are a pickle, which can run code.")
    ] = False,
) -> None:
    """Download a model once; the only command that ever downloads anything."""
    from pipeline.mt.models import fetch as fetch_model

    with explained():
        folder = fetch_model(name, allow_pickle=allow_pickle)
        errors().print(f"{name} is at {folder}; pipeline run takes it as models.yaml orders")
