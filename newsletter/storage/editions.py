"""Editions: one row a listing date."""

from datetime import date, datetime

from sqlmodel import Session, col, select

from newsletter.calendar import announced_at
from newsletter.schedule import Edition, EditionState
from newsletter.storage.tables import EditionRow
from newsletter.storage.upsert import insert_missing


def open_edition(session: Session, listing_date: date) -> Edition:
    """Return the edition of a listing date, made if it is not there yet."""
    values = {
        "listing_date": listing_date,
        "state": EditionState.COLLECTING.value,
        "announced_at": announced_at(listing_date),
    }
    insert_missing(session, EditionRow, [values], ["listing_date"])
    return _edition(session.get_one(EditionRow, listing_date))


def find(session: Session, listing_date: date) -> Edition | None:
    """Return the edition of a listing date, None where there is none."""
    row = session.get(EditionRow, listing_date)
    return _edition(row) if row else None


def latest(session: Session) -> Edition | None:
    """Return the edition of the newest listing date."""
    row = session.exec(select(EditionRow).order_by(col(EditionRow.listing_date).desc())).first()
    return _edition(row) if row else None


def recent(session: Session, limit: int) -> tuple[Edition, ...]:
    """Return the newest `limit` editions, newest first."""
    rows = session.exec(
        select(EditionRow).order_by(col(EditionRow.listing_date).desc()).limit(limit),
    )
    return tuple(map(_edition, rows))


def open_before(session: Session, listing_date: date) -> tuple[Edition, ...]:
    """Return all editions before `listing_date` that are not closed, newest first."""
    rows = session.exec(
        select(EditionRow)
        .where(EditionRow.listing_date < listing_date)
        .where(EditionRow.state != EditionState.CLOSED.value)
        .order_by(col(EditionRow.listing_date).desc()),
    )
    return tuple(map(_edition, rows))


def set_collected(
    session: Session,
    listing_date: date,
    collected_at: datetime,
    summaries_by: datetime,
) -> None:
    """Record that collecting is over and until when summaries are waited for."""
    row = session.get_one(EditionRow, listing_date)
    row.state = EditionState.SUMMARISING.value
    row.collected_at, row.summaries_by = collected_at, summaries_by
    session.add(row)


def hold(session: Session, listing_date: date) -> bool:
    """Lock the edition's row until commit; say whether it is there and not on its way yet.

    Who writes what was announced holds the edition meanwhile: two at once would each overwrite
    what the other one brought, and one might write into an edition that has just left.
    """
    row = session.get(EditionRow, listing_date, with_for_update=True, populate_existing=True)
    return row is not None and row.state == EditionState.COLLECTING.value


def set_state(session: Session, listing_date: date, state: EditionState) -> None:
    """Move the edition to `state`."""
    row = session.get_one(EditionRow, listing_date)
    row.state = state.value
    session.add(row)


def _edition(row: EditionRow) -> Edition:
    return Edition(
        listing_date=row.listing_date,
        state=EditionState(row.state),
        announced_at=row.announced_at,
        collected_at=row.collected_at,
        summaries_by=row.summaries_by,
    )
