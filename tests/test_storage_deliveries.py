"""The ledger of digests: who gets an edition, when, and what became of it."""

from datetime import UTC, datetime, timedelta

import pytest
from builders import add_reader, ledger
from fakes import ANNOUNCED_AT, LISTING_DATE

from newsletter.ledger import DeliveryState, Verdict
from newsletter.schedule import EditionState
from newsletter.storage import deliveries, editions, subscribers
from newsletter.storage.deliveries import ClaimedDelivery
from newsletter.storage.engine import Database
from newsletter.storage.queue import Claim
from newsletter.storage.tables import DeliveryRow, SubscriberRow
from newsletter.subscribers import SubscriberState

MINUTE = timedelta(minutes=1)
COLLECTED_AT = ANNOUNCED_AT + 10 * MINUTE
NOW = ANNOUNCED_AT + 15 * MINUTE
PLANNED = (DeliveryState.PLANNED, "")


@pytest.fixture
def edition(database: Database) -> Database:
    """Return a database with an edition that is ready."""
    with database.write() as session:
        editions.open_edition(session, LISTING_DATE)
        editions.set_collected(session, LISTING_DATE, COLLECTED_AT, COLLECTED_AT + 45 * MINUTE)
        editions.set_state(session, LISTING_DATE, EditionState.READY)
    return database


def _plan(database: Database, now: datetime = NOW, **options: bool) -> int:
    with database.write() as session:
        return deliveries.plan(session, LISTING_DATE, now, **options)


def _due(database: Database) -> dict[str, datetime]:
    with database.read() as session:
        rows = [
            (session.get_one(SubscriberRow, row.subscriber_id).public_id, row.next_at)
            for row in (session.get_one(DeliveryRow, number) for number in _ids(database))
        ]
    return dict(rows)


def _ids(database: Database) -> range:
    return range(1, len(ledger(database)) + 1)


def _claim(database: Database, now: datetime = NOW) -> list[ClaimedDelivery]:
    with database.write() as session:
        return deliveries.claim(session, lease="a", now=now, limit=50)


def test_everyone_has_their_own_hour(edition: Database) -> None:
    """Zone and hour make the due time; never before the announcement."""
    add_reader(edition, "china")
    add_reader(edition, "berlin", timezone="Europe/Berlin", hour=7)
    add_reader(edition, "late", hour=12)
    assert _plan(edition) == 3
    assert {
        "china": ANNOUNCED_AT,
        "berlin": datetime(2026, 5, 29, 5, 0, tzinfo=UTC),
        "late": datetime(2026, 5, 29, 4, 0, tzinfo=UTC),
    } == _due(edition)


def test_planning_again_adds_nobody_twice(edition: Database) -> None:
    """The second time only readers who came since are added."""
    add_reader(edition, "ada")
    assert _plan(edition) == 1
    assert _plan(edition) == 0
    add_reader(edition, "bob", joined=NOW)
    assert _plan(edition, NOW + MINUTE) == 1
    assert ledger(edition) == {"ada": PLANNED, "bob": PLANNED}


def test_planning_again_leaves_what_became_of_a_row(edition: Database) -> None:
    """A reader whose row is final is not planned anew, nor due at another time."""
    add_reader(edition, "ada")
    _plan(edition)
    (row,) = _claim(edition)
    with edition.write() as session:
        deliveries.move(session, row.claim, Verdict(DeliveryState.EXCLUDED, "no_match"), now=NOW)
    assert _plan(edition, NOW + MINUTE) == 0
    assert ledger(edition) == {"ada": (DeliveryState.EXCLUDED, "no_match")}


def test_only_active_and_paused_readers_are_candidates(edition: Database) -> None:
    """A paused reader is excluded from the start; others who do not read have no row."""
    for state in SubscriberState:
        add_reader(edition, state.value, state=state)
    assert _plan(edition) == 2
    assert ledger(edition) == {"active": PLANNED, "paused": (DeliveryState.EXCLUDED, "paused")}


def test_who_joins_after_collecting_is_due_at_once(edition: Database) -> None:
    """A reader of the evening hour who confirms at noon gets the first digest now."""
    add_reader(edition, "early", hour=18, joined=COLLECTED_AT - MINUTE)
    add_reader(edition, "joined", hour=18, joined=COLLECTED_AT + MINUTE)
    _plan(edition)
    assert {"early": datetime(2026, 5, 29, 10, 0, tzinfo=UTC), "joined": NOW} == _due(edition)


def test_at_once_means_everyone(edition: Database) -> None:
    """A morning in the foreground waits for no hour."""
    add_reader(edition, "ada", hour=18)
    _plan(edition, at_once=True)
    assert _due(edition) == {"ada": NOW}


def test_past_the_send_by_time_only_newcomers_are_planned(edition: Database) -> None:
    """The others are excluded, so that the edition still adds up."""
    add_reader(edition, "old", joined=COLLECTED_AT - MINUTE)
    add_reader(edition, "new", joined=COLLECTED_AT + MINUTE)
    _plan(edition, excluded="too_late")
    assert ledger(edition) == {"old": (DeliveryState.EXCLUDED, "too_late"), "new": PLANNED}


@pytest.mark.parametrize("state", list(EditionState))
def test_only_ready_editions_are_sent(edition: Database, state: EditionState) -> None:
    """Due digests of an edition in any other state stay where they are."""
    add_reader(edition, "ada")
    _plan(edition)
    with edition.write() as session:
        editions.set_state(session, LISTING_DATE, state)
    assert (1 if state is EditionState.READY else 0) == len(_claim(edition))
    with edition.read() as session:
        assert (0 if state is EditionState.READY else 1) == deliveries.count_due(session, NOW)


def test_a_claimed_digest_says_whose_it_is(edition: Database) -> None:
    """Edition, reader, when it was planned, and the number of this attempt."""
    reader = add_reader(edition, "ada")
    _plan(edition)
    assert [
        ClaimedDelivery(
            claim=Claim(1, "a"),
            listing_date=LISTING_DATE,
            subscriber_id=reader.id,
            planned_at=NOW,
            attempts=1,
        ),
    ] == _claim(edition)


def test_postponing_counts_no_attempt(edition: Database) -> None:
    """A digest that waits for its summaries may wait as often as it must."""
    add_reader(edition, "ada")
    _plan(edition)
    now = NOW
    for _ in range(20):
        (row,) = _claim(edition, now)
        assert row.attempts == 1
        with edition.write() as session:
            assert deliveries.postpone(session, row.claim, now + MINUTE, now)
        assert _claim(edition, now) == []
        now += MINUTE
    assert ledger(edition) == {"ada": (DeliveryState.PLANNED, "waiting_for_summaries")}


@pytest.mark.parametrize("state", list(DeliveryState))
def test_a_reader_who_goes_is_taken_out_of_what_is_not_in_data(
    edition: Database,
    state: DeliveryState,
) -> None:
    """Planned, deferred and claimed rows are excluded and lose their lease; the rest stays."""
    reader = add_reader(edition, "ada")
    _plan(edition)
    with edition.write() as session:
        row = session.get_one(DeliveryRow, 1)
        row.state, row.lease = state.value, "a"
        session.add(row)
    goes = state in {DeliveryState.PLANNED, DeliveryState.DEFERRED, DeliveryState.CLAIMED}
    with edition.write() as session:
        assert int(goes) == deliveries.exclude_reader(session, reader.id, "left")
    assert {"ada": (DeliveryState.EXCLUDED, "left") if goes else (state, "")} == ledger(edition)
    if goes:
        with edition.write() as session:
            moved = deliveries.move(session, Claim(1, "a"), Verdict(DeliveryState.IN_DATA), now=NOW)
        assert not moved


def test_one_readers_going_is_nobody_elses(edition: Database) -> None:
    """Only the rows of that reader are touched."""
    ada = add_reader(edition, "ada")
    add_reader(edition, "bob")
    _plan(edition)
    with edition.write() as session:
        deliveries.exclude_reader(session, ada.id, "left")
    assert ledger(edition) == {"ada": (DeliveryState.EXCLUDED, "left"), "bob": PLANNED}


def test_what_is_too_late_is_given_up(edition: Database) -> None:
    """Unsent rows planned before the instant; a newcomer's row and a claimed one stay."""
    add_reader(edition, "claimed")
    _plan(edition)
    _claim(edition)
    add_reader(edition, "ada", hour=12)
    _plan(edition, NOW + MINUTE)
    add_reader(edition, "new", joined=NOW)
    _plan(edition, NOW + 2 * MINUTE)
    with edition.write() as session:
        assert deliveries.exclude_late(session, LISTING_DATE, NOW + 2 * MINUTE) == 1
    assert ledger(edition) == {
        "claimed": (DeliveryState.CLAIMED, ""),
        "ada": (DeliveryState.EXCLUDED, "too_late"),
        "new": PLANNED,
    }


def test_an_edition_is_settled_when_candidates_are_final_states(edition: Database) -> None:
    """Every row in a final state, and none in another; without readers it is settled too."""
    with edition.read() as session:
        assert deliveries.is_settled(session, LISTING_DATE)
    add_reader(edition, "ada")
    add_reader(edition, "bob", state=SubscriberState.PAUSED)
    _plan(edition)
    with edition.write() as session:
        assert not deliveries.is_settled(session, LISTING_DATE)
        deliveries.exclude_reader(session, 1, "left")
        assert deliveries.is_settled(session, LISTING_DATE)
        counts = deliveries.count_by_state(session, LISTING_DATE)
    expected = dict.fromkeys(DeliveryState, 0) | {DeliveryState.EXCLUDED: 2}
    assert expected == counts


def test_what_a_digest_is_made_of_is_kept(edition: Database) -> None:
    """It is found again for that reader and edition, and is None before."""
    reader = add_reader(edition, "ada")
    _plan(edition)
    (row,) = _claim(edition)
    made_of = {"mode": "default", "matches": [["深度学习", "2605.00001", ["title"], 1]]}
    with edition.write() as session:
        assert deliveries.find_matches(session, LISTING_DATE, reader.id) is None
        deliveries.keep_matches(session, row.claim, made_of)
        deliveries.keep_matches(session, Claim(99, "a"), made_of)
    with edition.read() as session:
        assert made_of == deliveries.find_matches(session, LISTING_DATE, reader.id)
        assert deliveries.find_matches(session, LISTING_DATE, reader.id + 1) is None


def test_reports_are_by_edition_and_state(edition: Database) -> None:
    """All fields of a row, filtered when asked, newest edition first."""
    yesterday = LISTING_DATE - timedelta(days=1)
    add_reader(edition, "ada")
    _plan(edition)
    with edition.write() as session:
        editions.open_edition(session, yesterday)
        deliveries.plan(session, yesterday, NOW)
    (row,) = _claim(edition)
    with edition.write() as session:
        done = Verdict(DeliveryState.IN_DATA)
        deliveries.move(session, row.claim, done, now=NOW, message_id="<1@x>")
        done = Verdict(DeliveryState.REJECTED, "refused_by_server", "550 no")
        deliveries.move(session, row.claim, done, now=NOW)
    with edition.read() as session:
        everything = deliveries.reports(session)
        rejected = deliveries.reports(session, None, [DeliveryState.REJECTED])
        assert deliveries.reports(session, yesterday, [DeliveryState.REJECTED]) == ()
    assert [LISTING_DATE, yesterday] == [report.edition for report in everything]
    assert (
        deliveries.DeliveryReport(
            reader="ada@example.org",
            edition=LISTING_DATE,
            state=DeliveryState.REJECTED,
            reason="refused_by_server",
            attempts=1,
            message_id="<1@x>",
            reply="550 no",
        ),
    ) == rejected


def test_an_ended_lease_is_recovered(edition: Database) -> None:
    """A digest of a crashed worker is planned again."""
    add_reader(edition, "ada")
    _plan(edition)
    _claim(edition)
    with edition.write() as session:
        assert deliveries.recover(session, NOW + timedelta(hours=1)) == (1, 0)
    assert ledger(edition) == {"ada": (DeliveryState.PLANNED, "lease_expired")}


def test_rows_go_with_their_reader(edition: Database) -> None:
    """Erasing a reader erases the ledger's rows, so that nothing names them."""
    add_reader(edition, "ada")
    _plan(edition)
    with edition.write() as session:
        reader = subscribers.find_by_public_id(session, "ada")
        assert reader is not None
        session.delete(session.get_one(SubscriberRow, reader.id))
    assert ledger(edition) == {}
