"""Open the database; every SQLAlchemy error leaves here as one of ours.

Database.read() / Database.write() ─► Session ─► one module per aggregate
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import (
    ArgumentError,
    IntegrityError,
    InterfaceError,
    NoResultFound,
    OperationalError,
    ProgrammingError,
    SQLAlchemyError,
)
from sqlalchemy.exc import TimeoutError as PoolExhausted
from sqlmodel import Session, create_engine

from newsletter.errors import (
    DatabaseBusy,
    RowMissing,
    SchemaOutdated,
    SettingsError,
    StorageError,
)

Transaction = Session
"""What a service holds between `with` and the end of the block, and hands to storage."""

BUSY_TIMEOUT = 5.0
"""Seconds that a statement waits for another writer before it is `DatabaseBusy`."""

_MISSING = ("no such table", "no such column", "undefinedtable", "undefinedcolumn")


class Database:
    """An engine and its transactions. Safe to share between threads, not between forks."""

    def __init__(self, url: str, *, busy_timeout: float = BUSY_TIMEOUT) -> None:
        """Open `url` (SQLite or PostgreSQL); `busy_timeout` in seconds.

        Raises `SettingsError` for a URL that cannot be read. Nothing is connected yet.
        """
        self.engine = _open(url, busy_timeout)

    @contextmanager
    def read(self) -> Iterator[Session]:
        """Yield a session whose changes are thrown away."""
        with self._session() as session:
            yield session

    @contextmanager
    def write(self) -> Iterator[Session]:
        """Yield a session and commit at the end, or roll back when the block raises."""
        with self._session() as session:
            # SQLite must know before the first read: a reader that turns writer in the middle
            # of its transaction is refused at once, whatever the busy timeout.
            session.connection(execution_options={"writes": True})
            yield session
            session.commit()

    @contextmanager
    def _session(self) -> Iterator[Session]:
        with our_errors(), Session(self.engine, expire_on_commit=False) as session:
            yield session

    def close(self) -> None:
        """Close all connections."""
        self.engine.dispose()


@contextmanager
def our_errors() -> Iterator[None]:
    """Raise whatever SQLAlchemy raises inside the block as a `StorageError`."""
    try:
        yield
    except SQLAlchemyError as error:
        raise _translate(error) from error


def _translate(error: SQLAlchemyError) -> StorageError:
    """Name what the database said. Its text may quote parameters, so it is not passed on."""
    if isinstance(error, NoResultFound):
        return RowMissing("a row that was named is not there")
    origin = getattr(error, "orig", None) or error
    name, said = type(origin).__name__, f"{type(origin).__name__} {origin}".lower()
    if isinstance(error, (OperationalError, ProgrammingError)) and any(m in said for m in _MISSING):
        return SchemaOutdated("a table or column is missing")
    if isinstance(error, (OperationalError, InterfaceError, PoolExhausted)):
        return DatabaseBusy(f"the database did not answer ({name})")
    if isinstance(error, IntegrityError) and "unique" in said:
        # Two at once added what may be there once; whoever comes again finds it.
        return DatabaseBusy("another transaction wrote the same row")
    return StorageError(f"the database refused a statement ({name})")


def _open(url: str, busy_timeout: float) -> Engine:
    try:
        parsed = make_url(url)
    except ArgumentError as error:
        raise SettingsError("NEWSLETTER_DATABASE_URL", "not a database URL") from error
    if parsed.get_backend_name() == "sqlite":
        return _open_sqlite(url, parsed.database, busy_timeout)
    if parsed.get_backend_name() == "postgresql":
        return _open_postgresql(url, busy_timeout)
    raise SettingsError("NEWSLETTER_DATABASE_URL", "neither SQLite nor PostgreSQL")


def _open_sqlite(url: str, path: str | None, busy_timeout: float) -> Engine:
    if path and path != ":memory:":
        Path(path).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(
        url,
        hide_parameters=True,  # they hold addresses, and errors reach logs
        connect_args={"timeout": busy_timeout, "check_same_thread": False},
    )

    @event.listens_for(engine, "connect")
    def _prepare(connection: Any, _record: object) -> None:
        # The driver's own BEGIN comes too late (before the first INSERT only); ours is below.
        connection.isolation_level = None
        cursor = connection.cursor()
        # FULL: with WAL, NORMAL may lose a commit with the power, and with it an `in_data`.
        for pragma in ("journal_mode=WAL", "foreign_keys=ON", "synchronous=FULL"):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def _begin(connection: Any) -> None:
        writes = connection.get_execution_options().get("writes", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


def _open_postgresql(url: str, busy_timeout: float) -> Engine:
    milliseconds = int(busy_timeout * 1000)
    return create_engine(
        url,
        hide_parameters=True,
        pool_pre_ping=True,
        connect_args={"options": f"-c lock_timeout={milliseconds} -c timezone=UTC"},
    )
