"""The Celery tasks: what a tick starts, over memory in one process and Redis between two."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from email import message_from_bytes, policy
from pathlib import Path

import pytest
from builders import add_reader
from fakes import LISTING_DATE, Clock

from newsletter.bootstrap import Parts
from newsletter.calendar import Calendar
from newsletter.demo.arxiv import arxiv_server
from newsletter.demo.mailbox import Mailbox
from newsletter.demo.parts import SampleParts
from newsletter.demo.samples import load_samples
from newsletter.demo.smtp import SmtpServer
from newsletter.schedule import EditionState, Step
from newsletter.services import operate, subscribe
from newsletter.settings import Settings
from newsletter.standalone import make_worker_app, wake_with, workers_running
from newsletter.storage import editions
from newsletter.storage.engine import Database
from newsletter.storage.migrate import migrate
from newsletter.subscribers import Preferences
from workers.app import make_app
from workers.beat import SCHEDULE, TICK_SECONDS
from workers.tasks import start

PATIENCE = 60.0
"""Seconds that a test waits for a worker on a busy machine before it fails."""


def wait_for(condition: Callable[[], bool]) -> None:
    """Return as soon as `condition` holds; fail after `PATIENCE`."""
    end = time.monotonic() + PATIENCE
    pause = time.sleep
    while not condition():
        assert time.monotonic() < end, "waited too long"
        pause(0.05)


@contextmanager
def installation(tmp_path: Path, clock: Callable[[], object]) -> Iterator[tuple[Parts, Mailbox]]:
    """Yield real parts on SQLite with sample pages and a mail server of their own."""
    mailbox = Mailbox()
    listing_date = Calendar().latest_listing_date(clock())
    with SmtpServer(mailbox) as smtp, arxiv_server(load_samples(), listing_date) as arxiv:
        settings = Settings.load(
            secret="0123456789abcdef" * 2,
            database_url=f"sqlite:///{tmp_path / 'news.sqlite3'}",
            smtp_url=f"smtp://127.0.0.1:{smtp.port}",
            mail_from="digest@news.example.org",
            contact="operator@example.org",
            base_url="https://news.example.org",
            arxiv_url=arxiv.url,
            categories=("cs",),
        )
        parts = SampleParts(settings, clock)
        migrate(parts.database)
        yield parts, mailbox
        parts.database.close()


@pytest.fixture
def clock() -> Clock:
    """Return a clock that stands at nine in the morning in China, after the announcement."""
    fixed = Clock()
    fixed.advance(timedelta(hours=1))
    return fixed


@pytest.fixture
def house(tmp_path: Path, clock: Clock) -> Iterator[tuple[Parts, Mailbox]]:
    """Return an installation without workers."""
    with installation(tmp_path, clock) as made:
        yield made


def _state(database: Database) -> EditionState | None:
    with database.read() as session:
        edition = editions.find(session, LISTING_DATE)
    return edition.state if edition else None


def test_one_tick_does_the_whole_morning(house: tuple[Parts, Mailbox]) -> None:
    """Collect, summarise, plan and send follow each other without waiting for a second tick."""
    parts, mailbox = house
    add_reader(parts.database, "ada", "reinforcement learning")
    app = make_worker_app(parts)
    with workers_running(app):
        wake_with(app)()
        wait_for(lambda: mailbox.count == 1)
    assert _state(parts.database) is EditionState.READY
    assert operate.is_finished(parts.database, LISTING_DATE)


def test_many_ticks_at_once_send_one_mail(house: tuple[Parts, Mailbox]) -> None:
    """A tick too many, or two beats, do no harm."""
    parts, mailbox = house
    readers = [f"reader{number}" for number in range(10)]
    for name in readers:
        add_reader(parts.database, name, "reinforcement learning")
    app = make_worker_app(parts)
    with workers_running(app):
        for _ in range(8):
            wake_with(app)()
        wait_for(lambda: mailbox.count >= len(readers))
        wait_for(lambda: operate.is_finished(parts.database, LISTING_DATE))
    assert sorted(f"{name}@example.org" for name in readers) == sorted(
        mail.envelope_to[0] for mail in mailbox.newest_first()
    )


def test_a_subscription_is_answered_and_the_first_digest_follows(
    house: tuple[Parts, Mailbox],
) -> None:
    """Confirming brings the latest edition at once, whatever the reader's hour."""
    parts, mailbox = house
    app = make_worker_app(parts)
    wake = wake_with(app)
    with workers_running(app):
        wake()
        wait_for(lambda: _state(parts.database) is EditionState.READY)
        preferences = Preferences(keywords=("diffusion policy",), hour=23)
        subscribe.request_subscription(parts.desk, "new@example.org", preferences, "client")
        wake()
        wait_for(lambda: mailbox.count == 1)
        token = _token(mailbox.newest_first()[0].content)
        parts.clock.advance(timedelta(minutes=1))  # type: ignore[attr-defined]
        subscribe.confirm(parts.desk, token)
        wake()
        wait_for(lambda: mailbox.count == 2)
    assert b"List-Unsubscribe" in mailbox.newest_first()[0].content


def _token(content: bytes) -> str:
    part = message_from_bytes(content, policy=policy.default).get_body(("plain",))
    assert part is not None
    return str(part.get_content()).partition("/confirm/")[2].split()[0]


def test_an_outage_of_arxiv_is_logged_and_polled_again(
    house: tuple[Parts, Mailbox],
    clock: Clock,
) -> None:
    """A failed poll leaves the edition collecting; after the wait it goes on, and says so."""
    parts, _ = house
    broken = SampleParts(
        parts.settings.model_copy(update={"arxiv_url": "http://127.0.0.1:9"}),
        clock,
    )
    app = make_app(lambda: broken, "memory://")
    app.tasks["newsletter.collect"]()
    assert _state(broken.database) is EditionState.COLLECTING
    clock.advance(timedelta(minutes=parts.settings.collect_minutes))
    app.tasks["newsletter.collect"]()
    assert _state(broken.database) is EditionState.SUMMARISING
    broken.database.close()


@pytest.mark.parametrize("step", ["collect", "summarise", "plan"])
def test_the_tasks_follow_the_operators_calendar(
    house: tuple[Parts, Mailbox],
    clock: Clock,
    step: str,
) -> None:
    """On an evening that the operator names nothing of its listing date is begun."""
    parts, _ = house
    evening = LISTING_DATE - timedelta(days=1)
    told = SampleParts(
        parts.settings.model_copy(update={"skipped_evenings": {evening: "a power cut"}}),
        clock,
    )
    with told.database.write() as session:
        editions.open_edition(session, evening)
        editions.set_state(session, evening, EditionState.SUMMARISING)
    add_reader(told.database, "ada", "reinforcement learning")
    app = make_app(lambda: told, "memory://")
    app.tasks[f"newsletter.{step}"]()
    assert _state(told.database) is None
    with told.database.read() as session:
        before = editions.find(session, evening)
    assert before is not None
    assert (step == "summarise") == (before.state is EditionState.READY)
    assert int(step == "plan") == len(operate.deliveries_of(told.database, evening))
    told.database.close()


def test_an_error_of_ours_does_not_fail_the_task(house: tuple[Parts, Mailbox]) -> None:
    """A missing setting is logged by name; the chain's later steps still run."""
    parts, _ = house
    without = Parts(parts.settings.model_copy(update={"mail_from": ""}), parts.clock)
    app = make_app(lambda: without, "memory://")
    app.tasks["newsletter.send"]()
    app.tasks["newsletter.drain"]()
    without.database.close()


def test_the_beat_ticks_once_a_minute() -> None:
    """The table holds the one tick, which expires before the next."""
    assert {"tick"} == set(SCHEDULE)
    assert 60.0 == TICK_SECONDS == SCHEDULE["tick"]["schedule"]
    assert SCHEDULE["tick"]["options"]["expires"] < TICK_SECONDS


def test_every_step_has_its_task(house: tuple[Parts, Mailbox]) -> None:
    """No step is due for which no task was registered, and nothing due starts nothing."""
    app = make_app(lambda: house[0], "memory://")
    assert {f"newsletter.{step.value}" for step in Step} <= set(app.tasks)
    start(app, ())


def test_redis_carries_ticks_between_processes(
    redis_url: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A worker process started by Celery's own command does what this process asks for."""
    real_clock = Parts(Settings()).clock
    with installation(tmp_path, real_clock) as (parts, _mailbox):
        settings = parts.settings
        add_reader(parts.database, "ada", "reinforcement learning")
        environment = {
            **os.environ,
            "NEWSLETTER_SECRET": settings.secret.get_secret_value(),
            "NEWSLETTER_DATABASE_URL": settings.database_url.get_secret_value(),
            "NEWSLETTER_SMTP_URL": settings.smtp_url.get_secret_value(),
            "NEWSLETTER_MAIL_FROM": settings.mail_from,
            "NEWSLETTER_CONTACT": settings.contact,
            "NEWSLETTER_ARXIV_URL": settings.arxiv_url,
            "NEWSLETTER_BROKER_URL": redis_url,
            "NEWSLETTER_LOG_JSON": "true",
        }
        output = tmp_path / "worker.log"
        worker = [sys.executable, "-m", "celery", "-A", "workers.app", "worker", "--pool=threads"]
        with (
            output.open("wb") as stream,
            subprocess.Popen(
                worker,
                env=environment,
                cwd=tmp_path,
                stdout=subprocess.DEVNULL,
                stderr=stream,
            ) as process,
        ):
            try:
                app = make_app(lambda: parts, redis_url)
                app.send_task("newsletter.tick")
                listing_date = Calendar().latest_listing_date(real_clock())
                wait_for(lambda: _planned(parts.database, listing_date) == 1)
            finally:
                process.terminate()
        app.close()
    logged = [json.loads(line) for line in output.read_text().splitlines() if line[:1] == "{"]
    assert "announcement_fetched" in {line["event"] for line in logged}
    assert "ada@example.org" not in output.read_text()


def _planned(database: Database, listing_date: object) -> int:
    return len(operate.deliveries_of(database, listing_date))  # type: ignore[arg-type]
