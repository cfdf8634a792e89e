"""An installation that polls a scripted arXiv, day after day."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, date, timedelta

from builders import announcement, paper
from fakes import Clock, FakeSource

from newsletter.calendar import Calendar, announced_at
from newsletter.errors import SourceUnavailable
from newsletter.papers import Announcement, AnnouncementState, Paper
from newsletter.ports import PaperSource
from newsletter.schedule import EditionState
from newsletter.services.feeds import OtherSource
from newsletter.services.poll import Doors, Terms, poll
from newsletter.services.telling import timeline
from newsletter.storage import editions
from newsletter.storage.engine import Database
from newsletter.storage.entries import edition_entries

WEDNESDAY, THURSDAY, FRIDAY, MONDAY, TUESDAY = (
    date(2026, 5, 27),
    date(2026, 5, 28),
    date(2026, 5, 29),
    date(2026, 6, 1),
    date(2026, 6, 2),
)
DOWN = SourceUnavailable("https://arxiv.org/list/cs/new", "the server answered 503")
HOURS = timedelta(hours=1)


def of(
    day: date, *papers: Paper, state: AnnouncementState = AnnouncementState.FRESH
) -> Announcement:
    """Return the announcement of cs for a day."""
    return replace(announcement(*papers, state=state), listing_date=day)


class House:
    """An installation that polls; arXiv's answers are scripted by listing date."""

    def __init__(self, database: Database, *, days: int = 7, categories: str = "cs") -> None:
        """Follow `categories` and catch up `days`."""
        self.database, self.clock = database, Clock()
        self.listing: dict[date, FakeSource] = {}
        self.catchup: dict[date, FakeSource] = {}
        self.checks: list[FakeSource] = []
        self.feeds: list[OtherSource] = []
        self.terms = Terms(
            categories=tuple(categories.split()),
            calendar=Calendar(),
            patience=5 * HOURS,
            summary_wait=timedelta(0),
            catch_up_days=days,
        )

    def poll(self, day: date, hours: float = 0.25, *, again: bool = True) -> None:
        """Poll for `day` so many hours after its mailing, and, if it left early, an hour later."""
        self._poll(day, hours)
        if again and hours < 1 and self.state(day) is not EditionState.COLLECTING:
            self._poll(day, hours + 1)

    def _poll(self, day: date, hours: float) -> None:
        self.clock.now = announced_at(day).astimezone(UTC) + hours * HOURS

        def missed(listing_date: date) -> Sequence[PaperSource]:
            return [self.catchup.setdefault(listing_date, FakeSource("catchup"))]

        today = [self.listing.setdefault(day, FakeSource())]
        doors = Doors(today=today, checks=self.checks or today, missed=missed, feeds=self.feeds)
        poll(self.database, doors, self.terms, day, clock=self.clock)

    def papers(self, day: date) -> dict[int, date | None]:
        """Return the edition's papers, each with the day it was missed on."""
        with self.database.read() as session:
            entries = edition_entries(session, day)
        return {int(e.paper.id.value[-5:]): e.missed_on for e in entries}

    def state(self, day: date) -> EditionState:
        """Return where the edition stands."""
        with self.database.read() as session:
            edition = editions.find(session, day)
        assert edition is not None
        return edition.state

    def told(self, day: date) -> list[str]:
        """Return the timeline of a day."""
        return [moment.sentence for moment in timeline(self.database, day)]


def after_a_good_wednesday(database: Database) -> House:
    """Return an installation that had one."""
    house = House(database)
    house.listing[WEDNESDAY] = FakeSource(cs=of(WEDNESDAY, paper(1), paper(2)))
    house.poll(WEDNESDAY)
    return house


class Interrupted(FakeSource):
    """A source whose answer takes so long that something else happens meanwhile."""

    def __init__(self, then: Callable[[], object], **answers: Announcement) -> None:
        """Do `then` before the first answer."""
        super().__init__(**answers)  # type: ignore[arg-type]
        self.then: Callable[[], object] | None = then

    def fetch(self, category: str, listing_date: date) -> Announcement:
        """Answer late."""
        if self.then:
            then, self.then = self.then, None
            then()
        return super().fetch(category, listing_date)
