"""``pipeline review`` and its subcommands."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from pipeline.store import Store

review_app = typer.Typer(help="Review the aligned output in the browser.", rich_markup_mode=None)

OutputOption = Annotated[
    str | None, typer.Option("--output", help="Output folder of the run; default: outputs.path of the plan.")
]
ReviewerOption = Annotated[
    str, typer.Option("--reviewer", help="Name that decisions are signed with; default: the user's.")
]
YesOption = Annotated[bool, typer.Option("--yes", help="Do it without asking.")]


@review_app.callback(invoke_without_command=True)
def review(
    context: typer.Context,
    output: OutputOption = None,
    port: Annotated[int | None, typer.Option(min=1, max=65535, help="Port; default: 8791, or a free one.")] = None,
    no_browser: Annotated[bool, typer.Option("--no-browser", help="Print the link, open nothing.")] = False,
    reviewer: ReviewerOption = "",
) -> None:
    """Review the aligned output in the browser; the page is served to this machine alone.

    Decisions are kept in the run's store and outlive every re-run; pipeline export writes them into the files. Stop
    with Ctrl+C.
    """
    context.obj = output
    if context.invoked_subcommand:
        return
    from pipeline.review.serve import serve

    def announce(address: str) -> None:
        typer.echo(address)
        if not no_browser:
            import webbrowser

            webbrowser.open(address)

    with _opened(context, output) as store:
        serve(store, reviewer, port, announce, lambda line: typer.echo(line, err=True))
    typer.echo("stopped; pipeline export writes the decisions into the files", err=True)


@review_app.command("import")
def import_file(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A .xlf, .tmx, .tsv, or a journal (.jsonl).")],
    output: OutputOption = None,
    reviewer: ReviewerOption = "",
    yes: YesOption = False,
    prefer_file: Annotated[
        bool, typer.Option("--prefer-file", help="Where decisions differ, take the file's; else those here stay.")
    ] = False,
    trust_states: Annotated[
        bool, typer.Option("--trust-states", help="Also take over states of unchanged texts, not only changed texts.")
    ] = False,
) -> None:
    """Take over what was done in another tool, or by another reviewer: shows what would change, then asks."""
    with _opened(context, output) as store:
        from pipeline.review.taking import plan

        bringing = plan(store, file, reviewer, prefer_file=prefer_file, trust_states=trust_states)
        for line in bringing.lines:
            typer.echo(line)
        if bringing.number and _agreed(yes, f"Save {bringing.number} events?"):
            typer.echo(f"{bringing.save()} events saved; pipeline export writes them into the files")


@review_app.command("export")
def export_journal(
    context: typer.Context,
    journal: Annotated[Path, typer.Option("--journal", help="File to write all decisions to, as JSONL.")],
    output: OutputOption = None,
) -> None:
    """Write all decisions to a file, for another reviewer's pipeline review import."""
    with _opened(context, output) as store:
        from pipeline.review.journal import write_journal

        typer.echo(f"{write_journal(store, journal)} events in {journal}")


@review_app.command("stats")
def show_stats(context: typer.Context, output: OutputOption = None) -> None:
    """Tell what review teaches: how much was changed, whether flags and scores find it, what to add to the lexicon."""
    with _opened(context, output) as store:
        from pipeline.review.stats import stats
        from pipeline.review.tables import tables

        for line in tables(stats(store)):
            typer.echo(line)


@review_app.command("discard")
def discard_decisions(context: typer.Context, output: OutputOption = None, yes: YesOption = False) -> None:
    """Give up all decisions and drafts of this output folder, after copying its store."""
    with _opened(context, output) as store:
        from pipeline.review.discard import discard

        number = store.connection.execute("SELECT count(*) FROM events").fetchone()[0]
        if _agreed(yes, f"Discard all decisions ({number} events) of {store.path.parent}?"):
            typer.echo(f"discarded; the store as it was is kept as {discard(store)}")


def _folder(context: typer.Context, output: str | None) -> Path:
    if chosen := output or context.obj:
        return Path(chosen)
    from pipeline.config import load

    return Path(load(None).outputs.path)


@contextmanager
def _opened(context: typer.Context, output: str | None) -> Iterator[Store]:
    """The run's store; what is wrong with it is told as any other error."""
    import sqlite3

    from pipeline.errors import StoreError
    from pipeline.schema import explain
    from pipeline.store import Store
    from pipeline.terminal import explained

    with explained(), closing(Store.existing(_folder(context, output))) as store:
        try:
            yield store
        except sqlite3.DatabaseError as error:
            raise StoreError(explain(store.path, error)) from error


def _agreed(yes: bool, question: str) -> bool:
    if yes:
        return True
    if not sys.stdin.isatty():
        typer.echo("nothing was changed; add --yes to do it", err=True)
        return False
    return typer.confirm(question, err=True)
