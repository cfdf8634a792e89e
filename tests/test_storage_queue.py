"""The ledger's moves, on the outbox (digests use the same functions)."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from builders import add_reader
from fakes import ANNOUNCED_AT

from newsletter.errors import DatabaseBusy
from newsletter.ledger import NEXT_STATES, DeliveryState, Verdict
from newsletter.storage import outbox, queue
from newsletter.storage.engine import Database
from newsletter.storage.queue import LEASE, Claim
from newsletter.storage.tables import OutboxRow

NOW = ANNOUNCED_AT
MINUTE = timedelta(minutes=1)
IN_DATA = Verdict(DeliveryState.IN_DATA)
ACCEPTED = Verdict(DeliveryState.ACCEPTED, reply="250 ok")


def _add(database: Database, number: int = 1) -> None:
    with database.write() as session:
        for index in range(number):
            outbox.add(session, f"kind{index}", None, NOW)


def _claim(database: Database, lease: str = "a", limit: int = 10) -> list[Claim]:
    with database.write() as session:
        return [row.claim for row in outbox.claim(session, lease=lease, now=NOW, limit=limit)]


def _move(database: Database, claim: Claim, verdict: Verdict) -> bool:
    with database.write() as session:
        return outbox.move(session, claim, verdict, now=NOW, message_id="<1@x>")


def _row(database: Database, row_id: int = 1) -> OutboxRow:
    with database.read() as session:
        return session.get_one(OutboxRow, row_id)


def test_claiming_leases_and_counts_an_attempt(database: Database) -> None:
    """A claimed row carries the lease, its end, and one more attempt."""
    reader = add_reader(database, "ada")
    with database.write() as session:
        outbox.add(session, "confirm", reader.id, NOW)
    with database.write() as session:
        (mail,) = outbox.claim(session, lease="a", now=NOW, limit=10)
    assert ("confirm", reader.id, 1, NOW) == (
        mail.kind,
        mail.subscriber_id,
        mail.attempts,
        mail.created_at,
    )
    row = _row(database, mail.claim.id)
    assert (DeliveryState.CLAIMED.value, "a", NOW + LEASE) == (
        row.state,
        row.lease,
        row.lease_until,
    )


def test_nothing_is_claimed_before_its_time(database: Database) -> None:
    """A mail due in a minute waits."""
    with database.write() as session:
        outbox.add(session, "confirm", None, NOW + MINUTE)
    assert _claim(database) == []
    with database.read() as session:
        assert (
            outbox.count_due(session, NOW),
            outbox.count_due(session, NOW + MINUTE),
        ) == (0, 1)


def test_no_more_are_claimed_than_asked_for(database: Database) -> None:
    """Batches are disjoint, oldest first, and end when nothing is due."""
    _add(database, 5)
    batches = [[claim.id for claim in _claim(database, lease, 2)] for lease in "abcd"]
    assert batches == [[1, 2], [3, 4], [5], []]


@pytest.mark.parametrize("size", [7, 50])
def test_four_threads_never_claim_one_row_twice(database: Database, size: int) -> None:
    """Two hundred rows, four workers at once: every row goes to exactly one, no batch too big."""
    _add(database, 200)
    start = threading.Barrier(4)

    def work(worker: int) -> list[list[int]]:
        start.wait()
        batches = []
        for turn in range(200):
            try:
                claims = _claim(database, f"{worker}-{turn}", size)
            except DatabaseBusy:  # SQLite on a slow disk may say so; the next turn comes
                continue
            if not claims:
                break
            batches.append([claim.id for claim in claims])
        return batches

    with ThreadPoolExecutor(4) as pool:
        batches = [batch for found in pool.map(work, range(4)) for batch in found]
    assert max(map(len, batches)) <= size
    assert list(range(1, 201)) == sorted(row_id for batch in batches for row_id in batch)


def test_claiming_does_not_wait_for_another_claim(
    postgresql_url: str,
    open_database: Callable[..., Database],
) -> None:
    """PostgreSQL: rows that another worker is about to claim are passed over at once."""
    one, other = (open_database(postgresql_url, busy_timeout=0.1) for _ in range(2))
    _add(one, 3)
    with one.write() as session:
        outbox.claim(session, lease="a", now=NOW, limit=2)
        session.flush()
        assert [3] == [claim.id for claim in _claim(other, "b")]


@pytest.mark.parametrize("verdict", [IN_DATA, ACCEPTED])
def test_two_threads_cannot_both_move_a_row(database: Database, verdict: Verdict) -> None:
    """Of several equal moves at once exactly one succeeds: nobody sends beside another."""
    _add(database)
    (claim,) = _claim(database)
    if verdict is ACCEPTED:
        assert _move(database, claim, IN_DATA)
    start = threading.Barrier(4)

    def work(_worker: int) -> bool:
        start.wait()
        return _move(database, claim, verdict)

    with ThreadPoolExecutor(4) as pool:
        assert [moved for moved in pool.map(work, range(4)) if moved] == [True]


def test_a_row_goes_through_its_states(database: Database) -> None:
    """Claimed → in_data → accepted, with Message-ID, reply, and no lease at the end."""
    _add(database)
    (claim,) = _claim(database)
    assert _move(database, claim, IN_DATA)
    assert (DeliveryState.IN_DATA.value, "a", "<1@x>") == (
        _row(database).state,
        _row(database).lease,
        _row(database).message_id,
    )
    assert _move(database, claim, ACCEPTED)
    row = _row(database)
    assert (DeliveryState.ACCEPTED.value, None, None, "250 ok") == (
        row.state,
        row.lease,
        row.lease_until,
        row.reply,
    )


@pytest.mark.parametrize("start", list(DeliveryState))
def test_only_the_ledgers_steps_are_made(database: Database, start: DeliveryState) -> None:
    """From each state exactly the steps of NEXT_STATES succeed, whoever holds the lease."""
    _add(database)
    for goal in DeliveryState:
        with database.write() as session:
            row = session.get_one(OutboxRow, 1)
            row.state, row.lease = start.value, "a"
            session.add(row)
        assert (goal in NEXT_STATES[start]) == _move(database, Claim(1, "a"), Verdict(goal))


def test_a_lost_lease_moves_nothing(database: Database) -> None:
    """Another worker's lease, or none, is refused and the row stays."""
    _add(database)
    (claim,) = _claim(database)
    assert not _move(database, Claim(claim.id, "b"), IN_DATA)
    assert not _move(database, Claim(claim.id + 1, "a"), IN_DATA)
    assert DeliveryState.CLAIMED.value == _row(database).state


def test_a_deferred_mail_comes_back_at_its_time(database: Database) -> None:
    """It is claimed again when `next_at` has come, as a second attempt."""
    _add(database)
    (claim,) = _claim(database)
    assert _move(database, claim, Verdict(DeliveryState.DEFERRED, "busy", next_at=NOW + MINUTE))
    assert _claim(database, "b") == []
    with database.write() as session:
        (again,) = outbox.claim(session, lease="c", now=NOW + MINUTE, limit=10)
    assert again.attempts == 2


def test_giving_back_counts_no_attempt(database: Database) -> None:
    """A row planned again by its holder never began."""
    _add(database)
    (claim,) = _claim(database)
    assert _move(database, claim, Verdict(DeliveryState.PLANNED))
    assert (DeliveryState.PLANNED.value, 0, None) == (
        _row(database).state,
        _row(database).attempts,
        _row(database).lease,
    )


def test_ended_leases_are_taken_back(database: Database) -> None:
    """Claimed is planned again; in_data becomes unknown and is never claimed again."""
    _add(database, 3)
    first, second, third = _claim(database)
    assert _move(database, second, IN_DATA)
    assert _move(database, third, IN_DATA)
    assert _move(database, third, ACCEPTED)
    after = NOW + LEASE + MINUTE
    with database.write() as session:
        assert outbox.recover(session, NOW + LEASE) == (0, 0)
        assert outbox.recover(session, after) == (1, 1)
        assert outbox.recover(session, after) == (0, 0)
    assert [
        (DeliveryState.PLANNED.value, "lease_expired"),
        (DeliveryState.UNKNOWN.value, "interrupted_in_data"),
        (DeliveryState.ACCEPTED.value, ""),
    ] == [
        (_row(database, claim.id).state, _row(database, claim.id).reason)
        for claim in (first, second, third)
    ]
    with database.write() as session:
        again = outbox.claim(session, lease="b", now=after, limit=10)
    assert [first.id] == [mail.claim.id for mail in again]
    assert not _move(database, first, IN_DATA)


def test_a_mail_in_data_has_its_lease_anew(database: Database) -> None:
    """DATA may take its ten minutes even if the claim is old by then."""
    _add(database)
    (claim,) = _claim(database)
    with database.write() as session:
        later = NOW + LEASE - MINUTE
        assert queue.move(session, OutboxRow, claim, IN_DATA, now=later)
    with database.write() as session:
        assert outbox.recover(session, NOW + LEASE + MINUTE) == (0, 0)


def test_mails_are_counted_since(database: Database) -> None:
    """Over all and for one reader, strictly after the instant."""
    reader = add_reader(database, "ada")
    with database.write() as session:
        outbox.add(session, "confirm", reader.id, NOW)
        outbox.add(session, "operator_login", None, NOW + MINUTE)
    with database.read() as session:
        assert (
            outbox.count_since(session, NOW - MINUTE),
            outbox.count_since(session, NOW),
        ) == (2, 1)
        assert (
            outbox.count_since(session, NOW - MINUTE, reader.id),
            outbox.count_since(session, NOW, reader.id),
        ) == (1, 0)
