"""Summaries by key: a change of text, model, prompt or checks makes a new one."""

import hashlib
from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlmodel import Session, col, select

from newsletter.papers import Paper, PaperId, Summary, read_id
from newsletter.storage.papers import chunks
from newsletter.storage.tables import SummaryRow
from newsletter.storage.upsert import upsert

FAILED_FOR = timedelta(hours=12)
"""A failed answer settles its own morning only; the next edition asks again."""


def summary_key(paper: Paper, version: str) -> str:
    """Return the key of a paper's text under a summariser's `version`."""
    return hashlib.sha256(f"{paper.title}\0{paper.abstract}\0{version}".encode()).hexdigest()


def keep(session: Session, paper: Paper, version: str, summary: Summary, now: datetime) -> None:
    """Keep a summary, or the reason why there is none; a reason never replaces Chinese."""
    key = summary_key(paper, version)
    held = session.get(SummaryRow, key, with_for_update=True)
    if held is not None and held.abstract_zh and not summary.is_chinese:
        return
    values = {
        "key": key,
        "arxiv_id": paper.id.value,
        "title_zh": summary.title_zh,
        "summary_zh": summary.summary_zh,
        "abstract_zh": summary.abstract_zh,
        "model": summary.model,
        "reason": summary.reason,
        "created_at": now,
    }
    upsert(session, SummaryRow, values)


def find(
    session: Session,
    papers: Iterable[Paper],
    version: str,
    now: datetime | None,
) -> dict[PaperId, Summary]:
    """Return what is kept for `papers` under `version`.

    Failures older than `FAILED_FOR` before `now` are left out, none of them when it is None.
    """
    keys = [summary_key(paper, version) for paper in papers]
    found: dict[PaperId, Summary] = {}
    for chunk in chunks(keys):
        for row in session.exec(select(SummaryRow).where(col(SummaryRow.key).in_(chunk))):
            if row.abstract_zh or now is None or now - row.created_at < FAILED_FOR:
                found[read_id(row.arxiv_id)] = _summary(row)
    return found


def _summary(row: SummaryRow) -> Summary:
    return Summary(
        paper_id=read_id(row.arxiv_id),
        title_zh=row.title_zh,
        summary_zh=row.summary_zh,
        abstract_zh=row.abstract_zh,
        model=row.model,
        reason=row.reason,
    )
