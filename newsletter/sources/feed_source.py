"""Announcements from rss.arxiv.org: the check on the listing pages, and their stand-in."""

from dataclasses import replace
from datetime import date
from typing import Literal

from newsletter.errors import NotAnAnnouncement
from newsletter.papers import Announcement, DocumentKind
from newsletter.sources.address import category_path
from newsletter.sources.dates import dated
from newsletter.sources.detect import parse_document
from newsletter.sources.http import Fetcher

_FEEDS = {DocumentKind.RSS, DocumentKind.ATOM}


class FeedSource:
    """`/rss/<X>` or `/atom/<X>`: fresh at midnight US Eastern, one category a request."""

    def __init__(
        self,
        fetcher: Fetcher,
        base_url: str = "https://rss.arxiv.org",
        flavour: Literal["rss", "atom"] = "rss",
    ) -> None:
        """Ask through `fetcher` for feeds of one flavour, which is also the source's name."""
        self._fetcher, self._base_url = fetcher, base_url.rstrip("/")
        self.name: str = flavour

    def fetch(self, category: str, listing_date: date) -> Announcement:
        """Return the feed, STALLED where it shows another date than `listing_date`.

        A feed can be old under a new date: comparing it with the batch before is left to the
        caller, who has that batch. Raises `SourceError`.
        """
        url = f"{self._base_url}/{self.name}/{category_path(category, self._base_url)}"
        read = parse_document(self._fetcher.get(url), url)
        if read.kind not in _FEEDS:
            raise NotAnAnnouncement(url, f"a {read.kind.value} page where a feed was due")
        return dated(replace(read, category=read.category or category), listing_date)
