"""`glossary`: what the operator's terms change, and which summaries they touch."""

from pathlib import Path
from typing import Annotated

import typer

from newsletter.cli.app import JsonOption, app
from newsletter.cli.output import console, print_json, print_table, remark
from newsletter.cli.parts import load_migrated
from newsletter.errors import SettingsError, StorageError
from newsletter.fidelity.glossary import Glossary, built_in
from newsletter.fidelity.glossary_rows import SETTING, read_rows
from newsletter.services.glossary import Change, Touched, changes, touched
from newsletter.settings import Settings


@app.command()
def glossary(
    file: Annotated[
        Path | None,
        typer.Argument(
            exists=True, dir_okay=False, readable=True, help="Default: NEWSLETTER_GLOSSARY."
        ),
    ] = None,
    json: JsonOption = False,
) -> None:
    """Check a file of terms; show what it changes, and which summaries of 30 days it touches.

    Those are written anew when their papers are asked for again. Nothing is changed here. Without
    a database only the rows are looked at.
    """
    path = file or _configured()
    if path is None:
        _print_none(json=json)
        return
    rows = read_rows(path, str(file) if file else SETTING)
    made = built_in().with_read(rows)
    papers = _touched(made)
    if json:
        _print_lines(changes(rows), papers)
    else:
        _print_tables(changes(rows), papers, made)


def _configured() -> Path | None:
    name = Settings.load().glossary
    return Path(name) if name else None


def _touched(made: Glossary) -> tuple[Touched, ...] | None:
    """Return what is touched; None, and a remark, where there is no database to look into."""
    try:
        parts = load_migrated()
        return touched(parts.database, made, parts.clock())
    except (SettingsError, StorageError) as error:
        remark(f"the rows are good; summaries could not be looked at: {error}")
        return None


def _print_none(*, json: bool) -> None:
    if not json:
        terms = len(built_in().terms)
        console().print(f"{terms} terms are built in; NEWSLETTER_GLOSSARY names no file.")


def _print_lines(rows: tuple[Change, ...], papers: tuple[Touched, ...] | None) -> None:
    for one in (*rows, *(papers or ())):
        print_json(one)


def _print_tables(
    rows: tuple[Change, ...], papers: tuple[Touched, ...] | None, made: Glossary
) -> None:
    lines = (
        (row.line, row.effect, row.english, ", ".join(row.chinese), ", ".join(row.wrong))
        for row in rows
    )
    count = "1 row" if len(rows) == 1 else f"{len(rows)} rows"
    title = f"{count}; {len(made.terms)} terms with those built in"
    print_table(title, ("line", "effect", "English", "accepted", "wrong"), lines)
    if papers is None:
        return
    title = f"Summaries touched: {len(papers)}"
    columns = ("id", "title", "terms")
    print_table(title, columns, ((one.id, one.title, ", ".join(one.terms)) for one in papers))
