"""Short ways to write papers, announcements and readers in tests."""

from datetime import datetime

from fakes import ANNOUNCED_AT, LISTING_DATE

from newsletter.ledger import DeliveryState
from newsletter.papers import (
    AnnouncedPaper,
    Announcement,
    AnnouncementState,
    AnnounceType,
    ArxivId,
    Counts,
    DocumentKind,
    Paper,
)
from newsletter.storage import deliveries, subscribers
from newsletter.storage.engine import Database
from newsletter.subscribers import Preferences, Subscriber, SubscriberState


def paper(number: int, title: str = "A title", abstract: str = "An abstract.") -> Paper:
    """Return the paper `2605.<number>` in cs.LG."""
    return Paper(
        id=ArxivId(f"2605.{number:05d}"),
        version=1,
        title=title,
        abstract=abstract,
        authors=("Ada Lovelace", "李白"),
        categories=("cs.LG", "stat.ML"),
        comment="12 pages",
        links=("https://example.org/code",),
    )


def announcement(
    *papers: Paper,
    category: str = "cs",
    kind: AnnounceType = AnnounceType.NEW,
    state: AnnouncementState = AnnouncementState.FRESH,
    expected: int | None = None,
) -> Announcement:
    """Return an announcement of `papers`, all of one type, that states `expected` entries."""
    stated = len(papers) if expected is None else expected
    return Announcement(
        kind=DocumentKind.LISTING,
        category=category,
        listing_date=LISTING_DATE,
        state=state,
        expected=Counts.of([kind] * stated),
        entries=tuple(AnnouncedPaper(each, kind) for each in papers),
        origin="https://arxiv.org/list/cs/new",
    )


def add_reader(
    database: Database,
    name: str,
    *keywords: str,
    state: SubscriberState = SubscriberState.ACTIVE,
    hour: int = 8,
    timezone: str = "Asia/Shanghai",
    joined: datetime = ANNOUNCED_AT,
) -> Subscriber:
    """Add `<name>@example.org`, whose public id is the name."""
    with database.write() as session:
        return subscribers.add(
            session,
            public_id=name,
            address=f"{name}@example.org",
            preferences=Preferences(keywords=keywords, hour=hour, timezone=timezone),
            now=joined,
            state=state,
        )


def ledger(database: Database) -> dict[str, tuple[DeliveryState, str]]:
    """Return each reader's state and reason in the edition of `LISTING_DATE`, by name."""
    with database.read() as session:
        rows = deliveries.reports(session, LISTING_DATE)
    return {row.reader.partition("@")[0]: (row.state, row.reason) for row in rows}
