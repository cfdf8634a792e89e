"""Bring the database to the newest schema with Alembic, without an alembic.ini."""

from pathlib import Path

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlmodel import SQLModel

from newsletter.errors import SchemaOutdated
from newsletter.storage import tables  # noqa: F401  # fills the metadata
from newsletter.storage.engine import Database, our_errors

MIGRATIONS = Path(__file__).parent / "migrations"


def _config(database: Database | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["database"] = database
    return config


def migrate(database: Database, revision: str = "head") -> str:
    """Upgrade to `revision` and return the revision reached. Data stays."""
    with our_errors():
        command.upgrade(_config(database), revision)
    return current(database) or ""


def downgrade(database: Database, revision: str = "base") -> None:
    """Go back to `revision`; `base` drops everything."""
    with our_errors():
        command.downgrade(_config(database), revision)


def current(database: Database) -> str | None:
    """Return the database's revision, None for an empty database."""
    with our_errors(), database.engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def newest() -> str | None:
    """Return the newest revision that this release knows."""
    return ScriptDirectory.from_config(_config()).get_current_head()


def require_newest(database: Database) -> None:
    """Raise `SchemaOutdated` unless the database is at the newest revision."""
    if current(database) != newest():
        raise SchemaOutdated("the database is not at this release's schema")


def drift(database: Database) -> list[object]:
    """Return the differences between the tables in the code and those in the database."""
    with our_errors(), database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        return list(compare_metadata(context, SQLModel.metadata))
