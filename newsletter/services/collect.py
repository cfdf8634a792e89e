"""Fetch what was announced.

collect ─► for each category: sources in order until one is whole ─► keep the best
─► all settled, or the wait is over ─► the edition may be summarised
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

import structlog

from newsletter.calendar import Calendar
from newsletter.evidence import Finding, best, joined
from newsletter.judgement import SETTLED
from newsletter.papers import Announcement, AnnouncementState, Counts, DocumentKind
from newsletter.ports import PaperSource
from newsletter.schedule import EditionState
from newsletter.services.ask import (
    Answers,
    Inquiry,
    Lookup,
    complete,
    due_sources,
    note_asked,
    remarks,
)
from newsletter.services.telling import tell
from newsletter.storage import editions, events, papers
from newsletter.storage.engine import Database
from newsletter.storage.papers import KeptAnnouncement
from newsletter.timeline import Moment

POLLED = "polled"
"""Kind of the event that records each poll, with the listing date as its subject."""

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
    calendar: Calendar | None = None,
    lookup: Lookup | None = None,
    progress: Callable[[str, int, int], None] = lambda _what, _done, _total: None,
) -> CollectReport:
    """Ask for every category that is not settled yet, and keep what comes.

    A source that fails is a problem of its category, never of the others. Whatever could be
    read is kept, and a poll that brings less of it, or nothing, takes nothing away. `lookup`
    completes what a document names and does not hold. Raises `StorageError` only.
    """
    begin_poll(database, listing_date, clock())
    due = due_sources(database, sources, listing_date, clock())
    inquiry = Inquiry(due, listing_date, calendar or Calendar())
    known = {kept.category: kept for kept in held(database, listing_date)}
    for done, category in enumerate(categories):
        progress(category, done, len(categories))
        if category not in known or known[category].state not in SETTLED:
            found = gather(database, inquiry, category, known.get(category), lookup)
            keep(database, found, clock())
    note_asked(database, inquiry, clock())
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


@dataclass(frozen=True, slots=True)
class Gathered:
    """What one poll brought of one category, before it is kept."""

    announcement: Announcement
    source: str
    remarks: tuple[str, ...]
    listing_date: date


def gather(
    database: Database,
    inquiry: Inquiry,
    category: str,
    known: KeptAnnouncement | None,
    lookup: Lookup | None,
    *,
    is_past: bool = False,
) -> Gathered:
    """Ask about one category, and join the answers with what an earlier poll brought.

    Of a past day (`is_past`) a whole page is arXiv's last word: what an earlier poll had beside
    it, perhaps inferred, stays and is no reason to go on asking.
    """
    with database.read() as session:
        previous = papers.previous_batch(session, inquiry.listing_date, category)
    answers = inquiry.about(category, previous)
    earlier = earlier_of(database, inquiry.listing_date, known) if known else None
    if earlier is not None and not earlier.announcement.entries:
        earlier = None
    chosen = _chosen(answers, earlier) or Finding("", _nothing(category, inquiry.listing_date))
    others = [*answers.findings, *([earlier] if earlier else [])]
    base = replace(chosen.announcement, category=category, listing_date=inquiry.listing_date)
    kept = complete(joined(base, others), lookup)
    if is_past and base.state in SETTLED:
        kept = replace(kept, state=base.state)
    if kept.state not in SETTLED:
        kept = replace(kept, problems=tuple(dict.fromkeys((*kept.problems, *answers.failures))))
    told = tuple(remarks(kept, chosen.source, answers))
    return Gathered(kept, chosen.source, told, inquiry.listing_date)


def keep(database: Database, found: Gathered, now: datetime) -> None:
    """Keep what was gathered, and tell it in the timeline."""
    with database.write() as session:
        papers.keep_announcement(session, found.announcement, found.listing_date, found.source, now)
        tell(session, found.listing_date, moment(found, now))
    _log.info(
        "announcement_fetched",
        category=found.announcement.category,
        listing_date=found.listing_date.isoformat(),
        state=found.announcement.state.value,
        source=found.source,
        parsed=found.announcement.parsed.total,
        expected=found.announcement.expected.total,
    )


def moment(found: Gathered, now: datetime) -> Moment:
    """Return what was gathered as a line of the timeline."""
    return Moment(
        at=now,
        category=found.announcement.category,
        state=found.announcement.state,
        source=found.source,
        parsed=found.announcement.parsed.total,
        expected=found.announcement.expected.total,
        remarks=found.remarks,
    )


def held(database: Database, listing_date: date) -> tuple[KeptAnnouncement, ...]:
    """Return what is kept of a listing date, by category."""
    with database.read() as session:
        return papers.announcements(session, listing_date)


def begin_poll(database: Database, listing_date: date, now: datetime) -> None:
    """Open the edition if it is not there, and note the poll."""
    with database.write() as session:
        editions.open_edition(session, listing_date)
        events.record(session, POLLED, now, listing_date.isoformat())


def _chosen(answers: Answers, earlier: Finding | None) -> Finding | None:
    """Choose what stands: a new answer, unless it brings less than an earlier poll."""
    new = best(answers.findings)
    if new is None or earlier is None or new.announcement.state in SETTLED:
        return new or earlier
    brings_less = new.announcement.parsed.total < earlier.announcement.parsed.total
    return earlier if brings_less or not new.is_todays else new


def earlier_of(database: Database, listing_date: date, kept: KeptAnnouncement) -> Finding:
    """Return what an earlier poll brought."""
    with database.read() as session:
        entries = papers.announced_in(session, listing_date, kept.category)
    return Finding(
        kept.source,
        Announcement(
            kind=DocumentKind.LISTING,
            category=kept.category,
            listing_date=listing_date,
            state=kept.state,
            expected=kept.expected,
            entries=entries,
            problems=kept.problems,
        ),
    )


def _nothing(category: str, listing_date: date) -> Announcement:
    return Announcement(
        kind=DocumentKind.LISTING,
        category=category,
        listing_date=listing_date,
        state=AnnouncementState.FAILED,
        expected=Counts(),
        entries=(),
    )
