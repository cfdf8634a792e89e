"""The doors, put together from settings: for arXiv one lock, one circuit and one client for all.

today    listing pages ─ feeds ─ OAI-PMH by date
missed   catch-up pages (90 days back) ─ OAI-PMH by date
lookup   the search API by identifier
feeds    each with a circuit and a client of its own
"""

from collections.abc import Callable
from contextlib import ExitStack, closing
from datetime import date, datetime, timedelta
from typing import Final

from newsletter.errors import SettingsError
from newsletter.ports import PaperSource
from newsletter.services.circuit import SharedMemory
from newsletter.services.documents import keeper
from newsletter.services.exclusive import ArxivLock
from newsletter.services.poll import Doors
from newsletter.settings import Settings
from newsletter.sources.api_source import ApiLookup
from newsletter.sources.circuit import Circuit
from newsletter.sources.feed_source import FeedSource
from newsletter.sources.http import SHORT_WAIT, Fetcher
from newsletter.sources.listing_source import CatchupSource, ListingSource
from newsletter.sources.oai_source import OaiSource
from newsletter.sources.other_feed import OtherFeedSource
from newsletter.sources.throttle import LocalThrottle
from newsletter.storage.engine import Database

CATCH_UP: Final = timedelta(days=90)
"""arXiv answers 400 for older days (arxiv-browse, catch-up)."""


def open_doors(
    settings: Settings,
    database: Database,
    *,
    clock: Callable[[], datetime],
    sleep: Callable[[float], None],
) -> Doors:
    """Return the sources; `sleep` is given seconds. Raises `SettingsError`.

    Their connections are open until `Doors.close` is called.
    """
    opened = ExitStack()
    fetcher = open_fetcher(settings, database, clock=clock, sleep=sleep)
    opened.enter_context(closing(fetcher))
    listing = ListingSource(fetcher, settings.arxiv_url)
    catchup = CatchupSource(fetcher, settings.arxiv_url)
    feed = FeedSource(fetcher, settings.rss_url)
    oai = OaiSource(fetcher, settings.oai_url)

    def missed(listing_date: date) -> tuple[PaperSource, ...]:
        is_old = clock().date() - listing_date > CATCH_UP
        return (oai,) if is_old else (catchup, oai)

    def other(name: str, url: str) -> OtherFeedSource:
        own = open_feed_fetcher(settings, database, name, clock=clock, sleep=sleep)
        return OtherFeedSource(opened.enter_context(closing(own)), url, name)

    return Doors(
        today=(listing, feed, oai),
        checks=(listing, feed),
        missed=missed,
        lookup=ApiLookup(fetcher, settings.api_url),
        feeds=tuple(other(name, url) for name, url in settings.feeds.items()),
        close=opened.close,
    )


def open_fetcher(
    settings: Settings,
    database: Database,
    *,
    clock: Callable[[], datetime],
    sleep: Callable[[float], None],
) -> Fetcher:
    """Return what asks arXiv, behind the lock and the circuit of the whole installation.

    `sleep` is given seconds. Raises `SettingsError`.
    """
    if not settings.contact:
        raise SettingsError("NEWSLETTER_CONTACT", "arXiv must be able to reach the operator")
    memory = SharedMemory(database, clock=clock)
    return Fetcher(
        settings.contact,
        throttle=ArxivLock(database, clock=clock, sleep=sleep),
        circuit=Circuit(memory, clock=clock),
        patience=SHORT_WAIT,
        sleep=sleep,
        limit=settings.document_limit_bytes,
        keep=keeper(database, clock),
    )


def open_feed_fetcher(
    settings: Settings,
    database: Database,
    name: str,
    *,
    clock: Callable[[], datetime],
    sleep: Callable[[float], None],
) -> Fetcher:
    """Return what asks for another feed: its failures are none of arXiv's, nor its pauses.

    Its circuit is remembered in the database all the same, because every poll opens its doors
    anew: a server that asked for an hour's rest has it. `sleep` is given seconds.
    """
    memory = SharedMemory(database, clock=clock, scope=f"feed:{name}")
    return Fetcher(
        settings.contact,
        throttle=LocalThrottle(sleep=sleep),
        circuit=Circuit(memory, clock=clock, who=name),
        patience=SHORT_WAIT,
        sleep=sleep,
        limit=settings.document_limit_bytes,
        keep=keeper(database, clock),
    )
