"""The local arXiv's faults and weather against the project's own sources."""

import time
import tracemalloc
from contextlib import suppress
from datetime import date, timedelta
from typing import Any

import httpx
import pytest
from arxiv_faults import PLAYED_BY_SITES, Answer, Fault, Span, Weather, bad_year, spoiled, suits
from arxiv_reading import (
    DAY,
    FIRST,
    FRESH,
    LAST,
    MIB,
    SOURCES,
    Source,
    fetching,
    noon,
)
from arxiv_server import Arxiv, bomb, serve
from arxiv_site import WorldSite
from arxiv_world import World
from fakes import Clock

from newsletter.batches import Batch, against_earlier
from newsletter.calendar import announced_at
from newsletter.errors import (
    DocumentTooLarge,
    EmptyDocument,
    NotAnAnnouncement,
    SourceError,
    SourceRefused,
    SourceUnavailable,
)
from newsletter.papers import AnnouncementState, PaperId
from newsletter.sources.feed_source import FeedSource
from newsletter.sources.http import Fetcher
from newsletter.sources.listing_source import CatchupSource, ListingSource

# Faults, one by one

ERRORS: dict[Fault, type[SourceError]] = {
    Fault.TOO_MANY: SourceUnavailable,
    Fault.NOT_ACCEPTABLE: SourceUnavailable,
    Fault.UNAVAILABLE: SourceUnavailable,
    Fault.WRONG_TYPE: NotAnAnnouncement,
    Fault.RESET: SourceUnavailable,
    Fault.REDIRECT_LOOP: SourceRefused,
    Fault.HUGE: DocumentTooLarge,
    Fault.GZIP_BOMB: DocumentTooLarge,
    Fault.EMPTY: EmptyDocument,
    Fault.OUTAGE: SourceUnavailable,
}
STATES = {
    Fault.LATENCY: AnnouncementState.FRESH,
    Fault.TRUNCATED: AnnouncementState.FAILED,
    Fault.STALE_BODY: AnnouncementState.FRESH,
    Fault.WRONG_COUNT: AnnouncementState.FAILED,
    Fault.MIXED_DATES: AnnouncementState.WAITING,
    Fault.WITHOUT_ROWS: AnnouncementState.WAITING,
    Fault.INVALID_UTF8: AnnouncementState.FAILED,
    Fault.UNPAIRED: AnnouncementState.FAILED,
    Fault.SHORT: AnnouncementState.FRESH,
    Fault.NOTHING: AnnouncementState.QUIET,
}


def cases(faults: dict[Fault, Any]) -> list[Any]:
    """Return each fault with each source that can have it."""
    paths = {"listing": "/list/cs.LG/new", "catchup": "/catchup/cs.LG/x", "feed": "/rss/cs.LG"}
    return [
        pytest.param(fault, SOURCES[name], id=f"{name}-{fault.value}")
        for fault in faults
        for name, path in paths.items()
        if suits(fault, path)
    ]


def test_every_fault_has_its_end() -> None:
    """No fault is left out of the two tables, and none stands in both."""
    assert set(Fault) == ERRORS.keys() | STATES.keys()
    assert not ERRORS.keys() & STATES.keys()


@pytest.mark.parametrize(("fault", "source"), cases(ERRORS))
def test_faults_that_end_in_an_error(
    arxiv: Arxiv, client: httpx.Client, fault: Fault, source: Source
) -> None:
    """Each error is the one named, within seconds, and the next request is well again."""
    arxiv.once(fault)
    began = time.monotonic()
    with pytest.raises(ERRORS[fault]) as caught:
        source(fetching(client), arxiv).fetch("cs.LG", DAY)
    assert time.monotonic() - began < 5
    assert ERRORS[fault] is type(caught.value)
    assert {fault: 1} == arxiv.faults()
    again = source(fetching(client), arxiv).fetch("cs.LG", DAY)
    assert AnnouncementState.FRESH is again.state


@pytest.mark.parametrize(("fault", "source"), cases(STATES))
def test_faults_that_end_in_a_state(
    arxiv: Arxiv, fetcher: Fetcher, fault: Fault, source: Source
) -> None:
    """Each document is read as far as it goes, in the state named; the next one is whole."""
    arxiv.once(fault)
    assert STATES[fault] is source(fetcher, arxiv).fetch("cs.LG", DAY).state
    assert {fault: 1} == arxiv.faults()
    assert AnnouncementState.FRESH is source(fetcher, arxiv).fetch("cs.LG", DAY).state


@pytest.mark.parametrize(
    ("fault", "retry_after", "is_refusal"),
    [
        (Fault.TOO_MANY, 300.0, True),
        (Fault.UNAVAILABLE, 300.0, True),
        (Fault.NOT_ACCEPTABLE, None, True),
        (Fault.RESET, None, False),
        (Fault.OUTAGE, None, False),
    ],
)
def test_the_servers_own_waiting_time(
    arxiv: Arxiv, fetcher: Fetcher, fault: Fault, retry_after: float | None, is_refusal: bool
) -> None:
    """Retry-After reaches the error, and refusals are told from broken lines."""
    arxiv.once(fault)
    with pytest.raises(SourceUnavailable) as caught:
        ListingSource(fetcher, arxiv.url).fetch("cs", DAY)
    assert (retry_after, is_refusal) == (caught.value.retry_after, caught.value.is_refusal)


def test_latency_beyond_patience_is_no_answer(
    world: World, clock: Clock, client: httpx.Client
) -> None:
    """An answer that takes longer than the fetcher waits is unavailable."""
    hasty = fetching(client, total_seconds=0.1)
    with serve(WorldSite(world), clock, latency=5) as arxiv:
        arxiv.once(Fault.LATENCY)
        with pytest.raises(SourceUnavailable, match="longer than"):
            ListingSource(hasty, arxiv.url).fetch("cs", DAY)


@pytest.mark.parametrize("source", SOURCES.values(), ids=SOURCES.keys())
def test_an_old_batch_under_a_new_date_is_seen(
    world: World, arxiv: Arxiv, fetcher: Fetcher, source: Source
) -> None:
    """A stale document looks whole; compared with the batch before it is stalled."""
    before = world.previous(DAY)
    entries = world.announcement("cs.LG", before)
    previous = Batch(before, frozenset((one.paper.id, one.type) for one in entries))
    arxiv.once(Fault.STALE_BODY)
    stale = source(fetcher, arxiv).fetch("cs.LG", DAY)
    fresh = source(fetcher, arxiv).fetch("cs.LG", DAY)
    assert DAY == stale.listing_date
    assert AnnouncementState.STALLED is against_earlier(stale, [previous]).state
    assert AnnouncementState.FRESH is against_earlier(fresh, [previous]).state


def test_damage_is_named(arxiv: Arxiv, fetcher: Fetcher) -> None:
    """Each fault of a page's content leads to the problem that it was made for."""
    wanted = {
        Fault.TRUNCATED: "truncated",
        Fault.WRONG_COUNT: "count_short",
        Fault.WITHOUT_ROWS: "rows_missing",
        Fault.INVALID_UTF8: "encoding",
    }
    for fault, code in wanted.items():
        arxiv.once(fault)
        found = ListingSource(fetcher, arxiv.url).fetch("cs.LG", DAY)
        assert code in {problem.code for problem in found.problems}
    arxiv.once(Fault.MIXED_DATES)
    fed = FeedSource(fetcher, arxiv.url).fetch("cs.LG", DAY)
    assert ["mixed_dates"] == [problem.code for problem in fed.problems]


def test_wrong_types_come_in_turns(arxiv: Arxiv, fetcher: Fetcher) -> None:
    """The first is an HTML error page, the second JSON."""
    for words in ("an HTML page that lists nothing", "a JSON document"):
        arxiv.once(Fault.WRONG_TYPE)
        with pytest.raises(NotAnAnnouncement, match=words):
            ListingSource(fetcher, arxiv.url).fetch("cs", DAY)


@pytest.mark.parametrize("fault", [Fault.HUGE, Fault.GZIP_BOMB])
def test_memory_stays_bounded(arxiv: Arxiv, fetcher: Fetcher, fault: Fault) -> None:
    """A body without end is given up at the limit, not read and not inflated."""
    bomb()
    arxiv.once(fault)
    tracemalloc.start()
    with pytest.raises(DocumentTooLarge):
        ListingSource(fetcher, arxiv.url).fetch("cs", DAY)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 8 * MIB


# Weather


def test_a_span_of_outage(world: World, clock: Clock, client: httpx.Client) -> None:
    """In an outage nothing is answered, and everything before and after."""
    begin = announced_at(DAY)
    weather = Weather(spans=(Span(Fault.OUTAGE, begin, begin + timedelta(hours=3)),))
    with serve(WorldSite(world), clock, weather) as arxiv:
        clock.now = begin - timedelta(seconds=1)
        fetching(client).get(f"{arxiv.url}/list/cs/new")
        for hours in (0, 2):
            clock.now = begin + timedelta(hours=hours)
            with pytest.raises(SourceUnavailable):
                fetching(client).get(f"{arxiv.url}/rss/cs.LG")
        clock.now = begin + timedelta(hours=3)
        fetching(client).get(f"{arxiv.url}/list/cs/new")
        assert [200, 0, 0, 200] == [request.status for request in arxiv.requests]


def test_weather_is_the_same_for_the_same_seed() -> None:
    """A fault depends on the seed, the instant, the path and how often it was asked for."""
    one, other = bad_year(7, FIRST, LAST), bad_year(7, FIRST, LAST)
    asked = [(noon(DAY) + timedelta(minutes=n), "/list/cs/new", n % 3) for n in range(2_000)]
    faults = [Weather(seed=7, chances=one.chances).fault(*ask) for ask in asked]
    assert faults == [Weather(seed=7, chances=other.chances).fault(*ask) for ask in asked]
    assert one == other
    assert one.spans != bad_year(8, FIRST, LAST).spans
    assert 0.04 < sum(fault is not None for fault in faults) / len(faults) < 0.1
    assert {Fault.TRUNCATED, Fault.TOO_MANY} < set(faults)
    assert Fault.MIXED_DATES not in faults


def test_a_bad_year_has_outages_and_stale_feeds() -> None:
    """Every second outage begins with a mailing; stale days are whole days of feeds."""
    spans = bad_year(7, FIRST, LAST, outages=4, stale_feeds=3).spans
    outages = [span for span in spans if span.fault is Fault.OUTAGE]
    stale = [span for span in spans if span.fault is Fault.STALE_BODY]
    assert (4, 3) == (len(outages), len(stale))
    assert all(20 == span.begin.hour and 0 == span.begin.minute for span in outages[::2])
    assert all(timedelta(hours=1) <= span.end - span.begin for span in outages)
    weather = Weather(spans=tuple(stale))
    inside = stale[0].begin + timedelta(hours=12)
    assert Fault.STALE_BODY is weather.fault(inside, "/rss/cs.LG", 0)
    assert weather.fault(inside, "/list/cs/new", 0) is None
    assert weather.fault(stale[0].end + timedelta(days=60), "/rss/cs.LG", 0) is None


def test_a_fault_that_belongs_elsewhere_changes_nothing() -> None:
    """Faults of the site and of the wire leave an answer as it is; a page without text breaks."""
    answer = Answer(body=b"<html></html>")
    for fault in (*PLAYED_BY_SITES, Fault.LATENCY, Fault.OUTAGE, Fault.HUGE):
        assert answer == spoiled(answer, fault)
    assert b"<html>\xff</html>" == spoiled(answer, Fault.INVALID_UTF8).body


def test_months_of_bad_weather_lose_nothing_that_is_asked_again(
    world: World, clock: Clock, client: httpx.Client
) -> None:
    """Polled until it is whole, each listing date gives the truth, whatever the weather."""
    weather = bad_year(3, FIRST, LAST, outages=3)
    found = set[PaperId]()
    with serve(WorldSite(world), clock, weather, latency=0.001) as arxiv:
        for day in (day for day in world.mailings if day >= FIRST):
            for name in ("cs", "stat"):
                clock.now = world.mailed_at(day)
                found |= poll(arxiv, client, clock, name, day)
        assert len(arxiv.faults()) > 3
    assert world.truth(("cs", "stat"), FIRST, LAST) == found


def poll(arxiv: Arxiv, client: httpx.Client, clock: Clock, name: str, day: date) -> set[PaperId]:
    """Ask every ten minutes until the page is whole; return what is new on it."""
    whole = {AnnouncementState.FRESH, AnnouncementState.QUIET}
    for _ in range(300):
        with suppress(SourceError):
            found = CatchupSource(fetching(client), arxiv.url).fetch(name, day)
            if found.state in whole:
                return {one.paper.id for one in found.entries if one.type in FRESH}
        clock.advance(timedelta(minutes=10))
    raise AssertionError(f"{name} was not whole within two days of {day}")
