"""What the operator and the clock do: see where the morning stands, recover, close, log in."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import NamedTuple

from newsletter.calendar import Calendar
from newsletter.ledger import DeliveryState
from newsletter.papers import AnnouncementState
from newsletter.schedule import Edition, EditionState, Position
from newsletter.services.ask import ASKED
from newsletter.services.collect import POLLED
from newsletter.services.telling import ANNOUNCEMENT, moments
from newsletter.storage import deliveries, editions, events, outbox, papers, subscribers
from newsletter.storage.deliveries import DeliveryReport
from newsletter.storage.engine import Database, Transaction
from newsletter.storage.events import Event
from newsletter.storage.papers import KeptAnnouncement
from newsletter.subscribers import SubscriberState
from newsletter.timeline import Moment

_HOUSEKEEPING = (POLLED, ASKED, ANNOUNCEMENT)
"""Events that the timelines tell in words, or that say nothing new."""
_WEEKEND = (5, 6)


class EditionOverview(NamedTuple):
    """One edition: what was collected, when, and where its mails stand."""

    edition: Edition
    announcements: tuple[KeptAnnouncement, ...]
    deliveries: dict[DeliveryState, int]
    timeline: tuple[Moment, ...]


@dataclass(frozen=True, slots=True)
class Overview:
    """What the operator's page shows."""

    editions: tuple[EditionOverview, ...]
    without_mailing: tuple[tuple[date, str], ...]
    """Listing dates of the last week and tomorrow without a mailing, weekends left out, and why."""
    readers: dict[SubscriberState, int]
    events: tuple[Event, ...]


def position(database: Database, calendar: Calendar, now: datetime) -> Position:
    """Return where the morning of the calendar's latest listing date stands."""
    listing_date = calendar.latest_listing_date(now)
    with database.read() as session:
        return Position(
            edition=editions.find(session, listing_date),
            last_poll=events.last(session, POLLED, listing_date.isoformat()),
            deliveries_due=deliveries.count_due(session, now),
            outbox_due=outbox.count_due(session, now),
        )


def recover(database: Database, now: datetime) -> tuple[int, int]:
    """Take back leases that ended, of digests and single mails; see `storage.queue.recover`.

    Returns how many rows were planned again and how many became `unknown`.
    """
    with database.write() as session:
        pairs = (deliveries.recover(session, now), outbox.recover(session, now))
        replanned, unknown = (sum(column) for column in zip(*pairs, strict=True))
        if unknown:
            events.record(session, "outcome_unknown", now, rows=unknown)
    return replanned, unknown


def close_editions(database: Database, now: datetime) -> tuple[date, ...]:
    """Give up what is unsent past an edition's send-by time; close all but the newest edition.

    The newest stays open for readers who join today: it is their first digest. After an outage
    there may be months of older ones. Returns the listing dates that were closed, newest first.
    """
    with database.write() as session:
        newest = editions.latest(session)
        if newest is None:
            return ()
        if now >= newest.send_by:
            late = deliveries.exclude_late(session, newest.listing_date, newest.send_by)
            _tell_too_late(session, newest.listing_date, now, late)
        older = editions.open_before(session, newest.listing_date)
        return tuple(edition.listing_date for edition in older if _close(session, edition, now))


def _close(session: Transaction, edition: Edition, now: datetime) -> bool:
    """Name what became of every reader of an older edition; close it once all are final."""
    day = edition.listing_date
    if edition.state is EditionState.COLLECTING and _was_quiet(session, day):
        pass  # a look at an evening without a mailing: nobody missed anything
    elif edition.state is EditionState.COLLECTING:
        rows = _exclude_all(session, day, now, "not_collected")
        events.record(session, "edition_missed", now, day.isoformat(), readers=rows)
    else:
        _tell_too_late(session, day, now, _exclude_all(session, day, now, "too_late"))
    if not deliveries.is_settled(session, day):
        return False
    editions.set_state(session, day, EditionState.CLOSED)
    return True


def _was_quiet(session: Transaction, day: date) -> bool:
    known = papers.announcements(session, day)
    return bool(known) and all(kept.state is AnnouncementState.QUIET for kept in known)


def _exclude_all(session: Transaction, day: date, now: datetime, reason: str) -> int:
    """Give up what is unsent, and give each reader without a row one; return how many rows.

    An edition has readers without rows where the outage began before it was planned.
    """
    just_now = now + timedelta(seconds=1)
    late = deliveries.exclude_late(session, day, just_now)
    added = deliveries.plan(session, day, now, excluded=reason)
    # Readers who joined since were planned after all: a newer edition is their first.
    deliveries.exclude_late(session, day, just_now)
    return late + added


def _tell_too_late(session: Transaction, day: date, now: datetime, rows: int) -> None:
    if rows:
        events.record(session, "too_late", now, day.isoformat(), rows=rows)


def overview(database: Database, calendar: Calendar, now: datetime, limit: int = 7) -> Overview:
    """Return the newest editions with what became of them, days without one, readers, events."""
    with database.read() as session:
        rows = tuple(
            EditionOverview(
                edition,
                papers.announcements(session, edition.listing_date),
                deliveries.count_by_state(session, edition.listing_date),
                moments(session, edition.listing_date),
            )
            for edition in editions.recent(session, limit)
        )
        newest = events.recent(session, 30, without=_HOUSEKEEPING)
        readers = subscribers.count_by_state(session)
    return Overview(rows, _without_mailing(calendar, now.date()), readers, newest)


def _without_mailing(calendar: Calendar, today: date) -> tuple[tuple[date, str], ...]:
    days = (today + timedelta(days=ahead) for ahead in range(-7, 2))
    reasons = ((day, calendar.why_not(day)) for day in days if day.weekday() not in _WEEKEND)
    return tuple((day, why) for day, why in reasons if why)


def request_login(database: Database, now: datetime) -> None:
    """Queue a mail with a login link to the operator's own address."""
    with database.write() as session:
        outbox.add(session, "operator_login", None, now)


def is_finished(database: Database, listing_date: date) -> bool:
    """Say whether candidates = sum of final states; so is an edition without readers."""
    with database.read() as session:
        return deliveries.is_settled(session, listing_date)


def deliveries_of(
    database: Database,
    listing_date: date | None,
    states: Iterable[DeliveryState] = (),
) -> tuple[DeliveryReport, ...]:
    """Return the ledger's rows, of one listing date and of some states if given."""
    with database.read() as session:
        return deliveries.reports(session, listing_date, states)


def ping(database: Database) -> None:
    """Return if the database answers; raise `StorageError` if it does not."""
    with database.read() as session:
        editions.latest(session)
