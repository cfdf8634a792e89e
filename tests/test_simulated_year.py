"""A year of mornings before a local arXiv, with faults at random on both sides.

Zero papers lost, zero repeated, every day explained, and never a request too soon. Time is the
world's: sleeping moves its clock, and so does each request.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from random import Random, seed
from typing import Any

import pytest
from arxiv_faults import CHANCES, Fault, Weather, bad_year
from arxiv_server import Arxiv, serve
from arxiv_site import WorldSite
from arxiv_world import World, make_world
from sqlalchemy.event import listen

from newsletter.arxiv import open_doors
from newsletter.calendar import Calendar, announced_at
from newsletter.evidence import COUNTED
from newsletter.judgement import SETTLED
from newsletter.schedule import RECHECK_EVERY, EditionState, Pace, Step, steps_due
from newsletter.services import operate
from newsletter.services.collect import held
from newsletter.services.poll import Terms, poll
from newsletter.services.telling import timeline
from newsletter.settings import Settings
from newsletter.sources.http import pause_for
from newsletter.storage import editions
from newsletter.storage.engine import Database
from newsletter.storage.entries import edition_entries
from newsletter.storage.migrate import migrate

RATES = {"cs.LG": 6.0, "cs.CL": 0.5, "stat.ML": 1.0, "stat.ME": 0.6}
TEN_MINUTES = timedelta(minutes=10)
SECOND = timedelta(seconds=1)


@dataclass(frozen=True)
class Span:
    """A quarter and some quiet days at its end, in which the last gaps are closed."""

    first: date
    last: date
    seed: int
    followed: tuple[str, ...] = ("cs.LG", "stat.ML")
    """A category with a batch every evening and one with quiet days: a scale model."""

    @property
    def quiet_from(self) -> date:
        """Return the day from which nothing goes wrong any more."""
        return self.last - timedelta(days=9)

    def days(self) -> Iterator[date]:
        """Yield each day."""
        return (self.first + timedelta(days=at) for at in range((self.last - self.first).days + 1))

    def some(self, random: Random, count: int, length: int = 1) -> list[date]:
        """Choose days before the quiet ones, each with those that follow it, in order."""
        span = (self.quiet_from - self.first).days - length - 5
        starts = (self.first + timedelta(days=5 + random.randrange(span)) for _ in range(count))
        return sorted({start + timedelta(days=n) for start in starts for n in range(length)})


YEAR = (
    Span(date(2025, 12, 1), date(2026, 3, 10), 1, ("cs.LG", "stat")),
    Span(date(2026, 3, 2), date(2026, 6, 9), 2),
    Span(date(2026, 6, 1), date(2026, 9, 9), 3),
    Span(date(2026, 9, 1), date(2026, 12, 10), 4),
)
"""A year in quarters, because several cores live faster than one; both changes of clocks and
most holidays are in it. The first follows a whole archive, whose feeds are one a category."""


class Crash(BaseException):
    """The process dies: nothing catches it, nothing is tidied up."""


class Installation:
    """Chenkan as its worker runs it, one tick after the other, and the time of its world."""

    def __init__(
        self, database: Database, random: Random, now: datetime, followed: tuple[str, ...]
    ) -> None:
        """Keep the rows, the clock, and what is followed."""
        self.database, self.random, self.now, self.followed = database, random, now, followed
        self.crash_rate, self.crashes = 0.0, 0
        self.left: dict[date, list[str]] = {}
        """The papers of each edition at the time when it left."""

    def connect(self, arxiv: Arxiv) -> None:
        """Follow two things at this arXiv, which is asked by addresses on the loopback."""
        settings = Settings(
            contact="operator@news.example.org",
            categories=self.followed,
            arxiv_url=arxiv.url,
            # Hosts of their own, as at arXiv.
            rss_url=arxiv.url.replace("127.0.0.1", "localhost"),
            oai_url=f"{arxiv.url}/oai",
            api_url=f"{arxiv.url}/api/query",
            document_limit_bytes=2_000_000,
        )
        self.doors = open_doors(settings, self.database, clock=self.clock, sleep=self.sleep)
        self.terms = Terms(
            categories=self.followed,
            calendar=Calendar(),
            patience=timedelta(hours=5),
            summary_wait=timedelta(0),
            catch_up_days=14,
        )

    def clock(self) -> datetime:
        """Return the world's time."""
        return self.now

    def arxivs_clock(self) -> datetime:
        """Return when a request came, which takes a second."""
        self.now += SECOND
        return self.now - SECOND

    def sleep(self, seconds: float) -> None:
        """Let time pass; the process may die meanwhile."""
        self.now += timedelta(seconds=seconds)
        if self.random.random() < self.crash_rate:
            self.crashes += 1
            raise Crash

    def tick(self) -> bool:
        """Do what the worker's tick does for collecting; say whether collecting goes on."""
        operate.close_editions(self.database, self.clock())
        position = operate.position(self.database, self.terms.calendar, self.clock())
        pace = Pace(TEN_MINUTES, self.terms.patience)
        if Step.COLLECT in steps_due(self.clock(), position, pace):
            listing_date = self.terms.calendar.latest_listing_date(self.clock())
            poll(self.database, self.doors, self.terms, listing_date, clock=self.clock)
            self._send(listing_date)
        edition = position.edition
        return edition is None or edition.state is EditionState.COLLECTING

    def _send(self, listing_date: date) -> None:
        """Note what an edition holds when it leaves; what is added later was never sent."""
        with self.database.read() as session:
            edition = editions.find(session, listing_date)
            is_on_its_way = edition and edition.state is not EditionState.COLLECTING
            if is_on_its_way and listing_date not in self.left:
                entries = edition_entries(session, listing_date)
                self.left[listing_date] = [e.paper.id.value for e in entries if e.type in COUNTED]

    def evening(self, day: date) -> None:
        """Live through one evening in New York, from 20:05 until it is five hours old."""
        at = announced_at(day).astimezone(UTC) + timedelta(minutes=5)
        end = at + timedelta(hours=5, minutes=10)
        while at < end:
            self.now = max(self.now, at)
            try:
                goes_on = self.tick()
            except Crash:
                goes_on = True
            at += TEN_MINUTES if goes_on else RECHECK_EVERY

    def sent(self, span: Span) -> Counter[str]:
        """Count in how many editions each paper counts."""
        return Counter(paper for day in span.days() for paper in self.left.get(day, ()))


@dataclass(frozen=True)
class Lived:
    """What is left of a span: the rows, the truth, and what arXiv was asked."""

    house: Installation
    span: Span
    world: World
    arxiv: Arxiv
    away: list[date]


def _world(random: Random, span: Span) -> World:
    """Return a world where some mailings are hours late, and one that was due never comes."""
    world = make_world(span.seed, span.first, span.last, rates=RATES, unannounced=1)
    late = {day: timedelta(minutes=random.randint(60, 280)) for day in span.some(random, 7)}
    return replace(world, delays={**world.delays, **late})


def _weather(span: Span) -> Weather:
    """Return a bad year's weather, with what costs too much elsewhere, until the quiet weeks."""
    # A scale model has a hundredth of arXiv's requests, so that faults must be as much denser.
    chances = {fault: 2 * chance for fault, chance in CHANCES.items()}
    chances |= {Fault.HUGE: 0.003, Fault.GZIP_BOMB: 0.003}
    # What looks whole and is not: each often enough to be fatal where nothing looks twice.
    chances |= {Fault.STALE_BODY: 0.03, Fault.SHORT: 0.03, Fault.NOTHING: 0.02}
    end = span.quiet_from - timedelta(days=3)
    return bad_year(span.seed, span.first, end, chances=chances, outages=3, stale_feeds=4)


def _careless(connection: Any, _record: object) -> None:
    """Leave the disk to itself: here processes die, and the power does not fail."""
    connection.execute("PRAGMA synchronous=OFF")


@pytest.fixture(params=YEAR, ids=lambda span: f"{span.first:%Y-%m}")
def lived(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Lived]:
    """Live through a span with faults at random."""
    span: Span = request.param
    random = Random(span.seed)  # noqa: S311 - play
    seed(span.seed)  # the jitter's, so that a year that failed can be lived again
    world, weather = _world(random, span), _weather(span)
    away = sorted({*span.some(random, 3), *span.some(random, 1, length=4)})
    database = Database(f"sqlite:///{tmp_path / 'year.sqlite3'}")
    listen(database.engine, "connect", _careless)
    migrate(database)
    start = announced_at(span.first).astimezone(UTC)
    house = Installation(database, random, start, span.followed)
    with serve(WorldSite(world), house.arxivs_clock, weather, latency=0.001) as arxiv:
        house.connect(arxiv)
        house.crash_rate = 0.004
        for day in span.days():
            if day >= span.quiet_from:
                house.crash_rate = 0.0
                arxiv.calm()
            if day not in away:
                house.evening(day)
        yield Lived(house, span, world, arxiv, away)
    database.close()


def test_a_year_loses_nothing_repeats_nothing_and_explains_every_day(lived: Lived) -> None:
    """The promise of collecting, on a year of bad luck."""
    span = lived.span
    sent = lived.house.sent(span)
    truth = {one.value for one in lived.world.truth(span.followed, span.first, span.last)}
    assert set() == truth - set(sent)
    assert {} == {paper: times for paper, times in sent.items() if times > 1}
    # What stands in by inference may be older than the installation, and nothing else.
    beyond = set(sent) - truth
    older = lived.world.truth(span.followed, date.min, span.first - timedelta(days=1))
    assert set() == beyond - {one.value for one in older}
    assert len(beyond) < len(truth) / 50
    _every_day_is_explained(lived)
    _no_request_came_too_soon(lived.arxiv)
    _the_year_was_bad(lived)


def _every_day_is_explained(lived: Lived) -> None:
    """By the calendar, or whole in the end; and the timeline says how it came."""
    calendar = lived.house.terms.calendar
    for day in lived.span.days():
        if not calendar.is_announced(day):
            assert calendar.why_not(day)
            continue
        kept = held(lived.house.database, day)
        assert (day, *lived.span.followed) == (day, *(one.category for one in kept))
        assert [] == [(day, one.problems) for one in kept if one.state not in SETTLED]
        assert timeline(lived.house.database, day)


def _no_request_came_too_soon(arxiv: Arxiv) -> None:
    """Three seconds after the one before had its answer, fifteen before a page."""
    assert [] == [
        (one, other)
        for one, other in pairwise(arxiv.requests)
        if (other.at - one.at - SECOND).total_seconds() < pause_for(f"{arxiv.url}{other.target}")
    ]


def _the_year_was_bad(lived: Lived) -> None:
    """Or it proved nothing: nearly every fault came, processes died, days were missed."""
    assert len(set(Fault) - set(lived.arxiv.faults())) < 5
    assert lived.house.crashes > 0
    assert len({*lived.away} & {*lived.world.mailings}) > 1
