"""Planning, the position of a morning, recovery, closing, and what the operator sees."""

from collections import Counter
from datetime import timedelta

import pytest
from builders import Morning, add_reader, announcement, ledger, paper, text_of
from fakes import ANNOUNCED_AT, LISTING_DATE, FakeSource, Outcome

from newsletter.calendar import Calendar
from newsletter.errors import (
    SchemaOutdated,
)
from newsletter.ledger import DeliveryState
from newsletter.papers import AnnouncementState
from newsletter.schedule import EditionState
from newsletter.services.collect import collect
from newsletter.services.edition import load_edition
from newsletter.services.operate import (
    close_editions,
    deliveries_of,
    is_finished,
    overview,
    ping,
    position,
    recover,
    request_login,
)
from newsletter.services.plan import plan
from newsletter.storage import editions, events
from newsletter.storage.engine import Database
from newsletter.subscribers import SubscriberState

PAPER = paper(1, title="Quantum walks")
YESTERDAY = LISTING_DATE - timedelta(days=1)


def test_there_is_no_edition_before_it_is_opened(database: Database) -> None:
    """Loading a date that was never collected gives None."""
    with database.read() as session:
        assert load_edition(session, LISTING_DATE) is None


@pytest.mark.parametrize("state", [None, *EditionState])
def test_only_open_editions_are_planned(morning: Morning, state: EditionState | None) -> None:
    """Not one that is missing, still collected, or closed."""
    add_reader(morning.database, "ada", "quantum")
    if state:
        with morning.database.write() as session:
            editions.open_edition(session, LISTING_DATE)
            editions.set_state(session, LISTING_DATE, state)
    planned = state in {EditionState.SUMMARISING, EditionState.READY}
    assert int(planned) == morning.plan()


def test_past_the_send_by_time_a_newcomer_still_gets_the_edition(morning: Morning) -> None:
    """Those who were there before are excluded, so that everyone has a state."""
    add_reader(morning.database, "old", "quantum")
    morning.announce(PAPER)
    morning.clock.advance(timedelta(hours=20))
    add_reader(morning.database, "new", "quantum", joined=morning.clock())
    assert 2 == morning.plan()
    assert {
        "old": (DeliveryState.EXCLUDED, "too_late"),
        "new": (DeliveryState.PLANNED, ""),
    } == ledger(morning.database)


def test_at_once_is_never_too_late(morning: Morning) -> None:
    """A morning in the foreground sends an old edition because it was asked to."""
    add_reader(morning.database, "ada", "quantum")
    morning.announce(PAPER)
    late = morning.clock.advance(timedelta(days=3))
    assert 1 == plan(morning.database, LISTING_DATE, now=late, at_once=True)
    assert {"ada": (DeliveryState.PLANNED, "")} == ledger(morning.database)


def test_the_position_says_what_is_due(morning: Morning) -> None:
    """Nothing at first; then the edition, the last poll, and what waits to be sent."""
    before = position(morning.database, Calendar(), morning.clock())
    assert (None, None, 0, 0) == (
        before.edition,
        before.last_poll,
        before.deliveries_due,
        before.outbox_due,
    )
    add_reader(morning.database, "ada", "quantum")
    morning.prepare(PAPER)
    request_login(morning.database, morning.clock())
    after = position(morning.database, Calendar(), morning.clock())
    assert after.edition is not None
    assert (LISTING_DATE, EditionState.READY) == (after.edition.listing_date, after.edition.state)
    assert (morning.clock(), 1, 1) == (after.last_poll, after.deliveries_due, after.outbox_due)


def test_the_position_is_that_of_the_calendars_latest_date(morning: Morning) -> None:
    """Where the operator says that nothing was announced, the day before is the latest."""
    morning.prepare(PAPER)
    told = Calendar().with_skipped({YESTERDAY: "a power cut"})
    assert position(morning.database, told, morning.clock()).edition is None


def test_recovery_counts_both_kinds_and_tells_the_operator(morning: Morning) -> None:
    """A digest lost in DATA and a mail claimed: one unknown, one planned again."""
    add_reader(morning.database, "ada", "quantum")
    morning.prepare(PAPER)
    morning.transport.outcomes = {
        "ada@example.org": [Outcome(after=SystemExit())],
        "operator@example.org": [Outcome(before=SystemExit())],
    }
    request_login(morning.database, morning.clock())
    for step in (morning.send, morning.drain):
        with pytest.raises(SystemExit):
            step()
    assert (1, 1) == morning.recover()
    assert (0, 0) == recover(morning.database, morning.clock())
    with morning.database.read() as session:
        told = [e.detail for e in events.recent(session, 99) if e.kind == "outcome_unknown"]
    assert [{"rows": 1}] == told


def _next_day(morning: Morning) -> None:
    """Announce the next listing date, so that the edition is no longer the newest."""
    following = LISTING_DATE + timedelta(days=3)
    collect(morning.database, [FakeSource()], ["cs"], following, clock=morning.clock)


def _edition_state(morning: Morning) -> EditionState:
    with morning.database.read() as session:
        edition = editions.find(session, LISTING_DATE)
    assert edition is not None
    return edition.state


def test_the_newest_edition_stays_open(morning: Morning) -> None:
    """For readers who join today; what is unsent past its time is given up."""
    add_reader(morning.database, "ada", "quantum")
    morning.prepare(PAPER)
    assert () == close_editions(morning.database, morning.clock())
    assert {"ada": (DeliveryState.PLANNED, "")} == ledger(morning.database)
    assert () == close_editions(morning.database, ANNOUNCED_AT + timedelta(hours=20))
    assert {"ada": (DeliveryState.EXCLUDED, "too_late")} == ledger(morning.database)
    assert EditionState.READY is _edition_state(morning)


def test_an_older_edition_closes_when_it_is_settled(morning: Morning) -> None:
    """Not while a digest is in DATA; the second time there is nothing to close."""
    add_reader(morning.database, "ada", "quantum")
    add_reader(morning.database, "bob", "quantum", hour=12)
    morning.prepare(PAPER)
    morning.transport.outcomes = {"ada@example.org": [Outcome(after=SystemExit())]}
    with pytest.raises(SystemExit):
        morning.send()
    _next_day(morning)
    late = morning.clock.advance(timedelta(minutes=30))
    assert () == close_editions(morning.database, late)
    assert not is_finished(morning.database, LISTING_DATE)
    morning.recover()
    assert (LISTING_DATE,) == close_editions(morning.database, late)
    assert is_finished(morning.database, LISTING_DATE)
    assert {
        "ada": (DeliveryState.UNKNOWN, "interrupted_in_data"),
        "bob": (DeliveryState.EXCLUDED, "too_late"),
    } == ledger(morning.database)
    assert EditionState.CLOSED is _edition_state(morning)
    assert () == close_editions(morning.database, late)


def test_after_a_long_outage_every_older_edition_closes(morning: Morning) -> None:
    """Three months of editions that nobody closed: each reader has a named state in each."""
    long_ago = ANNOUNCED_AT - timedelta(days=120)
    add_reader(morning.database, "ada", "quantum", joined=long_ago)
    days = [LISTING_DATE - timedelta(days=back) for back in range(1, 91)]
    with morning.database.write() as session:
        editions.open_edition(session, LISTING_DATE)
        for number, day in enumerate(days):
            editions.open_edition(session, day)
            editions.set_state(session, day, list(EditionState)[number % 3])
    assert tuple(days) == close_editions(morning.database, morning.clock())
    reasons = ["not_collected", "too_late", "too_late"] * 30
    assert [(day, "excluded", reason) for day, reason in zip(days, reasons, strict=True)] == [
        (row.edition, row.state, row.reason) for row in deliveries_of(morning.database, None)
    ]
    assert EditionState.COLLECTING is _edition_state(morning)
    assert () == close_editions(morning.database, morning.clock())


def test_an_edition_that_was_never_planned_is_told_once(morning: Morning) -> None:
    """Also a reader who joined since has a row; the operator reads how many got nothing."""
    add_reader(morning.database, "old", "quantum")
    morning.announce(PAPER)
    late = morning.clock.advance(timedelta(days=3))
    add_reader(morning.database, "new", "quantum", joined=late)
    _next_day(morning)
    assert (LISTING_DATE,) == close_editions(morning.database, late)
    excluded = (DeliveryState.EXCLUDED, "too_late")
    assert {"old": excluded, "new": excluded} == ledger(morning.database)
    with morning.database.read() as session:
        told = events.about(session, "too_late", LISTING_DATE.isoformat())
    assert [{"rows": 2}] == [event.detail for event in told]


@pytest.mark.parametrize(
    ("state", "reasons"),
    [(AnnouncementState.QUIET, []), (AnnouncementState.FAILED, ["not_collected"])],
)
def test_a_look_at_an_evening_without_mailing_is_no_missed_edition(
    morning: Morning, state: AnnouncementState, reasons: list[str]
) -> None:
    """Nobody missed anything, so that no reader has a row; its row is closed all the same."""
    add_reader(morning.database, "ada", "quantum")
    looked_at = FakeSource(cs=announcement(state=state))
    collect(morning.database, [looked_at], ["cs"], LISTING_DATE, clock=morning.clock)
    with morning.database.write() as session:
        editions.open_edition(session, LISTING_DATE + timedelta(days=3))
    assert (LISTING_DATE,) == close_editions(morning.database, morning.clock())
    assert reasons == [reason for _, reason in ledger(morning.database).values()]


def test_nothing_to_close_is_no_error(database: Database) -> None:
    """On the first evening there is no edition."""
    assert () == close_editions(database, ANNOUNCED_AT)


def test_the_overview_has_everything(morning: Morning) -> None:
    """Editions with announcements and states, readers, events."""
    add_reader(morning.database, "ada", "quantum")
    morning.prepare(PAPER)
    morning.send()
    seen = overview(morning.database, Calendar(), morning.clock())
    ((edition, (kept,), states, (told,)),) = seen.editions
    assert "cs fresh, 1 of 1, from listing" == told.sentence
    assert () == seen.without_mailing
    assert (LISTING_DATE, "cs", 1) == (edition.listing_date, kept.category, kept.parsed.total)
    assert Counter({DeliveryState.ACCEPTED: 1}) == +Counter(states)
    assert 1 == seen.readers[SubscriberState.ACTIVE]
    assert () == seen.events
    (row,) = deliveries_of(morning.database, LISTING_DATE, [DeliveryState.ACCEPTED])
    assert "ada@example.org" == row.reader
    assert () == deliveries_of(morning.database, YESTERDAY)


def test_a_database_that_answers_can_be_pinged(
    database: Database,
    empty_database: Database,
) -> None:
    """With this release's tables; without them it is outdated."""
    ping(database)
    with pytest.raises(SchemaOutdated):
        ping(empty_database)


def test_the_notice_of_a_failed_category_reaches_the_mail(morning: Morning) -> None:
    """Two categories, one of them down: the mail holds the papers and names the gap."""
    add_reader(morning.database, "ada", "quantum")
    source = FakeSource(cs=announcement(PAPER))
    collect(morning.database, [source], ["cs", "math"], LISTING_DATE, clock=morning.clock)
    morning.prepare(PAPER)
    morning.send()
    assert "math 的公告未收到，本期可能缺少这一类。" in text_of(morning.transport.taken[0])
