"""A site with some days of invented papers, for the tests of the preview."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta

from fakes import ANNOUNCED_AT, LISTING_DATE

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
from newsletter.storage import editions, papers
from newsletter.storage.engine import Database


def invented(number: int, title: str, abstract: str = "Invented.", **changes: object) -> Paper:
    """Return the paper `2605.<number>` in cs.LG."""
    made = Paper(
        id=ArxivId(f"2605.{number:05d}"),
        version=1,
        title=title,
        abstract=abstract,
        authors=("Sample Author",),
        categories=("cs.LG",),
    )
    return replace(made, **changes)  # type: ignore[arg-type]


def day(ago: int) -> date:
    """Return the listing date so many days before the newest."""
    return LISTING_DATE - timedelta(days=ago)


def keep_day(
    database: Database,
    listing_date: date,
    found: Iterable[Paper],
    kind: AnnounceType = AnnounceType.NEW,
    *,
    collected: bool = True,
) -> None:
    """Write an edition of `found`, on its way unless `collected` is false."""
    found = tuple(found)
    announcement = Announcement(
        kind=DocumentKind.LISTING,
        category="cs",
        listing_date=listing_date,
        state=AnnouncementState.FRESH,
        expected=Counts.of([kind] * len(found)),
        entries=tuple(AnnouncedPaper(each, kind) for each in found),
        origin="https://arxiv.org/list/cs/new",
    )
    with database.write() as session:
        editions.open_edition(session, listing_date)
        papers.keep_announcement(session, announcement, listing_date, "listing", ANNOUNCED_AT)
        if collected:
            editions.set_collected(session, listing_date, ANNOUNCED_AT, ANNOUNCED_AT)


def keep_week(database: Database) -> None:
    """Write seven editions of twenty papers: one in ten on robots, all about learning.

    On the newest day a paper more names reinforcement learning and its abbreviation.
    """
    for ago in range(7):
        first = 100 * ago + 1
        found = [
            invented(first + i, "Robots that learn" if i < 2 else f"Learning to count {i}")
            for i in range(20)
        ]
        if not ago:
            found.append(
                invented(
                    first + 30,
                    "Rewards that come late",
                    "We use Group Relative Policy Optimization (GRPO) in reinforcement learning.",
                ),
            )
        keep_day(database, day(ago), found)
