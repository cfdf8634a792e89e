"""What the sources say of one category at one poll, joined with what earlier polls brought.

asked ─ gather ─► Heard ─┐
what is kept ────────────┴─ settle ─► the one to believe ─ joined ─► Gathered
"""

from dataclasses import dataclass, replace
from datetime import date, datetime

from newsletter.evidence import Finding, best, joined
from newsletter.judgement import SETTLED
from newsletter.papers import Announcement, AnnouncementState, Counts, DocumentKind, Problem
from newsletter.services.ask import SOURCE_FAILED, Answers, Inquiry, remarks
from newsletter.sources.verdict import bounded
from newsletter.storage import papers
from newsletter.storage.engine import Database, Transaction
from newsletter.timeline import Moment


@dataclass(frozen=True, slots=True)
class Heard:
    """What was answered about one category, before anything else is known."""

    category: str
    listing_date: date
    answers: Answers

    @property
    def is_something(self) -> bool:
        """Say whether any source answered."""
        return bool(self.answers.findings)


@dataclass(frozen=True, slots=True)
class Gathered:
    """What is known of one category after a poll."""

    announcement: Announcement
    source: str
    remarks: tuple[str, ...]
    listing_date: date

    def moment(self, now: datetime) -> Moment:
        """Return it as a line of the timeline."""
        return Moment(
            at=now,
            category=self.announcement.category,
            state=self.announcement.state,
            source=self.source,
            parsed=self.announcement.parsed.total,
            expected=self.announcement.expected.total,
            remarks=self.remarks,
        )


def gather(database: Database, inquiry: Inquiry, category: str) -> Heard:
    """Ask about one category; nothing is written. Raises `StorageError` only."""
    with database.read() as session:
        earlier = papers.batches_before(session, inquiry.listing_date, category)
    return Heard(category, inquiry.listing_date, inquiry.about(category, earlier))


def settle(
    heard: Heard, earlier: Finding | None, *, was_sent: bool = False, is_past: bool = False
) -> Gathered:
    """Join what was heard with what an earlier poll brought.

    What readers may have had (`was_sent`) stays, also where metadata had inferred it. Of a past
    day (`is_past`) a whole page is arXiv's last word: what else was there is no reason to go on
    asking.
    """
    if earlier is not None and is_past and not earlier.is_todays:
        # Found to be another day's batch since: not believed, and readers have had it.
        waiting = replace(earlier.announcement, state=AnnouncementState.WAITING)
        earlier = replace(earlier, announcement=waiting)
    findings = [*heard.answers.findings, *([earlier] if earlier else [])]
    nothing = Finding("", _nothing(heard.category, heard.listing_date))
    chosen = best(findings) or nothing
    base = replace(chosen.announcement, category=heard.category, listing_date=heard.listing_date)
    kept = joined(base, findings, keeps_inferred=was_sent or is_past)
    if is_past and base.state in SETTLED:
        kept = replace(kept, state=base.state)
    kept = replace(kept, problems=_problems(kept, heard.answers.failures))
    told = tuple(remarks(kept, chosen.source, heard.answers))
    return Gathered(kept, chosen.source, told, heard.listing_date)


def _problems(kept: Announcement, failures: list[Problem]) -> tuple[Problem, ...]:
    """Name what is wrong with it, and the sources that failed now while it is not whole."""
    own = [problem for problem in kept.problems if problem.code != SOURCE_FAILED]
    return bounded(own if kept.state in SETTLED else [*own, *failures])


def earlier_of(session: Transaction, listing_date: date, category: str) -> Finding | None:
    """Return what earlier polls brought; None where nothing was ever learnt."""
    known = {kept.category: kept for kept in papers.announcements(session, listing_date)}
    kept = known.get(category)
    if kept is None:
        return None
    entries = papers.announced_in(session, listing_date, category)
    if not entries and kept.state not in SETTLED:
        return None
    inferred = bool(entries) and all(entry.is_inferred for entry in entries)
    announcement = replace(
        _nothing(category, listing_date),
        kind=DocumentKind.OAI if inferred else DocumentKind.LISTING,
        state=kept.state,
        expected=kept.expected,
        entries=entries,
        problems=kept.problems,
    )
    return Finding(kept.source, announcement)


def _nothing(category: str, listing_date: date) -> Announcement:
    return Announcement(
        kind=DocumentKind.LISTING,
        category=category,
        listing_date=listing_date,
        state=AnnouncementState.FAILED,
        expected=Counts(),
        entries=(),
    )
