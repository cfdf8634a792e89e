"""The tables. Instants are UTC; states are the values of the enums on floor 1.

edition 1─n announcement 1─n announced n─1 paper_version n─1 paper
edition 1─n late_paper n─1 paper_version
paper_version ─ summary (by key)
spending: what models consumed, a row for each day and model
edition 1─n delivery n─1 subscriber 1─n keyword;  subscriber 1─n outbox
suppression, event, lease, document stand alone
"""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Column,
    ForeignKey,
    Index,
    Integer,
    UniqueConstraint,
    false,
    true,
)
from sqlmodel import Field, SQLModel

from newsletter.storage.columns import Money, UtcDateTime

# Deterministic names, so that a migration can name what it drops (Alembic's "naming" chapter).
SQLModel.metadata.naming_convention = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


def _instant(**options: Any) -> Any:
    return Field(sa_type=UtcDateTime, **options)


class EditionRow(SQLModel, table=True):
    """One listing date."""

    __tablename__ = "edition"

    listing_date: date = Field(primary_key=True)
    state: str
    announced_at: datetime = _instant()
    collected_at: datetime | None = _instant(default=None)
    summaries_by: datetime | None = _instant(default=None)


class PaperRow(SQLModel, table=True):
    """A paper under its unversioned id."""

    __tablename__ = "paper"

    id: int | None = Field(default=None, primary_key=True)
    arxiv_id: str = Field(unique=True)


class PaperVersionRow(SQLModel, table=True):
    """A paper's text as some announcement showed it."""

    __tablename__ = "paper_version"
    __table_args__ = (UniqueConstraint("paper_id", "text_hash"),)

    id: int | None = Field(default=None, primary_key=True)
    paper_id: int = Field(foreign_key="paper.id")
    version: int | None = None
    text_hash: str
    title: str
    abstract: str
    authors: list[str] = Field(sa_type=JSON)
    categories: list[str] = Field(sa_type=JSON)
    comment: str | None = None
    journal_ref: str | None = None
    doi: str | None = None
    links: list[str] = Field(sa_type=JSON)


class AnnouncementRow(SQLModel, table=True):
    """One category or archive on one listing date: what was fetched and whether it is whole."""

    __tablename__ = "announcement"
    __table_args__ = (UniqueConstraint("listing_date", "category"),)

    id: int | None = Field(default=None, primary_key=True)
    listing_date: date = Field(foreign_key="edition.listing_date")
    category: str
    source: str
    state: str
    expected: dict[str, int] = Field(sa_type=JSON)
    parsed: dict[str, int] = Field(sa_type=JSON)
    problems: list[dict[str, str | None]] = Field(sa_type=JSON)
    fetched_at: datetime = _instant()
    is_confirmed: bool = Field(default=False, sa_column_kwargs={"server_default": true()})
    """It was whole, and a later look found the same."""
    carried_by: date | None = None
    """The later edition that brought readers what they had missed of it; null for its own."""


class AnnouncedRow(SQLModel, table=True):
    """A paper in an announcement, at its place in the listing (from 0)."""

    __tablename__ = "announced"

    announcement_id: int = Field(
        sa_column=Column(
            Integer, ForeignKey("announcement.id", ondelete="CASCADE"), primary_key=True
        ),
    )
    position: int = Field(primary_key=True)
    paper_version_id: int = Field(foreign_key="paper_version.id", index=True)
    type: str
    is_inferred: bool = Field(default=False, sa_column_kwargs={"server_default": false()})
    """Metadata names it, and no document of the announcement does."""
    is_late: bool = Field(default=False, sa_column_kwargs={"server_default": false()})
    """It was seen after the edition was collected: a later edition carries it."""


class LatePaperRow(SQLModel, table=True):
    """A paper of a missed day and the edition that carries it instead: once, whatever happens."""

    __tablename__ = "late_paper"

    paper_id: int = Field(foreign_key="paper.id", primary_key=True)
    paper_version_id: int = Field(foreign_key="paper_version.id")
    type: str
    listing_date: date
    """When arXiv announced it."""
    edition_date: date = Field(foreign_key="edition.listing_date", index=True)
    position: int


class DocumentRow(SQLModel, table=True):
    """A damaged document as it came, gzipped, for the operator to look at."""

    __tablename__ = "document"

    id: int | None = Field(default=None, primary_key=True)
    fetched_at: datetime = _instant()
    origin: str
    """The address that it was read from."""
    reason: str
    """What is wrong with it, in words."""
    size: int
    """Bytes before compression."""
    body: bytes


def _count() -> Any:
    # The previous release inserts rows without these columns: the server fills them.
    return Field(default=0, sa_type=BigInteger, sa_column_kwargs={"server_default": "0"})


class Consumption(SQLModel):
    """The columns of `newsletter.spending.Usage`."""

    calls: int = _count()
    prompt_tokens: int = _count()
    cached_tokens: int = _count()
    completion_tokens: int = _count()
    cost: Decimal = Field(
        default=Decimal(0), sa_type=Money, sa_column_kwargs={"server_default": "0"}
    )


class SummaryRow(Consumption, table=True):
    """The Chinese of one text under a summariser's key; or why some is missing (`reason`).

    What was consumed is of all calls under this key, those without Chinese among them.
    """

    __tablename__ = "summary"

    key: str = Field(primary_key=True)
    arxiv_id: str = Field(index=True)
    title_zh: str = ""
    summary_zh: str = ""
    abstract_zh: str = ""
    model: str = ""
    reason: str = ""
    created_at: datetime = _instant()
    violations: list[dict[str, str]] = Field(
        default_factory=list, sa_type=JSON, sa_column_kwargs={"server_default": "[]"}
    )
    """What the checks say of the text that is kept, and what the paper's own text warns of."""
    rejected: dict[str, str] = Field(
        default_factory=dict, sa_type=JSON, sa_column_kwargs={"server_default": "{}"}
    )
    """Field → the Chinese that failed its checks; for the operator, never for a reader."""


class SpendingRow(Consumption, table=True):
    """What one model consumed on one day (UTC)."""

    __tablename__ = "spending"

    day: date = Field(primary_key=True)
    model: str = Field(primary_key=True)
    """Its name; empty where a call ended before it was known which model answers for it."""


class SubscriberRow(SQLModel, table=True):
    """A reader."""

    __tablename__ = "subscriber"

    id: int | None = Field(default=None, primary_key=True)
    public_id: str = Field(unique=True)
    address: str
    address_key: str = Field(unique=True)
    state: str = Field(index=True)
    hour: int
    timezone: str
    density: str
    created_at: datetime = _instant()
    confirmed_at: datetime | None = _instant(default=None)
    # The previous release inserts rows without these: the server fills them.
    categories: list[str] = Field(
        default_factory=list, sa_type=JSON, sa_column_kwargs={"server_default": "[]"}
    )
    cross_lists: bool = Field(default=True, sa_column_kwargs={"server_default": "1"})
    library: bool = Field(default=False, sa_column_kwargs={"server_default": "0"})


class KeywordRow(SQLModel, table=True):
    """A reader's keyword; `position` from 0 in the reader's order."""

    __tablename__ = "keyword"

    subscriber_id: int = Field(
        sa_column=Column(
            Integer, ForeignKey("subscriber.id", ondelete="CASCADE"), primary_key=True
        ),
    )
    position: int = Field(primary_key=True)
    text: str


class SuppressionRow(SQLModel, table=True):
    """An address that must not be mailed, as a keyed hash only."""

    __tablename__ = "suppression"

    fingerprint: str = Field(primary_key=True)
    reason: str
    created_at: datetime = _instant()


class QueuedMail(SQLModel):
    """The ledger's columns, shared by digests (`delivery`) and single mails (`outbox`)."""

    id: int | None = Field(default=None, primary_key=True)
    state: str
    next_at: datetime = _instant()
    lease: str | None = None
    lease_until: datetime | None = _instant(default=None)
    attempts: int = 0
    message_id: str | None = None
    reason: str = ""
    reply: str = ""


class DeliveryRow(QueuedMail, table=True):
    """One digest to one reader. `matches` keeps what it was composed of."""

    __tablename__ = "delivery"
    __table_args__ = (
        UniqueConstraint("listing_date", "subscriber_id"),
        Index("ix_delivery_state_next_at", "state", "next_at"),
    )

    listing_date: date = Field(foreign_key="edition.listing_date")
    subscriber_id: int = Field(
        sa_column=Column(Integer, ForeignKey("subscriber.id", ondelete="CASCADE"), nullable=False),
    )
    planned_at: datetime = _instant()
    matches: dict[str, Any] | None = Field(default=None, sa_type=JSON)


class OutboxRow(QueuedMail, table=True):
    """A single mail (confirmation, notice), written in the transaction that causes it.

    `subscriber_id` is null for mails to the operator.
    """

    __tablename__ = "outbox"
    __table_args__ = (Index("ix_outbox_state_next_at", "state", "next_at"),)

    kind: str
    subscriber_id: int | None = Field(
        default=None,
        sa_column=Column(Integer, ForeignKey("subscriber.id", ondelete="CASCADE"), nullable=True),
    )
    created_at: datetime = _instant()


class EventRow(SQLModel, table=True):
    """What happened, for the operator; `subject` is an id or a fingerprint, never an address."""

    __tablename__ = "event"
    __table_args__ = (Index("ix_event_kind_at", "kind", "at"),)

    id: int | None = Field(default=None, primary_key=True)
    at: datetime = _instant()
    kind: str
    subject: str = ""
    detail: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)


class LeaseRow(SQLModel, table=True):
    """A named lock among all processes; `touched_at` is when its holder last used it."""

    __tablename__ = "lease"

    name: str = Field(primary_key=True)
    holder: str
    until: datetime = _instant()
    touched_at: datetime = _instant()


class LibraryPaperRow(SQLModel, table=True):
    """A paper of a reader's own library; `position` from 0 in the order it was handed in."""

    __tablename__ = "library_paper"

    subscriber_id: int = Field(
        sa_column=Column(
            Integer, ForeignKey("subscriber.id", ondelete="CASCADE"), primary_key=True
        ),
    )
    position: int = Field(primary_key=True)
    arxiv_id: str = Field(default="", index=True)
    """Empty for a paper that is not known to be on arXiv."""
    title: str = ""
    """Empty until it is looked up."""
    abstract: str = ""
    asked_at: datetime | None = _instant(default=None)
    """When arXiv was last asked for it."""
