"""Editions, events and leases."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from fakes import ANNOUNCED_AT, LISTING_DATE

from newsletter.schedule import Edition, EditionState
from newsletter.storage import editions, events, leases
from newsletter.storage.engine import Database
from newsletter.storage.leases import LONG_AGO

NOW = ANNOUNCED_AT
MINUTE = timedelta(minutes=1)


def test_an_edition_is_opened_once(database: Database) -> None:
    """Opening it again returns what it has become."""
    with database.write() as session:
        opened = editions.open_edition(session, LISTING_DATE)
    assert (
        Edition(
            listing_date=LISTING_DATE,
            state=EditionState.COLLECTING,
            announced_at=ANNOUNCED_AT,
        )
        == opened
    )
    with database.write() as session:
        editions.set_collected(session, LISTING_DATE, NOW, NOW + MINUTE)
    with database.write() as session:
        again = editions.open_edition(session, LISTING_DATE)
    assert (
        again.state,
        again.collected_at,
        again.summaries_by,
    ) == (EditionState.SUMMARISING, NOW, NOW + MINUTE)


def test_editions_are_found_newest_first(database: Database) -> None:
    """`latest` and `recent` go by listing date, `find` by the date named."""
    days = [LISTING_DATE - timedelta(days=back) for back in (1, 0, 2)]
    with database.read() as session:
        assert editions.latest(session) is None
    with database.write() as session:
        for day in days:
            editions.open_edition(session, day)
        editions.set_state(session, days[0], EditionState.READY)
    with database.read() as session:
        latest, found = editions.latest(session), editions.find(session, days[0])
        recent = editions.recent(session, 2)
        assert editions.find(session, LISTING_DATE + timedelta(days=1)) is None
    assert latest is not None
    assert found is not None
    assert latest.listing_date == LISTING_DATE
    assert EditionState.READY is found.state
    assert [LISTING_DATE, days[0]] == [edition.listing_date for edition in recent]


def test_opening_at_the_same_time_makes_one_edition(database: Database) -> None:
    """Two workers who open an edition at once both get it."""
    start = threading.Barrier(4)

    def work(_worker: int) -> Edition:
        start.wait()
        with database.write() as session:
            return editions.open_edition(session, LISTING_DATE)

    with ThreadPoolExecutor(4) as pool:
        assert len(set(pool.map(work, range(4)))) == 1


def test_events_are_counted_by_kind_subject_and_time(database: Database) -> None:
    """Strictly after the instant; an empty subject means any."""
    with database.write() as session:
        events.record(session, "asked", NOW, "one")
        events.record(session, "asked", NOW + MINUTE, "two", tries=3)
        events.record(session, "other", NOW + MINUTE, "one")
    with database.read() as session:
        assert events.count_since(session, "asked", NOW - MINUTE) == 2
        assert events.count_since(session, "asked", NOW) == 1
        assert events.count_since(session, "asked", NOW - MINUTE, "one") == 1
        assert events.count_since(session, "asked", NOW, "one") == 0
        assert events.last(session, "asked") == NOW + MINUTE
        assert events.last(session, "asked", "one") == NOW
        assert events.last(session, "asked", "three") is None
        newest = events.recent(session, 2)
    assert (
        events.Event(NOW + MINUTE, "other", "one", {}),
        events.Event(NOW + MINUTE, "asked", "two", {"tries": 3}),
    ) == newest


def _acquire(database: Database, holder: str, minutes: int = 0) -> object:
    with database.write() as session:
        return leases.acquire(session, "arxiv", holder, NOW + minutes * MINUTE, 5 * MINUTE)


def test_a_lease_is_exclusive_until_given_back(database: Database) -> None:
    """Another holder gets None while it lasts, and then learns when it was last used."""
    assert _acquire(database, "a") == NOW - LONG_AGO
    assert _acquire(database, "b", 4) is None
    with database.write() as session:
        leases.release(session, "arxiv", "b", NOW)
        leases.release(session, "other", "b", NOW)
    assert _acquire(database, "b", 4) is None
    with database.write() as session:
        leases.release(session, "arxiv", "a", NOW + 2 * MINUTE)
    assert _acquire(database, "b", 3) == NOW + 2 * MINUTE


@pytest.mark.parametrize(("minutes", "is_free"), [(4, False), (5, True), (6, True)])
def test_a_lease_of_the_dead_ends_by_itself(
    database: Database,
    minutes: int,
    is_free: bool,
) -> None:
    """After its length anyone may take it."""
    _acquire(database, "dead")
    assert is_free == (_acquire(database, "b", minutes) is not None)


def test_taking_ones_own_lease_prolongs_it(database: Database) -> None:
    """Its end is counted from the last taking."""
    _acquire(database, "a")
    assert _acquire(database, "a", 4) is not None
    assert _acquire(database, "b", 8) is None
    assert _acquire(database, "b", 9) is not None


def test_leases_of_other_names_do_not_care(database: Database) -> None:
    """Each name is its own lock."""
    _acquire(database, "a")
    with database.write() as session:
        other = leases.acquire(session, "other", "b", NOW, MINUTE)
    assert other is not None


def test_of_many_at_once_one_gets_the_lease(database: Database) -> None:
    """Four holders at the same time: one holds it, three do not."""
    start = threading.Barrier(4)

    def work(worker: int) -> bool:
        start.wait()
        return _acquire(database, str(worker)) is not None

    with ThreadPoolExecutor(4) as pool:
        assert [held for held in pool.map(work, range(4)) if held] == [True]
