"""Listing, catch-up and feed sources against a server that plays arXiv."""

from collections.abc import Iterator
from contextlib import nullcontext
from datetime import date

import httpx
import pytest
from sources_samples import Item, catchup, listing, rss, samples, section
from sources_server import Arxiv, Reply, serve

from newsletter.errors import NotAnAnnouncement, SourceRefused, SourceUnavailable
from newsletter.papers import Announcement, AnnouncementState, Counts
from newsletter.ports import PaperSource
from newsletter.sources.feed_source import FeedSource
from newsletter.sources.http import Fetcher
from newsletter.sources.listing_source import CatchupSource, ListingSource

FRIDAY = date(2026, 5, 29)
TODAY = "Friday, 29 May 2026"


@pytest.fixture
def arxiv() -> Iterator[Arxiv]:
    """Run a server that plays arXiv."""
    with serve() as server:
        yield server


@pytest.fixture
def fetcher() -> Iterator[Fetcher]:
    """Give a fetcher that does not wait."""
    with httpx.Client(timeout=10.0, trust_env=False) as client:
        yield Fetcher("x", client=client, throttle=lambda _: nullcontext())


def windows(path: str, day: str = TODAY) -> dict[str, Reply]:
    """Return a day of five papers in windows of two, by path and query."""
    texts = {
        path: listing(
            section("New submissions (showing first 2 of 3 entries)", samples(2)), total=5
        ),
        f"{path}?skip=2&show=2": listing(
            section("New submissions (continued, showing last 1 of 3 entries)", samples(1, 3), 3),
            section("Cross submissions (showing first 1 of 2 entries)", samples(1, 4), 4),
            total=5,
        ),
        f"{path}?skip=4&show=2": listing(
            section("Cross submissions (continued, showing last 1 of 2 entries)", samples(1, 5), 5),
            total=5,
        ),
    }
    return {key: Reply(body=text.replace(TODAY, day).encode()) for key, text in texts.items()}


def codes(announcement: Announcement) -> list[str]:
    """Return the codes of the problems in their order."""
    return [problem.code for problem in announcement.problems]


def test_sources_have_stable_names(fetcher: Fetcher) -> None:
    """Each source is a `PaperSource` with a name of its own."""
    sources: list[PaperSource] = [
        ListingSource(fetcher),
        CatchupSource(fetcher),
        FeedSource(fetcher),
        FeedSource(fetcher, flavour="atom"),
    ]
    assert ["listing", "catchup", "rss", "atom"] == [source.name for source in sources]


def test_listing_follows_its_windows(arxiv: Arxiv, fetcher: Fetcher) -> None:
    """A day that does not fit on one page is fetched page after page and joined."""
    arxiv.replies.update(windows("/list/cs/new"))
    announcement = ListingSource(fetcher, arxiv.url + "/", page_size=2).fetch("cs", FRIDAY)
    assert list(windows("/list/cs/new")) == arxiv.asked
    assert AnnouncementState.FRESH is announcement.state
    assert Counts(new=3, cross=2) == announcement.expected == announcement.parsed


def test_listing_of_one_page_is_one_request(arxiv: Arxiv, fetcher: Fetcher) -> None:
    """A page that arXiv is still filling is not asked for further pages."""
    page = listing(section("New submissions (showing 2 of 3 entries)", samples(2)), total=3)
    arxiv.replies["/list/cs.LG/new"] = Reply(body=page.encode())
    announcement = ListingSource(fetcher, arxiv.url).fetch("cs.LG", FRIDAY)
    assert (["/list/cs.LG/new"], AnnouncementState.WAITING) == (arxiv.asked, announcement.state)


def test_missing_window_leaves_the_day_waiting(arxiv: Arxiv, fetcher: Fetcher) -> None:
    """When a later page fails, what the others hold arrives, and the day is not whole."""
    arxiv.replies.update(windows("/list/cs/new"))
    arxiv.replies["/list/cs/new?skip=4&show=2"] = Reply(status=503)
    announcement = ListingSource(fetcher, arxiv.url, page_size=2).fetch("cs", FRIDAY)
    assert AnnouncementState.WAITING is announcement.state
    assert Counts(new=3, cross=1) == announcement.parsed
    assert "page_missing" in codes(announcement)


def test_windows_of_two_days_are_not_joined(arxiv: Arxiv, fetcher: Fetcher) -> None:
    """When the date changes between two pages, only the first day's are taken."""
    arxiv.replies.update(windows("/list/cs/new"))
    later = windows("/list/cs/new", "Monday, 1 June 2026")
    arxiv.replies["/list/cs/new?skip=4&show=2"] = later["/list/cs/new?skip=4&show=2"]
    announcement = ListingSource(fetcher, arxiv.url, page_size=2).fetch("cs", FRIDAY)
    assert Counts(new=3, cross=1) == announcement.parsed
    assert AnnouncementState.WAITING is announcement.state
    assert "page_missing" in codes(announcement)


def test_page_of_another_day_is_stalled(arxiv: Arxiv, fetcher: Fetcher) -> None:
    """A page that still shows the last announcement says so, and is not followed."""
    arxiv.replies.update(windows("/list/cs/new"))
    announcement = ListingSource(fetcher, arxiv.url, page_size=2).fetch("cs", date(2026, 6, 1))
    assert AnnouncementState.STALLED is announcement.state
    assert FRIDAY == announcement.listing_date
    assert "2026-05-29" in announcement.problems[0].message
    assert ["/list/cs/new"] == arxiv.asked


def test_page_without_category_takes_the_asked_one(arxiv: Arxiv, fetcher: Fetcher) -> None:
    """A page that does not name its category is of the one that was asked."""
    page = listing(section("New submissions (showing 1 of 1 entries)", samples(1)), total=1)
    arxiv.replies["/list/cs.LG/new"] = Reply(body=page.replace('id="recent-', 'id="x').encode())
    assert "cs.LG" == ListingSource(fetcher, arxiv.url).fetch("cs.LG", FRIDAY).category


@pytest.mark.parametrize("category", ["", "../etc", "cs LG", "cs?x", "CS", "cs.LG/new", "cs\n"])
def test_category_names_are_checked(arxiv: Arxiv, fetcher: Fetcher, category: str) -> None:
    """What is no category name never reaches a URL."""
    sources: list[PaperSource] = [
        ListingSource(fetcher, arxiv.url),
        CatchupSource(fetcher, arxiv.url),
        FeedSource(fetcher, arxiv.url),
    ]
    for source in sources:
        with pytest.raises(SourceRefused):
            source.fetch(category, FRIDAY)
    assert [] == arxiv.asked


def test_errors_of_the_first_page_pass(arxiv: Arxiv, fetcher: Fetcher) -> None:
    """Without a first page there is no announcement."""
    arxiv.replies["/list/cs/new"] = Reply(status=503, headers={"Retry-After": "300"})
    with pytest.raises(SourceUnavailable) as caught:
        ListingSource(fetcher, arxiv.url).fetch("cs", FRIDAY)
    assert 300.0 == caught.value.retry_after


def test_catchup_follows_its_pages(arxiv: Arxiv, fetcher: Fetcher) -> None:
    """A missed day is fetched page after page, with abstracts."""
    first = section("New submissions (showing first 2 of 3 entries)", samples(2))
    last = section("New submissions (continued, showing last 1 of 3 entries)", samples(1, 3), 3)
    path = "/catchup/cs.LG/2026-06-03?abs=True"
    arxiv.replies[path] = Reply(body=catchup(first, total=3).encode())
    arxiv.replies[f"{path}&page=2"] = Reply(body=catchup(last, total=3).encode())
    source = CatchupSource(fetcher, arxiv.url, page_size=2)
    announcement = source.fetch("cs.LG", date(2026, 6, 3))
    assert [path, f"{path}&page=2"] == arxiv.asked
    assert (AnnouncementState.FRESH, 3) == (announcement.state, len(announcement.entries))


@pytest.mark.parametrize("flavour", ["rss", "atom"])
def test_feed_source_asks_by_flavour(arxiv: Arxiv, fetcher: Fetcher, flavour: str) -> None:
    """A feed is fetched from the path of its flavour."""
    arxiv.replies[f"/{flavour}/cs.LG"] = Reply(body=rss(Item().rss()).encode())
    source = FeedSource(fetcher, arxiv.url, flavour="rss" if flavour == "rss" else "atom")
    announcement = source.fetch("cs.LG", FRIDAY)
    assert (AnnouncementState.FRESH, "cs.LG") == (announcement.state, announcement.category)


def test_feed_of_another_day_is_stalled(arxiv: Arxiv, fetcher: Fetcher) -> None:
    """An old feed is named by its date, whatever else is wrong with it."""
    body = rss(Item().rss(), link="http://sample.example/")[:-3]
    arxiv.replies["/rss/cs.LG"] = Reply(body=body.encode())
    announcement = FeedSource(fetcher, arxiv.url).fetch("cs.LG", date(2026, 6, 1))
    assert (AnnouncementState.STALLED, "cs.LG") == (announcement.state, announcement.category)
    assert ["other_date", "truncated"] == codes(announcement)


def test_sources_refuse_each_others_documents(arxiv: Arxiv, fetcher: Fetcher) -> None:
    """A feed where a page was due is named, and a page where a feed was due."""
    arxiv.replies["/list/cs.LG/new"] = Reply(body=rss(Item().rss()).encode())
    arxiv.replies["/rss/cs.LG"] = Reply(body=listing(total=None).encode())
    with pytest.raises(NotAnAnnouncement, match="rss feed"):
        ListingSource(fetcher, arxiv.url).fetch("cs.LG", FRIDAY)
    with pytest.raises(NotAnAnnouncement, match="listing page"):
        FeedSource(fetcher, arxiv.url).fetch("cs.LG", FRIDAY)
