"""Sending digests: states, replies, latecomers, and what a reader gets."""

from collections import Counter
from datetime import timedelta

import pytest
from builders import (
    POEMS,
    WALKS,
    Morning,
    add_reader,
    announcement,
    ledger,
    mail,
    names_of,
    text_of,
)
from fakes import LISTING_DATE, Outcome, english, refuse

from newsletter.errors import (
    MailDeferred,
    MailRejected,
    ModelUnavailable,
    OutcomeUnknown,
    TransportError,
    TransportUnavailable,
)
from newsletter.ledger import FINAL_STATES, DeliveryState
from newsletter.papers import AnnouncementState
from newsletter.ports import Envelope
from newsletter.schedule import EditionState
from newsletter.services.attempt import (
    FIRST_RETRY,
    LONGEST_RETRY,
    MAX_ATTEMPTS,
    NO_MAILBOX,
    verdict_of,
)
from newsletter.services.subscribe import Desk, leave
from newsletter.storage import deliveries, editions, events, papers, subscribers
from newsletter.subscribers import Preferences, SubscriberState
from newsletter.tokens import Purpose

MINUTE = timedelta(minutes=1)
DONE = (DeliveryState.ACCEPTED, "")
BUSY = MailDeferred("the server asks to come back", code=451, reply="4.7.1 greylisted")
REJECTED = MailRejected("no such reader", code=550, reply="5.1.1 unknown")
UNKNOWN = OutcomeUnknown("the line broke after DATA")
DOWN = TransportUnavailable("no connection")


def test_a_digest_arrives(ada: Morning) -> None:
    """The mail goes to its reader with the paper that matched, and the ledger says so."""
    report = ada.send()
    assert Counter({DeliveryState.ACCEPTED: 1}) == report.states
    assert (1, 0) == (report.begun, report.postponed)
    (envelope,) = ada.transport.taken
    assert "ada@example.org" == envelope.recipient
    assert "digest@news.example.org" == envelope.sender
    text = text_of(envelope)
    assert "题目 2605.00001" in text
    assert "2605.00002" not in text
    with ada.database.read() as session:
        (row,) = deliveries.reports(session, LISTING_DATE)
    assert (DeliveryState.ACCEPTED, 1, envelope.message_id, "250 2.0.0 Ok: queued") == (
        row.state,
        row.attempts,
        row.message_id,
        row.reply,
    )


def test_the_header_is_what_a_mailbox_expects(ada: Morning) -> None:
    """From with the newsletter's name, one-click leaving, a Message-ID of this delivery."""
    ada.send()
    message = mail(ada.transport.taken[0])
    assert "晨刊 <digest@news.example.org>" == message["From"]
    assert "ada@example.org" == message["To"]
    assert ada.transport.taken[0].message_id == message["Message-ID"]
    assert "List-Unsubscribe=One-Click" == message["List-Unsubscribe-Post"]
    assert "<https://news.example.org/unsubscribe/" in message["List-Unsubscribe"]


def test_sending_again_sends_nothing(ada: Morning) -> None:
    """A second tick, and one an hour later, find nothing to do."""
    ada.send()
    assert 0 == ada.send().begun
    ada.recover(timedelta(hours=1))
    assert 0 == ada.plan()
    assert 0 == ada.send().begun
    assert ["ada"] == names_of(ada.transport.handed_over)


def test_nothing_leaves_before_the_readers_hour(morning: Morning) -> None:
    """Nine in China is an hour after the announcement."""
    with morning.database.write() as session:
        subscribers.add(
            session,
            public_id="ada",
            address="ada@example.org",
            preferences=Preferences(keywords=("quantum",), hour=9),
            now=morning.clock(),
            state=SubscriberState.ACTIVE,
        )
    morning.prepare(WALKS)
    assert 0 == morning.send().begun
    morning.clock.advance(50 * MINUTE)
    assert 1 == morning.send().begun


def test_one_refused_reader_does_not_stop_the_others(three: Morning) -> None:
    """550 for one: that row is rejected with the server's words, the others arrive."""
    three.transport.outcomes["bob@example.org"] = refuse(REJECTED)
    three.send()
    assert {
        "ada": DONE,
        "bob": (DeliveryState.REJECTED, "refused_by_server"),
        "eve": DONE,
    } == ledger(three.database)
    with three.database.read() as session:
        (row,) = deliveries.reports(session, states=[DeliveryState.REJECTED])
    assert "550 5.1.1 unknown" == row.reply
    three.clock.advance(timedelta(hours=2))
    assert 0 == three.send().begun


def test_an_address_that_does_not_exist_is_not_mailed_again(three: Morning) -> None:
    """A hard bounce at RCPT takes its reader out, and the operator is told without an address."""
    gone = MailRejected("refused", code=550, reply="5.1.1 User unknown", phase="rcpt")
    three.transport.outcomes["bob@example.org"] = refuse(gone)
    three.send()
    assert (DeliveryState.REJECTED, NO_MAILBOX) == ledger(three.database)["bob"]
    with three.database.read() as session:
        bob = subscribers.find_by_public_id(session, "bob")
        told = [event.subject for event in events.recent(session, 9) if event.kind == "hard_bounce"]
    assert bob is not None
    assert SubscriberState.BOUNCED is bob.state
    assert ["bob"] == told


@pytest.mark.parametrize(
    ("error", "reason"),
    [(BUSY, "deferred_by_server"), (DOWN, "server_unavailable")],
)
@pytest.mark.parametrize("is_after_data", [True, False])
def test_a_deferred_digest_comes_back_and_is_accepted(
    ada: Morning,
    error: TransportError,
    reason: str,
    is_after_data: bool,
) -> None:
    """Not before its time, then once."""
    outcome = Outcome(after=error) if is_after_data else Outcome(before=error)
    ada.will_answer("ada", outcome, Outcome())
    ada.send()
    assert {"ada": (DeliveryState.DEFERRED, reason)} == ledger(ada.database)
    ada.clock.advance(FIRST_RETRY - timedelta(seconds=1))
    assert 0 == ada.send().begun
    ada.clock.advance(FIRST_RETRY / 2 + timedelta(seconds=1))  # the jitter
    assert Counter({DeliveryState.ACCEPTED: 1}) == ada.send().states
    assert ["ada"] == names_of(ada.transport.taken)


def test_a_server_that_never_takes_it_is_given_up(ada: Morning) -> None:
    """Twelve attempts, each later than the one before, then rejected."""
    ada.transport.outcomes["ada@example.org"] = refuse(BUSY)
    tries = 0
    while {"ada": (DeliveryState.REJECTED, "too_many_attempts")} != ledger(ada.database):
        tries += ada.send().begun
        ada.clock.advance(LONGEST_RETRY)
    assert MAX_ATTEMPTS == tries


@pytest.mark.parametrize(
    ("attempts", "minutes"), [(1, 5), (2, 10), (3, 20), (4, 40), (5, 60), (11, 60)]
)
def test_the_wait_doubles_up_to_an_hour(attempts: int, minutes: int, morning: Morning) -> None:
    """Five minutes at first: greylisting servers ask for no more."""
    now = morning.clock()
    verdict = verdict_of(BUSY, attempts, now)
    assert (DeliveryState.DEFERRED, now + minutes * MINUTE) == (verdict.state, verdict.next_at)


def test_who_matches_nothing_gets_nothing(morning: Morning) -> None:
    """Named states: no match, paused; neither gets a mail."""
    add_reader(morning.database, "ada", "astrology")
    add_reader(morning.database, "bob", "quantum", state=SubscriberState.PAUSED)
    morning.prepare(WALKS)
    morning.send()
    assert {
        "ada": (DeliveryState.EXCLUDED, "no_match"),
        "bob": (DeliveryState.EXCLUDED, "paused"),
    } == ledger(morning.database)
    assert [] == morning.transport.handed_over


def test_a_quiet_day_has_a_reason_of_its_own(morning: Morning) -> None:
    """Where nothing was announced nobody is said to match nothing."""
    add_reader(morning.database, "ada", "quantum")
    morning.announce(state=AnnouncementState.QUIET)
    morning.summarise()
    morning.plan()
    morning.send()
    assert {"ada": (DeliveryState.EXCLUDED, "no_papers")} == ledger(morning.database)


def test_a_morning_without_arxiv_has_a_reason_of_its_own(morning: Morning) -> None:
    """Where nothing could be read nobody is told that nothing was announced."""
    add_reader(morning.database, "ada", "quantum")
    morning.announce(state=AnnouncementState.FAILED)
    morning.summarise()
    morning.plan()
    morning.send()
    assert {"ada": (DeliveryState.EXCLUDED, "nothing_collected")} == ledger(morning.database)


def test_who_leaves_before_the_batch_gets_nothing(ada: Morning, desk: Desk) -> None:
    """A click between planning and sending is enough."""
    leave(desk, desk.signer.issue(Purpose.UNSUBSCRIBE, "ada", ada.clock()))
    ada.send()
    assert {"ada": (DeliveryState.EXCLUDED, "left")} == ledger(ada.database)
    assert [] == ada.transport.handed_over


def test_who_leaves_while_the_batch_is_sent_gets_nothing(three: Morning, desk: Desk) -> None:
    """Somebody leaves while another's digest is on the line; both were claimed together."""
    gone: list[str] = []

    def another_leaves(envelope: Envelope) -> None:
        if not gone:
            gone.extend(sorted({"ada", "bob", "eve"} - set(names_of([envelope])))[:1])
            leave(desk, desk.signer.issue(Purpose.UNSUBSCRIBE, gone[0], three.clock()))

    three.transport.on_send = another_leaves
    three.send()
    done = dict.fromkeys(("ada", "bob", "eve"), DONE)
    assert done | {gone[0]: (DeliveryState.EXCLUDED, "left")} == ledger(three.database)
    assert sorted(done.keys() - gone) == sorted(names_of(three.transport.handed_over))


def test_a_reader_in_another_state_is_excluded(ada: Morning) -> None:
    """A state that changed without touching the ledger is seen when the row is claimed."""
    with ada.database.write() as session:
        subscribers.set_state(session, 1, SubscriberState.BOUNCED)
    ada.send()
    assert {"ada": (DeliveryState.EXCLUDED, "left")} == ledger(ada.database)


def test_a_latecomer_waits_for_the_summary(ada: Morning) -> None:
    """A keyword that nobody had before: the digest waits, and comes in Chinese."""
    ada.send()
    add_reader(ada.database, "bob", "poem", joined=ada.clock.advance(MINUTE))
    ada.plan()
    assert (0, 1) == (ada.send().begun, len(ada.transport.taken))
    ada.summarise()
    ada.clock.advance(MINUTE)
    ada.send()
    assert "题目 2605.00002" in text_of(ada.transport.taken[-1])


def test_a_latecomer_waits_no_more_than_ten_minutes(ada: Morning) -> None:
    """Then the paper goes out in English, labelled."""
    ada.summariser.otherwise = ModelUnavailable("status 503")
    add_reader(ada.database, "bob", "poem", joined=ada.clock.advance(MINUTE))
    ada.plan()
    for _ in range(29):
        assert 0 == ada.send().states[DeliveryState.EXCLUDED]
        ada.clock.advance(timedelta(seconds=20))
    assert (DeliveryState.PLANNED, "waiting_for_summaries") == ledger(ada.database)["bob"]
    ada.clock.advance(timedelta(seconds=20))
    ada.send()
    assert DONE == ledger(ada.database)["bob"]
    text = text_of(ada.transport.taken[-1])
    assert "Poems" in text
    assert "译文未能按时完成，附原文" in text


def test_a_failed_summary_is_not_waited_for(morning: Morning) -> None:
    """A paper whose Chinese failed the checks goes out in English at once, labelled."""
    add_reader(morning.database, "ada", "quantum")
    morning.summariser.answers[WALKS.id] = english(WALKS)
    morning.prepare(WALKS)
    morning.send()
    assert "译文未通过校验，附原文" in text_of(morning.transport.taken[0])


def test_what_went_wrong_is_said_in_the_mail(morning: Morning) -> None:
    """A category that could not be read whole is named."""
    add_reader(morning.database, "ada", "quantum")
    morning.announce(WALKS, state=AnnouncementState.FAILED)
    morning.summarise()
    morning.plan()
    morning.send()
    assert "cs 的公告未能读全（已读到 1 条），本期可能有遗漏。" in text_of(
        morning.transport.taken[0],
    )


def test_changed_keywords_count_from_the_next_digest(ada: Morning) -> None:
    """What the reader chose before the mail is composed is what the mail holds."""
    with ada.database.write() as session:
        subscribers.set_preferences(session, 1, Preferences(keywords=("poem", "quantum")))
    ada.summarise()
    ada.send()
    text = text_of(ada.transport.taken[0])
    assert text.index("2605.00002") < text.index("2605.00001")


def test_batches_go_on_until_nothing_is_due(three: Morning) -> None:
    """One at a time or all at once, everybody gets theirs."""
    assert 3 == three.send(batch=1).begun
    assert ["ada", "bob", "eve"] == sorted(names_of(three.transport.taken))


def test_an_edition_that_is_not_ready_is_not_sent(morning: Morning) -> None:
    """While summaries are waited for nothing leaves."""
    add_reader(morning.database, "ada", "quantum")
    morning.summariser.otherwise = ModelUnavailable("status 503")
    morning.prepare(WALKS)
    assert 0 == morning.send().begun
    with morning.database.read() as session:
        edition = editions.find(session, LISTING_DATE)
    assert edition is not None
    assert EditionState.SUMMARISING is edition.state


def test_candidates_are_the_sum_of_final_states(morning: Morning) -> None:
    """Every kind of outcome at once: in the end everyone is in a final state, by name."""
    outcomes = {
        "accepted": [Outcome()],
        "rejected": refuse(REJECTED),
        "greylisted": [Outcome(before=BUSY), Outcome()],
        "offline": [Outcome(before=DOWN), Outcome(before=DOWN), Outcome()],
        "lost": [Outcome(after=UNKNOWN)],
        "broken": [Outcome(after=ValueError())],
    }
    for name, each in outcomes.items():
        add_reader(morning.database, name, "quantum")
        morning.will_answer(name, *each)
    add_reader(morning.database, "bored", "astrology")
    add_reader(morning.database, "paused", "quantum", state=SubscriberState.PAUSED)
    morning.prepare(WALKS)
    for _ in range(4):
        morning.send()
        morning.clock.advance(timedelta(hours=1))
    found = ledger(morning.database)
    assert {
        "accepted": DeliveryState.ACCEPTED,
        "rejected": DeliveryState.REJECTED,
        "greylisted": DeliveryState.ACCEPTED,
        "offline": DeliveryState.ACCEPTED,
        "lost": DeliveryState.UNKNOWN,
        "broken": DeliveryState.UNKNOWN,
        "bored": DeliveryState.EXCLUDED,
        "paused": DeliveryState.EXCLUDED,
    } == {name: state for name, (state, _) in found.items()}
    assert all(state in FINAL_STATES for state, _ in found.values())
    assert max(Counter(names_of(morning.transport.handed_over)).values()) == 1


def test_papers_that_come_after_collecting_wait_for_the_next_edition(morning: Morning) -> None:
    """Some readers have their mail by then, and all get the same edition."""
    add_reader(morning.database, "ada", "quantum")
    morning.announce(POEMS)
    with morning.database.write() as session:
        found = announcement(WALKS, category="math")
        papers.keep_announcement(session, found, LISTING_DATE, "feed", morning.clock())
    morning.summarise()
    morning.plan()
    morning.send()
    assert (DeliveryState.EXCLUDED, "no_match") == ledger(morning.database)["ada"]
