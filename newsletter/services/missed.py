"""Fetch again what was missed, so that the newest edition brings it to readers.

gaps, oldest first ─► catch-up, else OAI by date ─► what readers have not had
─► late papers of the edition that is being collected, marked with their date
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

import structlog

from newsletter.calendar import Calendar
from newsletter.errors import StorageError
from newsletter.gaps import Gap, Known, missed
from newsletter.judgement import SETTLED
from newsletter.ports import PaperSource
from newsletter.services.ask import Inquiry, Lookup
from newsletter.services.collect import POLLED, begin_poll
from newsletter.services.gather import Gathered, earlier_of, gather, settle
from newsletter.services.telling import tell
from newsletter.storage import editions, events, papers
from newsletter.storage import missed as record
from newsletter.storage.engine import Database, Transaction

AGAIN_AFTER = timedelta(minutes=55)
"""Between two attempts at one missed day while a morning's polls go on."""
LONGEST = timedelta(minutes=15)
"""Of one poll: today's announcement waits behind it. What is left has the next poll."""
OLDEST = 90
"""Days back from which on a gap that is left to itself is still named."""
GIVEN_UP = "given_up"
"""Kind of the event that a missed announcement is too old to be fetched; its subject is the
edition, and its detail which announcement."""

_log = structlog.get_logger()


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

    def run(self, categories: Sequence[str], feeds: Sequence[str] = ()) -> int:
        """Try each gap for itself, oldest first; return how many papers came late.

        What cannot be had stays a gap for the next time, until it is too old, which is told.
        Nothing is added to an edition that is on its way. Raises `StorageError` only.
        """
        with self.database.write() as session:
            editions.open_edition(session, self.edition_date)
            if not editions.hold(session, self.edition_date):
                return 0
            adopted = record.adopt(session, self.edition_date)
            gaps = self._gaps(session, categories, feeds)
        return adopted + self._close(gaps) + self._close(self._doubtful(gaps))

    def _gaps(
        self, session: Transaction, categories: Sequence[str], feeds: Sequence[str]
    ) -> list[Gap]:
        """Return the gaps that are to be closed, and name those that are too old."""
        followed = record.followed_since(session, self.edition_date)
        since = {category: followed[category] for category in categories if category in followed}
        window = max(self.days, OLDEST)
        known = record.records(
            session, self.edition_date - timedelta(days=window), self.edition_date
        )
        found = missed(known, since, self.edition_date, self.calendar, window, feeds=feeds)
        first = self.edition_date - timedelta(days=self.days)
        self._give_up(session, [gap for gap in found if gap.listing_date < first])
        return [gap for gap in found if gap.listing_date >= first]

    def _give_up(self, session: Transaction, gaps: Sequence[Gap]) -> None:
        """Name each gap that is older than the operator wants it to be fetched, once."""
        told = {tuple(event.detail["of"]) for event in events.of_kind(session, GIVEN_UP)}
        for gap in (gap for gap in gaps if not gap.is_check):
            of = (gap.listing_date.isoformat(), gap.category)
            if of not in told and self.calendar.is_announced(gap.listing_date):
                now, about = self.clock(), self.edition_date.isoformat()
                events.record(session, GIVEN_UP, now, about, of=list(of), is_unknown=gap.is_unknown)

    def _close(self, gaps: Sequence[Gap]) -> int:
        """Try each of `gaps` that is due, as long as there is time; return how many came late."""
        end = self.clock() + LONGEST
        due = self._due(gaps)
        return sum(self._try(gap) for gap in due if gap.is_whole or self.clock() < end)

    def _due(self, gaps: Sequence[Gap]) -> list[Gap]:
        """Leave out the days that were asked for within the hour."""
        now = self.clock()
        with self.database.read() as session:
            last = {
                gap.listing_date: events.last(session, POLLED, gap.listing_date.isoformat())
                for gap in gaps
            }
        return [gap for gap in gaps if gap.is_whole or _is_rested(last[gap.listing_date], now)]

    def _try(self, gap: Gap) -> int:
        """Close one gap; what the database refuses of it must not cost the others, or today."""
        try:
            return self._keep(gap) if gap.is_whole else self._fetch(gap)
        except StorageError:
            of = {"category": gap.category, "listing_date": gap.listing_date.isoformat()}
            _log.exception("gap_not_closed", **of)
            return 0

    def _fetch(self, gap: Gap) -> int:
        """Ask for a missed announcement, and carry what readers have not had of it."""
        begin_poll(self.database, gap.listing_date, self.clock())
        sources = self.sources(gap.listing_date)
        inquiry = Inquiry(sources, gap.listing_date, self.calendar, self.lookup)
        heard = gather(self.database, inquiry, gap.category)
        with self.database.write() as session:
            if not editions.hold(session, self.edition_date):
                return 0
            editions.hold(session, gap.listing_date)
            earlier = earlier_of(session, gap.listing_date, gap.category)
            found = settle(heard, earlier, was_sent=True, is_past=True)
            late = self._carry(session, found)
            now, said = self.clock(), found.announcement
            was_whole = earlier is not None and earlier.announcement.state in SETTLED
            papers.keep_announcement(
                session,
                said,
                gap.listing_date,
                found.source,
                now,
                is_confirmed=heard.answers.is_settled,
            )
            if late or not was_whole:
                self._tell(session, found, late)
        return late

    def _keep(self, gap: Gap) -> int:
        """Carry an announcement that was fetched, and never sent or not all of it."""
        with self.database.write() as session:
            if not editions.hold(session, self.edition_date):
                return 0
            kept = earlier_of(session, gap.listing_date, gap.category)
            if kept is None:
                return 0
            found = Gathered(kept.announcement, kept.source, (), gap.listing_date)
            late = self._carry(session, found)
            self._tell(session, found, late)
        return late

    def _carry(self, session: Transaction, found: Gathered) -> int:
        entries = found.announcement.entries
        return record.carry(session, self.edition_date, found.listing_date, entries)

    def _tell(self, session: Transaction, found: Gathered, late: int) -> None:
        """Note who carries it, in the record and in the timelines of both days."""
        day, said = found.listing_date, found.moment(self.clock())
        record.note_carried(session, self.edition_date, day, said.category)
        comes = "1 paper comes" if late == 1 else f"{late} papers come"
        there = (f"{comes} with the edition of {self.edition_date}",) if late else ()
        here = (f"{comes} late",) if late else ()
        tell(session, day, replace(said, remarks=(*there, *said.remarks)))
        tell(
            session,
            self.edition_date,
            replace(said, missed_on=day, remarks=(*here, *said.remarks)),
        )

    def _doubtful(self, gaps: Sequence[Gap]) -> list[Gap]:
        """Return what was believed and is, as is known by now, the batch of a gap again."""
        with self.database.write() as session:
            return [
                Gap(known.listing_date, known.category)
                for gap in gaps
                for known in self._believed_after(session, gap)
                if record.doubt(session, known.listing_date, gap.listing_date, gap.category)
            ]

    def _believed_after(self, session: Transaction, gap: Gap) -> list[Known]:
        after = gap.listing_date + timedelta(days=1)
        known = record.records(session, after, self.edition_date)
        return [k for k in known if k.category == gap.category and k.state in SETTLED]


def _is_rested(last: datetime | None, now: datetime) -> bool:
    return last is None or now - last >= AGAIN_AFTER
