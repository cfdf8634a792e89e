"""The papers of an edition: what was announced that day, and what came late to it.

announced (without what earlier editions sent) + late_paper ─► each paper once, strongest type
"""

from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import date
from typing import Final

from sqlalchemy import select
from sqlmodel import Session, col

from newsletter.evidence import COUNTED, counted_ids
from newsletter.papers import AnnouncedPaper, AnnounceType, PaperId
from newsletter.storage.missed import sent_before
from newsletter.storage.papers import read_paper
from newsletter.storage.tables import (
    AnnouncedRow,
    AnnouncementRow,
    LatePaperRow,
    PaperRow,
    PaperVersionRow,
)
from newsletter.taxonomy import is_category

_TEXT: Final = tuple(PaperVersionRow.__table__.c)  # type: ignore[attr-defined] # SQLModel hides it
"""Columns and not objects: reading is three times as fast."""


def edition_entries(
    session: Session,
    listing_date: date,
    types: Collection[AnnounceType] = tuple(AnnounceType),
) -> tuple[AnnouncedPaper, ...]:
    """Return the edition's papers, each once, under its strongest type, in listing order.

    Whole archives come before single categories, so that the order is arXiv's own; papers of
    missed days come last, oldest day first. A new paper or a cross-list that an earlier edition
    had is left out: a cross-list of a later day must not repeat a paper. Only papers of `types`
    are looked at.
    """
    own, late = _own(session, listing_date, types), _late(session, listing_date, types)
    candidates = counted_ids(own) - counted_ids(late)
    sent = sent_before(session, candidates, listing_date)
    kept = (e for e in own if e.type not in COUNTED or e.paper.id not in sent)
    return _each_once([*kept, *late])


def _each_once(entries: Iterable[AnnouncedPaper]) -> tuple[AnnouncedPaper, ...]:
    best: dict[PaperId, AnnouncedPaper] = {}
    for entry in entries:
        held = best.setdefault(entry.paper.id, entry)
        if entry.type.strength < held.type.strength:
            best[entry.paper.id] = replace(entry, missed_on=entry.missed_on or held.missed_on)
    return tuple(best.values())


def _own(
    session: Session, listing_date: date, types: Collection[AnnounceType]
) -> list[AnnouncedPaper]:
    rows = session.execute(
        select(
            col(AnnouncementRow.category),
            col(AnnouncedRow.type),
            col(AnnouncedRow.is_inferred),
            col(PaperRow.arxiv_id),
            *_TEXT,
        )
        .join(AnnouncedRow, col(AnnouncedRow.announcement_id) == AnnouncementRow.id)
        .join(PaperVersionRow, col(PaperVersionRow.id) == AnnouncedRow.paper_version_id)
        .join(PaperRow, col(PaperRow.id) == PaperVersionRow.paper_id)
        .where(col(AnnouncementRow.listing_date) == listing_date)
        .where(col(AnnouncedRow.is_late).is_(False))
        .where(col(AnnouncedRow.type).in_(kind.value for kind in types))
        .order_by(col(AnnouncementRow.category), col(AnnouncedRow.position)),
    )
    return [
        AnnouncedPaper(
            read_paper(row.arxiv_id, row), AnnounceType(row.type), is_inferred=row.is_inferred
        )
        for row in sorted(rows, key=lambda row: _place(row.category))
    ]


def _place(category: str) -> tuple[bool, bool]:
    """Order archives before categories, and arXiv before other feeds."""
    return not is_category(category), "." in category


def _late(
    session: Session, edition_date: date, types: Collection[AnnounceType]
) -> list[AnnouncedPaper]:
    rows = session.execute(
        select(
            col(LatePaperRow.type), col(LatePaperRow.listing_date), col(PaperRow.arxiv_id), *_TEXT
        )
        .join(PaperVersionRow, col(PaperVersionRow.id) == LatePaperRow.paper_version_id)
        .join(PaperRow, col(PaperRow.id) == LatePaperRow.paper_id)
        .where(col(LatePaperRow.edition_date) == edition_date)
        .where(col(LatePaperRow.type).in_(kind.value for kind in types))
        .order_by(col(LatePaperRow.listing_date), col(LatePaperRow.position)),
    )
    return [
        AnnouncedPaper(
            read_paper(row.arxiv_id, row), AnnounceType(row.type), missed_on=row.listing_date
        )
        for row in rows
    ]
