"""Feeds that are not arXiv's: what they show for the first time joins the edition.

    feed ─ articles ─ seen before? ─┬─ no: new in this edition
                                     └─ yes, or old at first contact: remembered, not shown

A feed has no announcement and no count. All that can be proved is that nothing fell between two
polls: something of the poll before must still be there.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Final, Protocol

import structlog

from newsletter.errors import SourceError, StorageError
from newsletter.judgement import SETTLED
from newsletter.papers import (
    AnnouncedPaper,
    Announcement,
    AnnouncementState,
    AnnounceType,
    Counts,
    DocumentKind,
    PaperId,
    Problem,
)
from newsletter.services.ask import SOURCE_FAILED
from newsletter.services.collect import held, write_down
from newsletter.services.gather import Gathered
from newsletter.sources.identity import arxiv_id
from newsletter.sources.other_feed import Article, OtherFeed
from newsletter.sources.verdict import bounded
from newsletter.storage import editions, papers
from newsletter.storage import missed as record
from newsletter.storage.engine import Database, Transaction

SOURCE: Final = "feed"
"""The name under which all of them stand as a source."""
FIRST_CONTACT: Final = timedelta(days=3)
"""At first contact only articles of the last days are new: readers do not get years at once."""
MOST_UNDATED: Final = 50
"""Articles without a date that count as new at first contact."""

_DAMAGE = {"truncated", "too_many", "malformed", "encoding", "no_id", "no_title"}
_log = structlog.get_logger()


class OtherSource(Protocol):
    """One feed; `sources.other_feed.OtherFeedSource` is the real one."""

    @property
    def name(self) -> str:
        """Return what readers see."""

    def fetch(self) -> OtherFeed:
        """Return the feed as it is now; raises `SourceError` and nothing else."""


def collect_feeds(
    database: Database,
    sources: Iterable[OtherSource],
    listing_date: date,
    *,
    clock: Callable[[], datetime],
) -> int:
    """Add what each feed newly shows to the edition while it is collected; return how many.

    A feed that was read is not asked again for this edition.

    One feed's error never costs another. Raises `StorageError` only.
    """
    with database.write() as session:
        editions.open_edition(session, listing_date)
    return sum(_collected(database, source, listing_date, clock()) for source in sources)


def _collected(database: Database, source: OtherSource, listing_date: date, now: datetime) -> int:
    """Collect one feed; what the database refuses of it is its own problem."""
    try:
        return _collect(database, source, listing_date, now)
    except StorageError:
        _log.exception("feed_not_kept", feed=source.name)
        return 0


def _collect(database: Database, source: OtherSource, listing_date: date, now: datetime) -> int:
    kept = {one.category: one for one in held(database, listing_date)}.get(source.name)
    if kept is not None and kept.state in SETTLED:
        return 0
    try:
        feed = source.fetch()
    except SourceError as error:
        problem = Problem(SOURCE_FAILED, error.what, source.name)
        _log.warning("feed_failed", feed=source.name, error=str(error))
    except Exception as error:  # noqa: BLE001 # one feed's defect must not cost the others
        problem = Problem(SOURCE_FAILED, type(error).__name__, source.name)
        _log.exception("feed_defect", feed=source.name)
    else:
        return _add(database, feed, listing_date, now)
    _keep(database, source.name, listing_date, (), [problem], now=now)
    return 0


def _add(database: Database, feed: OtherFeed, listing_date: date, now: datetime) -> int:
    """Sort the articles into those that are new and those that are remembered."""
    with database.read() as session:
        known = record.seen_before(session, (a.paper.id for a in feed.articles), listing_date)
        known |= _announced(session, feed, listing_date)
        is_first = not record.was_read(session, feed.name, listing_date)
    fresh = [article for article in feed.articles if article.paper.id not in known]
    new = _recent(fresh, now) if is_first else {article.paper.id for article in fresh}
    entries = [
        AnnouncedPaper(a.paper, AnnounceType.NEW if a.paper.id in new else AnnounceType.REPLACE)
        for a in feed.articles
    ]
    problems = [*_gap(feed, known, is_first=is_first), *feed.problems]
    _keep(database, feed.name, listing_date, entries, problems, now=now)
    return len(new)


def _announced(session: Transaction, feed: OtherFeed, listing_date: date) -> set[PaperId]:
    """Return the articles about papers that arXiv has announced by now: readers know those."""
    about = {article.paper.id: arxiv_id(article.paper.id) for article in feed.articles}
    tomorrow = listing_date + timedelta(days=1)
    announced = record.seen_before(session, filter(None, about.values()), tomorrow)
    return {article for article, paper_id in about.items() if paper_id in announced}


def _recent(articles: Sequence[Article], now: datetime) -> set[PaperId]:
    dated = {a.paper.id for a in articles if a.published and now - a.published <= FIRST_CONTACT}
    undated = [a.paper.id for a in articles if a.published is None]
    return dated | {*undated[:MOST_UNDATED]}


def _gap(feed: OtherFeed, known: set[PaperId], *, is_first: bool) -> list[Problem]:
    """Say that articles may be missing: nothing of the last poll is there any more."""
    if is_first or known or not feed.articles:
        return []
    what = "nothing that it shows was there last time: articles in between may be missing"
    return [Problem("gap_possible", what)]


def _keep(
    database: Database,
    name: str,
    listing_date: date,
    entries: Sequence[AnnouncedPaper],
    problems: Sequence[Problem],
    *,
    now: datetime,
) -> None:
    """Keep what the feed shows, with what earlier polls of this edition found in it."""
    with database.write() as session:
        editions.hold(session, listing_date)
        earlier = papers.announced_in(session, listing_date, name)
        announcement = _announcement(name, listing_date, earlier, entries, problems)
        remarks = tuple(problem.message for problem in announcement.problems)
        write_down(session, Gathered(announcement, SOURCE, remarks, listing_date), now)


def _announcement(
    name: str,
    listing_date: date,
    earlier: Sequence[AnnouncedPaper],
    entries: Sequence[AnnouncedPaper],
    problems: Sequence[Problem],
) -> Announcement:
    ids = {entry.paper.id for entry in earlier}
    all_of_them = (*earlier, *(entry for entry in entries if entry.paper.id not in ids))
    parsed = Counts.of(entry.type for entry in all_of_them)
    return Announcement(
        kind=DocumentKind.OTHER,
        category=name,
        listing_date=listing_date,
        state=_state(problems, entries),
        expected=parsed,
        entries=all_of_them,
        problems=bounded(problems),
    )


def _state(problems: Sequence[Problem], entries: Sequence[AnnouncedPaper]) -> AnnouncementState:
    codes = {problem.code for problem in problems}
    if not entries and problems:
        return AnnouncementState.FAILED
    if codes & _DAMAGE:
        return AnnouncementState.FAILED
    if "gap_possible" in codes:
        return AnnouncementState.WAITING
    is_new = any(entry.type is AnnounceType.NEW for entry in entries)
    return AnnouncementState.FRESH if is_new else AnnouncementState.QUIET
