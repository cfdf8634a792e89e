"""The ledger of digests: one row for each edition and reader."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy
from sqlalchemy import String, and_, case, cast, func, literal, update
from sqlmodel import Session, col, select

from newsletter.ledger import FINAL_STATES, NEXT_STATES, DeliveryState, Verdict
from newsletter.schedule import SEND_BY, EditionState, due_at
from newsletter.storage import queue
from newsletter.storage.columns import UtcDateTime
from newsletter.storage.queue import Claim
from newsletter.storage.tables import DeliveryRow, EditionRow, SubscriberRow
from newsletter.storage.upsert import insert_for
from newsletter.subscribers import Preferences, SubscriberState

_AUDIENCE = (SubscriberState.ACTIVE.value, SubscriberState.PAUSED.value)


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimedDelivery:
    """A digest that this worker may send now."""

    claim: Claim
    listing_date: date
    subscriber_id: int
    planned_at: datetime
    attempts: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryReport:
    """A ledger row as the operator sees it; `reader` is the address. Never for a log."""

    reader: str
    edition: date
    state: DeliveryState
    reason: str
    attempts: int
    message_id: str | None
    reply: str


def plan(
    session: Session,
    listing_date: date,
    now: datetime,
    *,
    at_once: bool = False,
    excluded: str = "",
) -> int:
    """Freeze the audience: one row for every active or paused reader without one.

    One INSERT … SELECT for each pair of time zone and hour, of which there are few. A paused
    reader's row is `excluded` from the start, so that candidates = sum of final states. Readers
    confirmed after the edition was collected or past its send-by time, and all of them with
    `at_once`, are due `now`. With `excluded`, a reason, all others are excluded from the start.
    Returns the number of rows added.
    """
    before = _count(session, listing_date)
    zones = session.exec(
        select(SubscriberRow.timezone, SubscriberRow.hour)
        .where(col(SubscriberRow.state).in_(_AUDIENCE))
        .distinct(),
    ).all()
    for timezone, hour in zones:
        due = now if at_once else due_at(listing_date, hour, timezone)
        _plan_zone(session, listing_date, now, (timezone, hour, due), excluded=excluded)
    return _count(session, listing_date) - before


def _plan_zone(
    session: Session,
    listing_date: date,
    now: datetime,
    zone: tuple[str, int, datetime],
    *,
    excluded: str,
) -> None:
    timezone, hour, due = zone
    edition = session.get_one(EditionRow, listing_date)
    paused = col(SubscriberRow.state) == SubscriberState.PAUSED.value
    joined = func.coalesce(col(SubscriberRow.confirmed_at), col(SubscriberRow.created_at))
    joined_since = joined > min(edition.collected_at or now, edition.announced_at + SEND_BY)
    reason = case(
        (paused, "paused"), (and_(literal(bool(excluded)), ~joined_since), excluded), else_=""
    )
    columns = {
        "listing_date": literal(listing_date),
        "subscriber_id": col(SubscriberRow.id),
        "state": case(
            (reason == "", DeliveryState.PLANNED.value),
            else_=DeliveryState.EXCLUDED.value,
        ),
        "reason": reason,
        "next_at": case(
            (joined_since, literal(now, UtcDateTime)),
            else_=literal(due, UtcDateTime),
        ),
        "planned_at": literal(now, UtcDateTime),
        "attempts": literal(0),
        "reply": cast(literal(""), String),
    }
    audience = sqlalchemy.select(*columns.values()).where(
        col(SubscriberRow.state).in_(_AUDIENCE),
        col(SubscriberRow.timezone) == timezone,
        col(SubscriberRow.hour) == hour,
    )
    session.execute(
        insert_for(session, DeliveryRow)
        .from_select(list(columns), audience)
        .on_conflict_do_nothing(index_elements=["listing_date", "subscriber_id"]),
    )


def claim(
    session: Session,
    *,
    lease: str,
    now: datetime,
    limit: int,
) -> list[ClaimedDelivery]:
    """Lease up to `limit` digests of ready editions that are due."""
    ready = select(col(EditionRow.listing_date)).where(EditionRow.state == EditionState.READY.value)
    rows = queue.claim_rows(
        session,
        DeliveryRow,
        lease=lease,
        now=now,
        limit=limit,
        where=[col(DeliveryRow.listing_date).in_(ready)],
    )
    return [
        ClaimedDelivery(
            claim=Claim(row.id or 0, lease),
            listing_date=row.listing_date,
            subscriber_id=row.subscriber_id,
            planned_at=row.planned_at,
            attempts=row.attempts,
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
    """Move a leased digest; see `storage.queue.move`."""
    return queue.move(session, DeliveryRow, claim, verdict, now=now, message_id=message_id)


def postpone(session: Session, claim: Claim, until: datetime, now: datetime) -> bool:
    """Give a leased digest back untouched, to be claimed again at `until`."""
    verdict = Verdict(DeliveryState.PLANNED, "waiting_for_summaries", next_at=until)
    return queue.move(session, DeliveryRow, claim, verdict, now=now)


def keep_matches(session: Session, claim: Claim, matches: dict[str, Any]) -> None:
    """Keep what the digest is composed of, for the web view and the operator."""
    row = session.get(DeliveryRow, claim.id)
    if row is not None:
        row.matches = matches
        session.add(row)


def find_matches(
    session: Session,
    listing_date: date,
    subscriber_id: int,
) -> dict[str, Any] | None:
    """Return what a reader's digest was composed of, None where none was."""
    statement = select(DeliveryRow.matches).where(
        DeliveryRow.listing_date == listing_date,
        DeliveryRow.subscriber_id == subscriber_id,
    )
    found = session.exec(statement).first()
    return None if found is None else dict(found)


def exclude_reader(session: Session, subscriber_id: int, reason: str) -> int:
    """Take a reader who left out of everything not yet in DATA; return how many rows.

    A claimed row loses its lease with that, so that its worker may not begin to send.
    """
    before_data = [
        state.value for state, after in NEXT_STATES.items() if DeliveryState.EXCLUDED in after
    ]
    result = session.execute(
        update(DeliveryRow)
        .where(
            col(DeliveryRow.subscriber_id) == subscriber_id,
            col(DeliveryRow.state).in_(before_data),
        )
        .values(
            state=DeliveryState.EXCLUDED.value,
            reason=reason,
            lease=None,
            lease_until=None,
        )
        .execution_options(synchronize_session=False),
    )
    return int(result.rowcount)  # type: ignore[attr-defined] # an UPDATE's result has it


def resume_reader(session: Session, subscriber_id: int) -> int:
    """Plan again what only a pause kept from a reader, in open editions; return how many rows."""
    result = session.execute(
        update(DeliveryRow)
        .where(
            col(DeliveryRow.subscriber_id) == subscriber_id,
            col(DeliveryRow.state) == DeliveryState.EXCLUDED.value,
            col(DeliveryRow.reason) == "paused",
            col(DeliveryRow.listing_date).in_(
                select(col(EditionRow.listing_date)).where(
                    EditionRow.state != EditionState.CLOSED.value
                ),
            ),
        )
        .values(state=DeliveryState.PLANNED.value, reason="")
        .execution_options(synchronize_session=False),
    )
    return int(result.rowcount)  # type: ignore[attr-defined] # an UPDATE's result has it


def reschedule(
    session: Session,
    subscriber_id: int,
    preferences: Preferences,
    now: datetime,
) -> None:
    """Move what is planned for a reader to their new hour, or to `now` where that is past."""
    rows = session.exec(
        select(DeliveryRow).where(
            DeliveryRow.subscriber_id == subscriber_id,
            DeliveryRow.state == DeliveryState.PLANNED.value,
            col(DeliveryRow.next_at) > now,
        ),
    )
    for row in rows:
        row.next_at = due_at(row.listing_date, preferences.hour, preferences.timezone)
        session.add(row)


def exclude_late(session: Session, listing_date: date, planned_before: datetime) -> int:
    """Give up what was planned before an instant and is unsent; return how many rows."""
    result = session.execute(
        update(DeliveryRow)
        .where(
            col(DeliveryRow.listing_date) == listing_date,
            col(DeliveryRow.planned_at) < planned_before,
            col(DeliveryRow.state).in_([DeliveryState.PLANNED.value, DeliveryState.DEFERRED.value]),
        )
        .values(state=DeliveryState.EXCLUDED.value, reason="too_late")
        .execution_options(synchronize_session=False),
    )
    return int(result.rowcount)  # type: ignore[attr-defined] # an UPDATE's result has it


def count_due(session: Session, now: datetime) -> int:
    """Count digests whose hour has come, whether or not their edition is ready."""
    return queue.count_due(session, DeliveryRow, now)


def recover(session: Session, now: datetime) -> tuple[int, int]:
    """Take back leases that ended; see `storage.queue.recover`."""
    return queue.recover(session, DeliveryRow, now)


def count_by_state(session: Session, listing_date: date) -> dict[DeliveryState, int]:
    """Count an edition's rows by state, zero included."""
    rows = session.exec(
        select(DeliveryRow.state, func.count())
        .where(DeliveryRow.listing_date == listing_date)
        .group_by(DeliveryRow.state),
    )
    counts = {DeliveryState(state): number for state, number in rows}
    return {state: counts.get(state, 0) for state in DeliveryState}


def is_settled(session: Session, listing_date: date) -> bool:
    """Say whether every candidate of an edition is in a final state."""
    counts = count_by_state(session, listing_date)
    return sum(counts.values()) == sum(counts[state] for state in FINAL_STATES)


def reports(
    session: Session,
    listing_date: date | None = None,
    states: Iterable[DeliveryState] = (),
) -> tuple[DeliveryReport, ...]:
    """Return ledger rows, newest edition first, those in `states` if any are named."""
    statement = select(DeliveryRow, SubscriberRow.address).join(
        SubscriberRow,
        col(SubscriberRow.id) == DeliveryRow.subscriber_id,
    )
    if listing_date is not None:
        statement = statement.where(DeliveryRow.listing_date == listing_date)
    if wanted := [state.value for state in states]:
        statement = statement.where(col(DeliveryRow.state).in_(wanted))
    ordered = statement.order_by(col(DeliveryRow.listing_date).desc(), col(DeliveryRow.id))
    return tuple(_report(row, reader) for row, reader in session.exec(ordered))


def _report(row: DeliveryRow, reader: str) -> DeliveryReport:
    return DeliveryReport(
        reader=reader,
        edition=row.listing_date,
        state=DeliveryState(row.state),
        reason=row.reason,
        attempts=row.attempts,
        message_id=row.message_id,
        reply=row.reply,
    )


def _count(session: Session, listing_date: date) -> int:
    statement = select(func.count()).where(DeliveryRow.listing_date == listing_date)
    return session.exec(statement.select_from(DeliveryRow)).one()
