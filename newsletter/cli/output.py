"""What commands print: JSON lines for machines, tables and progress bars for people."""

import dataclasses
import json
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from enum import Enum
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn
from rich.table import Table

Report = Callable[[str, int, int], None]
"""Called with what is being done, how much is done, and how much there is."""


def console() -> Console:
    """Return standard output; width and colour follow the terminal."""
    return Console(highlight=False)


def complain(message: str) -> None:
    """Print one line on standard error. The message may hold hostile text."""
    Console(stderr=True, highlight=False).print(
        f"[red]✗[/red] {escape(printable(message))}",
        soft_wrap=True,
    )


def remark(message: str) -> None:
    """Print one line on standard error about what is no failure. It may hold hostile text."""
    Console(stderr=True, highlight=False).print(
        f"[yellow]![/yellow] {escape(printable(message))}",
        soft_wrap=True,
    )


def printable(text: str) -> str:
    """Return `text` without the control characters that could drive a terminal."""
    return "".join(char if char.isprintable() or char == "\n" else "�" for char in text)


def print_json(row: object) -> None:
    """Print one value as one line of JSON; what could drive a terminal stands there escaped."""
    text = json.dumps(row, ensure_ascii=False, default=_plain)
    sys.stdout.write("".join(map(_escaped, text)) + "\n")


def _escaped(char: str) -> str:
    """Return a character of JSON as it is or, if it does not print, as its escape.

    JSON's own signs all print, so this falls on characters inside strings alone.
    """
    return char if char.isprintable() else json.dumps(char)[1:-1]


def print_table(title: str, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Print a table for people; every cell is taken as text, not as markup."""
    table = Table(title=title, title_justify="left", header_style="bold")
    for column in columns:
        table.add_column(column, overflow="fold")
    for row in rows:
        table.add_row(*(escape(printable(str(cell))) for cell in row))
    console().print(table)


@contextmanager
def progress(what: str, *, quiet: bool = False) -> Iterator[Report]:
    """Yield a report that draws a bar on standard error while the block runs."""
    bar = Progress(
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[now]}"),
        console=Console(stderr=True),
        disable=quiet,
    )
    with bar:
        task = bar.add_task(escape(what), total=None, now="")

        def report(now: str, done: int, total: int) -> None:
            bar.update(task, completed=done, total=total, now=escape(printable(now)))

        yield report


def _plain(value: object) -> Any:
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return dataclasses.asdict(value)
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    return str(value)
