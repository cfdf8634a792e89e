"""What tests of the local arXiv share: three months of it, the sources, what is compared."""

import functools
from collections.abc import Callable
from contextlib import nullcontext
from datetime import date, datetime

import httpx
from arxiv_server import Arxiv
from arxiv_site import types_on_pages
from arxiv_world import Entry, World, make_world

from newsletter.calendar import EASTERN
from newsletter.papers import Announcement, AnnounceType
from newsletter.ports import PaperSource
from newsletter.sources.feed_source import FeedSource
from newsletter.sources.http import Fetcher
from newsletter.sources.listing_source import CatchupSource, ListingSource

FIRST, LAST = date(2026, 2, 2), date(2026, 4, 30)
DAY = date(2026, 4, 9)
"""A Thursday with mailings around it, in summer time."""
MIB = 1024 * 1024
FRESH = {AnnounceType.NEW, AnnounceType.CROSS}

Source = Callable[[Fetcher, Arxiv], PaperSource]


def listing(fetcher: Fetcher, arxiv: Arxiv) -> PaperSource:
    """Return the listing pages of that server."""
    return ListingSource(fetcher, arxiv.url)


def catchup(fetcher: Fetcher, arxiv: Arxiv) -> PaperSource:
    """Return its catch-up pages."""
    return CatchupSource(fetcher, arxiv.url)


def feed(fetcher: Fetcher, arxiv: Arxiv) -> PaperSource:
    """Return its RSS."""
    return FeedSource(fetcher, arxiv.url)


def atom(fetcher: Fetcher, arxiv: Arxiv) -> PaperSource:
    """Return its Atom."""
    return FeedSource(fetcher, arxiv.url, "atom")


CATCHUP, FEED, ATOM = catchup, feed, atom
SOURCES: dict[str, Source] = {"listing": listing, "catchup": catchup, "feed": feed}


@functools.cache
def three_months() -> World:
    """Return three months of an arXiv that never was."""
    return make_world(1, FIRST, LAST)


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


def is_left_out(entry: Entry) -> bool:
    """Say whether feeds omit an entry."""
    is_replaced = entry.type in {AnnounceType.REPLACE, AnnounceType.REPLACE_CROSS}
    return is_replaced and (entry.paper.version or 1) > 5
