"""Damaged documents as they came, newest first; old ones make room.

keep ─► document ─► kept, body_of
"""

import gzip
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Self

from sqlalchemy import delete
from sqlalchemy import select as select_columns
from sqlmodel import Session, col, select

from newsletter.errors import RowMissing
from newsletter.storage.tables import DocumentRow

MOST_DOCUMENTS: Final = 50
"""Kept at a time: a week in which every poll of every category is damaged leaves a sample."""

MOST_BYTES: Final = 20_000_000
"""Of one document; the rest is cut off. The largest recorded page has 3.2 million."""

_LEVEL: Final = 1
"""Of gzip: 20 MB of three letters by chance take 38 seconds at its default, 9."""

_LARGEST_ID = 2**31 - 1
"""Of PostgreSQL's INTEGER; SQLite's driver fails beyond 64 bits."""


@dataclass(frozen=True, slots=True)
class KeptDocument:
    """One document, without its body."""

    id: int
    fetched_at: datetime
    """When it came first, in UTC."""
    origin: str
    reason: str
    """What is wrong with it, in words."""
    size: int
    """Bytes as it came; those beyond `MOST_BYTES` are not kept."""


@dataclass(frozen=True, slots=True)
class PackedDocument:
    """A body as it is kept: packed before the database is locked, because that takes a while."""

    size: int
    """Bytes as it came."""
    body: bytes
    """The first `MOST_BYTES` of them, by gzip."""

    @classmethod
    def of(cls, body: bytes) -> Self:
        """Pack a body; without a time inside, equal ones are equal when packed."""
        return cls(len(body), gzip.compress(body[:MOST_BYTES], _LEVEL, mtime=0))


def keep(
    session: Session, origin: str, reason: str, document: PackedDocument, now: datetime
) -> bool:
    """Keep a document and let the oldest go; say whether it was new.

    The same body from the same origin is kept once.
    """
    size, body = document.size, document.body
    same = select(DocumentRow.id).where(
        DocumentRow.origin == origin, DocumentRow.size == size, DocumentRow.body == body
    )
    if session.exec(same.limit(1)).first() is not None:
        return False
    session.add(DocumentRow(fetched_at=now, origin=origin, reason=reason, size=size, body=body))
    session.flush()
    _make_room(session)
    return True


def kept(session: Session) -> tuple[KeptDocument, ...]:
    """Return what is kept, newest first."""
    table = DocumentRow
    columns = (table.id, table.fetched_at, table.origin, table.reason, table.size)
    rows = session.execute(select_columns(*map(col, columns)).order_by(col(table.id).desc()))
    return tuple(KeptDocument(*row) for row in rows)


def body_of(session: Session, document_id: int) -> bytes:
    """Return a document as it came, up to `MOST_BYTES`; raise `RowMissing`."""
    found = None
    if 0 < document_id <= _LARGEST_ID:
        wanted = select(DocumentRow.body).where(DocumentRow.id == document_id)
        found = session.exec(wanted).first()
    if found is None:
        raise RowMissing("no document of that number is kept")
    return gzip.decompress(found)


def _make_room(session: Session) -> None:
    """Delete all but the newest."""
    ids = select(DocumentRow.id).order_by(col(DocumentRow.id).desc()).offset(MOST_DOCUMENTS)
    old = list(session.exec(ids))
    if old:
        session.execute(delete(DocumentRow).where(col(DocumentRow.id).in_(old)))
