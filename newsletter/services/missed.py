"""Fetch again what was missed, so that the newest edition brings it to readers.

gaps, oldest first ─► catch-up, else OAI by date ─► what readers have not had
─► late papers of the edition that is being collected, marked with their date
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from newsletter.calendar import Calendar
from newsletter.gaps import Gap, missed
from newsletter.ports import PaperSource
from newsletter.services.ask import Inquiry, Lookup
from newsletter.services.collect import (
    POLLED,
    begin_poll,
    gather,
    held,
    moment,
)
from newsletter.services.telling import tell
from newsletter.storage import editions, events, papers
from newsletter.storage import missed as record
from newsletter.storage.engine import Database, Transaction
from newsletter.storage.papers import KeptAnnouncement
from newsletter.timeline import Moment

AGAIN_AFTER = timedelta(minutes=55)
"""Between two attempts at one missed day while a morning's polls go on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recovery:
    """How the edition of `edition_date` gets what the `days` days before it missed."""

    database: Database
    sources: Callable[[date], Sequence[PaperSource]]
    """Gives those to ask about a listing date."""
    edition_date: date
    clock: Callable[[], datetime]
    calendar: Calendar
    days: int
    lookup: Lookup | None = None

    def run(self, categories: Sequence[str]) -> int:
        """Try each gap for itself, oldest first; return how many papers came late.

        What cannot be had stays a gap for the next time. Nothing is added to an edition that
        is on its way. Raises `StorageError` only.
        """
        with self.database.write() as session:
            editions.open_edition(session, self.edition_date)
            if not editions.is_collecting(session, self.edition_date):
                return 0
            adopted = record.adopt(session, self.edition_date)
            gaps = self._gaps(session, categories)
        due = self._due(gaps)
        for listing_date in dict.fromkeys(gap.listing_date for gap in due if not gap.is_whole):
            begin_poll(self.database, listing_date, self.clock())
        return adopted + sum(self._keep(gap) if gap.is_whole else self._fetch(gap) for gap in due)

    def _gaps(self, session: Transaction, categories: Sequence[str]) -> tuple[Gap, ...]:
        followed = record.followed_since(session, self.edition_date)
        since = {category: followed[category] for category in categories if category in followed}
        first = self.edition_date - timedelta(days=self.days)
        known = record.records(session, first, self.edition_date)
        return missed(known, since, self.edition_date, self.calendar, self.days)

    def _due(self, gaps: Sequence[Gap]) -> list[Gap]:
        """Leave out the days that were asked for within the hour."""
        now = self.clock()
        with self.database.read() as session:
            last = {
                gap.listing_date: events.last(session, POLLED, gap.listing_date.isoformat())
                for gap in gaps
            }
        return [gap for gap in gaps if gap.is_whole or _is_rested(last[gap.listing_date], now)]

    def _fetch(self, gap: Gap) -> int:
        """Ask for a missed announcement, and carry what readers have not had of it."""
        known = {kept.category: kept for kept in held(self.database, gap.listing_date)}
        inquiry = Inquiry(self.sources(gap.listing_date), gap.listing_date, self.calendar)
        found = gather(
            self.database,
            inquiry,
            gap.category,
            known.get(gap.category),
            self.lookup,
            is_past=True,
        )
        with self.database.write() as session:
            if not editions.is_collecting(session, self.edition_date):
                return 0
            late = record.carry(
                session, self.edition_date, gap.listing_date, found.announcement.entries
            )
            now = self.clock()
            papers.keep_announcement(
                session, found.announcement, gap.listing_date, found.source, now
            )
            self._tell(session, moment(found, now), gap, late)
        return late

    def _keep(self, gap: Gap) -> int:
        """Carry an announcement that was fetched in time and whose edition was never sent."""
        kept = next(k for k in held(self.database, gap.listing_date) if k.category == gap.category)
        with self.database.write() as session:
            if not editions.is_collecting(session, self.edition_date):
                return 0
            entries = papers.announced_in(session, gap.listing_date, gap.category)
            late = record.carry(session, self.edition_date, gap.listing_date, entries)
            self._tell(session, _moment(kept, self.clock()), gap, late)
        return late

    def _tell(self, session: Transaction, said: Moment, gap: Gap, late: int) -> None:
        """Note who carries it, in the record and in the timelines of both days."""
        record.note_carried(session, self.edition_date, gap.listing_date, gap.category)
        comes = "1 paper comes" if late == 1 else f"{late} papers come"
        there = (f"{comes} with the edition of {self.edition_date}",) if late else ()
        here = (f"{comes} late",) if late else ()
        tell(session, gap.listing_date, replace(said, remarks=(*there, *said.remarks)))
        about = replace(said, missed_on=gap.listing_date, remarks=(*here, *said.remarks))
        tell(session, self.edition_date, about)


def _is_rested(last: datetime | None, now: datetime) -> bool:
    return last is None or now - last >= AGAIN_AFTER


def _moment(kept: KeptAnnouncement, now: datetime) -> Moment:
    return Moment(
        at=now,
        category=kept.category,
        state=kept.state,
        source=kept.source,
        parsed=kept.parsed.total,
        expected=kept.expected.total,
    )
