"""Papers, their versions, and the announcements that hold them.

keep_announcement ─► paper, paper_version (new texts only), announcement, announced
announced_in      ─► what one announcement holds; newsletter.storage.entries has an edition's
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any, NamedTuple, TypeVar

from sqlmodel import Session, col, delete, select

from newsletter.batches import Batch
from newsletter.papers import (
    AnnouncedPaper,
    Announcement,
    AnnouncementState,
    AnnounceType,
    Counts,
    Paper,
    PaperId,
    Problem,
    read_id,
)
from newsletter.storage.tables import AnnouncedRow, AnnouncementRow, PaperRow, PaperVersionRow
from newsletter.storage.upsert import insert_for, insert_missing

T = TypeVar("T")

_CHUNK = 500
"""Values of one IN (…): SQLite's oldest limit is 999 parameters."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptAnnouncement:
    """What is known of one category on one listing date, without its papers."""

    category: str
    source: str
    state: AnnouncementState
    expected: Counts
    parsed: Counts
    problems: tuple[Problem, ...]
    fetched_at: datetime


def keep_announcement(
    session: Session,
    announcement: Announcement,
    listing_date: date,
    source: str,
    now: datetime,
) -> None:
    """Keep what `source` gave for a category and date, in place of what was kept before."""
    versions = keep_papers(session, [entry.paper for entry in announcement.entries])
    values = {
        "source": source,
        "state": announcement.state.value,
        "expected": asdict(announcement.expected),
        "parsed": asdict(announcement.parsed),
        "problems": [asdict(problem) for problem in announcement.problems],
        "fetched_at": now,
    }
    row_id = _keep_row(session, listing_date, announcement.category, values)
    session.exec(delete(AnnouncedRow).where(col(AnnouncedRow.announcement_id) == row_id))
    session.add_all(
        AnnouncedRow(
            announcement_id=row_id,
            position=position,
            paper_version_id=versions[entry.paper].version,
            type=entry.type.value,
        )
        for position, entry in enumerate(announcement.entries)
    )


def _keep_row(session: Session, listing_date: date, category: str, values: dict[str, Any]) -> int:
    """Insert or overwrite the announcement's own row; return its id."""
    keys = {"listing_date": listing_date, "category": category}
    session.execute(
        insert_for(session, AnnouncementRow)
        .values(**keys, **values)
        .on_conflict_do_update(index_elements=list(keys), set_=values),
    )
    found = select(AnnouncementRow.id).filter_by(**keys)
    return session.exec(found).one() or 0


def announcements(session: Session, listing_date: date) -> tuple[KeptAnnouncement, ...]:
    """Return what is kept for a listing date, by category."""
    rows = session.exec(
        select(AnnouncementRow)
        .where(AnnouncementRow.listing_date == listing_date)
        .order_by(AnnouncementRow.category),
    )
    return tuple(
        KeptAnnouncement(
            category=row.category,
            source=row.source,
            state=AnnouncementState(row.state),
            expected=Counts(**row.expected),
            parsed=Counts(**row.parsed),
            problems=tuple(Problem(**problem) for problem in row.problems),  # type: ignore[arg-type]
            fetched_at=row.fetched_at,
        )
        for row in rows
    )


def announced_in(
    session: Session,
    listing_date: date,
    category: str,
) -> tuple[AnnouncedPaper, ...]:
    """Return what one announcement holds, in its order."""
    rows = session.exec(
        select(AnnouncedRow.type, PaperRow.arxiv_id, PaperVersionRow)
        .join(AnnouncementRow, col(AnnouncementRow.id) == AnnouncedRow.announcement_id)
        .join(PaperVersionRow, col(PaperVersionRow.id) == AnnouncedRow.paper_version_id)
        .join(PaperRow, col(PaperRow.id) == PaperVersionRow.paper_id)
        .where(AnnouncementRow.listing_date == listing_date, AnnouncementRow.category == category)
        .order_by(col(AnnouncedRow.position)),
    )
    return tuple(
        AnnouncedPaper(read_paper(arxiv_id, version), AnnounceType(kind))
        for kind, arxiv_id, version in rows
    )


def previous_batch(session: Session, listing_date: date, category: str) -> Batch | None:
    """Return the newest earlier announcement of `category` that holds papers."""
    held = select(AnnouncedRow.position).where(AnnouncedRow.announcement_id == AnnouncementRow.id)
    row = session.exec(
        select(AnnouncementRow)
        .where(AnnouncementRow.category == category)
        .where(AnnouncementRow.listing_date < listing_date, held.exists())
        .order_by(col(AnnouncementRow.listing_date).desc())
        .limit(1),
    ).first()
    if row is None:
        return None
    found = session.exec(
        select(PaperRow.arxiv_id, AnnouncedRow.type)
        .join(PaperVersionRow, col(PaperVersionRow.paper_id) == PaperRow.id)
        .join(AnnouncedRow, col(AnnouncedRow.paper_version_id) == PaperVersionRow.id)
        .where(AnnouncedRow.announcement_id == row.id),
    )
    pairs = frozenset((read_id(arxiv_id), AnnounceType(kind)) for arxiv_id, kind in found)
    return Batch(row.listing_date, pairs)


class KeptPaper(NamedTuple):
    """Row ids of a paper and of the text it was announced with."""

    paper: int
    version: int


def keep_papers(session: Session, papers: Sequence[Paper]) -> dict[Paper, KeptPaper]:
    """Insert what is new; return the row ids of each."""
    insert_missing(session, PaperRow, [{"arxiv_id": p.id.value} for p in papers], ["arxiv_id"])
    ids = _paper_ids(session, (paper.id for paper in papers))
    rows = [_version_values(paper, ids[paper.id]) for paper in papers]
    insert_missing(session, PaperVersionRow, rows, ["paper_id", "text_hash"])
    versions = _version_ids(session, list(ids.values()))
    return {
        paper: KeptPaper(ids[paper.id], versions[ids[paper.id], _text_hash(paper)])
        for paper in papers
    }


def _version_ids(session: Session, paper_row_ids: Sequence[int]) -> dict[tuple[int, str], int]:
    """Return version row ids by paper row id and text hash."""
    found: dict[tuple[int, str], int] = {}
    for chunk in chunks(paper_row_ids):
        statement = select(
            PaperVersionRow.paper_id,
            PaperVersionRow.text_hash,
            PaperVersionRow.id,
        ).where(col(PaperVersionRow.paper_id).in_(chunk))
        for paper_row_id, text_hash, row_id in session.exec(statement):
            found[paper_row_id, text_hash] = row_id or 0
    return found


def _paper_ids(session: Session, ids: Iterable[PaperId]) -> dict[PaperId, int]:
    found: dict[PaperId, int] = {}
    for chunk in chunks([paper_id.value for paper_id in ids]):
        statement = select(PaperRow.arxiv_id, PaperRow.id).where(col(PaperRow.arxiv_id).in_(chunk))
        found |= {read_id(arxiv_id): row_id or 0 for arxiv_id, row_id in session.exec(statement)}
    return found


def chunks(values: Sequence[T]) -> Iterable[Sequence[T]]:
    """Cut `values` into pieces that fit one IN (…)."""
    return (values[start : start + _CHUNK] for start in range(0, len(values), _CHUNK))


def _version_values(paper: Paper, paper_id: int) -> dict[str, object]:
    return {
        "paper_id": paper_id,
        "version": paper.version,
        "text_hash": _text_hash(paper),
        "title": paper.title,
        "abstract": paper.abstract,
        "authors": list(paper.authors),
        "categories": list(paper.categories),
        "comment": paper.comment,
        "journal_ref": paper.journal_ref,
        "doi": paper.doi,
        "links": list(paper.links),
    }


def _text_hash(paper: Paper) -> str:
    """Hash everything that a reader sees, so that a changed comment is a new row too."""
    return hashlib.sha256(repr(paper).encode()).hexdigest()


def read_paper(arxiv_id: str, row: PaperVersionRow) -> Paper:
    """Return a row as a value."""
    return Paper(
        id=read_id(arxiv_id),
        version=row.version,
        title=row.title,
        abstract=row.abstract,
        authors=tuple(row.authors),
        categories=tuple(row.categories),
        comment=row.comment,
        journal_ref=row.journal_ref,
        doi=row.doi,
        links=tuple(row.links),
    )
