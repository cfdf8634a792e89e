"""Papers, their versions, and the announcements that hold them.

keep_announcement ─► paper, paper_version (new texts only), announcement, announced
announced_in      ─► what one announcement holds; newsletter.storage.entries has an edition's

An edition that is on its way does not change: what is announced for its date later is kept as late.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any, NamedTuple, TypeVar

from sqlalchemy import Row
from sqlmodel import Session, col, delete, select

from newsletter.batches import Batch, Pair
from newsletter.evidence import COUNTED, counted_ids
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
from newsletter.storage.tables import (
    AnnouncedRow,
    AnnouncementRow,
    EditionRow,
    PaperRow,
    PaperVersionRow,
)
from newsletter.storage.upsert import insert_for, insert_missing

T = TypeVar("T")

BATCHES = 5
"""Earlier announcements that a document is compared with: a week of them."""

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
    *,
    is_confirmed: bool = False,
) -> set[PaperId]:
    """Keep what `source` gave for a category and date, in place of what was kept before.

    `is_confirmed` says that it was whole before, and was found so again. Returns the papers that
    are late: those that count for readers and stood in nothing that was kept while the edition
    was collected. The caller holds the edition, see `editions.hold`.
    """
    versions = keep_papers(session, [entry.paper for entry in announcement.entries])
    late, is_news = _late(session, announcement, listing_date)
    values = {
        "source": source,
        "state": announcement.state.value,
        "expected": asdict(announcement.expected),
        "parsed": asdict(announcement.parsed),
        "problems": [asdict(problem) for problem in announcement.problems],
        "fetched_at": now,
        "is_confirmed": is_confirmed,
        **({"carried_by": None} if is_news else {}),
    }
    row_id = _keep_row(session, listing_date, announcement.category, values)
    session.exec(delete(AnnouncedRow).where(col(AnnouncedRow.announcement_id) == row_id))
    session.add_all(
        AnnouncedRow(
            announcement_id=row_id,
            position=position,
            paper_version_id=versions[entry.paper].version,
            type=entry.type.value,
            is_inferred=entry.is_inferred,
            is_late=entry.paper.id in late,
        )
        for position, entry in enumerate(announcement.entries)
    )
    return late


def _late(
    session: Session, announcement: Announcement, listing_date: date
) -> tuple[set[PaperId], bool]:
    """Return the papers that come too late for their edition, and whether any was not known so."""
    edition = session.get(EditionRow, listing_date)
    if edition is None or edition.collected_at is None:
        return set(), False
    held = session.exec(
        select(PaperRow.arxiv_id, AnnouncedRow.is_late)
        .join(PaperVersionRow, col(PaperVersionRow.paper_id) == PaperRow.id)
        .join(AnnouncedRow, col(AnnouncedRow.paper_version_id) == PaperVersionRow.id)
        .join(AnnouncementRow, col(AnnouncementRow.id) == AnnouncedRow.announcement_id)
        .where(AnnouncementRow.listing_date == listing_date)
        .where(AnnouncementRow.category == announcement.category)
        .where(col(AnnouncedRow.type).in_([kind.value for kind in COUNTED])),
    )
    known = {read_id(arxiv_id): is_late for arxiv_id, is_late in held}
    late = {one for one in counted_ids(announcement.entries) if known.get(one, True)}
    return late, not late <= known.keys()


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
            problems=tuple(Problem(**problem) for problem in row.problems),  # type: ignore[arg-type] # JSON
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
        select(AnnouncedRow, PaperRow.arxiv_id, PaperVersionRow)
        .join(AnnouncementRow, col(AnnouncementRow.id) == AnnouncedRow.announcement_id)
        .join(PaperVersionRow, col(PaperVersionRow.id) == AnnouncedRow.paper_version_id)
        .join(PaperRow, col(PaperRow.id) == PaperVersionRow.paper_id)
        .where(AnnouncementRow.listing_date == listing_date, AnnouncementRow.category == category)
        .order_by(col(AnnouncedRow.position)),
    )
    return tuple(
        AnnouncedPaper(
            read_paper(arxiv_id, version), AnnounceType(row.type), is_inferred=row.is_inferred
        )
        for row, arxiv_id, version in rows
    )


def batches_before(session: Session, listing_date: date, category: str) -> tuple[Batch, ...]:
    """Return the newest earlier announcements of `category` that hold papers, newest first.

    At most `BATCHES`: arXiv has served the batch before the last one, too.
    """
    held = select(AnnouncedRow.position).where(AnnouncedRow.announcement_id == AnnouncementRow.id)
    rows = session.exec(
        select(AnnouncementRow)
        .where(AnnouncementRow.category == category)
        .where(AnnouncementRow.listing_date < listing_date, held.exists())
        .order_by(col(AnnouncementRow.listing_date).desc())
        .limit(BATCHES),
    ).all()
    return _batches(session, {row.id or 0: row.listing_date for row in rows})


def batch_of(session: Session, listing_date: date, category: str) -> Batch:
    """Return one announcement as a batch, empty where nothing is kept of it."""
    row_id = session.exec(
        select(AnnouncementRow.id).filter_by(listing_date=listing_date, category=category)
    ).first()
    (batch,) = _batches(session, {row_id or 0: listing_date})
    return batch


def _batches(session: Session, dates: Mapping[int, date]) -> tuple[Batch, ...]:
    """Return announcements by their row ids, without what metadata inferred, in that order."""
    pairs: dict[int, set[Pair]] = {row_id: set() for row_id in dates}
    found = session.exec(
        select(AnnouncedRow.announcement_id, PaperRow.arxiv_id, AnnouncedRow.type)
        .join(PaperVersionRow, col(PaperVersionRow.id) == AnnouncedRow.paper_version_id)
        .join(PaperRow, col(PaperRow.id) == PaperVersionRow.paper_id)
        .where(col(AnnouncedRow.announcement_id).in_(pairs))
        .where(col(AnnouncedRow.is_inferred).is_(False)),
    )
    for row_id, arxiv_id, kind in found:
        pairs[row_id].add((read_id(arxiv_id), AnnounceType(kind)))
    return tuple(Batch(dates[row_id], frozenset(held)) for row_id, held in pairs.items())


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


def read_paper(arxiv_id: str, row: PaperVersionRow | Row[Any]) -> Paper:
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
