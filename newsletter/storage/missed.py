"""Papers of missed days: what was not sent when it was announced, and which edition carries it.

followed ─► records ─► (newsletter.gaps) ─► carry ─► late_paper ─► edition_entries
"""

from collections.abc import Iterable
from datetime import date

from sqlalchemy import update
from sqlmodel import Session, col, func, select

from newsletter.batches import is_old
from newsletter.evidence import COUNTED
from newsletter.gaps import Known
from newsletter.papers import AnnouncedPaper, AnnouncementState, PaperId, read_id, strongest
from newsletter.storage.papers import batch_of, chunks, keep_papers
from newsletter.storage.tables import (
    AnnouncedRow,
    AnnouncementRow,
    EditionRow,
    LatePaperRow,
    PaperRow,
    PaperVersionRow,
)
from newsletter.storage.upsert import insert_missing

_COUNTED = [kind.value for kind in COUNTED]


def followed_since(session: Session, before: date) -> dict[str, date]:
    """Return the first listing date of each category that an edition before `before` sent."""
    rows = session.exec(
        select(AnnouncementRow.category, func.min(AnnouncementRow.listing_date))
        .join(EditionRow, col(EditionRow.listing_date) == AnnouncementRow.listing_date)
        .where(AnnouncementRow.listing_date < before, col(EditionRow.collected_at).is_not(None))
        .group_by(AnnouncementRow.category),
    )
    return dict(rows.all())


def records(session: Session, first: date, before: date) -> tuple[Known, ...]:
    """Return what is known of each announcement from `first` on, before `before`."""
    late = select(AnnouncedRow.position).where(
        AnnouncedRow.announcement_id == AnnouncementRow.id, col(AnnouncedRow.is_late)
    )
    rows = session.exec(
        select(AnnouncementRow, EditionRow, late.exists())
        .join(EditionRow, col(EditionRow.listing_date) == AnnouncementRow.listing_date)
        .where(AnnouncementRow.listing_date >= first, AnnouncementRow.listing_date < before),
    )
    return tuple(
        Known(
            listing_date=row.listing_date,
            category=row.category,
            state=AnnouncementState(row.state),
            reached_readers=row.carried_by is not None
            or (edition.collected_at is not None and not has_late),
            is_confirmed=row.is_confirmed,
        )
        for row, edition, has_late in rows
    )


def sent_before(session: Session, ids: Iterable[PaperId], edition_date: date) -> set[PaperId]:
    """Return those of `ids` that count in an edition before `edition_date`, or came late in any.

    An edition counts once it was collected: it is on its way to readers then.
    """
    found: set[str] = set()
    for chunk in chunks([one.value for one in ids]):
        announced = (
            select(PaperRow.arxiv_id)
            .join(PaperVersionRow, col(PaperVersionRow.paper_id) == PaperRow.id)
            .join(AnnouncedRow, col(AnnouncedRow.paper_version_id) == PaperVersionRow.id)
            .join(AnnouncementRow, col(AnnouncementRow.id) == AnnouncedRow.announcement_id)
            .join(EditionRow, col(EditionRow.listing_date) == AnnouncementRow.listing_date)
            .where(
                col(PaperRow.arxiv_id).in_(chunk),
                col(AnnouncedRow.type).in_(_COUNTED),
                AnnouncementRow.listing_date < edition_date,
                col(EditionRow.collected_at).is_not(None),
                col(AnnouncedRow.is_late).is_(False),
            )
        )
        late = (
            select(PaperRow.arxiv_id)
            .join(LatePaperRow, col(LatePaperRow.paper_id) == PaperRow.id)
            .where(col(PaperRow.arxiv_id).in_(chunk))
        )
        found |= {*session.exec(announced), *session.exec(late)}
    return {read_id(value) for value in found}


def seen_before(session: Session, ids: Iterable[PaperId], listing_date: date) -> set[PaperId]:
    """Return those of `ids` that an announcement before `listing_date` holds, of any type."""
    found: set[str] = set()
    for chunk in chunks([one.value for one in ids]):
        found |= {
            *session.exec(
                select(PaperRow.arxiv_id)
                .join(PaperVersionRow, col(PaperVersionRow.paper_id) == PaperRow.id)
                .join(AnnouncedRow, col(AnnouncedRow.paper_version_id) == PaperVersionRow.id)
                .join(AnnouncementRow, col(AnnouncementRow.id) == AnnouncedRow.announcement_id)
                .where(
                    col(PaperRow.arxiv_id).in_(chunk),
                    AnnouncementRow.listing_date < listing_date,
                )
            )
        }
    return {read_id(value) for value in found}


def was_read(session: Session, category: str, before: date) -> bool:
    """Say whether an announcement of `category` before that date holds any paper."""
    held = select(AnnouncedRow.position).where(AnnouncedRow.announcement_id == AnnouncementRow.id)
    found = (
        select(AnnouncementRow.id)
        .where(AnnouncementRow.category == category, AnnouncementRow.listing_date < before)
        .where(held.exists())
        .limit(1)
    )
    return session.exec(found).first() is not None


def carry(
    session: Session,
    edition_date: date,
    listing_date: date,
    entries: Iterable[AnnouncedPaper],
) -> int:
    """Have the edition of `edition_date` carry what readers have not had; return how many.

    `entries` are what was announced on `listing_date`. To be called before they are
    kept with that day, which may have been sent without them.
    """
    counted = [entry for entry in strongest(entries) if entry.type in COUNTED]
    sent = sent_before(session, (entry.paper.id for entry in counted), edition_date)
    late = [entry for entry in counted if entry.paper.id not in sent]
    versions = keep_papers(session, [entry.paper for entry in late])
    rows = [
        {
            "paper_id": versions[entry.paper].paper,
            "paper_version_id": versions[entry.paper].version,
            "type": entry.type.value,
            "listing_date": listing_date,
            "edition_date": edition_date,
            "position": position,
        }
        for position, entry in enumerate(late)
    ]
    insert_missing(session, LatePaperRow, rows, ["paper_id"])
    return len(late)


def doubt(session: Session, listing_date: date, gap_date: date, category: str) -> bool:
    """Take back the belief in an announcement if it is that of `gap_date` again.

    It was judged while nothing was known of that day. Returns whether it was taken back.
    """
    earlier = batch_of(session, gap_date, category)
    if not is_old(batch_of(session, listing_date, category).papers, earlier):
        return False
    session.execute(
        update(AnnouncementRow)
        .where(col(AnnouncementRow.listing_date) == listing_date)
        .where(col(AnnouncementRow.category) == category)
        .values(state=AnnouncementState.STALLED.value),
    )
    return True


def note_carried(session: Session, edition_date: date, listing_date: date, category: str) -> None:
    """Note on the announcement which edition carries what was missed of it."""
    session.execute(
        update(AnnouncementRow)
        .where(col(AnnouncementRow.listing_date) == listing_date)
        .where(col(AnnouncementRow.category) == category)
        .values(carried_by=edition_date),
    )


def adopt(session: Session, edition_date: date) -> int:
    """Take over the late papers of earlier editions that were never sent; return how many."""
    unsent = select(col(EditionRow.listing_date)).where(
        EditionRow.listing_date < edition_date, col(EditionRow.collected_at).is_(None)
    )
    moved = session.execute(
        update(LatePaperRow)
        .where(col(LatePaperRow.edition_date).in_(unsent))
        .values(edition_date=edition_date)
        .execution_options(synchronize_session=False),
    )
    return moved.rowcount  # type: ignore[attr-defined,no-any-return]
