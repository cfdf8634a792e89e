"""A year of mornings against a server that plays arXiv, with faults at random on both sides.

Zero papers lost, zero repeated, every day explained, and never a request too soon. Time is the
world's: sleeping moves its clock, and so does each request.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random

import pytest
from year_server import Fault, Played, play
from year_world import FOLLOWED, World

from newsletter import judgement
from newsletter.arxiv import open_doors
from newsletter.calendar import Calendar, announced_at
from newsletter.evidence import COUNTED
from newsletter.judgement import SETTLED
from newsletter.schedule import EditionState, Pace, Step, steps_due
from newsletter.services import operate
from newsletter.services.collect import held, timeline
from newsletter.services.poll import Terms, poll
from newsletter.settings import Settings
from newsletter.sources.http import pause_for
from newsletter.storage.engine import Database
from newsletter.storage.entries import edition_entries
from newsletter.storage.migrate import migrate


@dataclass(frozen=True)
class Span:
    """Half a year and some quiet days at its end, in which the last gaps are closed."""

    first: date
    last: date
    seed: int

    @property
    def quiet_from(self) -> date:
        """Return the day from which nothing goes wrong any more."""
        return self.last - timedelta(days=14)

    def days(self) -> Iterator[date]:
        """Yield each day."""
        return (self.first + timedelta(days=at) for at in range((self.last - self.first).days + 1))

    def some(self, random: Random, count: int, length: int = 1) -> set[date]:
        """Choose days before the quiet ones, each with those that follow it."""
        span = (self.quiet_from - self.first).days - length - 5
        starts = (self.first + timedelta(days=5 + random.randrange(span)) for _ in range(count))
        return {start + timedelta(days=ahead) for start in starts for ahead in range(length)}


WINTER = Span(date(2025, 12, 1), date(2026, 6, 5), 1)
SUMMER = Span(date(2026, 6, 1), date(2026, 12, 4), 2)
"""A year in two halves, with both changes of clocks, because two cores live faster than one."""
TEN_MINUTES = timedelta(minutes=10)


class Crash(BaseException):
    """The process dies: nothing catches it, nothing is tidied up."""


class Installation:
    """Chenkan as its worker runs it, one tick after the other."""

    def __init__(self, database: Database, played: Played, *, crash_rate: float = 0.0) -> None:
        """Follow two things; die now and then."""
        self.database, self.played, self.world = database, played, played.world
        self.crash_rate, self.crashes = crash_rate, 0
        self.settings = Settings(
            contact="operator@news.example.org",
            categories=FOLLOWED,
            arxiv_url=played.url,
            rss_url=played.url,
            oai_url=f"{played.url}/oai",
            api_url=f"{played.url}/api/query",
            document_limit_bytes=2_000_000,
        )
        self.doors = open_doors(self.settings, database, clock=self.clock, sleep=self.sleep)
        self.terms = Terms(
            categories=FOLLOWED,
            calendar=Calendar(),
            patience=timedelta(hours=5),
            summary_wait=timedelta(0),
            catch_up_days=10,
        )

    def clock(self) -> datetime:
        """Return the world's time."""
        return self.world.now

    def sleep(self, seconds: float) -> None:
        """Let the world's time pass; the process may die meanwhile."""
        self.world.now += timedelta(seconds=seconds)
        if self.world.random.random() < self.crash_rate:
            self.crashes += 1
            raise Crash

    def tick(self) -> bool:
        """Do what the worker's tick does, as far as collecting goes; say whether it still goes on."""
        operate.close_editions(self.database, self.clock())
        position = operate.position(self.database, self.terms.calendar, self.clock())
        pace = Pace(TEN_MINUTES, self.terms.patience)
        if Step.COLLECT in steps_due(self.clock(), position, pace):
            listing_date = self.terms.calendar.latest_listing_date(self.clock())
            poll(self.database, self.doors, self.terms, listing_date, clock=self.clock)
        edition = position.edition
        return edition is None or edition.state is EditionState.COLLECTING

    def evening(self, day: date) -> None:
        """Live through one evening in New York, from 20:05 until it is five hours old."""
        at = announced_at(day).astimezone(UTC) + timedelta(minutes=5)
        end = at + timedelta(hours=5, minutes=10)
        while at < end:
            self.world.now = max(self.world.now, at)
            try:
                goes_on = self.tick()
            except Crash:
                goes_on = True
            at += TEN_MINUTES if goes_on else 3 * TEN_MINUTES

    def sent(self, span: Span) -> Counter[str]:
        """Count in how many editions each paper counts."""
        found: Counter[str] = Counter()
        with self.database.read() as session:
            for day in span.days():
                entries = edition_entries(session, day)
                found.update(e.paper.id.value for e in entries if e.type in COUNTED)
        return found


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    """Give a database in a file; the year is lived once, and on SQLite."""
    database = Database(f"sqlite:///{tmp_path / 'year.sqlite3'}")
    migrate(database)
    yield database
    database.close()


@pytest.fixture(params=[WINTER, SUMMER], ids=["winter", "summer"])
def lived(
    request: pytest.FixtureRequest, database: Database, monkeypatch: pytest.MonkeyPatch
) -> Iterator[tuple[Installation, Span, set[date]]]:
    """Live through a span with faults at random; yield it with the days that we were away."""
    # A scale model: batches are a hundredth of arXiv's, and so is what may be a quiet day.
    monkeypatch.setattr(judgement, "PLAUSIBLY_QUIET", 5)
    span: Span = request.param
    random = Random(span.seed)
    ad_hoc = frozenset({date(2026, 3, 12), date(2026, 8, 6)})
    world = World(random, span.first, span.last, ad_hoc=ad_hoc)
    for day in sorted(span.some(random, 20)):
        world.delays[day] = timedelta(minutes=random.randint(10, 280))
    away = span.some(random, 5) | span.some(random, 1, length=4)
    starts = (announced_at(day) for day in sorted(span.some(random, 4)))
    outages = [(start, start + timedelta(hours=random.randint(1, 40))) for start in starts]
    stale = frozenset(span.some(random, 6))
    played = Played(world, rate=0.15, outages=outages, stale_feeds=stale)
    with play(played):
        house = Installation(database, played, crash_rate=0.004)
        for day in span.days():
            if day >= span.quiet_from:
                played.rate = house.crash_rate = 0.0
            if day not in away:
                house.evening(day)
        yield house, span, away


def test_a_year_loses_nothing_repeats_nothing_and_explains_every_day(
    lived: tuple[Installation, Span, set[date]],
) -> None:
    """The promise of the whole issue, on a year of bad luck."""
    house, span, away = lived
    sent, truth = house.sent(span), house.world.truth()
    assert set() == truth - set(sent)
    assert {} == {paper: times for paper, times in sent.items() if times > 1}
    assert set() == set(sent) - truth

    _every_day_is_explained(house, span)
    _no_request_came_too_soon(house.played)
    # The year was a bad one, or it proved nothing.
    faults = Counter(asked.fault for asked in house.played.asked)
    assert set(Fault) <= set(faults)
    assert house.crashes > 1
    assert len(away & set(house.world.evenings)) > 2


def _every_day_is_explained(house: Installation, span: Span) -> None:
    calendar = house.terms.calendar
    for day in filter(calendar.is_announced, span.days()):
        kept = held(house.database, day)
        if day in house.world.evenings:
            assert [(day, name) for name in FOLLOWED] == [(day, one.category) for one in kept]
            open_still = [
                (day, one.category, one.problems) for one in kept if one.state not in SETTLED
            ]
            assert [] == open_still
        assert timeline(house.database, day), day


def _no_request_came_too_soon(played: Played) -> None:
    """Three seconds apart, fifteen before a page; each request took a second or a minute."""
    for one, other in zip(played.asked, played.asked[1:], strict=False):
        took = 60 if one.fault is Fault.SLOW else 1
        gap = (other.at - one.at).total_seconds() - took
        assert gap >= pause_for(f"{played.url}{other.path}"), (one, other)
