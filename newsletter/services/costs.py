"""What the model has cost, for the operator: by day and model, by edition, and which papers."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from newsletter.papers import PaperId
from newsletter.spending import Usage
from newsletter.storage import editions, spending
from newsletter.storage.engine import Database, Transaction
from newsletter.storage.spending import DaySpending

DEAREST = 5
"""Papers of an edition that are named."""


@dataclass(frozen=True, slots=True)
class EditionSpending:
    """What one edition's papers have consumed, whenever that was."""

    listing_date: date
    papers: int
    """For which a model was asked."""
    usage: Usage
    dearest: tuple[tuple[PaperId, Usage], ...]
    """At most `DEAREST`, by cost, then by tokens."""


@dataclass(frozen=True, slots=True)
class Costs:
    """The last days and their editions, newest first."""

    days: tuple[DaySpending, ...]
    editions: tuple[EditionSpending, ...]


def costs(database: Database, now: datetime, days: int = 7) -> Costs:
    """Return what was spent on the last `days` days (UTC, today among them; at least 1)."""
    first = now.astimezone(UTC).date() - timedelta(days=days - 1)
    with database.read() as session:
        newest = editions.recent(session, days)
        dates = [edition.listing_date for edition in newest if edition.listing_date >= first]
        asked = (_of_edition(session, listing_date) for listing_date in dates)
        return Costs(spending.since(session, first), tuple(one for one in asked if one.papers))


def _of_edition(session: Transaction, listing_date: date) -> EditionSpending:
    by_paper = spending.edition_usage(session, listing_date)
    return EditionSpending(
        listing_date=listing_date,
        papers=len(by_paper),
        usage=spending.total(by_paper.values()),
        dearest=tuple(by_paper.items())[:DEAREST],
    )
