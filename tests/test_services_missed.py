"""Missed days: fetched again, carried by the next edition, once."""

from dataclasses import replace
from datetime import UTC, date, timedelta

import pytest
from builders import announcement, paper
from fakes import FakeSource
from polling import (
    DOWN,
    FRIDAY,
    HOURS,
    MONDAY,
    THURSDAY,
    TUESDAY,
    WEDNESDAY,
    House,
    Interrupted,
    after_a_good_wednesday,
    of,
)
from sqlmodel import Session

from newsletter.calendar import Calendar, announced_at
from newsletter.errors import DatabaseBusy
from newsletter.papers import AnnouncementState, AnnounceType
from newsletter.schedule import EditionState
from newsletter.services.collect import collect
from newsletter.services.edition import load_edition
from newsletter.services.missed import GIVEN_UP
from newsletter.storage import events
from newsletter.storage import missed as record
from newsletter.storage.engine import Database
from newsletter.storage.entries import edition_entries


@pytest.fixture
def house(database: Database) -> House:
    """Return an installation that had a good Wednesday."""
    return after_a_good_wednesday(database)


def test_days_of_an_outage_come_with_the_next_edition_oldest_first(house: House) -> None:
    """We were away for two days: readers get the papers once, marked with their date."""
    house.catchup[THURSDAY] = FakeSource("catchup", cs=of(THURSDAY, paper(3), paper(4)))
    house.catchup[FRIDAY] = FakeSource("catchup", cs=of(FRIDAY, paper(5)))
    house.listing[MONDAY] = FakeSource(cs=of(MONDAY, paper(6)))
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
    damaged = replace(of(THURSDAY, paper(3), state=AnnouncementState.FAILED))
    house.listing[THURSDAY] = FakeSource(cs=damaged)
    house.poll(THURSDAY, hours=5)
    house.catchup[THURSDAY] = FakeSource("catchup", cs=of(THURSDAY, paper(3), paper(4), paper(5)))
    house.listing[FRIDAY] = FakeSource(cs=of(FRIDAY, paper(6)))
    house.listing[MONDAY] = FakeSource(cs=of(MONDAY, paper(7)))
    house.poll(FRIDAY)
    house.poll(MONDAY)
    assert {3: None} == {n: d for n, d in house.papers(THURSDAY).items() if n == 3}
    assert {6: None, 4: THURSDAY, 5: THURSDAY} == house.papers(FRIDAY)
    assert {7: None} == house.papers(MONDAY)
    assert [("cs", THURSDAY)] == house.catchup[THURSDAY].asked


def test_a_day_that_was_collected_and_never_sent_is_carried_without_asking(house: House) -> None:
    """We went down between the last poll and the end of collecting."""
    house.terms = replace(house.terms, categories=("cs", "stat"))
    house.listing[THURSDAY] = FakeSource(cs=of(THURSDAY, paper(3)))  # stat is not there yet
    house.poll(THURSDAY)
    house.poll(THURSDAY, hours=1.3)  # and cs is looked at a second time meanwhile
    assert EditionState.COLLECTING == house.state(THURSDAY)
    house.terms = replace(house.terms, categories=("cs",))
    house.listing[FRIDAY] = FakeSource(cs=of(FRIDAY, paper(4)))
    house.poll(FRIDAY)
    assert {4: None, 3: THURSDAY} == house.papers(FRIDAY)
    assert {} == house.catchup


def test_an_edition_that_never_left_hands_its_late_papers_on(house: House) -> None:
    """Thursday is caught up for Friday, Friday dies: Monday carries both."""
    house.catchup[THURSDAY] = FakeSource("catchup", cs=of(THURSDAY, paper(3)))
    house.catchup[FRIDAY] = FakeSource("catchup", cs=of(FRIDAY, paper(4)))
    house.listing[FRIDAY] = FakeSource(cs=DOWN)
    house.poll(FRIDAY)
    assert {3: THURSDAY} == house.papers(FRIDAY)
    house.listing[MONDAY] = FakeSource(cs=of(MONDAY, paper(5)))
    house.poll(MONDAY)
    assert {5: None, 3: THURSDAY, 4: FRIDAY} == house.papers(MONDAY)
    assert {} == house.papers(FRIDAY)


def test_a_gap_that_cannot_be_had_is_tried_hourly_and_the_next_day(house: House) -> None:
    """It holds nothing up: the edition leaves without it."""
    house.catchup[THURSDAY] = FakeSource("catchup", cs=[DOWN, DOWN, of(THURSDAY, paper(3))])
    house.listing[FRIDAY] = FakeSource(cs=[DOWN, DOWN, of(FRIDAY, paper(4))])
    house.poll(FRIDAY, hours=0.1)
    house.poll(FRIDAY, hours=0.3)  # too soon for another try
    assert [("cs", THURSDAY)] == house.catchup[THURSDAY].asked
    house.poll(FRIDAY, hours=1.1)
    assert {4: None} == house.papers(FRIDAY)
    assert EditionState.SUMMARISING == house.state(FRIDAY)
    house.listing[MONDAY] = FakeSource(cs=of(MONDAY, paper(5)))
    house.poll(MONDAY)
    assert {5: None, 3: THURSDAY} == house.papers(MONDAY)


def test_a_paper_that_readers_had_meanwhile_is_not_repeated(house: House) -> None:
    """Missed as new on Thursday, sent as a cross-list on Friday: Monday leaves it out."""
    house.catchup[THURSDAY] = FakeSource("catchup", cs=[DOWN, of(THURSDAY, paper(3), paper(4))])
    cross = replace(announcement(paper(3), kind=AnnounceType.CROSS), listing_date=FRIDAY)
    house.listing[FRIDAY] = FakeSource(cs=cross)
    house.listing[MONDAY] = FakeSource(cs=of(MONDAY, paper(5)))
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
    house.catchup[THURSDAY] = FakeSource("catchup", cs=of(THURSDAY, paper(3), paper(4)))
    for day, number in ((FRIDAY, 5), (MONDAY, 6)):
        house.listing[day] = FakeSource(cs=of(day, paper(number)))
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
    caught = replace(of(THURSDAY, paper(3)), entries=both)
    house.catchup[THURSDAY] = FakeSource("catchup", cs=caught)
    house.listing[FRIDAY] = FakeSource(cs=of(FRIDAY, paper(5)))
    house.poll(FRIDAY)
    assert {5: None, 3: THURSDAY} == house.papers(FRIDAY)


def test_a_new_category_does_not_bring_a_week_of_old_papers(house: House) -> None:
    """What was never followed was never missed."""
    house.terms = replace(house.terms, categories=("cs", "stat"))
    house.listing[THURSDAY] = FakeSource(
        cs=of(THURSDAY, paper(3)), stat=replace(of(THURSDAY, paper(4)), category="stat")
    )
    house.poll(THURSDAY)
    assert {3: None, 4: None} == house.papers(THURSDAY)
    assert {} == house.catchup


def test_a_paper_that_a_missed_day_lists_twice_is_carried_once(house: House) -> None:
    """Under New and under Cross-lists: as new, and today's papers come all the same."""
    twice = (
        *announcement(paper(3), kind=AnnounceType.CROSS).entries,
        *announcement(paper(3), paper(3)).entries,
    )
    house.catchup[THURSDAY] = FakeSource("catchup", cs=replace(of(THURSDAY), entries=twice))
    house.listing[FRIDAY] = FakeSource(cs=of(FRIDAY, paper(4)))
    house.poll(FRIDAY)
    assert {4: None, 3: THURSDAY} == house.papers(FRIDAY)
    with house.database.read() as session:
        (late,) = [e for e in edition_entries(session, FRIDAY) if e.missed_on]
    assert AnnounceType.NEW is late.type


def test_an_old_batch_that_was_believed_is_doubted_when_its_day_is_learnt(house: House) -> None:
    """Thursday could not be had, and Friday's page was Thursday's: Monday learns that."""
    house.listing[THURSDAY] = FakeSource(cs=DOWN)
    house.poll(THURSDAY, hours=5)
    house.catchup[THURSDAY] = FakeSource("catchup", cs=[DOWN, of(THURSDAY, paper(3), paper(4))])
    house.listing[FRIDAY] = FakeSource(cs=of(FRIDAY, paper(3), paper(4)))
    house.poll(FRIDAY)
    assert {3: None, 4: None} == house.papers(FRIDAY)
    house.catchup[FRIDAY] = FakeSource("catchup", cs=of(FRIDAY, paper(6)))
    house.listing[MONDAY] = FakeSource(cs=of(MONDAY, paper(7)))
    house.poll(MONDAY)
    assert {7: None, 6: FRIDAY} == house.papers(MONDAY)


def test_an_evening_that_the_calendar_skips_is_looked_at(house: House) -> None:
    """The calendar knew of no mailing for Friday, and there was one; Thursday really had none."""
    skipped = {WEDNESDAY: "a holiday", THURSDAY: "a guess"}
    house.terms = replace(house.terms, calendar=Calendar(skipped))
    quiet = replace(of(THURSDAY, state=AnnouncementState.QUIET), entries=())
    house.catchup[THURSDAY] = FakeSource("catchup", cs=quiet)
    house.catchup[FRIDAY] = FakeSource("catchup", cs=of(FRIDAY, paper(6)))
    house.listing[MONDAY] = FakeSource(cs=of(MONDAY, paper(7)))
    house.poll(MONDAY)
    assert {7: None, 6: FRIDAY} == house.papers(MONDAY)
    house.listing[TUESDAY] = FakeSource(cs=of(TUESDAY, paper(8)))
    house.poll(TUESDAY)
    assert [[("cs", day)] for day in (THURSDAY, FRIDAY)] == [
        house.catchup[day].asked for day in (THURSDAY, FRIDAY)
    ]


def test_a_day_too_old_to_be_fetched_is_named_once_and_readers_are_told(house: House) -> None:
    """A month away: with a window of two days, what is older is not passed over in silence."""
    house.terms = replace(house.terms, catch_up_days=2)
    house.listing[MONDAY] = FakeSource(cs=of(MONDAY, paper(7)))
    house.poll(MONDAY)
    with house.database.read() as session:
        loaded = load_edition(session, MONDAY)
        given_up = [event.detail["of"] for event in events.of_kind(session, GIVEN_UP)]
    assert loaded is not None
    assert ("5 月 28 日至 5 月 29 日共 2 天的公告漏收已久，不再补收。",) == loaded.notices
    assert [["2026-05-28", "cs"], ["2026-05-29", "cs"]] == given_up
    house.listing[TUESDAY] = FakeSource(cs=of(TUESDAY, paper(8)))
    house.poll(TUESDAY)
    with house.database.read() as session:
        assert 2 == len(events.of_kind(session, GIVEN_UP))
        loaded = load_edition(session, TUESDAY)
    assert loaded is not None
    assert () == loaded.notices


def test_gaps_do_not_keep_today_waiting_for_ever(house: House) -> None:
    """A dripping arXiv: after a quarter of an hour today's announcement has its turn."""
    slow = timedelta(minutes=8)
    for day in (THURSDAY, FRIDAY, MONDAY):
        house.catchup[day] = Interrupted(
            lambda: setattr(house.clock, "now", house.clock.now + slow),
            cs=of(day, paper(day.day + 10)),
        )
    house.listing[TUESDAY] = FakeSource(cs=[DOWN, of(TUESDAY, paper(9))])
    house.poll(TUESDAY)
    assert {38: THURSDAY, 39: FRIDAY} == house.papers(TUESDAY)
    assert [] == house.catchup[MONDAY].asked
    house.poll(TUESDAY, hours=0.7)
    assert {38: THURSDAY, 39: FRIDAY, 11: MONDAY, 9: None} == house.papers(TUESDAY)


def test_one_gap_that_the_database_refuses_costs_neither_the_others_nor_today(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its error is logged, and the next poll tries again."""
    real = record.carry

    def refuse(session: Session, edition_date: date, listing_date: date, entries: object) -> int:
        if listing_date == THURSDAY:
            raise DatabaseBusy("another transaction wrote the same row")
        return real(session, edition_date, listing_date, entries)  # type: ignore[arg-type]

    monkeypatch.setattr(record, "carry", refuse)
    house.catchup[THURSDAY] = FakeSource("catchup", cs=of(THURSDAY, paper(3)))
    house.catchup[FRIDAY] = FakeSource("catchup", cs=of(FRIDAY, paper(6)))
    house.listing[MONDAY] = FakeSource(cs=of(MONDAY, paper(7)))
    house.poll(MONDAY)
    assert {7: None, 6: FRIDAY} == house.papers(MONDAY)


def test_a_paper_that_is_late_and_announced_again_keeps_its_strongest_type(house: House) -> None:
    """Missed as a cross-list on Thursday, new in another category on Friday: Friday's."""
    house.terms = replace(house.terms, categories=("cs", "stat"))
    cross = replace(announcement(paper(3), kind=AnnounceType.CROSS), listing_date=THURSDAY)
    house.catchup[THURSDAY] = FakeSource("catchup", cs=cross)
    new = replace(of(FRIDAY, paper(3)), category="stat")
    house.listing[FRIDAY] = FakeSource(cs=of(FRIDAY, paper(4)), stat=new)
    house.poll(FRIDAY)
    with house.database.read() as session:
        found = {e.paper.id.value: (e.type, e.missed_on) for e in edition_entries(session, FRIDAY)}
    assert (AnnounceType.NEW, None) == found["2605.00003"]


def test_a_category_that_was_only_looked_at_is_not_followed_since(house: House) -> None:
    """By hand, for an edition that never left: nothing of its days in between was missed."""
    house.clock.now = announced_at(THURSDAY).astimezone(UTC) + HOURS
    math = FakeSource(math=replace(of(THURSDAY, paper(3)), category="math"))
    collect(house.database, [math], ["math"], THURSDAY, clock=house.clock)
    house.terms = replace(house.terms, categories=("math",))
    house.listing[MONDAY] = FakeSource(math=replace(of(MONDAY, paper(4)), category="math"))
    house.poll(MONDAY)
    assert {4: None} == house.papers(MONDAY)
    assert {} == house.catchup
