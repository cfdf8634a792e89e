"""`bench`: the gates, measured here and now."""

from typing import Annotated

import typer

from newsletter.bench.gate import RUNS, Row
from newsletter.bench.registry import GATES
from newsletter.cli.app import JsonOption, app
from newsletter.cli.output import print_json, print_table, progress


@app.command()
def bench(
    name: Annotated[str, typer.Argument(help=f"Which gate: {', '.join(GATES)}.")],
    runs: Annotated[int, typer.Option(min=1, help="Of each side; the median counts.")] = RUNS,
    json: JsonOption = False,
) -> None:
    """Measure a gate, all but `planted` beside what one would write at first; papers are samples.

    Exit status 1 where a demand is not met.
    """
    if name not in GATES:
        raise typer.BadParameter(f"there is no gate of that name; there is {', '.join(GATES)}")
    rows: list[Row] = []
    with progress(f"Measuring {name}", quiet=json) as report:
        for row in GATES[name](runs):
            rows.append(row)
            report(row.gate, len(rows), len(rows))
    _print(rows, json=json)
    if any(row.met is False for row in rows):
        raise typer.Exit(1)


def _print(rows: list[Row], *, json: bool) -> None:
    if json:
        for row in rows:
            print_json(row)
        return
    columns = ("gate", "value", "demand", "met", "runs")
    words = {True: "yes", False: "NO", None: ""}
    cells = ((row.gate, row.value, row.demand or "", words[row.met], row.runs) for row in rows)
    print_table(f"On {rows[0].machine}", columns, cells)
