"""Summaries by key: a change of text, model, prompt, glossary or checks makes a new one.

keep ─► summary (never more Chinese by less) and spending, in one transaction
find ─► what readers get;  of_edition ─► the same with findings and cost, for the operator
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from sqlmodel import Session, col, select

from newsletter.fidelity import instructions
from newsletter.fidelity.findings import EXCERPT, Violation
from newsletter.papers import PaperId, Summary, read_id
from newsletter.ports import Written
from newsletter.spending import Usage
from newsletter.storage import spending
from newsletter.storage.papers import chunks
from newsletter.storage.tables import SummaryRow
from newsletter.storage.upsert import insert_missing

FAILED_FOR = timedelta(hours=12)
"""An answer without any Chinese settles its own morning only; the next edition asks again."""
MOST_VIOLATIONS = 60
"""Kept of one paper: three fields of twenty, the most that one check says of a field."""
LONGEST_REJECTED = 8_000
"""Characters kept of a field that failed: as many as an answer may have there."""
LONGEST_MESSAGE = 200
"""Characters kept of a violation's message; it may quote text from outside."""
_ABOUT_PAPER = "paper"


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptSummary:
    """What is kept of one paper, for the operator."""

    paper_id: PaperId
    summary: Summary
    violations: tuple[Violation, ...]
    """Of the text that is kept, hard and soft; `text` and `message` are hostile."""
    rejected: Mapping[str, str]
    """Field → the Chinese that failed its checks, where none passed; hostile."""
    usage: Usage
    """Of all calls under the paper's key."""
    created_at: datetime
    """When the text that is kept was written; aware."""

    @property
    def warnings(self) -> tuple[Violation, ...]:
        """Return what the paper's own text warns of: that it addresses a model."""
        return tuple(found for found in self.violations if found.check == instructions.CHECK)


def of_edition(session: Session, keys: Mapping[PaperId, str]) -> tuple[KeptSummary, ...]:
    """Return what is kept of papers with their findings, in the order of `keys`.

    `keys` are an edition's papers (all, or those that readers want) and each one's summary key.
    Papers of which nothing is kept are left out.
    """
    kept = {read_id(row.arxiv_id): _kept(row) for row in _rows(session, keys.values())}
    return tuple(kept[paper_id] for paper_id in keys if paper_id in kept)


def find(
    session: Session, keys: Mapping[PaperId, str], now: datetime | None
) -> dict[PaperId, Summary]:
    """Return what is kept under `keys` (each paper's summary key).

    Failures older than `FAILED_FOR` before `now` are left out, none of them when it is None.
    """
    return {
        read_id(row.arxiv_id): _summary(row)
        for row in _rows(session, keys.values())
        if any(_amount(row)) or now is None or now - row.created_at < FAILED_FOR
    }


def keep(session: Session, key: str, written: Written, now: datetime) -> None:
    """Keep what was written under `key`, and add what it consumed to its row and to the day.

    Less Chinese never replaces more; what it consumed counts all the same.
    """
    row = _locked(session, key, written.summary.paper_id, now)
    if _amount(written.summary) >= _amount(row):
        _replace(row, written, now)
    spending.add_to(row, written.usage)
    session.add(row)
    session.flush()
    for model, usage in (written.by_model or {written.summary.model: written.usage}).items():
        spending.add(session, now, model, usage)


def _locked(session: Session, key: str, paper_id: PaperId, now: datetime) -> SummaryRow:
    """Return the row of `key`, an empty one if there is none, that no other run may write."""
    # Inserted before it is locked: of two runs at once the second waits here, and then compares
    # with what the first has kept.
    empty = SummaryRow(key=key, arxiv_id=paper_id.value, created_at=now)
    insert_missing(session, SummaryRow, [empty.model_dump()], ["key"])
    return session.get_one(SummaryRow, key, with_for_update=True)


def _amount(held: Summary | SummaryRow) -> tuple[bool, int]:
    """Return how much Chinese there is, in an order: the abstract counts for more than the rest."""
    return bool(held.abstract_zh), bool(held.title_zh) + bool(held.summary_zh)


def _replace(row: SummaryRow, written: Written, now: datetime) -> None:
    summary = written.summary
    row.title_zh, row.summary_zh = summary.title_zh, summary.summary_zh
    row.abstract_zh, row.model, row.reason = summary.abstract_zh, summary.model, summary.reason
    row.violations = _packed(written.violations)
    row.rejected = {
        name: _sound(text[:LONGEST_REJECTED]) for name, text in written.rejected.items()
    }
    row.created_at = now


def _packed(violations: Iterable[Violation]) -> list[dict[str, str]]:
    """Return the violations as JSON, bounded: soft ones of the Chinese are the first to go."""
    ordered = sorted(violations, key=_is_dispensable)
    return [
        asdict(found)
        | {"text": _sound(found.text[:EXCERPT]), "message": _sound(found.message[:LONGEST_MESSAGE])}
        for found in ordered[:MOST_VIOLATIONS]
    ]


def _is_dispensable(found: Violation) -> bool:
    return found.severity == "soft" and found.field != _ABOUT_PAPER


def _sound(text: str) -> str:
    """Return text without lone surrogates, which no page could be made of."""
    return text.encode("utf-8", "replace").decode("utf-8")


def _rows(session: Session, keys: Iterable[str]) -> Iterator[SummaryRow]:
    for chunk in chunks(list(keys)):
        yield from session.exec(select(SummaryRow).where(col(SummaryRow.key).in_(chunk)))


def _kept(row: SummaryRow) -> KeptSummary:
    return KeptSummary(
        paper_id=read_id(row.arxiv_id),
        summary=_summary(row),
        violations=tuple(Violation(**found) for found in row.violations),  # type: ignore[arg-type] # JSON
        rejected=row.rejected,
        usage=spending.usage_of(row),
        created_at=row.created_at,
    )


def _summary(row: SummaryRow) -> Summary:
    return Summary(
        paper_id=read_id(row.arxiv_id),
        title_zh=row.title_zh,
        summary_zh=row.summary_zh,
        abstract_zh=row.abstract_zh,
        model=row.model,
        reason=row.reason,
    )
