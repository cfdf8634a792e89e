"""`documents`: damaged documents that were kept, to be read by `parse`."""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from newsletter.cli.app import JsonOption, app
from newsletter.cli.output import console, print_json, print_table
from newsletter.cli.parts import load_migrated
from newsletter.errors import RowMissing
from newsletter.rendering.wording import english_zone_name
from newsletter.schedule import FALLBACK
from newsletter.services import documents as keeping
from newsletter.storage.documents import KeptDocument


@app.command()
def documents(
    number: Annotated[
        int | None, typer.Argument(metavar="ID", min=1, help="One document, to be written out.")
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", dir_okay=False, allow_dash=True, help="Where to; - prints it."
        ),
    ] = None,
    json: JsonOption = False,
) -> None:
    """List damaged documents that were fetched, or write one out for `newsletter parse FILE`.

    With an ID alone, it shows that document's row and says how to write it out.
    """
    if number is None and out is not None:
        raise typer.BadParameter(
            "--out needs the ID of a document: `newsletter documents` lists them"
        )
    database = load_migrated().database
    if number is not None and out is not None:
        _write(keeping.body_of(database, number), out)
        return
    kept = [one for one in keeping.kept(database) if number in (None, one.id)]
    if number is not None and not kept:
        raise RowMissing("no document of that number is kept")
    _print_kept(kept, json=json)
    if number is not None and not json:
        console().print(f"To write it out: newsletter documents {number} --out FILE (- prints it)")


def _print_kept(kept: Sequence[KeptDocument], *, json: bool) -> None:
    if json:
        for document in kept:
            print_json(document)
        return
    rows = (
        (
            one.id,
            f"{one.fetched_at.astimezone(FALLBACK):%Y-%m-%d %H:%M}",
            one.size,
            one.origin,
            one.reason,
        )
        for one in kept
    )
    columns = ("id", f"fetched ({english_zone_name(FALLBACK.key)})", "bytes", "origin", "reason")
    print_table(f"Damaged documents: {len(kept)}", columns, rows)


def _write(body: bytes, out: Path) -> None:
    if str(out) == "-":
        sys.stdout.buffer.write(body)
        return
    try:
        out.write_bytes(body)
    except OSError as error:
        raise typer.BadParameter(f"{out} cannot be written ({type(error).__name__})") from error
    console().print(f"{out}: {len(body)} bytes", soft_wrap=True, markup=False)
