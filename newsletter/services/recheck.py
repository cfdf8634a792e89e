"""Look again at what was whole, until the deadline: a listing may still grow.

recheck ─► all documents as a check ─► papers that were not there? ─► WAITING: the next edition
carries them
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, datetime

from newsletter.calendar import Calendar
from newsletter.evidence import counted_ids
from newsletter.judgement import SETTLED
from newsletter.papers import AnnouncementState, Problem
from newsletter.ports import PaperSource
from newsletter.services.ask import Inquiry, due_sources, note_asked
from newsletter.services.collect import Gathered, begin_poll, earlier_of, held, keep
from newsletter.storage import papers
from newsletter.storage.engine import Database
from newsletter.storage.papers import KeptAnnouncement

GREW = "grew"
"""Code of the problem that papers were added after the edition was collected."""


def recheck(
    database: Database,
    sources: Sequence[PaperSource],
    categories: Sequence[str],
    listing_date: date,
    *,
    clock: Callable[[], datetime],
    calendar: Calendar | None = None,
) -> tuple[str, ...]:
    """Look again at what was whole; return the categories that have grown since.

    What was added is not fetched into an edition that is on its way: the announcement becomes
    WAITING, and the next edition carries what is missing. Raises `StorageError` only.
    """
    begin_poll(database, listing_date, clock())
    due = due_sources(database, sources, listing_date, clock())
    inquiry = Inquiry(due, listing_date, calendar or Calendar(), asks_all=True)
    settled = [kept for kept in held(database, listing_date) if kept.state in SETTLED]
    followed = [kept for kept in settled if kept.category in categories]
    grown = [kept for kept in followed if _has_grown(database, inquiry, kept, clock())]
    note_asked(database, inquiry, clock())
    return tuple(kept.category for kept in grown)


def _has_grown(database: Database, inquiry: Inquiry, kept: KeptAnnouncement, now: datetime) -> bool:
    """Say whether a source shows papers that `kept` has not, and write it down."""
    with database.read() as session:
        previous = papers.previous_batch(session, inquiry.listing_date, kept.category)
    answers = inquiry.about(kept.category, previous)
    ours = earlier_of(database, inquiry.listing_date, kept).announcement
    shown = [f.announcement.entries for f in answers.findings if f.is_todays]
    added = set().union(*map(counted_ids, shown)) - counted_ids(ours.entries)
    if not added:
        return False
    papers_were = "1 paper was" if len(added) == 1 else f"{len(added)} papers were"
    what = f"{papers_were} added after collecting and will come with the next edition"
    grown = replace(
        ours, state=AnnouncementState.WAITING, problems=(*ours.problems, Problem(GREW, what))
    )
    keep(database, Gathered(grown, kept.source, (what,), inquiry.listing_date), now)
    return True
