"""Named locks among all processes of an installation, as rows with an end.

A lease that its holder never gave back ends by itself: a crash blocks others for no longer.

Some rows are no locks: `arxiv-circuit` for all of arXiv, `arxiv-circuit:<place>` for each of its
services (`arxiv-circuit:arxiv.org/list`) and for each other feed (`arxiv-circuit:feed:bioRxiv`, and
again with a service behind a space). Such a row holds the count of failures in a row (as
`failures:3`) and, where `until` lies after `touched_at`, how long the place is to be left alone.
"""

from datetime import datetime, timedelta

from sqlmodel import Session

from newsletter.storage.tables import LeaseRow
from newsletter.storage.upsert import insert_missing, upsert

LONG_AGO = timedelta(days=1)
CIRCUIT = "arxiv-circuit"
_FAILURES = "failures:"


def acquire(
    session: Session,
    name: str,
    holder: str,
    now: datetime,
    length: timedelta,
) -> datetime | None:
    """Take the lease `name`; return when it was last used, or None if another holds it.

    Taking a lease that `holder` has already prolongs it.
    """
    row = session.get(LeaseRow, name, with_for_update=True)
    if row is None:
        past = now - LONG_AGO
        empty = {"name": name, "holder": "", "until": past, "touched_at": past}
        insert_missing(session, LeaseRow, [empty], ["name"])
        row = session.get_one(LeaseRow, name, with_for_update=True)
    if row.holder not in {"", holder} and row.until > now:
        return None
    row.holder, row.until = holder, now + length
    session.add(row)
    return row.touched_at


def release(session: Session, name: str, holder: str, now: datetime) -> None:
    """Give a lease back and note that it was used until `now`."""
    row = session.get(LeaseRow, name, with_for_update=True)
    if row is not None and row.holder == holder:
        row.holder, row.until, row.touched_at = "", now, now
        session.add(row)


def serialise(session: Session, name: str, now: datetime) -> None:
    """Let transactions that call this with one `name` run one after the other.

    SQLite does so with all writers anyway; PostgreSQL waits for the row until commit.
    """
    insert_missing(
        session, LeaseRow, [{"name": name, "holder": "", "until": now, "touched_at": now}], ["name"]
    )
    session.get_one(LeaseRow, name, with_for_update=True)


def circuit_name(place: str) -> str:
    """Return the name of the row of a service, or with an empty `place` that of all together."""
    return f"{CIRCUIT}:{place}" if place else CIRCUIT


def circuit(session: Session, place: str = "") -> tuple[int, datetime | None]:
    """Return the failures in a row at `place`, and until when (aware) it is left alone, if it is.

    The end is returned after it has passed, too, until a success closes the circuit.
    """
    row = session.get(LeaseRow, circuit_name(place))
    if row is None or not row.holder.startswith(_FAILURES):
        return 0, None
    return int(row.holder.removeprefix(_FAILURES)), (
        row.until if row.until > row.touched_at else None
    )


def open_circuit(
    session: Session, failures: int, until: datetime | None, now: datetime, place: str
) -> None:
    """Note `failures` at `now`, and to leave `place` alone until `until` (None: not yet)."""
    values = {"holder": f"{_FAILURES}{failures}", "until": until or now, "touched_at": now}
    upsert(session, LeaseRow, {"name": circuit_name(place), **values})


def close_circuit(session: Session, now: datetime, place: str) -> None:
    """Note that `place` answered at `now`."""
    closed = {"name": circuit_name(place), "holder": "", "until": now, "touched_at": now}
    upsert(session, LeaseRow, closed)
