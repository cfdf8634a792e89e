"""Papers with Chinese that was kept lately: what a change of the glossary may touch."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlmodel import Session, col, func, or_, select

from newsletter.storage.papers import chunks
from newsletter.storage.tables import PaperRow, PaperVersionRow, SummaryRow

MOST = 20_000
"""Papers that are looked at, the newest summaries first."""


class KeptText(NamedTuple):
    """The newest English text of a paper whose Chinese is kept."""

    arxiv_id: str
    title: str
    abstract: str


def texts_since(session: Session, since: datetime) -> tuple[KeptText, ...]:
    """Return the papers whose Chinese was kept at `since` or later, newest first, `MOST` at most.

    Of a paper with several texts the one that was announced last.
    """
    found = session.exec(
        select(SummaryRow.arxiv_id)
        .where(col(SummaryRow.created_at) >= since)
        .where(or_(col(SummaryRow.title_zh) != "", col(SummaryRow.abstract_zh) != ""))
        .group_by(SummaryRow.arxiv_id)
        .order_by(func.max(SummaryRow.created_at).desc(), col(SummaryRow.arxiv_id))
        .limit(MOST),
    ).all()
    texts = {text.arxiv_id: text for chunk in chunks(found) for text in _texts(session, chunk)}
    return tuple(texts[arxiv_id] for arxiv_id in found if arxiv_id in texts)


def _texts(session: Session, arxiv_ids: Sequence[str]) -> list[KeptText]:
    """Return the newest text of each paper."""
    newest = (
        select(func.max(PaperVersionRow.id))
        .join(PaperRow, col(PaperRow.id) == PaperVersionRow.paper_id)
        .where(col(PaperRow.arxiv_id).in_(arxiv_ids))
        .group_by(col(PaperVersionRow.paper_id))
    )
    rows = session.exec(
        select(PaperRow.arxiv_id, PaperVersionRow.title, PaperVersionRow.abstract)
        .join(PaperVersionRow, col(PaperVersionRow.paper_id) == PaperRow.id)
        .where(col(PaperVersionRow.id).in_(newest)),
    )
    return [KeptText(*row) for row in rows]
