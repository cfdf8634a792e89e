"""The local arXiv's documents, read by the project's own parsers: every entry comes back."""

from datetime import UTC, datetime, timedelta

import pytest
from arxiv_pages import Window, listing
from arxiv_reading import (
    ATOM,
    CATCHUP,
    DAY,
    FEED,
    LAST,
    Source,
    is_left_out,
    noon,
    ordered,
    read,
    shown,
    some_days,
)
from arxiv_server import Arxiv, serve
from arxiv_site import WorldSite, types_on_pages
from arxiv_world import Entry, World
from fakes import Clock

from newsletter.calendar import announced_at
from newsletter.errors import (
    SourceRefused,
)
from newsletter.papers import AnnouncementState, AnnounceType, ArxivId
from newsletter.sources.api_source import ApiLookup
from newsletter.sources.detect import parse_document
from newsletter.sources.feed_source import FeedSource
from newsletter.sources.http import Fetcher
from newsletter.sources.listing_source import CatchupSource, ListingSource
from newsletter.sources.oai_source import OaiSource


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
