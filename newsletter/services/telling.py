"""The timelines of editions, as events: written when something is news, and read in order."""

from datetime import date

from newsletter.storage import events
from newsletter.storage.engine import Database, Transaction
from newsletter.timeline import Moment

ANNOUNCEMENT = "announcement"
"""Kind of the event that records a change of what is known, with a listing date as its subject."""


def tell(session: Transaction, subject: date, said: Moment) -> None:
    """Write the moment down in the timeline of `subject` unless it says nothing new."""
    about = said.category, said.missed_on
    told = [one for one in moments(session, subject) if (one.category, one.missed_on) == about]
    if said.is_news_after(told):
        events.record(session, ANNOUNCEMENT, said.at, subject.isoformat(), **said.packed())


def timeline(database: Database, listing_date: date) -> tuple[Moment, ...]:
    """Return what became known of a listing date, oldest first."""
    with database.read() as session:
        return moments(session, listing_date)


def moments(session: Transaction, listing_date: date) -> tuple[Moment, ...]:
    """Return the timeline inside the caller's transaction."""
    told = events.about(session, ANNOUNCEMENT, listing_date.isoformat())
    return tuple(Moment.unpacked(event.at, event.detail) for event in told)
