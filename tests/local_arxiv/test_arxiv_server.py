"""The local arXiv as a server: what it shows when, what it notes, and recorded documents."""

from datetime import date, datetime, timedelta

import httpx
import pytest
from arxiv_faults import Answer, Fault, Span, Weather
from arxiv_reading import DAY, fetching, is_left_out, noon
from arxiv_server import Arxiv, serve
from arxiv_site import RecordedSite
from arxiv_world import World
from fakes import Clock

from newsletter.calendar import announced_at
from newsletter.errors import (
    NotAnAnnouncement,
    SourceRefused,
    SourceUnavailable,
)
from newsletter.papers import AnnouncementState
from newsletter.sources.detect import parse_document
from newsletter.sources.feed_source import FeedSource
from newsletter.sources.http import Fetcher
from newsletter.sources.listing_source import CatchupSource, ListingSource
from newsletter.sources.oai_source import OaiSource

# What is shown when


def test_a_mailing_appears_after_its_delay(
    world: World, clock: Clock, arxiv: Arxiv, fetcher: Fetcher
) -> None:
    """Until the evening's mailing is out, the page is that of the day before."""
    source = ListingSource(fetcher, arxiv.url)
    clock.now = world.mailed_at(DAY) - timedelta(seconds=1)
    assert AnnouncementState.STALLED is source.fetch("cs", DAY).state
    clock.now = world.mailed_at(DAY)
    assert AnnouncementState.FRESH is source.fetch("cs", DAY).state
    delays = [world.mailed_at(day) - announced_at(day) for day in world.mailings]
    assert timedelta() < min(delays)
    assert timedelta(minutes=30) < max(delays) < timedelta(minutes=46)


def test_the_weekend_repeats_fridays_page(clock: Clock, arxiv: Arxiv, fetcher: Fetcher) -> None:
    """From Friday to Sunday evening the page does not change by a byte; the feeds are empty."""
    bodies = set()
    for day in (10, 11, 12):
        clock.now = noon(date(2026, 4, day))
        bodies.add(fetcher.get(f"{arxiv.url}/list/cs/new"))
    assert 1 == len(bodies)
    assert b"Showing new listings for Friday, 10 April 2026" in bodies.pop()
    saturday = FeedSource(fetcher, arxiv.url).fetch("cs.LG", date(2026, 4, 12))
    assert AnnouncementState.QUIET is saturday.state


def test_each_service_opens_at_its_hour(
    world: World, clock: Clock, arxiv: Arxiv, fetcher: Fetcher
) -> None:
    """OAI-PMH has a mailing from 22:30 in New York, the feeds from midnight, as sources say."""
    oai = OaiSource(fetcher, f"{arxiv.url}/oai")
    feed = FeedSource(fetcher, arxiv.url)
    second = timedelta(seconds=1)
    clock.now = announced_at(DAY) + oai.opens_after - second
    assert () == oai.fetch("cs", DAY).entries
    clock.now += second
    assert () != oai.fetch("cs", DAY).entries
    clock.now = announced_at(DAY) + feed.opens_after - second
    assert AnnouncementState.STALLED is feed.fetch("cs.LG", DAY).state
    clock.now += second
    assert AnnouncementState.FRESH is feed.fetch("cs.LG", DAY).state


def test_an_evening_that_only_arxiv_skips(
    world: World, clock: Clock, arxiv: Arxiv, fetcher: Fetcher
) -> None:
    """On an evening without a mailing the page stays, the feed and catch-up are empty."""
    day = min(world.unannounced)
    clock.now = noon(day)
    assert AnnouncementState.STALLED is ListingSource(fetcher, arxiv.url).fetch("cs", day).state
    assert AnnouncementState.QUIET is FeedSource(fetcher, arxiv.url).fetch("cs.LG", day).state
    assert AnnouncementState.QUIET is CatchupSource(fetcher, arxiv.url).fetch("cs", day).state


def test_catch_up_has_ninety_days(clock: Clock, arxiv: Arxiv, fetcher: Fetcher) -> None:
    """Older days, days to come and other arguments are refused with 400."""
    source = CatchupSource(fetcher, arxiv.url)
    clock.now = noon(DAY + timedelta(days=90))
    assert AnnouncementState.FRESH is source.fetch("cs", DAY).state
    clock.now += timedelta(days=1)
    with pytest.raises(SourceRefused, match="400"):
        source.fetch("cs", DAY)
    clock.now = noon(DAY) - timedelta(days=1)
    with pytest.raises(SourceRefused, match="400"):
        source.fetch("cs", DAY)
    for wrong in (f"cs/{DAY}?show=5", "cs/today?abs=True", f"xx/{DAY}?abs=True"):
        with pytest.raises(SourceRefused, match="400"):
            fetcher.get(f"{arxiv.url}/catchup/{wrong}")


def test_an_empty_catch_up_page_is_kept_for_a_week(
    clock: Clock, arxiv: Arxiv, fetcher: Fetcher
) -> None:
    """Who asks between midnight UTC and the mailing gets the empty page for a week."""
    source = CatchupSource(fetcher, arxiv.url)
    clock.now = announced_at(DAY) + timedelta(seconds=1)
    assert AnnouncementState.QUIET is source.fetch("cs", DAY).state
    clock.now += timedelta(days=6)
    assert AnnouncementState.QUIET is source.fetch("cs", DAY).state
    clock.now += timedelta(days=1)
    assert AnnouncementState.FRESH is source.fetch("cs", DAY).state


def test_unknown_names_are_refused(arxiv: Arxiv, fetcher: Fetcher) -> None:
    """A name that arXiv has not is a 400; a category without papers is quiet; the rest is 404."""
    assert AnnouncementState.QUIET is ListingSource(fetcher, arxiv.url).fetch("cs.OS", DAY).state
    with pytest.raises(SourceRefused, match="400"):
        ListingSource(fetcher, arxiv.url).fetch("heplat", DAY)
    with pytest.raises(SourceRefused, match="400"):
        FeedSource(fetcher, arxiv.url).fetch("heplat", DAY)
    with pytest.raises(SourceRefused, match="400"):
        fetcher.get(f"{arxiv.url}/list/cs/new?skip=x")
    with pytest.raises(SourceRefused, match="404"):
        fetcher.get(f"{arxiv.url}/abs/2604.00001")
    answer = httpx.get(f"{arxiv.url}/rss/heplat", trust_env=False)
    with pytest.raises(NotAnAnnouncement, match="Bad archive 'heplat'"):
        parse_document(answer.content, "x")


def test_an_archives_feeds_join_to_its_listing(
    world: World, arxiv: Arxiv, fetcher: Fetcher
) -> None:
    """Asked category by category, the feeds have every new paper of the archive."""
    found = FeedSource(fetcher, arxiv.url).fetch("stat", DAY)
    assert AnnouncementState.FRESH is found.state
    kept = {one.paper.id for one in world.announcement("stat", DAY) if not is_left_out(one)}
    assert kept <= {entry.paper.id for entry in found.entries}


# The server


def test_requests_are_kept(clock: Clock, arxiv: Arxiv, fetcher: Fetcher) -> None:
    """Each request has the world's instant, its path and query, its fault and its status."""
    fetcher.get(f"{arxiv.url}/list/cs/new?skip=0&show=5")
    arxiv.once(Fault.TOO_MANY, "^/list/stat/")
    clock.advance(timedelta(minutes=5))
    fetcher.get(f"{arxiv.url}/list/cs/new")
    with pytest.raises(SourceUnavailable):
        fetcher.get(f"{arxiv.url}/list/stat/new")
    assert [
        ("/list/cs/new?skip=0&show=5", noon(DAY), None, 200),
        ("/list/cs/new", clock.now, None, 200),
        ("/list/stat/new", clock.now, Fault.TOO_MANY, 429),
    ] == [(one.target, one.at, one.fault, one.status) for one in arxiv.requests]


def test_a_fault_waits_for_a_request_that_can_have_it(arxiv: Arxiv, fetcher: Fetcher) -> None:
    """Mixed dates pass by a page and reach the feed; several faults queue up."""
    arxiv.once(Fault.MIXED_DATES)
    arxiv.once(Fault.EMPTY, "^/rss/")
    fetcher.get(f"{arxiv.url}/list/cs/new")
    fetcher.get(f"{arxiv.url}/rss/cs.LG")
    assert b"" == fetcher.get(f"{arxiv.url}/rss/cs.LG")
    assert [None, Fault.MIXED_DATES, Fault.EMPTY] == [one.fault for one in arxiv.requests]


def test_recorded_documents_are_played(clock: Clock, client: httpx.Client) -> None:
    """A path with its query gives its bytes or its answer; faults that need a world are refused."""
    documents: dict[str, bytes | Answer] = {
        "/a?b=1": b"one",
        "/c": Answer(status=503, retry_after=7),
    }
    with serve(RecordedSite(documents), clock) as arxiv:
        assert b"one" == fetching(client).get(f"{arxiv.url}/a?b=1")
        with pytest.raises(SourceUnavailable) as caught:
            fetching(client).get(f"{arxiv.url}/c")
        with pytest.raises(SourceRefused, match="404"):
            fetching(client).get(f"{arxiv.url}/a")
        with pytest.raises(ValueError, match="invented world"):
            arxiv.once(Fault.STALE_BODY)
    assert 7.0 == caught.value.retry_after


def test_a_span_that_needs_a_world_passes_recordings_by(clock: Clock, fetcher: Fetcher) -> None:
    """Weather that recorded documents cannot have does not come, and is not noted."""
    span = Span(Fault.STALE_BODY, clock.now, clock.now + timedelta(hours=1))
    documents = {"/rss/cs.LG": b"one"}
    with serve(RecordedSite(documents), clock, Weather(spans=(span,))) as arxiv:
        assert b"one" == fetcher.get(f"{arxiv.url}/rss/cs.LG")
        assert {} == arxiv.faults()


def test_a_defect_of_the_server_fails_the_test(clock: Clock, fetcher: Fetcher) -> None:
    """An error inside the server is raised where the block ends, not lost in a thread."""

    class Broken(RecordedSite):
        def answer(self, target: str, now: datetime, fault: Fault | None) -> Answer:
            raise LookupError(target)

    def ask() -> None:
        with serve(Broken({}), clock) as arxiv, pytest.raises(SourceUnavailable):
            fetcher.get(f"{arxiv.url}/x")

    with pytest.raises(LookupError, match="/x"):
        ask()
