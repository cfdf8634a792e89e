"""The local arXiv against the project's own sources: what it shows when, and what goes wrong."""

import time
import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import nullcontext, suppress
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any

import httpx
import pytest
from arxiv_faults import PLAYED_BY_SITES, Answer, Fault, Span, Weather, bad_year, spoiled, suits
from arxiv_pages import Window, listing
from arxiv_server import Arxiv, bomb, serve
from arxiv_site import RecordedSite, WorldSite, types_on_pages
from arxiv_world import MOST_VERSIONS, Entry, Happening, World, make_world
from fakes import Clock

from newsletter.batches import Batch, against_previous
from newsletter.calendar import EASTERN, Calendar, announced_at
from newsletter.errors import (
    DocumentTooLarge,
    EmptyDocument,
    NotAnAnnouncement,
    SourceError,
    SourceRefused,
    SourceUnavailable,
)
from newsletter.papers import Announcement, AnnouncementState, AnnounceType, ArxivId, PaperId
from newsletter.ports import PaperSource
from newsletter.sources.api_source import ApiLookup
from newsletter.sources.detect import parse_document
from newsletter.sources.feed_source import FeedSource
from newsletter.sources.http import Fetcher
from newsletter.sources.listing_source import CatchupSource, ListingSource
from newsletter.sources.oai_source import OaiSource

FIRST, LAST = date(2026, 2, 2), date(2026, 4, 30)
DAY = date(2026, 4, 9)
"""A Thursday with mailings around it, in summer time."""
MIB = 1024 * 1024
FRESH = {AnnounceType.NEW, AnnounceType.CROSS}

Source = Callable[[Fetcher, Arxiv], PaperSource]
LISTING: Source = lambda fetcher, arxiv: ListingSource(fetcher, arxiv.url)  # noqa: E731
CATCHUP: Source = lambda fetcher, arxiv: CatchupSource(fetcher, arxiv.url)  # noqa: E731
FEED: Source = lambda fetcher, arxiv: FeedSource(fetcher, arxiv.url)  # noqa: E731
ATOM: Source = lambda fetcher, arxiv: FeedSource(fetcher, arxiv.url, "atom")  # noqa: E731
SOURCES = {"listing": LISTING, "catchup": CATCHUP, "feed": FEED}


@pytest.fixture(scope="module")
def world() -> World:
    """Return three months of an arXiv that never was."""
    return make_world(1, FIRST, LAST)


@pytest.fixture
def clock() -> Clock:
    """Return a clock on the listing date at noon in New York: every source has it."""
    return Clock(noon(DAY))


@pytest.fixture
def arxiv(world: World, clock: Clock) -> Iterator[Arxiv]:
    """Run a server for that world."""
    with serve(WorldSite(world), clock) as server:
        yield server


@pytest.fixture
def fetcher(client: httpx.Client) -> Fetcher:
    """Give a fetcher that does not wait, with a limit of one MiB."""
    return fetching(client)


@pytest.fixture(scope="module")
def client() -> Iterator[httpx.Client]:
    """Give a client that asks no proxy; making one takes longer than ten requests."""
    with httpx.Client(timeout=10.0, trust_env=False) as one:
        yield one


def fetching(client: httpx.Client, total_seconds: float = 30.0) -> Fetcher:
    """Return a new fetcher: a refusal opens the circuit of an old one."""
    return Fetcher(
        "x",
        client=client,
        throttle=lambda _: nullcontext(),
        limit=MIB,
        total_seconds=total_seconds,
    )


def noon(day: date) -> datetime:
    """Return noon in New York."""
    return datetime(day.year, day.month, day.day, 12, tzinfo=EASTERN)


def shown(entry: Entry) -> dict[str, object]:
    """Return what every kind of document must show of an entry."""
    paper = entry.paper
    return {
        "id": paper.id,
        "title": paper.title,
        "abstract": paper.abstract,
        "authors": paper.authors,
        "categories": paper.categories,
        "links": paper.links,
    }


def read(announcement: Announcement) -> list[dict[str, object]]:
    """Return the same of what was read."""
    fields = ("id", "title", "abstract", "authors", "categories", "links")
    return [{name: getattr(entry.paper, name) for name in fields} for entry in announcement.entries]


def ordered(entries: tuple[Entry, ...]) -> list[Entry]:
    """Return entries as a page orders them: replacements of both kinds by identifier."""
    return sorted(entries, key=lambda one: (types_on_pages(one.type).strength, str(one.paper.id)))


def some_days(world: World) -> tuple[date, ...]:
    """Return every fifth listing date of the period."""
    return tuple(day for day in world.mailings if day >= FIRST)[::5]


# The world


def test_a_world_is_the_same_for_the_same_seed(world: World) -> None:
    """A seed decides everything."""
    assert world == make_world(1, FIRST, LAST)
    assert world.events != make_world(2, FIRST, LAST).events


def test_mailings_are_the_calendars_but_for_some_evenings(world: World) -> None:
    """A few promised evenings have no mailing, and nothing is mailed beside the calendar."""
    promised = set(Calendar().listing_dates(FIRST, LAST))
    mailed = {day for day in world.mailings if day >= FIRST}
    assert 3 == len(world.unannounced)
    assert promised - world.unannounced == mailed


def test_identifiers_ascend_with_the_months(world: World) -> None:
    """New papers have higher identifiers than those before, but for the few that were held."""
    ids = [
        str(event.paper.id)
        for day in world.mailings
        for event in world.events[day]
        if event.happening is Happening.SUBMITTED
    ]
    falls = sum(after < before for before, after in pairwise(ids))
    assert len(ids) == len(set(ids))
    assert falls < len(ids) / 50
    assert all(one[:4] in {"2512", "2601", "2602", "2603", "2604"} for one in ids)


def test_everything_happens_to_papers(world: World) -> None:
    """There are later cross-lists, versions up to seven, withdrawals, held papers, quiet days."""
    events = [event for day in world.mailings for event in world.events[day]]
    assert set(Happening) == {event.happening for event in events}
    assert 5 < max(event.paper.version or 0 for event in events) <= MOST_VERSIONS
    assert any(event.withdrawn for event in events)
    assert any(event.listing_date - event.submitted > timedelta(days=1) for event in events)
    assert any(not world.announcement("stat.ME", day) for day in world.mailings)
    assert all(len({e.paper.id for e in day}) == len(day) for day in world.events.values())


def test_types_depend_on_who_is_asked(world: World) -> None:
    """A paper that is new at home is a cross-list elsewhere, and new in its archive once."""
    entries = {day: world.announcement("cs", day) for day in world.mailings}
    new = [one.paper.id for day in entries.values() for one in day if one.type is AnnounceType.NEW]
    assert len(new) == len(set(new))
    for day in world.mailings:
        for entry in world.announcement("cs.LG", day):
            at_home = entry.paper.primary == "cs.LG"
            assert at_home == (entry.type in {AnnounceType.NEW, AnnounceType.REPLACE})


def test_a_later_cross_list_is_announced_where_it_is_news(world: World) -> None:
    """A paper that comes to a further category of its archive is a cross-list there alone."""
    events = (event for day in world.mailings for event in world.events[day])
    crossed = [event for event in events if event.happening is Happening.CROSSED]
    within = [one for one in crossed if one.added == {"cs.AI"} and one.paper.primary == "cs.LG"]
    assert within
    for event in within:
        assert AnnounceType.CROSS is event.type_in("cs.AI")
        assert event.type_in("cs") is event.type_in("cs.LG") is None


def test_truth_is_what_was_new_or_crossed(world: World) -> None:
    """The truth is the union of the announcements' new papers and cross-lists."""
    days = [day for day in world.mailings if FIRST <= day <= LAST]
    found = {
        one.paper.id
        for day in days
        for name in ("cs.LG", "stat")
        for one in world.announcement(name, day)
        if one.type in FRESH
    }
    assert found == world.truth(("cs.LG", "stat"), FIRST, LAST)
    assert found > world.truth(("cs.LG",), FIRST, LAST)


# Documents, read by the real parsers


def test_listing_pages_show_every_entry(world: World) -> None:
    """Texts, authors, types, versions and comments come back as they were written."""
    for name in world.names:
        for day in some_days(world):
            entries = ordered(world.announcement(name, day))
            page = listing(name, day, entries, Window(0, 2_000))
            found = parse_document(page.encode(), "x")
            state = AnnouncementState.FRESH if entries else AnnouncementState.QUIET
            assert (state, name, day) == (found.state, found.category, found.listing_date)
            assert [shown(one) for one in entries] == read(found)
            assert [types_on_pages(one.type) for one in entries] == [e.type for e in found.entries]
            assert [None if one.event.withdrawn else one.paper.version for one in entries] == [
                e.paper.version for e in found.entries
            ]
            assert [e.paper.comment for e in entries] == [e.paper.comment for e in found.entries]
            assert () == found.problems


@pytest.mark.parametrize("source", [CATCHUP, FEED, ATOM])
def test_other_documents_show_the_same(
    world: World, clock: Clock, arxiv: Arxiv, fetcher: Fetcher, source: Source
) -> None:
    """Catch-up pages and feeds have the same papers; feeds leave out high versions."""
    for name in world.names[:5]:
        for day in some_days(world)[-6:]:
            clock.now = noon(day)
            entries: list[Entry] = list(world.announcement(name, day))
            found = source(fetcher, arxiv).fetch(name, day)
            if source is CATCHUP:
                entries = ordered(tuple(entries))
            else:
                entries = [one for one in entries if not is_left_out(one)]
            types = [types_on_pages(e.type) if source is CATCHUP else e.type for e in entries]
            state = AnnouncementState.FRESH if entries else AnnouncementState.QUIET
            assert (state, name, day) == (found.state, found.category, found.listing_date)
            assert [shown(one) for one in entries] == read(found)
            assert types == [entry.type for entry in found.entries]


def is_left_out(entry: Entry) -> bool:
    """Say whether feeds omit an entry."""
    is_replaced = entry.type in {AnnounceType.REPLACE, AnnounceType.REPLACE_CROSS}
    return is_replaced and (entry.paper.version or 1) > 5


def test_feeds_leave_high_versions_out(
    world: World, clock: Clock, arxiv: Arxiv, fetcher: Fetcher
) -> None:
    """A replacement of version six stands on the page and not in the feed."""
    found = [
        (day, entry)
        for day in world.mailings
        for entry in world.announcement("cs", day)
        if is_left_out(entry)
    ]
    day, entry = found[0]
    clock.now = noon(day)
    name, wanted = entry.paper.primary, entry.paper.id
    listed = ListingSource(fetcher, arxiv.url).fetch(name, day)
    fed = FeedSource(fetcher, arxiv.url).fetch(name, day)
    assert wanted in {one.paper.id for one in listed.entries}
    assert wanted not in {one.paper.id for one in fed.entries}


def test_windows_join_to_the_whole(world: World, clock: Clock, fetcher: Fetcher) -> None:
    """Pages of every size have headings that the sources join to the same day."""
    for name, size in (("cs.LG", 2), ("cs.LG", 3), ("cs", 5), ("cs", 8), ("cs", 13)):
        with serve(WorldSite(world, page_size=size), clock) as arxiv:
            entries = ordered(world.announcement(name, DAY))
            for kind in (ListingSource, CatchupSource):
                found = kind(fetcher, arxiv.url, size).fetch(name, DAY)
                assert AnnouncementState.FRESH is found.state, found.problems
                assert [e.paper.id for e in entries] == [e.paper.id for e in found.entries]
            assert len(entries) > size
            assert len(arxiv.requests) == 2 * -(-len(entries) // size)


def test_the_first_window_says_so(world: World) -> None:
    """A window states "first" and "continued, … last" as arXiv does, also when it fits."""
    entries = world.announcement("cs", DAY)
    new = sum(one.type is AnnounceType.NEW for one in entries)
    before = listing("cs", DAY, entries, Window(0, new - 1))
    exact = listing("cs", DAY, entries, Window(0, new))
    after = listing("cs", DAY, entries, Window(new - 1, 2_000))
    assert f"New submissions (showing first {new - 1} of {new} entries)" in before
    assert f"New submissions (showing first {new} of {new} entries)" in exact
    assert f"New submissions (continued, showing last 1 of {new} entries)" in after
    middle = listing("cs", DAY, entries, Window(1, 2))
    assert f"New submissions (continued, showing 2 of {new} entries)" in middle
    assert "No updates today." in listing("cs", DAY, entries, Window(5_000, 2_000))


def test_oai_gives_the_last_change_of_each_paper(
    world: World, clock: Clock, fetcher: Fetcher
) -> None:
    """A harvest over several tokens has the day's papers, but for those changed again since."""
    with serve(WorldSite(world, oai_page=4), clock) as arxiv:
        found = OaiSource(fetcher, f"{arxiv.url}/oai").fetch("cs", DAY)
        clock.now = noon(LAST)
        later = OaiSource(fetcher, f"{arxiv.url}/oai").fetch("cs", DAY)
    events = {e.paper.id: e for e in world.events[DAY] if e.paper.primary.startswith("cs.")}
    papers = {entry.paper.id: entry.paper for entry in found.entries}
    assert events.keys() <= papers.keys()
    for paper_id, event in events.items():
        paper = papers[paper_id]
        assert event.paper.title == paper.title
        assert event.paper.abstract == paper.abstract
        assert event.paper.authors == paper.authors
        assert event.paper.categories == paper.categories
    assert ["by_date"] == [problem.code for problem in found.problems]
    assert {e.paper.id for e in later.entries} < papers.keys()


def test_oai_tokens_expire_at_midnight_utc(world: World, clock: Clock, fetcher: Fetcher) -> None:
    """A token of yesterday is refused, and a set without changes is a normal answer."""
    with serve(WorldSite(world, oai_page=4), clock) as arxiv:
        url = f"{arxiv.url}/oai?verb=ListRecords"
        first = fetcher.get(f"{url}&set=cs&from={DAY}&until={DAY}").decode()
        token = first.partition("<resumptionToken")[2].partition(">")[2].partition("<")[0]
        clock.now = datetime(2026, 4, 10, 0, 1, tzinfo=UTC)
        old = fetcher.get(f"{url}&resumptionToken={token}").decode()
        quiet = OaiSource(fetcher, f"{arxiv.url}/oai").fetch("cs.OS", DAY)
    assert "badResumptionToken" in old
    assert () == quiet.entries


def test_the_api_looks_papers_up(
    world: World, clock: Clock, arxiv: Arxiv, fetcher: Fetcher
) -> None:
    """Ids give the versions of midnight; unknown ones are left out, malformed ones refused."""
    entries = world.announcement("cs.LG", DAY)
    ids = [one.paper.id for one in entries if isinstance(one.paper.id, ArxivId)]
    lookup = ApiLookup(fetcher, f"{arxiv.url}/api/query")
    found = lookup([*ids, ArxivId("2604.99999")])
    assert {one.paper.id: one.paper for one in entries} == {
        paper_id: entry.paper for paper_id, entry in found.items()
    }
    clock.now = announced_at(DAY) + timedelta(hours=1)
    new = {one.paper.id for one in entries if one.type is AnnounceType.NEW}
    assert {} == lookup([paper_id for paper_id in ids if paper_id in new])
    with pytest.raises(SourceRefused, match="400"):
        fetcher.get(f"{arxiv.url}/api/query?id_list=abc")


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
    previous = Batch(before, [(one.paper.id, one.type) for one in entries])
    arxiv.once(Fault.STALE_BODY)
    stale = source(fetcher, arxiv).fetch("cs.LG", DAY)
    fresh = source(fetcher, arxiv).fetch("cs.LG", DAY)
    assert DAY == stale.listing_date
    assert AnnouncementState.STALLED is against_previous(stale, previous).state
    assert AnnouncementState.FRESH is against_previous(fresh, previous).state


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


# The server and its weather


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
