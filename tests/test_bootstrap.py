"""What the settings make of the parts: transports, sources, letters, the ASGI application."""

import logging
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
import redis
import structlog
from builders import add_reader
from builders import paper as make_paper
from fakes import LISTING_DATE, Clock
from fastapi.testclient import TestClient
from smtp_servers import Post, post_office, scripted_server
from sources_server import Reply, serve

from newsletter import asgi, bootstrap
from newsletter.arxiv import open_doors, open_feed_fetcher, open_fetcher
from newsletter.bootstrap import Parts, open_transport
from newsletter.errors import (
    NewsletterError,
    SettingsError,
    SourceRefused,
    SourceUnavailable,
    TransportUnavailable,
)
from newsletter.ports import Envelope
from newsletter.schedule import EditionState
from newsletter.settings import Settings
from newsletter.storage import deliveries, editions, leases, outbox
from newsletter.storage.engine import Database
from newsletter.summarisers.chat import ChatSummariser
from newsletter.summarisers.english import EnglishSummariser
from newsletter.transports.maildir import MaildirTransport
from workers.app import make_app

MAIL = Envelope(
    sender="a@example.org", recipient="b@example.org", message_id="<1@x>", content=b"x\r\n"
)


@pytest.fixture
def settings(sqlite_url: str, tmp_path: Path) -> Settings:
    """Return complete settings that keep mails as files."""
    return Settings.load(
        secret="0123456789abcdef" * 2,
        database_url=sqlite_url,
        smtp_url=f"maildir://{tmp_path / 'mails'}",
        mail_from="digest@news.example.org",
        confirm_from="hello@news.example.org",
        contact="operator@example.org",
        arxiv_url="http://127.0.0.1:9",
        rss_url="http://127.0.0.1:9",
        trusted_proxies="127.0.0.1,10.0.0.1",
        document_limit_bytes=1234,
    )


@pytest.fixture
def parts(settings: Settings, clock: Clock) -> Iterator[Parts]:
    """Return the parts of an installation on SQLite."""
    made = Parts(settings, clock)
    yield made
    made.database.close()


@pytest.mark.parametrize("scheme", ["smtp+starttls", "smtps"])
def test_a_url_that_asks_for_tls_never_sends_in_clear(scheme: str) -> None:
    """Against a server without TLS nothing is handed over, least of all the password."""
    post = Post()
    with (
        post_office(post) as port,
        closing(open_transport(f"{scheme}://user:secret@127.0.0.1:{port}")) as transport,
        pytest.raises(TransportUnavailable),
    ):
        transport.send(MAIL, lambda: None)
    assert post.mails == []


def test_a_plain_url_sends_in_clear() -> None:
    """`smtp://` is for a relay on the same machine."""
    with scripted_server() as script:
        with closing(open_transport(f"smtp://127.0.0.1:{script.port}")) as transport:
            assert transport.send(MAIL, lambda: None).code == 250
        assert script.connections == 1


def test_a_maildir_url_keeps_files(tmp_path: Path) -> None:
    """`maildir:///folder` is the second transport."""
    assert isinstance(open_transport(f"maildir://{tmp_path}"), MaildirTransport)


@pytest.mark.parametrize(
    "url", ["ftp://u:secret@x", "smtp://", "maildir:", "smtp://u:secret@h:99999", "smtp://[::1", ""]
)
def test_another_url_is_refused_without_repeating_it(url: str) -> None:
    """The error names the setting; the URL may hold a password."""
    with pytest.raises(SettingsError) as caught:
        open_transport(url)
    assert caught.value.name == "NEWSLETTER_SMTP_URL"
    assert "secret" not in str(caught.value)


def test_requests_to_arxiv_wait_for_the_lock_in_the_database(
    parts: Parts,
    clock: Clock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """While another process holds it, this one sleeps instead of asking."""
    with parts.database.write() as session:
        assert leases.acquire(session, "arxiv", "other", clock(), timedelta(seconds=30))
    naps: list[float] = []

    def nap(seconds: float) -> None:
        naps.append(seconds)
        clock.advance(timedelta(seconds=seconds))

    monkeypatch.setattr(bootstrap.time, "sleep", nap)
    listing, feed, _ = parts.open_doors().today
    for source in (listing, feed):
        with pytest.raises(NewsletterError):
            source.fetch("cs", LISTING_DATE)
    assert [1.0] * 30 == naps[:30]  # looked at again each second, and only then asked
    with parts.database.read() as session:  # asked twice, and then left alone by all processes
        failures, until = leases.circuit(session, "127.0.0.1:9/list")
    assert 2 == failures
    assert until is not None
    assert until > clock()


def test_settings_reach_their_parts(parts: Parts, settings: Settings) -> None:
    """Senders, proxies, caps and the document limit are those of the settings."""
    site = parts.site(lambda: None)
    listing = parts.open_doors().today[0]
    assert ("digest@news.example.org", "hello@news.example.org") == (
        parts.letters.mail_from,
        parts.letters.confirm_from,
    )
    assert frozenset({"127.0.0.1", "10.0.0.1"}) == site.trusted_proxies
    assert settings.subscribe_total == parts.desk.caps.total
    assert listing._fetcher._limit == 1234  # type: ignore[attr-defined]


def test_a_model_needs_a_url_and_a_name(settings: Settings) -> None:
    """Without a URL there is no model; with one and no name the setting is named."""
    assert isinstance(Parts(settings).summariser, EnglishSummariser)
    with_url = settings.model_copy(update={"model_url": "http://127.0.0.1:9/v1"})
    with pytest.raises(SettingsError, match="NEWSLETTER_MODEL_NAME"):
        _ = Parts(with_url).summariser
    named = with_url.model_copy(update={"model_name": "m"})
    thinking = named.model_copy(update={"model_request": {"thinking": "off"}})
    assert isinstance(Parts(named).summariser, ChatSummariser)
    paper = make_paper(1)
    assert Parts(named).summariser.key(paper) != Parts(thinking).summariser.key(paper)


def test_check_names_everything_that_is_wrong_at_once(settings: Settings) -> None:
    """An operator mends all settings in one go."""
    wrong = settings.model_copy(update={"contact": "", "mail_from": ""})
    with pytest.raises(SettingsError) as caught:
        Parts(wrong).check()
    assert "NEWSLETTER_CONTACT" in str(caught.value)
    assert "NEWSLETTER_MAIL_FROM" in str(caught.value)


def test_the_tick_recovers_and_closes(parts: Parts, clock: Clock) -> None:
    """Leases that ended come back, and yesterday's edition is closed with a row for everyone."""
    add_reader(parts.database, "ada", "graph", joined=clock() - timedelta(days=30))
    before = LISTING_DATE - timedelta(days=1)
    with parts.database.write() as session:
        editions.open_edition(session, before)
        editions.open_edition(session, LISTING_DATE)
        outbox.add(session, "operator_login", None, clock() - timedelta(hours=2))
        outbox.claim(session, lease="dead", now=clock() - timedelta(hours=1), limit=1)
    app = make_app(lambda: parts, "memory://")
    app.tasks["newsletter.tick"]()
    with parts.database.read() as session:
        assert outbox.count_due(session, clock()) == 1
        edition = editions.find(session, before)
        rows = deliveries.reports(session, before)
    assert edition is not None
    assert edition.state is EditionState.CLOSED
    assert ["not_collected"] == [row.reason for row in rows]


@contextmanager
def _held(parts: Parts, *names: str) -> Iterator[None]:
    with parts.database.write() as session:
        for name in names:
            assert leases.acquire(session, name, "other", parts.clock(), timedelta(minutes=30))
    yield


@pytest.mark.parametrize("step", ["collect", "summarise"])
def test_a_step_that_another_process_does_is_left_to_it(parts: Parts, step: str) -> None:
    """One process collects, and one asks the model: a paper costs one call."""
    app = make_app(lambda: parts, "memory://")
    with _held(parts, step):
        app.tasks[f"newsletter.{step}"]()
    with parts.database.read() as session:
        assert editions.latest(session) is None


def test_senders_are_bounded(parts: Parts, monkeypatch: pytest.MonkeyPatch) -> None:
    """With all places taken a send step returns at once; with one free it sends."""
    begun: list[str] = []
    monkeypatch.setattr("workers.tasks.run_send", lambda _parts: begun.append("send"))
    app = make_app(lambda: parts, "memory://")
    with _held(parts, "send-0"):
        app.tasks["newsletter.send"]()
    assert ["send"] == begun
    with _held(parts, "send-1"):
        app.tasks["newsletter.send"]()
    assert ["send"] == begun


def test_two_writers_wait_for_each_other(database: Database) -> None:
    """A transaction that reads before it writes is not refused because another one wrote."""
    with database.write() as first:
        editions.latest(first)
        editions.open_edition(first, LISTING_DATE)
    with database.engine.connect() as reader:
        mode = database.engine.dialect.name
        with database.write() as second:
            held = second.connection().get_execution_options()
            assert held["writes"] is True
            editions.latest(second)
            editions.open_edition(second, LISTING_DATE + timedelta(days=1))
        assert mode in {"sqlite", "postgresql"}
        assert not reader.closed


def test_the_asgi_application_serves_pages_and_wakes_through_redis(
    settings: Settings,
    redis_url: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Built from the environment alone; a tick is queued where a worker will find it."""
    root, handlers = logging.getLogger(), logging.getLogger().handlers[:]
    for name in ("secret", "database_url"):
        monkeypatch.setenv(f"NEWSLETTER_{name.upper()}", getattr(settings, name).get_secret_value())
    monkeypatch.setenv("NEWSLETTER_MAIL_FROM", settings.mail_from)
    try:
        with TestClient(asgi.make_app()) as client:
            assert client.get("/healthz").status_code == 200
    finally:
        root.handlers[:] = handlers
        structlog.reset_defaults()
    wake = asgi.wake_by(redis_url)
    wake()
    assert _queued(redis_url) == 1


def _queued(redis_url: str) -> int:
    with redis.Redis.from_url(redis_url) as client:
        return int(client.llen("celery"))  # type: ignore[arg-type]


def test_without_a_broker_between_processes_a_wake_is_nothing() -> None:
    """`memory://` reaches nobody else: the next tick finds the work."""
    wake: Callable[[], None] = asgi.wake_by("memory://")
    assert wake() is None  # type: ignore[func-returns-value]


def test_catch_up_reaches_ninety_days_back(parts: Parts, clock: Clock) -> None:
    """Older days are left to OAI-PMH: arXiv's catch-up pages refuse them."""
    doors = parts.open_doors()
    assert ["listing", "rss", "oai"] == [source.name for source in doors.today]
    assert ["listing", "rss"] == [source.name for source in doors.checks]
    today = clock().date()
    within, beyond = (today - timedelta(days=days) for days in (90, 91))
    assert ["catchup", "oai"] == [source.name for source in doors.missed(within)]
    assert ["oai"] == [source.name for source in doors.missed(beyond)]


def test_closing_the_doors_closes_every_client(settings: Settings, parts: Parts) -> None:
    """ArXiv's and that of each feed, so that a worker's polls leave no pool behind."""
    feeds = {"One": "http://127.0.0.1:9/1", "Other": "http://127.0.0.1:9/2"}
    made = settings.model_copy(update={"feeds": feeds})
    doors = open_doors(made, parts.database, clock=parts.clock, sleep=lambda _: None)
    sources = (*doors.today, *doors.missed(LISTING_DATE), doors.lookup, *doors.feeds)
    # Looked at from inside: that a pool was left open shows nowhere else.
    clients = {source._fetcher._client for source in sources}  # type: ignore[union-attr]
    assert 3 == len(clients)
    assert not any(client.is_closed for client in clients)
    doors.close()
    assert all(client.is_closed for client in clients)


def test_a_feed_that_asks_for_rest_has_it_poll_after_poll(
    settings: Settings, parts: Parts, clock: Clock
) -> None:
    """Every poll opens its doors anew; the rest is the feed's alone, and has an end."""
    naps: list[float] = []
    busy = Reply(status=429, headers={"Retry-After": "3600"})
    with serve() as server:
        server.replies = {"/feed": busy, "/other": Reply(status=404)}
        addresses = {"One": f"{server.url}/feed", "Other": f"{server.url}/other"}
        made = settings.model_copy(update={"feeds": addresses, "rss_url": server.url})

        def poll() -> tuple[str, str]:
            with closing(open_doors(made, parts.database, clock=clock, sleep=naps.append)) as doors:
                one, other = doors.feeds
                return _error(one.fetch), _error(other.fetch)

        assert "the server answered 429" in poll()[0]
        left_alone, refused = poll()
        assert "One is left alone until" in left_alone
        assert "the server answered 404" in refused
        assert ["/feed", "/other", "/other"] == server.asked
        fetcher = open_fetcher(made, parts.database, clock=clock, sleep=naps.append)
        with closing(fetcher), pytest.raises(SourceRefused):
            fetcher.get(f"{server.url}/rss/cs")  # arXiv is not left alone
        clock.advance(timedelta(hours=2))
        assert "the server answered 429" in poll()[0]
    assert [] == naps


def test_arxivs_rest_is_none_of_a_feeds(settings: Settings, parts: Parts, clock: Clock) -> None:
    """And a feed that may be asked again soon is, after a sleep that was handed in."""
    naps: list[float] = []

    def nap(seconds: float) -> None:
        naps.append(seconds)
        clock.advance(timedelta(seconds=seconds))

    answers = iter([Reply(status=500), Reply(status=404)])
    with serve() as server:
        busy = Reply(status=429, headers={"Retry-After": "3600"})
        server.replies = {"/rss/cs": busy, "/feed": lambda: next(answers)}
        arxiv = open_fetcher(settings, parts.database, clock=clock, sleep=lambda _: None)
        with closing(arxiv), pytest.raises(SourceUnavailable):
            arxiv.get(f"{server.url}/rss/cs")
        feed = open_feed_fetcher(settings, parts.database, "One", clock=clock, sleep=nap)
        with closing(feed), pytest.raises(SourceRefused):
            feed.get(f"{server.url}/feed")
    rest, pause = naps
    assert 30.0 <= rest <= 45.0
    assert 0.0 < pause <= 3.0  # between two requests to one feed


def _error(fetch: Callable[[], object]) -> str:
    with pytest.raises(NewsletterError) as caught:
        fetch()
    return str(caught.value)


def test_the_terms_are_those_of_the_settings(settings: Settings) -> None:
    """Categories, patience and how far back."""
    changed = settings.model_copy(update={"catch_up_days": 3, "collect_minutes": 60})
    terms = Parts(changed).terms
    assert (settings.categories, 3, timedelta(hours=1)) == (
        terms.categories,
        terms.catch_up_days,
        terms.patience,
    )
