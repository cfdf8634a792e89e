"""Fetch what was announced.

collect ─► for each category ─┬─ not whole: sources in order until one is
                              └─ whole for an hour: all documents, as a check
        ─► keep the best ─► all settled, or the wait is over ─► the edition may be summarised
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

import structlog

from newsletter.calendar import Calendar
from newsletter.evidence import Finding
from newsletter.judgement import SETTLED
from newsletter.ports import PaperSource
from newsletter.schedule import RECHECK_EVERY, EditionState
from newsletter.services.ask import Inquiry, Lookup, due_sources, note_asked
from newsletter.services.gather import Gathered, Heard, earlier_of, gather, settle
from newsletter.services.telling import tell
from newsletter.storage import editions, events, papers
from newsletter.storage import missed as record
from newsletter.storage.engine import Database, Transaction
from newsletter.storage.papers import KeptAnnouncement

POLLED = "polled"
"""Kind of the event that records each poll, with the listing date as its subject."""

_RESTED = RECHECK_EVERY - timedelta(minutes=10)
"""A poll is ten minutes long or so: what it kept last is as due as what it kept first."""

_log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class CollectReport:
    """What is known of a listing date after a poll."""

    listing_date: date
    announcements: tuple[KeptAnnouncement, ...]
    is_settled: bool
    """Every category is whole or known to be empty."""


def collect(
    database: Database,
    sources: Sequence[PaperSource],
    categories: Sequence[str],
    listing_date: date,
    *,
    clock: Callable[[], datetime],
    checks: Sequence[PaperSource] = (),
    calendar: Calendar | None = None,
    lookup: Lookup | None = None,
    progress: Callable[[str, int, int], None] = lambda _what, _done, _total: None,
) -> CollectReport:
    """Ask for every category that is not settled yet, and keep what comes.

    A source that fails is a problem of its category, never of the others. Whatever could be
    read is kept, and a poll that brings less of it, or nothing, takes nothing away. All
    `checks` are asked for what was settled an hour ago: a listing may still grow. `lookup`
    completes what a document names and does not hold. What comes when the edition is on its
    way is kept as late, for the next one. Raises `StorageError` only.
    """
    begin_poll(database, listing_date, clock())
    due = [due_sources(database, some, listing_date, clock()) for some in (sources, checks)]
    first = Inquiry(due[0], listing_date, calendar or Calendar(), lookup)
    again = replace(first, sources=due[1], asks_all=True, asked=set())
    known = {kept.category: kept for kept in held(database, listing_date)}
    for done, category in enumerate(categories):
        progress(category, done, len(categories))
        kept = known.get(category)
        if kept is None or kept.state not in SETTLED:
            if sources:
                keep(database, gather(database, first, category), clock())
        elif again.sources and clock() - kept.fetched_at >= _RESTED:
            heard = gather(database, again, category)
            if heard.is_something:
                keep(database, heard, clock())
    note_asked(database, first.asked | again.asked, listing_date, clock())
    progress("", len(categories), len(categories))
    return report(database, listing_date, categories)


def report(database: Database, listing_date: date, categories: Sequence[str]) -> CollectReport:
    """Return what is known of a listing date."""
    kept = held(database, listing_date)
    settled = {row.category for row in kept if row.state in SETTLED}
    return CollectReport(listing_date, kept, settled.issuperset(categories))


def finish_collecting(
    database: Database,
    listing_date: date,
    *,
    now: datetime,
    summary_wait: timedelta,
) -> None:
    """End collecting: what is missing now is said in the mails. Does nothing a second time."""
    with database.write() as session:
        edition = editions.open_edition(session, listing_date)
        if edition.state is EditionState.COLLECTING:
            editions.set_collected(session, listing_date, now, now + summary_wait)
            for kept in papers.announcements(session, listing_date):
                if kept.state not in SETTLED:
                    detail = {"listing_date": listing_date.isoformat(), "state": kept.state.value}
                    events.record(session, "announcement_not_whole", now, kept.category, **detail)


def keep(database: Database, heard: Heard, now: datetime) -> None:
    """Join what was heard with what is kept, keep it, and tell it in the timeline.

    In one transaction that holds the edition: of two that poll at once, neither takes away what
    the other one brought, and nothing is added to an edition that left meanwhile.
    """
    with database.write() as session:
        was_sent = not editions.hold(session, heard.listing_date)
        earlier = earlier_of(session, heard.listing_date, heard.category)
        found = settle(heard, earlier, was_sent=was_sent)
        write_down(session, found, now, is_confirmed=_confirms(heard, earlier))


def _confirms(heard: Heard, earlier: Finding | None) -> bool:
    """Say whether a document was whole again, and so was what is kept."""
    was_whole = earlier is not None and earlier.announcement.state in SETTLED
    return was_whole and heard.answers.is_settled


def write_down(
    session: Transaction, found: Gathered, now: datetime, *, is_confirmed: bool = False
) -> None:
    """Keep what was gathered, with what is late by itself, and tell it."""
    listing_date, announcement = found.listing_date, found.announcement
    late = papers.keep_announcement(
        session, announcement, listing_date, found.source, now, is_confirmed=is_confirmed
    )
    fresh = late - record.sent_before(session, late, listing_date)
    tell(session, listing_date, _with_late(found, len(fresh)).moment(now))
    _log.info(
        "announcement_fetched",
        category=announcement.category,
        listing_date=listing_date.isoformat(),
        state=announcement.state.value,
        source=found.source,
        parsed=announcement.parsed.total,
        expected=announcement.expected.total,
    )


def _with_late(found: Gathered, late: int) -> Gathered:
    if not late:
        return found
    were = "1 paper was" if late == 1 else f"{late} papers were"
    return replace(found, remarks=(f"{were} added after collecting", *found.remarks))


def held(database: Database, listing_date: date) -> tuple[KeptAnnouncement, ...]:
    """Return what is kept of a listing date, by category."""
    with database.read() as session:
        return papers.announcements(session, listing_date)


def begin_poll(database: Database, listing_date: date, now: datetime) -> None:
    """Open the edition if it is not there, and note the poll."""
    with database.write() as session:
        editions.open_edition(session, listing_date)
        events.record(session, POLLED, now, listing_date.isoformat())
