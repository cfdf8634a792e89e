"""The ledger's moves, the same for digests and single mails.

claim ─► rows leased to one worker ─► move (compare-and-set) … ─► a final state
recover ─► leases that ended: claimed → planned, in_data → unknown
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

import sqlalchemy
from sqlalchemy import ColumnElement, func, update
from sqlmodel import Session, col, select

from newsletter.ledger import NEXT_STATES, DeliveryState, Verdict
from newsletter.storage.tables import QueuedMail

LEASE = timedelta(minutes=20)
"""Longer than the 600 s that a server may take over its final reply."""
MailRow = TypeVar("MailRow", bound=QueuedMail)
_OPEN = (DeliveryState.PLANNED.value, DeliveryState.DEFERRED.value)


@dataclass(frozen=True, slots=True)
class Claim:
    """A row leased to one worker."""

    id: int
    lease: str


def claim_rows(
    session: Session,
    table: type[MailRow],
    *,
    lease: str,
    now: datetime,
    limit: int,
    where: Sequence[ColumnElement[bool]] = (),
) -> list[MailRow]:
    """Lease up to `limit` rows that are due, oldest first, and count an attempt."""
    wanted = (
        select(table.id)
        .where(col(table.state).in_(_OPEN), col(table.next_at) <= now, *where)
        .order_by(col(table.next_at), col(table.id))
        .limit(limit)
        .with_for_update(skip_locked=True)
        # PostgreSQL may run a subquery more than once, and with SKIP LOCKED find other rows
        # each time; a CTE that locks is run once.
        .cte("wanted")
    )
    session.execute(
        update(table)
        .where(col(table.id).in_(sqlalchemy.select(wanted.c.id)))
        .values(
            state=DeliveryState.CLAIMED.value,
            lease=lease,
            lease_until=now + LEASE,
            attempts=col(table.attempts) + 1,
        )
        .execution_options(synchronize_session=False),
    )
    claimed = select(table).where(col(table.lease) == lease).order_by(col(table.id))
    return list(session.exec(claimed))


def move(
    session: Session,
    table: type[MailRow],
    claim: Claim,
    verdict: Verdict,
    *,
    now: datetime,
    message_id: str | None = None,
) -> bool:
    """Move a leased row to the verdict's state if its present state allows it.

    False when the lease was lost meanwhile: whoever calls must then do nothing more.
    """
    allowed = [state.value for state, after in NEXT_STATES.items() if verdict.state in after]
    values: dict[str, object] = {
        "state": verdict.state.value,
        "reason": verdict.reason,
        "reply": verdict.reply,
        "lease_until": now + LEASE,
    }
    if verdict.state is not DeliveryState.IN_DATA:
        values |= {"lease": None, "lease_until": None}
    if verdict.state is DeliveryState.PLANNED:
        values["attempts"] = col(table.attempts) - 1  # it never began
    if verdict.next_at is not None:
        values["next_at"] = verdict.next_at
    if message_id is not None:
        values["message_id"] = message_id
    result = session.execute(
        update(table)
        .where(
            col(table.id) == claim.id,
            col(table.lease) == claim.lease,
            col(table.state).in_(allowed),
        )
        .values(**values)
        .execution_options(synchronize_session=False),
    )
    return bool(result.rowcount)  # type: ignore[attr-defined] # an UPDATE's result has it


def recover(session: Session, table: type[MailRow], now: datetime) -> tuple[int, int]:
    """Take back leases that ended; return how many were planned again and how many unknown.

    `claimed` never reached DATA and is safe to send again. `in_data` may have arrived.
    """
    ends = {
        DeliveryState.CLAIMED: Verdict(DeliveryState.PLANNED, "lease_expired"),
        DeliveryState.IN_DATA: Verdict(DeliveryState.UNKNOWN, "interrupted_in_data"),
    }
    counts = []
    for state, verdict in ends.items():
        result = session.execute(
            update(table)
            .where(col(table.state) == state.value, col(table.lease_until) < now)
            .values(
                state=verdict.state.value,
                reason=verdict.reason,
                lease=None,
                lease_until=None,
                # What never reached DATA was no attempt: a slow batch must not use them up.
                attempts=col(table.attempts) - int(state is DeliveryState.CLAIMED),
            )
            .execution_options(synchronize_session=False),
        )
        counts.append(int(result.rowcount))  # type: ignore[attr-defined] # an UPDATE's result has it
    return counts[0], counts[1]


def count_due(session: Session, table: type[MailRow], now: datetime) -> int:
    """Count rows that `claim_rows` would find."""
    statement = (
        select(func.count())
        .select_from(table)
        .where(col(table.state).in_(_OPEN), col(table.next_at) <= now)
    )
    return session.exec(statement).one()
