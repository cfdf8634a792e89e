"""The engine: transactions, and what a database's errors become."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from builders import add_reader
from fakes import ANNOUNCED_AT, LISTING_DATE
from sqlalchemy import text

from newsletter.errors import (
    DatabaseBusy,
    RowMissing,
    SchemaOutdated,
    SettingsError,
    StorageError,
)
from newsletter.schedule import EditionState
from newsletter.storage import editions, events, subscribers
from newsletter.storage.engine import Database
from newsletter.subscribers import Preferences

Opener = Callable[..., Database]


def test_a_write_is_kept_and_a_read_is_thrown_away(database: Database) -> None:
    """What `write` did is there afterwards; what `read` did is not."""
    with database.write() as session:
        editions.open_edition(session, LISTING_DATE)
    with database.read() as session:
        editions.set_state(session, LISTING_DATE, EditionState.CLOSED)
        session.flush()
    with database.read() as session:
        edition = editions.find(session, LISTING_DATE)
    assert edition is not None
    assert edition.state is EditionState.COLLECTING


def test_a_write_that_raises_is_rolled_back(database: Database) -> None:
    """An error in the block leaves nothing behind and goes on as it is."""

    def interrupted() -> None:
        with database.write() as session:
            editions.open_edition(session, LISTING_DATE)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    with database.read() as session:
        assert editions.find(session, LISTING_DATE) is None


def test_an_empty_database_is_outdated(empty_database: Database) -> None:
    """A missing table asks for `newsletter migrate`."""
    with (
        pytest.raises(SchemaOutdated, match="newsletter migrate"),
        empty_database.read() as session,
    ):
        editions.latest(session)


def test_a_locked_database_is_busy_and_works_afterwards(
    database: Database,
    database_url: str,
    open_database: Opener,
) -> None:
    """While another connection holds the lock, a write is `DatabaseBusy`; then it succeeds."""
    impatient = open_database(database_url, busy_timeout=0.1)

    def move(through: Database, state: EditionState) -> None:
        with through.write() as session:
            editions.set_state(session, LISTING_DATE, state)

    with database.write() as session:
        editions.open_edition(session, LISTING_DATE)
    with database.write() as session:  # SQLite locks the file, PostgreSQL the row
        editions.set_state(session, LISTING_DATE, EditionState.READY)
        session.flush()
        with pytest.raises(DatabaseBusy):
            move(impatient, EditionState.CLOSED)
    move(impatient, EditionState.CLOSED)
    with database.read() as session:
        edition = editions.find(session, LISTING_DATE)
    assert edition is not None
    assert edition.state is EditionState.CLOSED


def test_reading_goes_on_while_another_writes(
    database: Database,
    database_url: str,
    open_database: Opener,
) -> None:
    """A reader sees the state before an unfinished write, without waiting for it."""
    other = open_database(database_url, busy_timeout=0.1)
    with database.write() as session:
        editions.open_edition(session, LISTING_DATE)
        session.flush()
        with other.read() as reading:
            assert editions.find(reading, LISTING_DATE) is None


def test_a_row_added_twice_is_busy_rather_than_a_surprise(database: Database) -> None:
    """Two requests that add one address at once: the second is asked to come again."""
    add_reader(database, "ada")
    with pytest.raises(DatabaseBusy, match="same row"):
        add_reader(database, "ada")


def test_a_missing_row_has_a_name_of_its_own(database: Database) -> None:
    """Naming a row that is not there raises `RowMissing`."""
    with pytest.raises(RowMissing), database.write() as session:
        subscribers.set_preferences(session, 99, Preferences())


def test_whatever_else_the_database_refuses_is_a_storage_error(database: Database) -> None:
    """A statement that cannot be run names its error and never its values."""
    with pytest.raises(StorageError) as caught, database.read() as session:
        session.execute(text("SELECT secret FROM WHERE 'someone@example.org'"))
    assert "example.org" not in str(caught.value)


def test_an_exhausted_pool_is_busy(
    postgresql_url: str,
    open_database: Opener,
) -> None:
    """More transactions at once than connections are `DatabaseBusy`, not a defect."""
    database = open_database(postgresql_url)
    database.engine.pool._timeout = 0.05  # type: ignore[attr-defined] # seconds; default 30
    held = [database.engine.connect() for _ in range(15)]
    try:
        with pytest.raises(DatabaseBusy), database.read() as session:
            editions.latest(session)
    finally:
        for connection in held:
            connection.close()


def test_an_unreachable_server_is_busy(open_database: Opener, tmp_path: Path) -> None:
    """No PostgreSQL at the other end is `DatabaseBusy`: the next tick tries again."""
    database = open_database(f"postgresql+psycopg://nobody@/none?host={tmp_path}")
    with pytest.raises(DatabaseBusy), database.read() as session:
        editions.latest(session)


@pytest.mark.parametrize("url", ["", "nonsense", "mysql://host/name", "oracle+oracledb://x/y"])
def test_another_kind_of_url_is_a_settings_error(url: str) -> None:
    """Only SQLite and PostgreSQL are taken, and the error names the setting."""
    with pytest.raises(SettingsError, match="NEWSLETTER_DATABASE_URL"):
        Database(url)


def test_the_folder_of_a_sqlite_file_is_made(tmp_path: Path, open_database: Opener) -> None:
    """A first start needs no empty folder prepared."""
    database = open_database(f"sqlite:///{tmp_path}/new/folder/newsletter.sqlite3")
    with database.engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
        assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1


def test_a_database_in_memory_needs_no_folder(open_database: Opener) -> None:
    """`sqlite://` opens."""
    with open_database("sqlite://").read() as session:
        assert session.execute(text("SELECT 1")).scalar() == 1


def test_instants_come_back_aware_and_in_utc(database: Database) -> None:
    """A Chinese eight o'clock is kept as the same instant in UTC."""
    china = timezone(timedelta(hours=8))
    with database.write() as session:
        events.record(session, "seen", datetime(2026, 5, 29, 8, 0, tzinfo=china))
    with database.read() as session:
        found = events.last(session, "seen")
    assert found is not None
    assert (found, found.tzinfo) == (ANNOUNCED_AT, UTC)


def test_a_naive_instant_is_refused(database: Database) -> None:
    """A datetime without a zone is a mistake, and nothing is written."""
    with pytest.raises(StorageError), database.write() as session:
        events.record(session, "seen", datetime(2026, 5, 29, 8, 0))  # noqa: DTZ001 - the mistake itself
    with database.read() as session:
        assert events.last(session, "seen") is None
