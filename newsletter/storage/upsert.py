"""INSERT … ON CONFLICT, which SQLite and PostgreSQL spell alike but SQLAlchemy keeps apart."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, SQLModel


def insert_for(session: Session, table: type[SQLModel]) -> Any:
    """Return the dialect's INSERT for `table`, which knows `on_conflict_…`."""
    dialect = session.get_bind().dialect.name
    build = postgresql.insert if dialect == "postgresql" else sqlite.insert
    return build(table)


def upsert(session: Session, table: type[SQLModel], values: dict[str, Any]) -> None:
    """Insert a row, or overwrite the one with the same primary key."""
    built: Table = table.__table__  # type: ignore[attr-defined] # SQLModel adds it
    keys = [column.name for column in built.primary_key]
    changes = {name: value for name, value in values.items() if name not in keys}
    session.execute(
        insert_for(session, table)
        .values(**values)
        .on_conflict_do_update(index_elements=keys, set_=changes),
    )


def insert_missing(
    session: Session,
    table: type[SQLModel],
    rows: Sequence[dict[str, Any]],
    unique: Sequence[str],
) -> None:
    """Insert those of `rows` whose `unique` columns are not there yet."""
    if rows:
        statement = insert_for(session, table).on_conflict_do_nothing(index_elements=unique)
        session.execute(statement, list(rows))
