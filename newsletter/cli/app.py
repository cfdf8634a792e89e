"""The command's root, and the options that several commands share."""

from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from newsletter import __version__, log
from newsletter.bootstrap import Parts
from newsletter.settings import Settings

app = typer.Typer(
    help="Chenkan 晨刊: each reader's arXiv papers of the night, in Chinese, by mail.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


def _date(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise typer.BadParameter("a date is written 2026-05-29") from error


JsonOption = Annotated[bool, typer.Option("--json", help="JSON lines, for machines.")]
DateOption = Annotated[
    date | None,
    typer.Option("--date", parser=_date, metavar="DATE", help="Listing date; default: the newest."),
]
FileArgument = Annotated[
    Path,
    typer.Argument(exists=True, dir_okay=False, readable=True, allow_dash=False),
]


def load_parts() -> Parts:
    """Read the settings and set up the log."""
    settings = Settings.load()
    log.configure(json=settings.log_json, level="WARNING")
    return Parts(settings)


@app.callback(invoke_without_command=True)
def _root(
    context: typer.Context,
    version: Annotated[bool, typer.Option("--version", help="Print the version.")] = False,
) -> None:
    if version:
        typer.echo(__version__)
        raise typer.Exit
    if context.invoked_subcommand is None:
        typer.echo(context.get_help())
        raise typer.Exit(2)
