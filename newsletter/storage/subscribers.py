"""Readers, their keywords, and addresses that must not be mailed."""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import astuple
from datetime import datetime

import structlog
from sqlalchemy import String, cast, func, update
from sqlmodel import Session, col, delete, select

from newsletter.storage.tables import KeywordRow, SubscriberRow, SuppressionRow
from newsletter.storage.upsert import upsert
from newsletter.subscribers import (
    DEFAULT_TIMEZONE,
    Density,
    Interest,
    Preferences,
    Subscriber,
    SubscriberState,
    fold_address,
    known_timezones,
)

_CHUNK = 500
_log = structlog.get_logger()


def add(
    session: Session,
    *,
    public_id: str,
    address: str,
    preferences: Preferences,
    now: datetime,
    state: SubscriberState = SubscriberState.PENDING,
) -> Subscriber:
    """Add a reader; the address must not be there yet."""
    row = SubscriberRow(
        public_id=public_id,
        address=address,
        address_key=fold_address(address),
        state=state.value,
        hour=preferences.hour,
        timezone=preferences.timezone,
        density=preferences.density.value,
        created_at=now,
        confirmed_at=now if state is SubscriberState.ACTIVE else None,
        categories=list(preferences.categories),
        cross_lists=preferences.cross_lists,
        library=preferences.library,
    )
    session.add(row)
    session.flush()
    _replace_keywords(session, row.id or 0, preferences.keywords)
    return _subscriber(row, preferences.keywords)


def find_by_address(session: Session, address: str) -> Subscriber | None:
    """Return the reader of an address, however it is written."""
    key = fold_address(address)
    row = session.exec(select(SubscriberRow).where(SubscriberRow.address_key == key)).one_or_none()
    return _with_keywords(session, row)


def find_by_public_id(session: Session, public_id: str) -> Subscriber | None:
    """Return the reader that a link names."""
    statement = select(SubscriberRow).where(SubscriberRow.public_id == public_id)
    return _with_keywords(session, session.exec(statement).one_or_none())


def get_many(session: Session, ids: Sequence[int]) -> dict[int, Subscriber]:
    """Return readers by row id; those that are gone are missing."""
    found: dict[int, Subscriber] = {}
    for start in range(0, len(ids), _CHUNK):
        chunk = ids[start : start + _CHUNK]
        keywords = _keywords(session, chunk)
        rows = session.exec(select(SubscriberRow).where(col(SubscriberRow.id).in_(chunk)))
        found |= {row.id or 0: _subscriber(row, keywords.get(row.id or 0, ())) for row in rows}
    return found


def active_interests(session: Session) -> tuple[Interest, ...]:
    """Return the distinct keywords of all active readers with what narrows them, sorted.

    As many rows as there are different ones, not as there are readers.
    """
    # PostgreSQL knows no equality of JSON; as text it is what one and the same code has written.
    categories = cast(SubscriberRow.categories, String)
    rows = session.exec(
        select(KeywordRow.text, categories, SubscriberRow.cross_lists)
        .join(SubscriberRow, col(SubscriberRow.id) == KeywordRow.subscriber_id)
        .where(SubscriberRow.state == SubscriberState.ACTIVE.value)
        .distinct(),
    )
    found = (Interest(text, tuple(json.loads(names)), crosses) for text, names, crosses in rows)
    return tuple(sorted(found, key=astuple))


def with_library(session: Session) -> Iterator[Subscriber]:
    """Yield the active readers who want the section close to their library, by row id."""
    statement = (
        select(SubscriberRow.id)
        .where(SubscriberRow.state == SubscriberState.ACTIVE.value)
        .where(col(SubscriberRow.library).is_(True))
        .order_by(col(SubscriberRow.id))
    )
    yield from get_many(session, [one or 0 for one in session.exec(statement)]).values()


def set_state(
    session: Session,
    subscriber_id: int,
    state: SubscriberState,
    confirmed_at: datetime | None = None,
    only_from: Iterable[SubscriberState] = SubscriberState,
) -> bool:
    """Move a reader to `state` if theirs is one of `only_from`; say whether it was.

    `confirmed_at` is kept when given. Compare-and-set: a click meanwhile is not overwritten.
    """
    values: dict[str, object] = {"state": state.value}
    if confirmed_at is not None:
        values["confirmed_at"] = confirmed_at
    result = session.execute(
        update(SubscriberRow)
        .where(
            col(SubscriberRow.id) == subscriber_id,
            col(SubscriberRow.state).in_([one.value for one in only_from]),
        )
        .values(**values)
        .execution_options(synchronize_session=False),
    )
    return bool(result.rowcount)  # type: ignore[attr-defined] # an UPDATE's result has it


def set_preferences(session: Session, subscriber_id: int, preferences: Preferences) -> None:
    """Replace what a reader chose."""
    # Locked, so that a double click saves twice, one after the other.
    row = session.get_one(SubscriberRow, subscriber_id, with_for_update=True)
    row.hour, row.timezone = preferences.hour, preferences.timezone
    row.density = preferences.density.value
    row.categories, row.cross_lists = list(preferences.categories), preferences.cross_lists
    row.library = preferences.library
    session.add(row)
    _replace_keywords(session, subscriber_id, preferences.keywords)


def suppress(session: Session, fingerprint: str, reason: str, now: datetime) -> None:
    """Never mail the address behind `fingerprint` again."""
    values = {"fingerprint": fingerprint, "reason": reason, "created_at": now}
    upsert(session, SuppressionRow, values)


def is_suppressed(session: Session, fingerprints: Sequence[str]) -> bool:
    """Say whether any of the fingerprints of an address is suppressed."""
    statement = select(SuppressionRow.fingerprint).where(
        col(SuppressionRow.fingerprint).in_(fingerprints),
    )
    return session.exec(statement).first() is not None


def count_by_state(session: Session) -> dict[SubscriberState, int]:
    """Count readers by state, zero included."""
    statement = select(SubscriberRow.state, func.count()).group_by(SubscriberRow.state)
    counts = {SubscriberState(state): number for state, number in session.exec(statement)}
    return {state: counts.get(state, 0) for state in SubscriberState}


def _replace_keywords(session: Session, subscriber_id: int, keywords: Sequence[str]) -> None:
    session.exec(delete(KeywordRow).where(col(KeywordRow.subscriber_id) == subscriber_id))
    session.add_all(
        KeywordRow(subscriber_id=subscriber_id, position=position, text=text)
        for position, text in enumerate(keywords)
    )
    session.flush()


def _keywords(session: Session, ids: Sequence[int]) -> dict[int, tuple[str, ...]]:
    found: dict[int, tuple[str, ...]] = {}
    statement = (
        select(KeywordRow)
        .where(col(KeywordRow.subscriber_id).in_(ids))
        .order_by(col(KeywordRow.subscriber_id), col(KeywordRow.position))
    )
    for row in session.exec(statement):
        found[row.subscriber_id] = (*found.get(row.subscriber_id, ()), row.text)
    return found


def _with_keywords(session: Session, row: SubscriberRow | None) -> Subscriber | None:
    if row is None or row.id is None:
        return None
    return _subscriber(row, _keywords(session, [row.id]).get(row.id, ()))


def _subscriber(row: SubscriberRow, keywords: tuple[str, ...]) -> Subscriber:
    return Subscriber(
        id=row.id or 0,
        public_id=row.public_id,
        address=row.address,
        state=SubscriberState(row.state),
        preferences=Preferences(
            keywords=keywords,
            hour=row.hour,
            timezone=_known(row),
            density=Density(row.density),
            categories=tuple(row.categories),
            cross_lists=row.cross_lists,
            library=row.library,
        ),
    )


def _known(row: SubscriberRow) -> str:
    if row.timezone in known_timezones():
        return row.timezone
    _log.warning("timezone_vanished", subscriber=row.id, timezone=row.timezone)
    return DEFAULT_TIMEZONE
