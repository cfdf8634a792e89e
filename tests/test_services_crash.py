"""Crashes, defects, lost leases and busy databases while digests are sent."""

import contextlib
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from builders import Morning, ledger, names_of
from fakes import Outcome

from newsletter.digests import Digest
from newsletter.errors import (
    DatabaseBusy,
    MessageError,
    OutcomeUnknown,
)
from newsletter.ledger import DeliveryState, Verdict
from newsletter.ports import Envelope
from newsletter.services.attempt import (
    FIRST_RETRY,
    MAX_ATTEMPTS,
    Attempt,
)
from newsletter.services.letters import Letters
from newsletter.storage import deliveries
from newsletter.storage.engine import Database, Transaction
from newsletter.storage.queue import Claim
from newsletter.subscribers import Subscriber

DONE = (DeliveryState.ACCEPTED, "")
UNKNOWN = OutcomeUnknown("the line broke after DATA")


def test_an_unknown_outcome_is_never_sent_again(ada: Morning) -> None:
    """The line broke after DATA: it may be there already."""
    ada.will_answer("ada", Outcome(after=UNKNOWN), Outcome())
    ada.send()
    assert {"ada": (DeliveryState.UNKNOWN, "no_final_reply")} == ledger(ada.database)
    ada.recover(timedelta(hours=3))
    ada.plan()
    assert 0 == ada.send().begun
    assert ["ada"] == names_of(ada.transport.handed_over)


class _CrashOnce:
    """Dies on the first mail, whosever it is: PostgreSQL plans readers in any order."""

    def __init__(self, crash: BaseException) -> None:
        self.crash = crash
        self.first = ""

    def __call__(self, envelope: Envelope) -> None:
        if not self.first:
            (self.first,) = names_of([envelope])
            raise self.crash


@pytest.mark.parametrize("crash", [KeyboardInterrupt(), SystemExit(1)])
def test_a_crash_in_data_ends_as_unknown(three: Morning, crash: BaseException) -> None:
    """The row in DATA is not sent again; those claimed with it are, once their lease ended."""
    three.transport.on_data = died = _CrashOnce(crash)
    with pytest.raises(type(crash)):
        three.send()
    claimed = dict.fromkeys(("ada", "bob", "eve"), (DeliveryState.CLAIMED, ""))
    assert claimed | {died.first: (DeliveryState.IN_DATA, "")} == ledger(three.database)
    assert 0 == three.send().begun
    assert (2, 1) == three.recover()
    three.send()
    unknown = {died.first: (DeliveryState.UNKNOWN, "interrupted_in_data")}
    assert dict.fromkeys(claimed, DONE) | unknown == ledger(three.database)
    assert ["ada", "bob", "eve"] == sorted(names_of(three.transport.handed_over))


def test_a_crash_before_data_is_made_good(three: Morning) -> None:
    """Nothing had left: every digest goes out once after the lease has ended."""
    three.transport.on_send = _CrashOnce(SystemExit(1))
    with pytest.raises(SystemExit):
        three.send()
    assert (3, 0) == three.recover()
    three.send()
    assert ["ada", "bob", "eve"] == sorted(names_of(three.transport.handed_over))
    assert {"ada": DONE, "bob": DONE, "eve": DONE} == ledger(three.database)


class _Broken(Letters):
    """Letters that cannot be written for bob; their name is that of the error."""

    def digest(self, subscriber: Subscriber, digest: Digest, now: datetime) -> Envelope:
        """Fail for bob."""
        if subscriber.public_id == "bob":
            raise MessageError("To", "a line break") if self.name == "MessageError" else KeyError
        return super().digest(subscriber, digest, now)


def _broken(letters: Letters, error: str) -> Letters:
    return _Broken(
        renderer=letters.renderer,
        signer=letters.signer,
        name=error,
        base_url=letters.base_url,
        mail_from=letters.mail_from,
        confirm_from=letters.confirm_from,
        operator=letters.operator,
    )


@pytest.mark.parametrize("error", ["KeyError", "MessageError"])
def test_a_defect_in_one_digest_does_not_stop_the_others(
    three: Morning,
    error: str,
) -> None:
    """Bob's digest is set aside and named; it is tried again and given up in the end."""
    broken = _broken(three.letters, error)
    three.send(broken)
    reason = f"defect:{error}"
    assert {"ada": DONE, "bob": (DeliveryState.DEFERRED, reason), "eve": DONE} == ledger(
        three.database,
    )
    for _ in range(MAX_ATTEMPTS):
        three.clock.advance(FIRST_RETRY)
        three.send(broken)
    assert (DeliveryState.EXCLUDED, "too_many_attempts") == ledger(three.database)["bob"]


def test_a_transport_that_breaks_after_data_is_not_trusted_again(three: Morning) -> None:
    """An error outside the contract, once DATA began, is unknown rather than a second mail."""
    three.will_answer("bob", Outcome(after=UnicodeError()), Outcome())
    three.send()
    three.clock.advance(timedelta(hours=1))
    three.send()
    assert (DeliveryState.UNKNOWN, "defect:UnicodeError") == ledger(three.database)["bob"]
    assert ["ada", "bob", "eve"] == sorted(names_of(three.transport.handed_over))


def test_a_transport_that_breaks_before_data_is_tried_again(three: Morning) -> None:
    """Nothing was handed over, so it may be."""
    three.will_answer("bob", Outcome(before=UnicodeError()), Outcome())
    three.send()
    assert (DeliveryState.DEFERRED, "defect:UnicodeError") == ledger(three.database)["bob"]
    three.clock.advance(FIRST_RETRY)
    three.send()
    assert DONE == ledger(three.database)["bob"]


def test_with_a_lost_lease_nothing_is_sent(ada: Morning) -> None:
    """A worker that slept past its lease finds the row taken over and sends nothing."""

    def sleep_too_long(_envelope: Envelope) -> None:
        ada.transport.on_send = lambda _: None
        assert (1, 0) == ada.recover()
        with ada.database.write() as session:
            assert deliveries.claim(session, lease="other", now=ada.clock(), limit=1)

    ada.transport.on_send = sleep_too_long
    report = ada.send()
    assert (0, 1) == (report.begun, report.postponed)
    assert [] == ada.transport.handed_over
    assert {"ada": (DeliveryState.CLAIMED, "lease_expired")} == ledger(ada.database)


class _Blocker:
    """Locks ada's row for everyone else from the moment it is called until released."""

    def __init__(self, database: Database) -> None:
        self._transaction = database.write()

    def __call__(self, _envelope: Envelope) -> None:
        session = self._transaction.__enter__()
        deliveries.keep_matches(session, Claim(1, ""), {})
        session.flush()

    def release(self) -> None:
        self._transaction.__exit__(None, None, None)


@pytest.fixture
def blocker(
    ada: Morning,
    database_url: str,
    open_database: Callable[..., Database],
) -> _Blocker:
    """Give the morning an impatient database, and return what locks it."""
    blocker = _Blocker(ada.database)
    ada.database = open_database(database_url, busy_timeout=0.05)
    return blocker


def test_a_database_busy_before_data_sends_nothing(ada: Morning, blocker: _Blocker) -> None:
    """What cannot be written down is not begun; afterwards it is sent once."""
    ada.transport.on_send = blocker
    with contextlib.suppress(DatabaseBusy):  # SQLite: claiming the next batch is refused too
        ada.send()
    blocker.release()
    assert [] == ada.transport.handed_over
    assert {"ada": (DeliveryState.CLAIMED, "")} == ledger(ada.database)
    ada.transport.on_send = lambda _: None
    assert (1, 0) == ada.recover()
    ada.send()
    assert ["ada"] == names_of(ada.transport.handed_over)


def test_a_database_busy_after_data_ends_as_unknown(ada: Morning, blocker: _Blocker) -> None:
    """The final state could not be written: the row stays in DATA, and is not sent again."""
    ada.transport.on_data = blocker
    with contextlib.suppress(DatabaseBusy):
        ada.send()
    blocker.release()
    ada.transport.on_data = lambda _: None
    assert {"ada": (DeliveryState.IN_DATA, "")} == ledger(ada.database)
    assert (0, 1) == ada.recover()
    assert 0 == ada.send().begun
    assert ["ada"] == names_of(ada.transport.handed_over)


@pytest.mark.parametrize("busy", [0, 1, 2])
def test_a_final_state_is_written_again_while_the_database_is_busy(
    ada: Morning,
    busy: int,
) -> None:
    """Three tries, so that a lock that goes away in time costs nothing."""
    left = [DatabaseBusy("locked")] * busy

    def move(
        session: Transaction,
        claim: Claim,
        verdict: Verdict,
        *,
        now: datetime,
        message_id: str | None = None,
    ) -> bool:
        if verdict.state is DeliveryState.ACCEPTED and left:
            raise left.pop()
        return deliveries.move(session, claim, verdict, now=now, message_id=message_id)

    with ada.database.write() as session:
        (row,) = deliveries.claim(session, lease="a", now=ada.clock(), limit=1)
    envelope = Envelope(sender="a@b.c", recipient="d@e.f", message_id="<1@b.c>", content=b"")
    attempt = Attempt(ada.database, ada.transport, move, ada.clock)
    assert DeliveryState.ACCEPTED is attempt.send(row.claim, envelope, 1).state
    assert {"ada": DONE} == ledger(ada.database)
