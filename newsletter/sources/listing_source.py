"""Announcements from arxiv.org's pages: today's listing, and catch-up for days missed."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

from newsletter.errors import NotAnAnnouncement, SourceError
from newsletter.papers import Announcement, Problem
from newsletter.sources.address import category_path
from newsletter.sources.dates import dated
from newsletter.sources.detect import read_document
from newsletter.sources.http import Fetcher
from newsletter.sources.page import ListingPage, join, judge
from newsletter.sources.text import excerpt

PAGE_SIZE = 2000
"""Entries a page, arXiv's default and largest; cs on a Tuesday has more than 2,600."""

_MOST_PAGES = 10


class ListingSource:
    """`/list/<X>/new`: today's announcement from 20:00 US Eastern on, window after window."""

    name = "listing"
    opens_after = timedelta()
    lacks = ""

    def __init__(
        self, fetcher: Fetcher, base_url: str = "https://arxiv.org", page_size: int = PAGE_SIZE
    ) -> None:
        """Ask through `fetcher`; `page_size` is the number of entries that a window holds."""
        self._fetcher, self._base_url = fetcher, base_url.rstrip("/")
        self._page_size = page_size

    def fetch(self, category: str, listing_date: date) -> Announcement:
        """Return the day's whole announcement, STALLED while the page shows another date.

        Windows are followed until the stated total is reached; one that cannot be had leaves
        the announcement WAITING with what the others hold. Raises `SourceError`.
        """
        url = f"{self._base_url}/list/{category_path(category, self._base_url)}/new"

        def window(number: int) -> ListingPage:
            skip = number * self._page_size
            query = f"?skip={skip}&show={self._page_size}" if number else ""
            return fetch_page(self._fetcher, url + query)

        return _named(collect(window, listing_date, self._page_size), category, listing_date)


class CatchupSource:
    """`/catchup/<X>/<date>`: the announcement of any of the last 90 days."""

    name = "catchup"
    opens_after = timedelta()
    lacks = ""

    def __init__(
        self, fetcher: Fetcher, base_url: str = "https://arxiv.org", page_size: int = PAGE_SIZE
    ) -> None:
        """Ask through `fetcher`; `page_size` is the number of entries that a page holds."""
        self._fetcher, self._base_url = fetcher, base_url.rstrip("/")
        self._page_size = page_size

    def fetch(self, category: str, listing_date: date) -> Announcement:
        """Return the announcement of `listing_date`; raises `SourceError`.

        Not to be asked before that day's mailing: arXiv may keep the empty answer for a week.
        """
        path = f"{category_path(category, self._base_url)}/{listing_date.isoformat()}"
        url = f"{self._base_url}/catchup/{path}?abs=True"

        def page(number: int) -> ListingPage:
            return fetch_page(self._fetcher, f"{url}&page={number + 1}" if number else url)

        return _named(collect(page, listing_date, self._page_size), category, listing_date)


def fetch_page(fetcher: Fetcher, url: str) -> ListingPage:
    """Fetch one page unjudged; raise `SourceError`, also when it is no listing page."""
    read = fetcher.read(url, read_document)
    if not isinstance(read, ListingPage):
        raise NotAnAnnouncement(url, f"a {read.kind.value} feed where a listing page was due")
    return read


def collect(fetch: Callable[[int], ListingPage], wanted: date, page_size: int) -> Announcement:
    """Join pages number 0, 1, … until the total stated by the first is reached.

    `fetch` returns a page and raises `SourceError`, which passes through for the first page
    only. A first page of another date is not followed further.
    """
    pages = [fetch(0)]
    due = min(-(-(pages[0].total or 0) // page_size), _MOST_PAGES)
    if pages[0].listing_date != wanted:
        due = 1
    for number in range(1, due):
        try:
            pages.append(fetch(number))
        except SourceError as error:
            what = f"page {number + 1} of {due} is missing: {excerpt(str(error), 200)}"
            missing = Problem("page_missing", what)
            pages[0] = replace(pages[0], problems=(*pages[0].problems, missing))
            break
    return judge(join(_same_day(pages)))


def _same_day(pages: list[ListingPage]) -> list[ListingPage]:
    """Leave out pages of another day than the first: midnight fell between two requests."""
    first = pages[0]
    kept = [page for page in pages if page.listing_date == first.listing_date]
    if len(kept) == len(pages):
        return pages
    other = Problem("page_missing", "the listing date changed from page to page")
    return [replace(first, problems=(*first.problems, other)), *kept[1:]]


def _named(announcement: Announcement, category: str, listing_date: date) -> Announcement:
    """Give the announcement the asked category where the page names none, and check its date."""
    named = replace(announcement, category=announcement.category or category)
    return dated(named, listing_date)
