"""``pipeline review``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

review_app = typer.Typer(help="Review the aligned output in the browser.", rich_markup_mode=None)

OutputOption = Annotated[Path, typer.Option("--output", help="Output folder of the run.")]
ReviewerOption = Annotated[str, typer.Option(help="Name that decisions are signed with; default: the user's.")]
FOLDER = Path("outputs")


@review_app.callback(invoke_without_command=True)
def review(
    context: typer.Context,
    output: OutputOption = FOLDER,
    port: Annotated[int | None, typer.Option(min=1, max=65535, help="Port; default: 8791, or a free one.")] = None,
    no_browser: Annotated[bool, typer.Option("--no-browser", help="Print the link, open nothing.")] = False,
    reviewer: ReviewerOption = "",
) -> None:
    """Review the aligned output in the browser; the page is served to this machine alone.

    Decisions are kept in the run's store and outlive every re-run. Stop with Ctrl+C.
    """
    if context.invoked_subcommand:
        return
    from pipeline.cli import explained
    from pipeline.review.serve import serve

    def announce(address: str) -> None:
        typer.echo(address)
        if not no_browser:
            import webbrowser

            webbrowser.open(address)

    with explained():
        serve(output, reviewer, port, announce)
