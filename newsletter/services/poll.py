"""One poll of a morning: what was missed before, today's announcement, and when to go on.

poll ─┬─ still collecting: catch up, complete libraries ─► collect ─► other feeds ─► settled, or too
      │  late? ─► finish
      └─ on its way: what was whole is looked at again; what is late comes with the next edition
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from newsletter.calendar import Calendar, announced_at
from newsletter.ports import PaperSource
from newsletter.schedule import EditionState
from newsletter.services.ask import Lookup
from newsletter.services.collect import CollectReport, collect, finish_collecting
from newsletter.services.feeds import OtherSource, collect_feeds
from newsletter.services.library import complete
from newsletter.services.missed import Recovery
from newsletter.storage import editions
from newsletter.storage.engine import Database


@dataclass(frozen=True, slots=True, kw_only=True)
class Doors:
    """Whom to ask for announcements, best first."""

    today: Sequence[PaperSource]
    """While the announcement is the newest."""
    checks: Sequence[PaperSource]
    """Asked again an hour after it was whole; documents only, because metadata proves nothing."""
    missed: Callable[[date], Sequence[PaperSource]]
    """For an earlier listing date."""
    lookup: Lookup | None = None
    """Papers by their ids."""
    feeds: Sequence[OtherSource] = ()
    """Feeds that are not arXiv's."""
    close: Callable[[], None] = lambda: None
    """Gives back their connections."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What an operator decided about collecting."""

    categories: tuple[str, ...]
    calendar: Calendar
    patience: timedelta
    """After the announcement, how long to wait for what is not whole."""
    summary_wait: timedelta
    catch_up_days: int
    """How many days back missed announcements are fetched; 0: never."""


def poll(
    database: Database,
    doors: Doors,
    terms: Terms,
    listing_date: date,
    *,
    clock: Callable[[], datetime],
) -> CollectReport:
    """Do what a poll for `listing_date` does at this time of the morning.

    Collecting ends when everything is whole or the patience is over; gaps of earlier days are
    tried first, and not waited for: an old batch under today's date is known by the batch of the
    day before. Raises `StorageError` only.
    """
    is_collecting = _is_collecting(database, listing_date)
    if is_collecting:
        catch_up(database, doors, terms, listing_date, clock=clock)
        complete(database, doors.lookup, now=clock())
    found = collect(
        database,
        doors.today if is_collecting else (),
        terms.categories,
        listing_date,
        clock=clock,
        checks=doors.checks,
        calendar=terms.calendar,
        lookup=doors.lookup,
    )
    if not is_collecting:
        return found
    collect_feeds(database, doors.feeds, listing_date, clock=clock)
    if found.is_settled or clock() >= announced_at(listing_date) + terms.patience:
        finish_collecting(database, listing_date, now=clock(), summary_wait=terms.summary_wait)
    return found


def catch_up(
    database: Database,
    doors: Doors,
    terms: Terms,
    listing_date: date,
    *,
    clock: Callable[[], datetime],
) -> int:
    """Have the edition of `listing_date` carry what was missed; return how many papers."""
    recovery = Recovery(
        database=database,
        sources=doors.missed,
        edition_date=listing_date,
        clock=clock,
        calendar=terms.calendar,
        days=terms.catch_up_days,
        lookup=doors.lookup,
    )
    return recovery.run(terms.categories, [feed.name for feed in doors.feeds])


def _is_collecting(database: Database, listing_date: date) -> bool:
    with database.read() as session:
        edition = editions.find(session, listing_date)
    return edition is None or edition.state is EditionState.COLLECTING
