"""Readers' own papers, and the texts that they are weighed by.

replace ─► library_paper ─ lacking ─► ids without text ─ fill ─► library_paper
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, update
from sqlmodel import Session, col, delete, or_, select

from newsletter.keywords.library import OwnPaper
from newsletter.storage.papers import chunks
from newsletter.storage.tables import (
    AnnouncedRow,
    AnnouncementRow,
    LibraryPaperRow,
    PaperRow,
    PaperVersionRow,
)

Text = tuple[str, str]
"""Title and abstract."""


@dataclass(frozen=True, slots=True)
class KeptOwnPaper:
    """A paper of a library as it is kept."""

    paper: OwnPaper
    asked_at: datetime | None
    """When arXiv was last asked for its text, None for never."""


def replace(session: Session, subscriber_id: int, papers: Sequence[OwnPaper]) -> None:
    """Keep `papers` in place of the reader's library; none removes it."""
    session.exec(delete(LibraryPaperRow).where(col(LibraryPaperRow.subscriber_id) == subscriber_id))
    session.add_all(
        LibraryPaperRow(
            subscriber_id=subscriber_id,
            position=position,
            arxiv_id=paper.arxiv_id,
            title=paper.title,
            abstract=paper.abstract,
        )
        for position, paper in enumerate(papers)
    )
    session.flush()


def read(session: Session, subscriber_id: int) -> tuple[KeptOwnPaper, ...]:
    """Return a reader's library, in its order."""
    rows = session.exec(
        select(LibraryPaperRow)
        .where(LibraryPaperRow.subscriber_id == subscriber_id)
        .order_by(col(LibraryPaperRow.position)),
    )
    return tuple(
        KeptOwnPaper(
            OwnPaper(arxiv_id=row.arxiv_id, title=row.title, abstract=row.abstract), row.asked_at
        )
        for row in rows
    )


def lacking(session: Session, asked_before: datetime, limit: int) -> tuple[str, ...]:
    """Return ids without a text that arXiv was not asked for since, those never asked for first."""
    rows = session.exec(
        select(LibraryPaperRow.arxiv_id)
        .where(LibraryPaperRow.title == "", LibraryPaperRow.arxiv_id != "")
        .where(
            or_(
                col(LibraryPaperRow.asked_at).is_(None),
                col(LibraryPaperRow.asked_at) < asked_before,
            )
        )
        .group_by(LibraryPaperRow.arxiv_id)
        .order_by(func.count(col(LibraryPaperRow.asked_at)), LibraryPaperRow.arxiv_id)
        .limit(limit),
    )
    return tuple(rows)


def fill(session: Session, ids: Sequence[str], texts: Mapping[str, Text], now: datetime) -> None:
    """Write `texts` into every library that lacks them, and note for all `ids` when it was."""
    for arxiv_id in ids:
        title, abstract = texts.get(arxiv_id, ("", ""))
        session.execute(
            update(LibraryPaperRow)
            .where(col(LibraryPaperRow.arxiv_id) == arxiv_id, col(LibraryPaperRow.title) == "")
            .values(title=title, abstract=abstract, asked_at=now),
        )


def texts_of(session: Session, ids: Sequence[str]) -> dict[str, Text]:
    """Return the newest kept text of each paper; those that no edition had are missing."""
    found: dict[str, Text] = {}
    for chunk in chunks(ids):
        rows = session.exec(
            select(PaperRow.arxiv_id, PaperVersionRow.title, PaperVersionRow.abstract)
            .join(PaperVersionRow, col(PaperVersionRow.paper_id) == PaperRow.id)
            .where(col(PaperRow.arxiv_id).in_(chunk))
            .order_by(col(PaperVersionRow.id)),
        )
        found |= {arxiv_id: (title, abstract) for arxiv_id, title, abstract in rows}
    return found


def texts_between(session: Session, first: date, before: date, most: int) -> tuple[str, ...]:
    """Return texts announced from `first` on, before `before`: at most `most`, from all days."""
    ids = session.exec(
        select(AnnouncedRow.paper_version_id)
        .join(AnnouncementRow, col(AnnouncementRow.id) == AnnouncedRow.announcement_id)
        .where(AnnouncementRow.listing_date >= first, AnnouncementRow.listing_date < before)
        .distinct()
        .order_by(col(AnnouncedRow.paper_version_id)),
    ).all()
    found: list[str] = []
    for chunk in chunks(ids[:: -(-len(ids) // most) or 1]):
        rows = session.exec(
            select(PaperVersionRow.title, PaperVersionRow.abstract)
            .where(col(PaperVersionRow.id).in_(chunk))
            .order_by(col(PaperVersionRow.id)),
        )
        found += [f"{title}\n{abstract}" for title, abstract in rows]
    return tuple(found)
