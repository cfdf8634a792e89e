"""Missed days: fetched again, carried by the next edition, once."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, timedelta

import pytest
from builders import announcement, paper
from fakes import Clock, FakeSource

from newsletter.calendar import Calendar, announced_at
from newsletter.errors import SourceUnavailable
from newsletter.papers import Announcement, AnnouncementState, AnnounceType, Paper
from newsletter.ports import PaperSource
from newsletter.schedule import EditionState
from newsletter.services.poll import Doors, Terms, poll
from newsletter.services.telling import timeline
from newsletter.storage import editions
from newsletter.storage.engine import Database
from newsletter.storage.entries import edition_entries

WEDNESDAY, THURSDAY, FRIDAY, MONDAY = (
    date(2026, 5, 27),
    date(2026, 5, 28),
    date(2026, 5, 29),
    date(2026, 6, 1),
)
DOWN = SourceUnavailable("https://arxiv.org/list/cs/new", "the server answered 503")
HOURS = timedelta(hours=1)


def _of(
    day: date, *papers: Paper, state: AnnouncementState = AnnouncementState.FRESH
) -> Announcement:
    return replace(announcement(*papers, state=state), listing_date=day)


class House:
    """An installation that polls; arXiv's answers are scripted by listing date."""

    def __init__(self, database: Database, *, days: int = 7, categories: str = "cs") -> None:
        """Follow `categories` and catch up `days`."""
        self.database, self.clock = database, Clock()
        self.listing: dict[date, FakeSource] = {}
        self.catchup: dict[date, FakeSource] = {}
        self.terms = Terms(
            categories=tuple(categories.split()),
            calendar=Calendar(),
            patience=5 * HOURS,
            summary_wait=timedelta(0),
            catch_up_days=days,
        )

    def poll(self, day: date, hours: float = 0.25) -> None:
        """Poll for `day` so many hours after its mailing."""
        self.clock.now = announced_at(day).astimezone(UTC) + hours * HOURS

        def missed(listing_date: date) -> Sequence[PaperSource]:
            return [self.catchup.setdefault(listing_date, FakeSource("catchup"))]

        today = [self.listing.setdefault(day, FakeSource())]
        doors = Doors(today=today, checks=today, missed=missed)
        poll(self.database, doors, self.terms, day, clock=self.clock)

    def papers(self, day: date) -> dict[int, date | None]:
        """Return the edition's papers, each with the day it was missed on."""
        with self.database.read() as session:
            entries = edition_entries(session, day)
        return {int(e.paper.id.value[-5:]): e.missed_on for e in entries}

    def state(self, day: date) -> EditionState:
        """Return where the edition stands."""
        with self.database.read() as session:
            edition = editions.find(session, day)
        assert edition is not None
        return edition.state

    def told(self, day: date) -> list[str]:
        """Return the timeline of a day."""
        return [moment.sentence for moment in timeline(self.database, day)]


@pytest.fixture
def house(database: Database) -> House:
    """Return an installation that had a good Wednesday."""
    house = House(database)
    house.listing[WEDNESDAY] = FakeSource(cs=_of(WEDNESDAY, paper(1), paper(2)))
    house.poll(WEDNESDAY)
    return house


def test_days_of_an_outage_come_with_the_next_edition_oldest_first(house: House) -> None:
    """We were away for two days: readers get the papers once, marked with their date."""
    house.catchup[THURSDAY] = FakeSource("catchup", cs=_of(THURSDAY, paper(3), paper(4)))
    house.catchup[FRIDAY] = FakeSource("catchup", cs=_of(FRIDAY, paper(5)))
    house.listing[MONDAY] = FakeSource(cs=_of(MONDAY, paper(6)))
    house.poll(MONDAY)
    assert {6: None, 3: THURSDAY, 4: THURSDAY, 5: FRIDAY} == house.papers(MONDAY)
    assert EditionState.SUMMARISING == house.state(MONDAY)
    assert [
        "cs of 2026-05-28 fresh, 2 of 2, from catchup; 2 papers come late",
        "cs of 2026-05-29 fresh, 1 of 1, from catchup; 1 paper comes late",
        "cs fresh, 1 of 1, from listing",
    ] == house.told(MONDAY)
    assert [
        "cs fresh, 2 of 2, from catchup; 2 papers come with the edition of 2026-06-01"
    ] == house.told(THURSDAY)


def test_what_a_damaged_day_had_is_not_sent_again(house: House) -> None:
    """Thursday's mail had one paper of three; Friday's brings the other two, and only Friday's."""
    damaged = replace(_of(THURSDAY, paper(3), state=AnnouncementState.FAILED))
    house.listing[THURSDAY] = FakeSource(cs=damaged)
    house.poll(THURSDAY, hours=5)
    house.catchup[THURSDAY] = FakeSource("catchup", cs=_of(THURSDAY, paper(3), paper(4), paper(5)))
    house.listing[FRIDAY] = FakeSource(cs=_of(FRIDAY, paper(6)))
    house.listing[MONDAY] = FakeSource(cs=_of(MONDAY, paper(7)))
    house.poll(FRIDAY)
    house.poll(MONDAY)
    assert {3: None} == {n: d for n, d in house.papers(THURSDAY).items() if n == 3}
    assert {6: None, 4: THURSDAY, 5: THURSDAY} == house.papers(FRIDAY)
    assert {7: None} == house.papers(MONDAY)
    assert [("cs", THURSDAY)] == house.catchup[THURSDAY].asked


def test_a_day_that_was_collected_and_never_sent_is_carried_without_asking(house: House) -> None:
    """We went down between the last poll and the end of collecting."""
    house.terms = replace(house.terms, categories=("cs", "stat"))
    house.listing[THURSDAY] = FakeSource(cs=_of(THURSDAY, paper(3)))  # stat is not there yet
    house.poll(THURSDAY)
    assert EditionState.COLLECTING == house.state(THURSDAY)
    house.terms = replace(house.terms, categories=("cs",))
    house.listing[FRIDAY] = FakeSource(cs=_of(FRIDAY, paper(4)))
    house.poll(FRIDAY)
    assert {4: None, 3: THURSDAY} == house.papers(FRIDAY)
    assert {} == house.catchup


def test_an_edition_that_never_left_hands_its_late_papers_on(house: House) -> None:
    """Thursday is caught up for Friday, Friday dies: Monday carries both."""
    house.catchup[THURSDAY] = FakeSource("catchup", cs=_of(THURSDAY, paper(3)))
    house.catchup[FRIDAY] = FakeSource("catchup", cs=_of(FRIDAY, paper(4)))
    house.listing[FRIDAY] = FakeSource(cs=DOWN)
    house.poll(FRIDAY)
    assert {3: THURSDAY} == house.papers(FRIDAY)
    house.listing[MONDAY] = FakeSource(cs=_of(MONDAY, paper(5)))
    house.poll(MONDAY)
    assert {5: None, 3: THURSDAY, 4: FRIDAY} == house.papers(MONDAY)
    assert {} == house.papers(FRIDAY)


def test_a_gap_that_cannot_be_had_is_tried_hourly_and_the_next_day(house: House) -> None:
    """It holds nothing up: the edition leaves without it."""
    house.catchup[THURSDAY] = FakeSource("catchup", cs=[DOWN, DOWN, _of(THURSDAY, paper(3))])
    house.listing[FRIDAY] = FakeSource(cs=[DOWN, DOWN, _of(FRIDAY, paper(4))])
    house.poll(FRIDAY, hours=0.1)
    house.poll(FRIDAY, hours=0.3)  # too soon for another try
    assert [("cs", THURSDAY)] == house.catchup[THURSDAY].asked
    house.poll(FRIDAY, hours=1.1)
    assert {4: None} == house.papers(FRIDAY)
    assert EditionState.SUMMARISING == house.state(FRIDAY)
    house.listing[MONDAY] = FakeSource(cs=_of(MONDAY, paper(5)))
    house.poll(MONDAY)
    assert {5: None, 3: THURSDAY} == house.papers(MONDAY)


def test_a_paper_that_readers_had_meanwhile_is_not_repeated(house: House) -> None:
    """Missed as new on Thursday, sent as a cross-list on Friday: Monday leaves it out."""
    house.catchup[THURSDAY] = FakeSource("catchup", cs=[DOWN, _of(THURSDAY, paper(3), paper(4))])
    cross = replace(announcement(paper(3), kind=AnnounceType.CROSS), listing_date=FRIDAY)
    house.listing[FRIDAY] = FakeSource(cs=cross)
    house.listing[MONDAY] = FakeSource(cs=_of(MONDAY, paper(5)))
    house.poll(FRIDAY)
    house.poll(MONDAY)
    assert {3: None} == house.papers(FRIDAY)
    assert {5: None, 4: THURSDAY} == house.papers(MONDAY)


def test_a_later_cross_list_does_not_repeat_a_paper(house: House) -> None:
    """Another category may list it days later; readers of this one had it."""
    cross = announcement(paper(1), paper(3), kind=AnnounceType.CROSS)
    house.listing[THURSDAY] = FakeSource(cs=replace(cross, listing_date=THURSDAY))
    house.poll(THURSDAY)
    assert {3: None} == house.papers(THURSDAY)


def test_a_whole_page_of_the_past_is_the_last_word(house: House) -> None:
    """A paper that was inferred for a day stays sent, and nobody asks for that day for ever."""
    inferred = replace(
        announcement(paper(3), paper(9), state=AnnouncementState.WAITING), listing_date=THURSDAY
    )
    house.listing[THURSDAY] = FakeSource(cs=inferred)
    house.poll(THURSDAY, hours=5)
    house.catchup[THURSDAY] = FakeSource("catchup", cs=_of(THURSDAY, paper(3), paper(4)))
    for day, number in ((FRIDAY, 5), (MONDAY, 6)):
        house.listing[day] = FakeSource(cs=_of(day, paper(number)))
        house.poll(day)
    assert {3: None, 9: None} == {n: house.papers(THURSDAY)[n] for n in (3, 9)}
    assert {5: None, 4: THURSDAY} == house.papers(FRIDAY)
    assert [("cs", THURSDAY)] == house.catchup[THURSDAY].asked


def test_replacements_of_a_missed_day_are_not_carried(house: House) -> None:
    """They do not count for readers on any day."""
    both = (
        *announcement(paper(3)).entries,
        *announcement(paper(4), kind=AnnounceType.REPLACE).entries,
    )
    caught = replace(_of(THURSDAY, paper(3)), entries=both)
    house.catchup[THURSDAY] = FakeSource("catchup", cs=caught)
    house.listing[FRIDAY] = FakeSource(cs=_of(FRIDAY, paper(5)))
    house.poll(FRIDAY)
    assert {5: None, 3: THURSDAY} == house.papers(FRIDAY)


def test_a_new_category_does_not_bring_a_week_of_old_papers(house: House) -> None:
    """What was never followed was never missed."""
    house.terms = replace(house.terms, categories=("cs", "stat"))
    house.listing[THURSDAY] = FakeSource(
        cs=_of(THURSDAY, paper(3)), stat=replace(_of(THURSDAY, paper(4)), category="stat")
    )
    house.poll(THURSDAY)
    assert {3: None, 4: None} == house.papers(THURSDAY)
    assert {} == house.catchup


def test_what_is_added_after_collecting_comes_with_the_next_edition(house: House) -> None:
    """The listing grew while Wednesday's mails were on their way."""
    grown = _of(WEDNESDAY, paper(1), paper(2), paper(3))
    house.listing[WEDNESDAY] = FakeSource(cs=grown)
    house.poll(WEDNESDAY, hours=1.3)
    assert {1: None, 2: None} == house.papers(WEDNESDAY)
    assert (
        "cs waiting, 2 of 2, from listing; "
        "1 paper was added after collecting and will come with the next edition"
    ) == house.told(WEDNESDAY)[-1]
    house.catchup[WEDNESDAY] = FakeSource("catchup", cs=grown)
    house.listing[THURSDAY] = FakeSource(cs=_of(THURSDAY, paper(4)))
    house.poll(THURSDAY)
    assert {4: None, 3: WEDNESDAY} == house.papers(THURSDAY)


@pytest.mark.parametrize(
    "second",
    [
        DOWN,
        _of(WEDNESDAY, paper(1), paper(2)),
        _of(WEDNESDAY, paper(2)),
        _of(THURSDAY, paper(9), state=AnnouncementState.STALLED),
    ],
)
def test_a_second_look_that_shows_nothing_more_changes_nothing(
    house: House, second: Announcement | SourceUnavailable
) -> None:
    """Neither an error, nor less, nor another day's page."""
    before = house.told(WEDNESDAY)
    house.listing[WEDNESDAY] = FakeSource(cs=second)
    house.poll(WEDNESDAY, hours=1.3)
    assert {1: None, 2: None} == house.papers(WEDNESDAY)
    assert before == house.told(WEDNESDAY)
