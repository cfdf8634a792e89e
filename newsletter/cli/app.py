"""The command's root, and the options that several commands share."""

from datetime import date
from importlib import import_module
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from newsletter import __version__

MODULES = MappingProxyType(
    {
        "bench": "benchmarks",
        "check": "checks",
        "collect": "morning",
        "deliveries": "readers",
        "demo": "serving",
        "doctor": "doctor",
        "documents": "kept",
        "glossary": "glossary",
        "match": "documents",
        "migrate": "readers",
        "operator-link": "readers",
        "parse": "documents",
        "preview": "readers",
        "run": "morning",
        "spending": "spending",
        "subscribers": "readers",
        "up": "serving",
    },
)
"""Where each command stands. Loaded when asked for: together they cost seconds of start-up."""


class _Commands(TyperGroup):
    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ARG002 # the group's signature
        """Return all commands' names, for the help."""
        return list(MODULES)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:  # noqa: ARG002 # the same
        """Load the command's module, which adds it to `app`."""
        if cmd_name not in MODULES:
            return None
        import_module(f"newsletter.cli.{MODULES[cmd_name]}")
        loaded = typer.main.get_command(app)
        return loaded.commands[cmd_name] if isinstance(loaded, TyperGroup) else None


app = typer.Typer(
    cls=_Commands,
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
