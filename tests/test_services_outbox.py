"""Single mails: the same states as digests."""

from collections import Counter
from datetime import timedelta

import pytest
from builders import Morning, add_reader, mail, text_of
from fakes import Outcome, refuse

from newsletter.errors import (
    MailDeferred,
    MailRejected,
    OutcomeUnknown,
    TransportError,
)
from newsletter.ledger import DeliveryState
from newsletter.services.attempt import FIRST_RETRY
from newsletter.services.operate import request_login
from newsletter.storage import outbox, subscribers
from newsletter.storage.queue import LEASE
from newsletter.storage.tables import OutboxRow
from newsletter.subscribers import Preferences, SubscriberState

BUSY = MailDeferred("come back", code=451)


def _queue(morning: Morning, name: str = "ada", kind: str = "confirm") -> None:
    state = SubscriberState.PENDING if kind == "confirm" else SubscriberState.ACTIVE
    reader = add_reader(morning.database, name, "quantum", state=state)
    with morning.database.write() as session:
        outbox.add(session, kind, reader.id, morning.clock())


def _states(morning: Morning) -> list[tuple[str, str]]:
    with morning.database.read() as session:
        found = [session.get(OutboxRow, number) for number in range(1, 10)]
    return [(row.state, row.reason) for row in found if row is not None]


def test_a_confirmation_arrives_with_its_link(morning: Morning) -> None:
    """It goes to the address as typed, from the other sender, without list headers."""
    _queue(morning)
    assert Counter({DeliveryState.ACCEPTED: 1}) == morning.drain()
    (envelope,) = morning.transport.taken
    message = mail(envelope)
    assert "ada@example.org" == envelope.recipient
    assert "晨刊 <hello@news.example.org>" == message["From"]
    assert message["List-Unsubscribe"] is None
    assert "https://news.example.org/confirm/" in text_of(envelope)
    assert 0 == morning.drain().total()


def test_a_reader_who_has_subscribed_gets_the_preferences_link(morning: Morning) -> None:
    """Asking again while active brings a link to the preferences."""
    _queue(morning, kind="already")
    morning.drain()
    assert "https://news.example.org/preferences/" in text_of(morning.transport.taken[0])


def test_the_operators_link_goes_to_the_operator(morning: Morning) -> None:
    """A mail without a reader."""
    request_login(morning.database, morning.clock())
    morning.drain()
    (envelope,) = morning.transport.taken
    assert "operator@example.org" == envelope.recipient
    assert "https://news.example.org/operator/login/" in text_of(envelope)


@pytest.mark.parametrize(
    ("error", "state", "reason"),
    [
        (MailRejected("no", code=550), DeliveryState.REJECTED, "refused_by_server"),
        (BUSY, DeliveryState.DEFERRED, "deferred_by_server"),
        (OutcomeUnknown("broke"), DeliveryState.UNKNOWN, "no_final_reply"),
    ],
)
def test_each_outcome_is_a_state(
    morning: Morning,
    error: TransportError,
    state: DeliveryState,
    reason: str,
) -> None:
    """One mail's outcome is its own; the next mail arrives."""
    _queue(morning, "ada")
    _queue(morning, "bob")
    morning.transport.outcomes["ada@example.org"] = [Outcome(after=error)]
    assert Counter({state: 1, DeliveryState.ACCEPTED: 1}) == morning.drain()
    assert [(state.value, reason), (DeliveryState.ACCEPTED.value, "")] == _states(morning)


def test_a_deferred_mail_comes_back(morning: Morning) -> None:
    """After its wait it is accepted."""
    _queue(morning)
    morning.transport.outcomes["ada@example.org"] = [Outcome(before=BUSY), Outcome()]
    morning.drain()
    assert 0 == morning.drain().total()
    morning.clock.advance(FIRST_RETRY * 1.5)  # with the jitter
    assert Counter({DeliveryState.ACCEPTED: 1}) == morning.drain()


def test_a_crash_in_data_ends_as_unknown(morning: Morning) -> None:
    """As with digests: not sent again."""
    _queue(morning)
    morning.transport.outcomes["ada@example.org"] = [Outcome(after=SystemExit()), Outcome()]
    with pytest.raises(SystemExit):
        morning.drain()
    assert (0, 1) == morning.recover()
    assert 0 == morning.drain().total()
    assert len(morning.transport.handed_over) == 1


def test_a_crash_before_data_is_made_good(morning: Morning) -> None:
    """As with digests: sent once."""
    _queue(morning)
    morning.transport.outcomes["ada@example.org"] = [Outcome(before=SystemExit()), Outcome()]
    with pytest.raises(SystemExit):
        morning.drain()
    assert (1, 0) == morning.recover()
    assert Counter({DeliveryState.ACCEPTED: 1}) == morning.drain()
    assert len(morning.transport.handed_over) == 1


def test_a_lost_lease_sends_nothing(morning: Morning) -> None:
    """Another worker took the mail over meanwhile."""
    _queue(morning)

    def taken_over(_envelope: object) -> None:
        morning.clock.advance(LEASE + timedelta(minutes=1))
        with morning.database.write() as session:
            outbox.recover(session, morning.clock())
            outbox.claim(session, lease="other", now=morning.clock(), limit=1)

    morning.transport.on_send = taken_over
    assert Counter({DeliveryState.CLAIMED: 1}) == morning.drain()
    assert [] == morning.transport.handed_over


def test_a_mail_nobody_can_write_does_not_hold_up_the_others(morning: Morning) -> None:
    """An unknown kind is a defect of its own row."""
    _queue(morning, "ada", kind="nonsense")
    _queue(morning, "bob")
    morning.drain()
    assert [("rejected", "defect:KeyError"), ("accepted", "")] == _states(morning)


def test_an_address_that_no_header_can_hold_is_rejected(morning: Morning) -> None:
    """The row names the error, and never the address."""
    with morning.database.write() as session:
        reader = subscribers.add(
            session,
            public_id="ada",
            address="ada@example.org\r\nBcc: bob@example.org",
            preferences=Preferences(),
            now=morning.clock(),
        )
        outbox.add(session, "confirm", reader.id, morning.clock())
    morning.drain()
    assert [("rejected", "MessageError")] == _states(morning)
    assert [] == morning.transport.handed_over


@pytest.mark.parametrize(
    "state", [SubscriberState.LEFT, SubscriberState.BOUNCED, SubscriberState.COMPLAINED]
)
def test_who_is_gone_gets_no_mail(morning: Morning, state: SubscriberState) -> None:
    """A mail queued for a reader who left meanwhile is not sent."""
    reader = add_reader(morning.database, "ada", "quantum", state=state)
    with morning.database.write() as session:
        outbox.add(session, "confirm", reader.id, morning.clock())
    assert Counter({DeliveryState.EXCLUDED: 1}) == morning.drain()
    assert [("excluded", "left")] == _states(morning)


def test_a_refused_mail_is_not_sent_again(morning: Morning) -> None:
    """Rejected is final."""
    _queue(morning)
    morning.transport.outcomes["ada@example.org"] = refuse(MailRejected("no", code=550))
    morning.drain()
    morning.clock.advance(timedelta(hours=2))
    assert 0 == morning.drain().total()


def test_more_mails_than_a_batch_all_leave(morning: Morning) -> None:
    """Draining goes on until nothing is due."""
    for _ in range(51):
        request_login(morning.database, morning.clock())
    assert Counter({DeliveryState.ACCEPTED: 51}) == morning.drain()
