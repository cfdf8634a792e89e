"""What models consume: by day and model, by paper, by edition.

Added to in the transaction that keeps a summary, so that the two never disagree.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import reduce
from operator import add as plus

from sqlmodel import Session, col, select

from newsletter.papers import PaperId, read_id
from newsletter.spending import Usage
from newsletter.storage.entries import edition_entries
from newsletter.storage.papers import chunks
from newsletter.storage.tables import Consumption, SpendingRow, SummaryRow
from newsletter.storage.upsert import insert_missing

MOST = 10**12
"""Of any figure of one call: a server's own account of its tokens is text from outside, and the
columns hold 64 bits."""
_SMALLEST = Decimal("1e-12")


@dataclass(frozen=True, slots=True)
class DaySpending:
    """What one model consumed on one day (UTC)."""

    day: date
    model: str
    """Empty where a call ended before it was known which model answers for it."""
    usage: Usage


def add(session: Session, now: datetime, model: str, usage: Usage) -> None:
    """Add to the day of `now` (aware) what `model` consumed; nothing is written for nothing."""
    if usage == Usage():
        return
    day = now.astimezone(UTC).date()
    empty = SpendingRow(day=day, model=model)
    insert_missing(session, SpendingRow, [empty.model_dump()], ["day", "model"])
    row = session.get_one(SpendingRow, (day, model), with_for_update=True)
    add_to(row, usage)
    session.add(row)


def add_to(row: Consumption, usage: Usage) -> None:
    """Add `usage` to a row's columns, each figure bounded by `MOST`."""
    row.calls += _bounded(usage.calls)
    row.prompt_tokens += _bounded(usage.prompt_tokens)
    row.cached_tokens += _bounded(usage.cached_tokens)
    row.completion_tokens += _bounded(usage.completion_tokens)
    cost = usage.cost if usage.cost.is_finite() else Decimal(0)
    row.cost += min(max(cost, Decimal(0)), Decimal(MOST)).quantize(_SMALLEST)


def _bounded(count: int) -> int:
    return min(max(count, 0), MOST)


def usage_of(row: Consumption) -> Usage:
    """Return a row's columns."""
    return Usage(
        calls=row.calls,
        prompt_tokens=row.prompt_tokens,
        cached_tokens=row.cached_tokens,
        completion_tokens=row.completion_tokens,
        cost=row.cost,
    )


def total(usages: Iterable[Usage]) -> Usage:
    """Return all of `usages` together."""
    return reduce(plus, usages, Usage())


def spent(session: Session, day: date) -> Usage:
    """Return what all models consumed on `day` (UTC)."""
    rows = session.exec(select(SpendingRow).where(SpendingRow.day == day))
    return total(map(usage_of, rows))


def since(session: Session, day: date) -> tuple[DaySpending, ...]:
    """Return what was consumed from `day` (UTC) on, newest day first, then by model."""
    rows = session.exec(
        select(SpendingRow)
        .where(col(SpendingRow.day) >= day)
        .order_by(col(SpendingRow.day).desc(), col(SpendingRow.model)),
    )
    return tuple(DaySpending(row.day, row.model, usage_of(row)) for row in rows)


def edition_usage(session: Session, listing_date: date) -> dict[PaperId, Usage]:
    """Return what each paper of an edition has consumed, under whatever key; dearest first.

    Papers without a call are left out. Dearest is by cost, then by tokens.
    """
    ids = [entry.paper.id.value for entry in edition_entries(session, listing_date)]
    found: dict[PaperId, Usage] = {}
    for chunk in chunks(ids):
        rows = select(SummaryRow).where(col(SummaryRow.arxiv_id).in_(chunk), SummaryRow.calls > 0)
        for row in session.exec(rows):
            paper_id = read_id(row.arxiv_id)
            found[paper_id] = found.get(paper_id, Usage()) + usage_of(row)
    return dict(sorted(found.items(), key=lambda item: _dearness(item[1]), reverse=True))


def _dearness(usage: Usage) -> tuple[Decimal, int]:
    return usage.cost, usage.tokens
