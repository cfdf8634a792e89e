"""Other feeds in a morning's polls: what they show, beside what arXiv announces."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, timedelta

import pytest
from builders import announcement, paper
from fakes import Clock, FakeSource

from newsletter.calendar import Calendar, announced_at
from newsletter.errors import StorageError
from newsletter.papers import AnnouncementState, AnnounceType, ArxivId, FeedId, Paper
from newsletter.ports import PaperSource
from newsletter.services import feeds
from newsletter.services.collect import held
from newsletter.services.feeds import MOST_UNDATED, OtherSource
from newsletter.services.poll import Doors, Terms, poll
from newsletter.sources.other_feed import Article, OtherFeed
from newsletter.storage.engine import Database
from newsletter.storage.entries import edition_entries

THURSDAY, FRIDAY, MONDAY = date(2026, 5, 28), date(2026, 5, 29), date(2026, 6, 1)


def article(address: str, title: str = "An article", *, is_dated: bool = True) -> Article:
    """Return an article of that identity, published this week."""
    about = Paper(
        id=FeedId(address), title=title, abstract="Text.", authors=("Sample Author",), categories=()
    )
    published = announced_at(THURSDAY).astimezone(UTC)
    return Article(about, published if is_dated else None)


@dataclass
class Feed:
    """A feed that shows what it is told to show."""

    articles: list[Article] = field(default_factory=list)
    name: str = "Blog"

    def fetch(self) -> OtherFeed:
        """Return it."""
        return OtherFeed(
            self.name, len(self.articles), tuple(self.articles), (), "https://a.example"
        )


class House:
    """An installation that follows cs and some feeds."""

    def __init__(self, database: Database, *others: OtherSource) -> None:
        """Take the feeds."""
        self.database, self.others, self.clock = database, others, Clock()
        self.terms = Terms(
            categories=("cs",),
            calendar=Calendar(),
            patience=timedelta(hours=5),
            summary_wait=timedelta(0),
            catch_up_days=7,
        )

    def poll(self, day: date, *papers: Paper, is_whole: bool = True) -> None:
        """Poll a quarter of an hour after the mailing of `papers`, and an hour later."""
        state = AnnouncementState.FRESH if is_whole else AnnouncementState.WAITING
        listing = FakeSource(cs=replace(announcement(*papers, state=state), listing_date=day))
        for hours in (0.25, 1.25):
            self.clock.now = announced_at(day).astimezone(UTC) + timedelta(hours=hours)
            poll(self.database, self._doors(listing), self.terms, day, clock=self.clock)

    def _doors(self, listing: PaperSource) -> Doors:
        def missed(_day: date) -> Sequence[PaperSource]:
            return [FakeSource("catchup")]

        return Doors(today=[listing], checks=[listing], missed=missed, feeds=self.others)

    def papers(self, day: date) -> dict[str, tuple[AnnounceType, date | None]]:
        """Return the edition's papers with their types and the days they were missed on."""
        with self.database.read() as session:
            entries = edition_entries(session, day)
        return {entry.paper.id.value: (entry.type, entry.missed_on) for entry in entries}


ONE, TWO = "https://blog.example/1", "https://blog.example/2"
NEW, REPLACE = AnnounceType.NEW, AnnounceType.REPLACE


def test_a_feeds_article_joins_the_edition(database: Database) -> None:
    """Once: on the next day it is known."""
    feed = Feed([article(ONE)])
    house = House(database, feed)
    house.poll(THURSDAY, paper(1))
    assert {"2605.00001": (NEW, None), ONE: (NEW, None)} == house.papers(THURSDAY)
    feed.articles = [article(TWO), article(ONE)]
    house.poll(FRIDAY, paper(2))
    assert (NEW, None) == house.papers(FRIDAY)[TWO]
    assert (REPLACE, None) == house.papers(FRIDAY)[ONE]


def test_an_article_of_an_edition_that_never_left_comes_with_the_next(database: Database) -> None:
    """The process died on Thursday before the mails: Friday brings it, marked with the day."""
    feed = Feed([article(ONE)])
    house = House(database, feed)
    house.poll(THURSDAY, paper(1), is_whole=False)
    feed.articles = [article(TWO)]  # a short feed: what it showed on Thursday is gone
    house.poll(FRIDAY, paper(2))
    assert (NEW, THURSDAY) == house.papers(FRIDAY)[ONE]
    assert (NEW, None) == house.papers(FRIDAY)[TWO]
    house.poll(MONDAY, paper(3))
    assert ONE not in house.papers(MONDAY)


def test_a_feed_cannot_announce_arxivs_papers(database: Database) -> None:
    """Whoever links to a number that arXiv will give tomorrow takes nothing away."""
    feed = Feed([article("https://arxiv.org/abs/2605.00007", "Win money")])
    house = House(database, feed)
    house.poll(THURSDAY, paper(1))
    house.poll(FRIDAY, paper(7, "The real paper"))
    assert (NEW, None) == house.papers(FRIDAY)["2605.00007"]
    with database.read() as session:
        titles = {e.paper.id: e.paper.title for e in edition_entries(session, FRIDAY)}
    assert "The real paper" == titles[ArxivId("2605.00007")]


def test_an_article_about_a_paper_that_arxiv_announced_is_not_shown(database: Database) -> None:
    """Readers have the paper: that of today, and that of yesterday."""
    feed = Feed()
    house = House(database, feed)
    house.poll(THURSDAY, paper(1))
    feed.articles = [article(f"https://arxiv.org/abs/2605.0000{number}") for number in (1, 2, 9)]
    house.poll(FRIDAY, paper(2))
    assert {"2605.00002", "https://arxiv.org/abs/2605.00009"} == {
        name for name, (kind, _) in house.papers(FRIDAY).items() if kind is NEW
    }


def test_at_first_contact_undated_articles_are_bounded(database: Database) -> None:
    """A feed without dates may hold years."""
    feed = Feed([article(f"https://blog.example/{n}", is_dated=False) for n in range(80)])
    House(database, feed).poll(THURSDAY, paper(1))
    (kept,) = [one for one in held(database, THURSDAY) if one.category == "Blog"]
    assert (MOST_UNDATED, 80 - MOST_UNDATED) == (kept.parsed.new, kept.parsed.replace)


def test_a_feed_that_may_have_lost_articles_is_not_called_whole(database: Database) -> None:
    """Nothing of the last poll is there any more."""
    feed = Feed([article(ONE)])
    house = House(database, feed)
    house.poll(THURSDAY, paper(1))
    feed.articles = [article(TWO)]
    house.poll(FRIDAY, paper(2))
    (kept,) = [one for one in held(database, FRIDAY) if one.category == "Blog"]
    assert AnnouncementState.WAITING is kept.state


def test_what_the_database_refuses_of_a_feed_is_the_feeds_own(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """ArXiv's edition leaves, and so does another feed's article."""
    real = feeds.write_down

    def refuse(session: object, found: object, now: object, **options: bool) -> None:
        if found.announcement.category == "Bad":  # type: ignore[attr-defined]
            raise StorageError("the database refused a statement (DataError)")
        real(session, found, now, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(feeds, "write_down", refuse)
    house = House(database, Feed([article(ONE)], name="Bad"), Feed([article(TWO)]))
    house.poll(THURSDAY, paper(1))
    assert {"2605.00001", TWO} == set(house.papers(THURSDAY))
