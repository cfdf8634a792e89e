"""`spending`: what the model has cost."""

from collections.abc import Iterable
from typing import Annotated

import typer

from newsletter.cli.app import JsonOption, app
from newsletter.cli.output import console, print_json, print_table
from newsletter.cli.parts import load_migrated
from newsletter.services.costs import Costs, EditionSpending, costs
from newsletter.spending import Usage

_FIGURES = ("calls", "tokens", "cached", "cost")


@app.command()
def spending(
    days: Annotated[int, typer.Option(min=1, max=366, help="Today (UTC) and days before.")] = 7,
    json: JsonOption = False,
) -> None:
    """Say what the model has cost: by day and model, by edition, and its dearest papers.

    Days are UTC, cost is in the currency of the prices that are set.
    """
    parts = load_migrated()
    found = costs(parts.database, parts.clock(), days)
    if json:
        _print_lines(found)
    elif found.days:
        _print_tables(found)
    else:
        console().print("No model was asked in this time.")


def _print_tables(found: Costs) -> None:
    rows = [(row.day, row.model or "(not known)", *_cells(row.usage)) for row in found.days]
    print_table("By day (UTC) and model", ("day", "model", *_FIGURES), rows)
    by_edition = [(one.listing_date, one.papers, *_cells(one.usage)) for one in found.editions]
    print_table("By edition", ("edition", "papers", *_FIGURES), by_edition)
    print_table("Dearest papers", ("edition", "paper", *_FIGURES), _dearest(found.editions))


def _dearest(editions: Iterable[EditionSpending]) -> list[tuple[object, ...]]:
    return [
        (one.listing_date, paper_id, *_cells(usage))
        for one in editions
        for paper_id, usage in one.dearest
    ]


def _print_lines(found: Costs) -> None:
    for row in found.days:
        print_json({"day": row.day, "model": row.model, **_fields(row.usage)})
    for one in found.editions:
        print_json({"edition": one.listing_date, "papers": one.papers, **_fields(one.usage)})
        for paper_id, usage in one.dearest:
            line = {"edition": one.listing_date, "paper": paper_id.value, **_fields(usage)}
            print_json(line)


def _cells(usage: Usage) -> tuple[str, ...]:
    return str(usage.calls), f"{usage.tokens:,}", f"{_share(usage):.0%}", shown_cost(usage)


def _fields(usage: Usage) -> dict[str, object]:
    """Return the figures for machines; the cost is an exact string, None where no price is set."""
    return {
        "calls": usage.calls,
        "prompt_tokens": usage.prompt_tokens,
        "cached_tokens": usage.cached_tokens,
        "completion_tokens": usage.completion_tokens,
        "cached_share": round(_share(usage), 4),
        "cost": f"{usage.cost:f}" if usage.cost else None,
    }


def _share(usage: Usage) -> float:
    """Return which part of what was asked the provider had cached, 0 to 1."""
    return usage.cached_tokens / usage.prompt_tokens if usage.prompt_tokens else 0.0


def shown_cost(usage: Usage) -> str:
    """Return the cost with four decimals, a dash where no price is known."""
    return f"{usage.cost:,.4f}" if usage.cost else "–"
