"""`documents`: damaged documents that were kept, to be read by `parse`."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from newsletter.cli.app import JsonOption, app
from newsletter.cli.output import console, print_json, print_table
from newsletter.cli.parts import load_parts
from newsletter.services import documents as keeping
from newsletter.storage.engine import Database


@app.command()
def documents(
    number: Annotated[
        int | None, typer.Argument(metavar="ID", min=1, help="One document, to be written out.")
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(metavar="FILE", dir_okay=False, allow_dash=True, help="Where to; - prints."),
    ] = None,
    json: JsonOption = False,
) -> None:
    """List damaged documents that were fetched, or write one out for `newsletter parse FILE`."""
    if (number is None) != (out is None):
        raise typer.BadParameter("an ID and --out FILE belong together")
    database = load_parts().database
    if number is None or out is None:
        _print_kept(database, json=json)
    else:
        _write(keeping.body_of(database, number), out)


def _print_kept(database: Database, *, json: bool) -> None:
    kept = keeping.kept(database)
    if json:
        for document in kept:
            print_json(document)
        return
    rows = (
        (one.id, f"{one.fetched_at:%Y-%m-%d %H:%M}", one.size, one.origin, one.reason)
        for one in kept
    )
    columns = ("id", "fetched (UTC)", "bytes", "origin", "reason")
    print_table(f"{len(kept)} damaged documents", columns, rows)


def _write(body: bytes, out: Path) -> None:
    if str(out) == "-":
        sys.stdout.buffer.write(body)
        return
    try:
        out.write_bytes(body)
    except OSError as error:
        raise typer.BadParameter(f"{out} cannot be written ({type(error).__name__})") from error
    console().print(f"{out}: {len(body)} bytes", soft_wrap=True, markup=False)
