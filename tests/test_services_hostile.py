"""What an attacker or bad luck did once: one defect costs one mail, one paper, one category."""

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta

import pytest
from builders import Morning, add_reader, announcement, ledger, paper
from fakes import LISTING_DATE, Clock, FakeSource, FakeSummariser, fake_key
from sqlalchemy import text

from newsletter.errors import StorageError, TooManyRequests
from newsletter.ledger import DeliveryState, Verdict
from newsletter.papers import Announcement, AnnouncementState, Paper, Summary
from newsletter.ports import Written
from newsletter.schedule import EditionState
from newsletter.services.collect import collect
from newsletter.services.deliver import deliver
from newsletter.services.subscribe import (
    Caps,
    Desk,
    change_preferences,
    confirm,
    request_subscription,
    set_pause,
)
from newsletter.services.summarise import summarise
from newsletter.spending import Usage
from newsletter.storage import deliveries, editions, subscribers, summaries
from newsletter.storage.engine import Database, Transaction
from newsletter.storage.queue import Claim
from newsletter.subscribers import Preferences, SubscriberState
from newsletter.tokens import Purpose

PAPER = paper(1, title="Quantum walks")
OTHER = paper(2, title="Quantum poems")


def test_a_ledger_that_fails_after_data_never_leads_to_a_second_mail(
    morning: Morning,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Whatever the database says then, the row stays in DATA and ends as unknown."""
    add_reader(morning.database, "ada", "quantum")
    morning.prepare(PAPER)
    real = deliveries.move

    def move(session: Transaction, claim: Claim, verdict: Verdict, **rest: object) -> bool:
        if verdict.state is DeliveryState.ACCEPTED:
            raise StorageError("a failover in the middle")
        return real(session, claim, verdict, **rest)  # type: ignore[arg-type]

    monkeypatch.setattr(deliveries, "move", move)
    morning.send()
    assert {"ada": (DeliveryState.IN_DATA, "")} == ledger(morning.database)
    monkeypatch.undo()
    morning.recover()
    morning.send()
    assert len(morning.transport.handed_over) == 1
    assert {"ada": (DeliveryState.UNKNOWN, "interrupted_in_data")} == ledger(morning.database)


def test_a_defect_with_one_paper_leaves_the_others_their_chinese(morning: Morning) -> None:
    """The edition becomes ready at its deadline whatever one answer did to us."""
    add_reader(morning.database, "ada", "quantum")
    morning.announce(PAPER, OTHER)

    def explode(asked: Paper) -> None:
        if asked.id == PAPER.id:
            raise OverflowError("a hostile header")

    def run() -> None:
        summarise(
            morning.database,
            FakeSummariser(on_call=explode),
            LISTING_DATE,
            clock=morning.clock,
        )

    run()
    with morning.database.read() as session:
        keys = {each.id: fake_key(each) for each in (PAPER, OTHER)}
        kept = summaries.find(session, keys, morning.clock())
    assert {OTHER.id} == set(kept)
    morning.clock.advance(timedelta(hours=3))
    run()
    assert _state(morning.database) is EditionState.READY


def _state(database: Database) -> EditionState:
    with database.read() as session:
        edition = editions.find(session, LISTING_DATE)
    assert edition is not None
    return edition.state


class _Slow(FakeSummariser):
    """Never answers."""

    async def summarise(
        self,
        paper: Paper,
        keywords: tuple[str, ...] = (),
        spend: Callable[[Usage], None] | None = None,
    ) -> Written:
        """Wait for ever."""
        await asyncio.Event().wait()
        raise AssertionError(paper)


def test_a_time_box_cuts_calls_off(morning: Morning) -> None:
    """A model that never answers does not hold the step, and nothing is lost."""
    add_reader(morning.database, "ada", "quantum")
    morning.announce(PAPER, OTHER)
    report = summarise(
        morning.database,
        _Slow(),
        LISTING_DATE,
        clock=morning.clock,
        time_box=timedelta(milliseconds=50),
    )
    assert (2, 0) == (report.pending, report.chinese)
    assert _state(morning.database) is EditionState.SUMMARISING


def test_chinese_is_never_replaced_by_a_failure(database: Database, clock: Clock) -> None:
    """A late second answer that failed leaves the good one alone."""
    good = Summary(paper_id=PAPER.id, abstract_zh="摘要")
    bad = Summary(paper_id=PAPER.id, reason="invalid_answer")
    with database.write() as session:
        for summary in (good, bad):
            summaries.keep(session, "1", Written(summary=summary), clock())
        assert good == summaries.find(session, {PAPER.id: "1"}, clock())[PAPER.id]


def test_a_vanished_zone_costs_nobody_a_mail(morning: Morning) -> None:
    """Its reader gets the digest at China's hour, and the others theirs."""
    for name in ("ada", "bob"):
        add_reader(morning.database, name, "quantum")
    with morning.database.write() as session:
        session.execute(
            text("UPDATE subscriber SET timezone = 'Gone/Zone' WHERE public_id = 'bob'")
        )
    morning.prepare(PAPER)
    morning.send()
    assert {"ada@example.org", "bob@example.org"} == set(morning.transport.recipients)


class _Defective(FakeSource):
    """Breaks in a way that nobody thought of."""

    def fetch(self, category: str, listing_date: object) -> Announcement:
        """Raise what is not ours for cs, and answer for the rest."""
        if category == "cs":
            raise ValueError("Exceeds the limit (4300 digits)")
        return super().fetch(category, LISTING_DATE)


def test_a_page_that_breaks_us_costs_one_category(database: Database, clock: Clock) -> None:
    """The others are collected, and the defect is named."""
    source = _Defective(math=announcement(paper(3), category="math"))
    report = collect(database, [source], ["cs", "math"], LISTING_DATE, clock=clock)
    states = {row.category: row.state for row in report.announcements}
    assert {"cs": AnnouncementState.FAILED, "math": AnnouncementState.FRESH} == states


def test_the_cap_holds_for_requests_at_once(desk: Desk) -> None:
    """Ten at a time get no more than three through, on either database."""
    capped = Desk(desk.database, desk.signer, desk.clock, Caps(per_client=3, total=100))
    barrier = threading.Barrier(10)

    def ask(number: int) -> bool:
        barrier.wait()
        with suppress(TooManyRequests):
            request_subscription(
                capped, f"r{number}@example.org", Preferences(keywords=("graph",)), "203.0.113.1"
            )
            return True
        return False

    with ThreadPoolExecutor(10) as pool:
        assert sum(pool.map(ask, range(10))) == 3


def test_a_pause_taken_back_brings_the_digest(morning: Morning, desk: Desk) -> None:
    """Paused and resumed before the hour: nothing is missed."""
    reader = add_reader(morning.database, "ada", "quantum")
    morning.prepare(PAPER)
    token = desk.signer.issue(Purpose.PREFERENCES, reader.public_id, desk.clock())
    set_pause(desk, token, paused=True)
    assert {"ada": (DeliveryState.EXCLUDED, "paused")} == ledger(morning.database)
    set_pause(desk, token, paused=False)
    morning.send()
    assert ["ada@example.org"] == morning.transport.recipients


def test_a_new_hour_counts_for_the_digest_that_waits(morning: Morning, desk: Desk) -> None:
    """A reader who moves the hour forward does not wait for the old one."""
    reader = add_reader(morning.database, "ada", "quantum", hour=20)
    morning.prepare(PAPER)
    assert 0 == morning.send().begun
    token = desk.signer.issue(Purpose.PREFERENCES, reader.public_id, desk.clock())
    change_preferences(desk, token, Preferences(keywords=("quantum",), hour=8))
    assert 1 == morning.send().begun


def test_a_click_on_leave_is_not_overwritten_by_a_confirmation(
    morning: Morning,
    desk: Desk,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The state is compared and set in one statement: leaving meanwhile wins."""
    reader = add_reader(morning.database, "ada", "quantum", state=SubscriberState.PENDING)
    token = desk.signer.issue(Purpose.CONFIRM, reader.public_id, desk.clock())
    real = subscribers.set_state

    def meanwhile(session: Transaction, subscriber_id: int, *rest: object, **more: object) -> bool:
        real(session, subscriber_id, SubscriberState.LEFT)
        return real(session, subscriber_id, *rest, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(subscribers, "set_state", meanwhile)
    with suppress(Exception):
        confirm(desk, token)
    monkeypatch.undo()
    with morning.database.read() as session:
        found = subscribers.find_by_public_id(session, reader.public_id)
    assert found is not None
    assert found.state is not SubscriberState.ACTIVE


def test_a_send_step_ends_with_its_time_box(morning: Morning) -> None:
    """What is left over is sent by the next step."""
    for name in ("ada", "bob", "eve"):
        add_reader(morning.database, name, "quantum")
    morning.prepare(PAPER)
    morning.transport.on_send = lambda _mail: morning.clock.advance(timedelta(minutes=2)) and None
    report = deliver(
        morning.database,
        morning.transport,
        morning.letters,
        summary_key=fake_key,
        clock=morning.clock,
        batch=1,
        time_box=timedelta(minutes=3),
    )
    assert report.begun == 2
    assert morning.send().begun == 1


def test_secrets_and_addresses_have_no_repr(desk: Desk, morning: Morning) -> None:
    """A traceback with local variables shows neither."""
    reader = add_reader(morning.database, "ada", "quantum")
    assert "ada@example.org" not in repr(reader)
    assert desk.signer.secrets[0] not in repr(desk)
