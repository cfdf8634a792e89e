"""The invented arXiv by itself: its mailings, its identifiers, and what happens to papers."""

from datetime import timedelta
from itertools import pairwise

import pytest
from arxiv_reading import FIRST, FRESH, LAST, three_months
from arxiv_world import MOST_VERSIONS, Happening, World, make_world

from newsletter.calendar import Calendar
from newsletter.papers import AnnounceType


@pytest.fixture
def world() -> World:
    """Return three months of an arXiv that never was."""
    return three_months()


def test_a_world_is_the_same_for_the_same_seed(world: World) -> None:
    """A seed decides everything."""
    assert world == make_world(1, FIRST, LAST)
    assert world.events != make_world(2, FIRST, LAST).events


def test_mailings_are_the_calendars_but_for_some_evenings(world: World) -> None:
    """A few promised evenings have no mailing, and nothing is mailed beside the calendar."""
    promised = set(Calendar().listing_dates(FIRST, LAST))
    mailed = {day for day in world.mailings if day >= FIRST}
    assert 3 == len(world.unannounced)
    assert promised - world.unannounced == mailed


def test_identifiers_ascend_with_the_months(world: World) -> None:
    """New papers have higher identifiers than those before, but for the few that were held."""
    ids = [
        str(event.paper.id)
        for day in world.mailings
        for event in world.events[day]
        if event.happening is Happening.SUBMITTED
    ]
    falls = sum(after < before for before, after in pairwise(ids))
    assert len(ids) == len(set(ids))
    assert falls < len(ids) / 50
    assert all(one[:4] in {"2512", "2601", "2602", "2603", "2604"} for one in ids)


def test_everything_happens_to_papers(world: World) -> None:
    """There are later cross-lists, versions up to seven, withdrawals, held papers, quiet days."""
    events = [event for day in world.mailings for event in world.events[day]]
    assert set(Happening) == {event.happening for event in events}
    assert 5 < max(event.paper.version or 0 for event in events) <= MOST_VERSIONS
    assert any(event.withdrawn for event in events)
    assert any(event.listing_date - event.submitted > timedelta(days=1) for event in events)
    assert any(not world.announcement("stat.ME", day) for day in world.mailings)
    assert all(len({e.paper.id for e in day}) == len(day) for day in world.events.values())


def test_types_depend_on_who_is_asked(world: World) -> None:
    """A paper that is new at home is a cross-list elsewhere, and new in its archive once."""
    entries = {day: world.announcement("cs", day) for day in world.mailings}
    new = [one.paper.id for day in entries.values() for one in day if one.type is AnnounceType.NEW]
    assert len(new) == len(set(new))
    for day in world.mailings:
        for entry in world.announcement("cs.LG", day):
            at_home = entry.paper.primary == "cs.LG"
            assert at_home == (entry.type in {AnnounceType.NEW, AnnounceType.REPLACE})


def test_a_later_cross_list_is_announced_where_it_is_news(world: World) -> None:
    """A paper that comes to a further category of its archive is a cross-list there alone."""
    events = (event for day in world.mailings for event in world.events[day])
    crossed = [event for event in events if event.happening is Happening.CROSSED]
    within = [one for one in crossed if one.added == {"cs.AI"} and one.paper.primary == "cs.LG"]
    assert within
    for event in within:
        assert AnnounceType.CROSS is event.type_in("cs.AI")
        assert event.type_in("cs") is event.type_in("cs.LG") is None


def test_truth_is_what_was_new_or_crossed(world: World) -> None:
    """The truth is the union of the announcements' new papers and cross-lists."""
    days = [day for day in world.mailings if FIRST <= day <= LAST]
    found = {
        one.paper.id
        for day in days
        for name in ("cs.LG", "stat")
        for one in world.announcement(name, day)
        if one.type in FRESH
    }
    assert found == world.truth(("cs.LG", "stat"), FIRST, LAST)
    assert found > world.truth(("cs.LG",), FIRST, LAST)
