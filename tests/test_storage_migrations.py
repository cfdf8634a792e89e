"""Migrations, on both databases."""

import pytest

from newsletter.errors import DatabaseBusy, SchemaOutdated
from newsletter.storage.engine import Database
from newsletter.storage.migrate import (
    current,
    downgrade,
    drift,
    migrate,
    newest,
    require_newest,
)


def test_up_down_and_up_again_without_drift(empty_database: Database) -> None:
    """From empty to the newest schema, back to nothing, and up again, as the code has it."""
    assert newest() == migrate(empty_database)
    assert drift(empty_database) == []
    downgrade(empty_database)
    assert current(empty_database) is None
    assert newest() == migrate(empty_database)
    assert drift(empty_database) == []


def test_migrating_twice_changes_nothing(database: Database) -> None:
    """A database at the newest schema stays there."""
    assert newest() == migrate(database)
    require_newest(database)


def test_an_empty_database_is_not_at_the_newest_schema(empty_database: Database) -> None:
    """`require_newest` refuses a database that was never migrated."""
    with pytest.raises(SchemaOutdated):
        require_newest(empty_database)


def test_drift_is_found(empty_database: Database) -> None:
    """A column that only the database has is reported: the check itself works."""
    migrate(empty_database)
    with empty_database.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE event ADD COLUMN extra INTEGER")
    assert len(drift(empty_database)) == 1


def test_migrating_an_unreachable_database_is_busy() -> None:
    """The migration's own connection raises our errors too."""
    database = Database("postgresql+psycopg://nobody@/none?host=/nowhere")
    with pytest.raises(DatabaseBusy):
        migrate(database)
    with pytest.raises(DatabaseBusy):
        current(database)
    database.close()
