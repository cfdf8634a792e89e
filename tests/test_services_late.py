"""What is seen late: while others poll, on a second look, when the mails have left."""

from dataclasses import replace
from datetime import UTC, timedelta
from threading import Event, Thread

import pytest
from builders import paper
from fakes import FakeSource
from polling import (
    DOWN,
    FRIDAY,
    HOURS,
    MONDAY,
    THURSDAY,
    WEDNESDAY,
    House,
    Interrupted,
    after_a_good_wednesday,
    of,
)

from newsletter.calendar import announced_at
from newsletter.errors import SourceUnavailable
from newsletter.papers import Announcement, AnnouncementState
from newsletter.services.collect import collect, finish_collecting
from newsletter.storage import editions
from newsletter.storage.engine import Database


@pytest.fixture
def house(database: Database) -> House:
    """Return an installation that had a good Wednesday."""
    return after_a_good_wednesday(database)


def test_what_is_added_after_collecting_comes_with_the_next_edition(house: House) -> None:
    """The listing grew while Wednesday's mails were on their way."""
    grown = of(WEDNESDAY, paper(1), paper(2), paper(3))
    house.listing[WEDNESDAY] = FakeSource(cs=grown)
    house.poll(WEDNESDAY, hours=2.3)
    assert {1: None, 2: None} == house.papers(WEDNESDAY)
    assert ("cs fresh, 3 of 3, from listing; 1 paper was added after collecting") == house.told(
        WEDNESDAY
    )[-1]
    house.listing[THURSDAY] = FakeSource(cs=of(THURSDAY, paper(4)))
    house.poll(THURSDAY)
    assert {4: None, 3: WEDNESDAY} == house.papers(THURSDAY)
    assert {1: None, 2: None} == house.papers(WEDNESDAY)
    assert {} == house.catchup  # what was seen is there: nobody need be asked


def test_what_only_a_feed_shows_after_collecting_is_not_forgotten(house: House) -> None:
    """The next day's catch-up page may not have it either."""
    other = FakeSource("rss", cs=of(WEDNESDAY, paper(1), paper(2), paper(3)))
    house.checks = [other]
    house.poll(WEDNESDAY, hours=2.3)
    house.checks = []
    house.catchup[WEDNESDAY] = FakeSource("catchup", cs=of(WEDNESDAY, paper(1), paper(2)))
    house.listing[THURSDAY] = FakeSource(cs=of(THURSDAY, paper(4)))
    house.poll(THURSDAY)
    assert {4: None, 3: WEDNESDAY} == house.papers(THURSDAY)


def test_what_comes_for_an_edition_on_its_way_is_not_slipped_into_it(house: House) -> None:
    """Thursday left at the deadline with one of three; somebody collects it again by hand."""
    partial = replace(of(THURSDAY, paper(3), state=AnnouncementState.FAILED))
    house.listing[THURSDAY] = FakeSource(cs=partial)
    house.poll(THURSDAY, hours=5)
    whole = FakeSource(cs=of(THURSDAY, paper(3), paper(4), paper(5)))
    collect(house.database, [whole], ["cs"], THURSDAY, clock=house.clock)
    assert {3: None} == house.papers(THURSDAY)
    house.listing[FRIDAY] = FakeSource(cs=of(FRIDAY, paper(6)))
    house.poll(FRIDAY)
    assert {6: None, 4: THURSDAY, 5: THURSDAY} == house.papers(FRIDAY)
    collect(house.database, [whole], ["cs"], THURSDAY, clock=house.clock)  # and once more
    house.listing[MONDAY] = FakeSource(cs=of(MONDAY, paper(7)))
    house.poll(MONDAY)
    assert {7: None} == house.papers(MONDAY)


def test_of_two_that_poll_at_once_neither_takes_away_what_the_other_brought(house: House) -> None:
    """The slow one was given a cut page, and keeps it last."""
    whole = FakeSource(cs=of(THURSDAY, paper(3), paper(4)))
    cut = of(THURSDAY, paper(3), state=AnnouncementState.FAILED)

    house.clock.now = announced_at(THURSDAY).astimezone(UTC) + HOURS / 4

    def other() -> None:
        collect(house.database, [whole], ["cs"], THURSDAY, clock=house.clock)

    slow = Interrupted(other, cs=cut)
    found = collect(house.database, [slow], ["cs"], THURSDAY, clock=house.clock)
    assert found.is_settled
    assert {3: None, 4: None} == house.papers(THURSDAY)


def test_what_arrives_after_the_edition_left_meanwhile_comes_with_the_next(house: House) -> None:
    """The mails went out while a page was still dripping in."""
    house.clock.now = announced_at(THURSDAY).astimezone(UTC) + HOURS / 4

    def other() -> None:
        finish_collecting(house.database, THURSDAY, now=house.clock(), summary_wait=timedelta(0))

    slow = Interrupted(other, cs=of(THURSDAY, paper(3)))
    collect(house.database, [slow], ["cs"], THURSDAY, clock=house.clock)
    assert {} == house.papers(THURSDAY)
    house.listing[FRIDAY] = FakeSource(cs=of(FRIDAY, paper(6)))
    house.poll(FRIDAY)
    assert {6: None, 3: THURSDAY} == house.papers(FRIDAY)


def test_nothing_is_added_to_an_edition_that_leaves_while_a_gap_is_closed(house: House) -> None:
    """What was missed stays so, for the next edition."""

    def other() -> None:
        finish_collecting(house.database, FRIDAY, now=house.clock(), summary_wait=timedelta(0))

    house.catchup[THURSDAY] = Interrupted(other, cs=of(THURSDAY, paper(3)))
    house.listing[FRIDAY] = FakeSource(cs=of(FRIDAY, paper(6)))
    house.poll(FRIDAY)
    assert THURSDAY not in house.papers(FRIDAY).values()
    house.listing[MONDAY] = FakeSource(cs=of(MONDAY, paper(7)))
    house.poll(MONDAY)
    assert house.papers(MONDAY)[3] == THURSDAY


def test_what_was_whole_too_late_to_be_looked_at_again_is_looked_at_the_next_day(
    house: House,
) -> None:
    """Minutes before the deadline arXiv showed an empty page, and half of one."""
    house.terms = replace(house.terms, categories=("cs", "stat"))
    empty = replace(of(THURSDAY, state=AnnouncementState.QUIET), category="stat")
    house.listing[THURSDAY] = FakeSource(cs=of(THURSDAY, paper(3)), stat=empty)
    house.poll(THURSDAY, hours=4.9)
    house.catchup[THURSDAY] = FakeSource(
        "catchup",
        cs=[DOWN, of(THURSDAY, paper(3), paper(4))],
        stat=replace(of(THURSDAY, paper(5)), category="stat"),
    )
    house.listing[FRIDAY] = FakeSource(cs=of(FRIDAY, paper(6)), stat=of(FRIDAY, paper(8)))
    house.poll(FRIDAY)
    house.listing[MONDAY] = FakeSource(cs=of(MONDAY, paper(7)), stat=of(MONDAY, paper(9)))
    house.poll(MONDAY)
    # stat was not followed before Thursday, and is since then.
    assert {6: None, 8: None, 5: THURSDAY} == house.papers(FRIDAY)
    assert {7: None, 9: None, 4: THURSDAY} == house.papers(MONDAY)
    assert 3 == len(house.catchup[THURSDAY].asked)


@pytest.mark.parametrize(
    "second",
    [
        DOWN,
        of(WEDNESDAY, paper(1), paper(2)),
        of(WEDNESDAY, paper(2)),
        of(THURSDAY, paper(9), state=AnnouncementState.STALLED),
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


def test_whoever_writes_down_an_announcement_holds_the_edition(house: House) -> None:
    """A second one waits until the first has committed; then it sees what that one kept."""
    done = Event()

    def second() -> None:
        with house.database.write() as session:
            editions.hold(session, WEDNESDAY)
        done.set()

    with house.database.write() as session:
        editions.hold(session, WEDNESDAY)
        waiting = Thread(target=second)
        waiting.start()
        assert not done.wait(0.3)
    waiting.join(10)
    assert done.is_set()
