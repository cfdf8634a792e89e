"""What happened, for the operator. Subjects are ids or fingerprints, never addresses."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func
from sqlmodel import Session, col, select

from newsletter.storage.tables import EventRow


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened."""

    at: datetime
    kind: str
    subject: str
    detail: dict[str, Any]


def record(session: Session, kind: str, now: datetime, subject: str = "", **detail: Any) -> None:
    """Write an event down."""
    session.add(EventRow(at=now, kind=kind, subject=subject, detail=detail))


def count_since(session: Session, kind: str, since: datetime, subject: str = "") -> int:
    """Count events of a kind after `since`, of one subject if given."""
    statement = (
        select(func.count())
        .select_from(EventRow)
        .where(EventRow.kind == kind, col(EventRow.at) > since)
    )
    if subject:
        statement = statement.where(EventRow.subject == subject)
    return session.exec(statement).one()


def last(session: Session, kind: str, subject: str = "") -> datetime | None:
    """Return when an event of a kind last happened, to `subject` if given."""
    statement = select(EventRow.at).where(EventRow.kind == kind)
    if subject:
        statement = statement.where(EventRow.subject == subject)
    return session.exec(statement.order_by(col(EventRow.at).desc()).limit(1)).first()


def about(session: Session, kind: str, subject: str) -> tuple[Event, ...]:
    """Return the events of a kind that are about `subject`, oldest first."""
    rows = session.exec(
        select(EventRow)
        .where(EventRow.kind == kind, EventRow.subject == subject)
        .order_by(col(EventRow.id)),
    )
    return tuple(Event(row.at, row.kind, row.subject, row.detail) for row in rows)


def of_kind(session: Session, kind: str) -> tuple[Event, ...]:
    """Return all events of a rare kind, oldest first."""
    rows = session.exec(select(EventRow).where(EventRow.kind == kind).order_by(col(EventRow.id)))
    return tuple(Event(row.at, row.kind, row.subject, row.detail) for row in rows)


def recent(session: Session, limit: int, without: Collection[str] = ()) -> tuple[Event, ...]:
    """Return the newest `limit` events, newest first, leaving out the kinds `without`."""
    wanted = select(EventRow).where(col(EventRow.kind).not_in(without))
    rows = session.exec(wanted.order_by(col(EventRow.id).desc()).limit(limit))
    return tuple(Event(row.at, row.kind, row.subject, row.detail) for row in rows)
