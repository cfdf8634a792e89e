"""Single mails: confirmations and notices, written in the transaction that causes them."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func
from sqlmodel import Session, col, select

from newsletter.ledger import DeliveryState, Verdict
from newsletter.storage import queue
from newsletter.storage.queue import Claim
from newsletter.storage.tables import OutboxRow


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimedMail:
    """A single mail that this worker may send now; no subscriber means: to the operator."""

    claim: Claim
    kind: str
    subscriber_id: int | None
    attempts: int
    created_at: datetime


def add(session: Session, kind: str, subscriber_id: int | None, now: datetime) -> None:
    """Queue a mail, due at once."""
    session.add(
        OutboxRow(
            kind=kind,
            subscriber_id=subscriber_id,
            state=DeliveryState.PLANNED.value,
            next_at=now,
            created_at=now,
        ),
    )


def claim(session: Session, *, lease: str, now: datetime, limit: int) -> list[ClaimedMail]:
    """Lease up to `limit` mails that are due."""
    rows = queue.claim_rows(session, OutboxRow, lease=lease, now=now, limit=limit)
    return [
        ClaimedMail(
            claim=Claim(row.id or 0, lease),
            kind=row.kind,
            subscriber_id=row.subscriber_id,
            attempts=row.attempts,
            created_at=row.created_at,
        )
        for row in rows
    ]


def move(
    session: Session,
    claim: Claim,
    verdict: Verdict,
    *,
    now: datetime,
    message_id: str | None = None,
) -> bool:
    """Move a leased mail; see `storage.queue.move`."""
    return queue.move(session, OutboxRow, claim, verdict, now=now, message_id=message_id)


def recover(session: Session, now: datetime) -> tuple[int, int]:
    """Take back leases that ended; see `storage.queue.recover`."""
    return queue.recover(session, OutboxRow, now)


def count_due(session: Session, now: datetime) -> int:
    """Count mails that are due."""
    return queue.count_due(session, OutboxRow, now)


def count_since(
    session: Session,
    since: datetime,
    subscriber_id: int | None = None,
    kind: str | None = None,
) -> int:
    """Count mails queued after `since`, of one reader and of one kind if given."""
    statement = select(func.count()).select_from(OutboxRow).where(col(OutboxRow.created_at) > since)
    if subscriber_id is not None:
        statement = statement.where(OutboxRow.subscriber_id == subscriber_id)
    if kind is not None:
        statement = statement.where(OutboxRow.kind == kind)
    return session.exec(statement).one()
