"""Short ways to write papers, announcements and readers in tests."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage

from fakes import (
    ANNOUNCED_AT,
    LISTING_DATE,
    Clock,
    FakeSource,
    FakeSummariser,
    FakeTransport,
    Outcome,
)

from newsletter.ledger import DeliveryState
from newsletter.papers import (
    AnnouncedPaper,
    Announcement,
    AnnouncementState,
    AnnounceType,
    ArxivId,
    Counts,
    DocumentKind,
    Paper,
)
from newsletter.ports import Envelope
from newsletter.services.collect import collect, finish_collecting
from newsletter.services.deliver import DeliverReport, deliver
from newsletter.services.letters import Letters
from newsletter.services.operate import recover
from newsletter.services.outbox import drain
from newsletter.services.plan import plan
from newsletter.services.summarise import SummariseReport, summarise
from newsletter.storage import deliveries, subscribers
from newsletter.storage.engine import Database
from newsletter.subscribers import Preferences, Subscriber, SubscriberState


def paper(number: int, title: str = "A title", abstract: str = "An abstract.") -> Paper:
    """Return the paper `2605.<number>` in cs.LG."""
    return Paper(
        id=ArxivId(f"2605.{number:05d}"),
        version=1,
        title=title,
        abstract=abstract,
        authors=("Ada Lovelace", "李白"),
        categories=("cs.LG", "stat.ML"),
        comment="12 pages",
        links=("https://example.org/code",),
    )


def announcement(
    *papers: Paper,
    category: str = "cs",
    kind: AnnounceType = AnnounceType.NEW,
    state: AnnouncementState = AnnouncementState.FRESH,
    expected: int | None = None,
) -> Announcement:
    """Return an announcement of `papers`, all of one type, that states `expected` entries."""
    stated = len(papers) if expected is None else expected
    return Announcement(
        kind=DocumentKind.LISTING,
        category=category,
        listing_date=LISTING_DATE,
        state=state,
        expected=Counts.of([kind] * stated),
        entries=tuple(AnnouncedPaper(each, kind) for each in papers),
        origin="https://arxiv.org/list/cs/new",
    )


WALKS = paper(1, title="Quantum walks on graphs")
"""A paper that "quantum" matches, and one that it does not."""
POEMS = paper(2, title="Poems")


def add_reader(
    database: Database,
    name: str,
    *keywords: str,
    state: SubscriberState = SubscriberState.ACTIVE,
    hour: int = 8,
    timezone: str = "Asia/Shanghai",
    joined: datetime = ANNOUNCED_AT,
) -> Subscriber:
    """Add `<name>@example.org`, whose public id is the name."""
    with database.write() as session:
        return subscribers.add(
            session,
            public_id=name,
            address=f"{name}@example.org",
            preferences=Preferences(keywords=keywords, hour=hour, timezone=timezone),
            now=joined,
            state=state,
        )


def ledger(database: Database) -> dict[str, tuple[DeliveryState, str]]:
    """Return each reader's state and reason in the edition of `LISTING_DATE`, by name."""
    with database.read() as session:
        rows = deliveries.reports(session, LISTING_DATE)
    return {row.reader.partition("@")[0]: (row.state, row.reason) for row in rows}


def names_of(envelopes: Iterable[Envelope]) -> list[str]:
    """Return to whom mails went, by name."""
    return [envelope.recipient.partition("@")[0] for envelope in envelopes]


def mail(envelope: Envelope) -> EmailMessage:
    """Read a mail's wire bytes."""
    return message_from_bytes(envelope.content, policy=policy.default)


def text_of(envelope: Envelope) -> str:
    """Return a mail's text part."""
    part = mail(envelope).get_body(("plain",))
    assert part is not None
    return str(part.get_content())


class Morning:
    """One edition from announcement to mails, with fakes at the three doors."""

    def __init__(self, database: Database, letters: Letters, clock: Clock) -> None:
        """Begin with an announcement of nothing."""
        self.database, self.letters, self.clock = database, letters, clock
        self.transport, self.summariser = FakeTransport(), FakeSummariser()

    def will_answer(self, name: str, *outcomes: Outcome) -> None:
        """Prepare what becomes of the next mails to a reader, by name."""
        self.transport.outcomes[f"{name}@example.org"] = list(outcomes)

    def announce(self, *papers: Paper, state: AnnouncementState = AnnouncementState.FRESH) -> None:
        """Collect `papers` and finish collecting; summaries are waited for 45 minutes."""
        source = FakeSource(cs=announcement(*papers, state=state))
        collect(self.database, [source], ["cs"], LISTING_DATE, clock=self.clock)
        wait = timedelta(minutes=45)
        finish_collecting(self.database, LISTING_DATE, now=self.clock(), summary_wait=wait)

    def summarise(self) -> SummariseReport:
        """Have what is wanted and missing summarised."""
        return summarise(self.database, self.summariser, LISTING_DATE, clock=self.clock)

    def plan(self) -> int:
        """Freeze the audience."""
        return plan(self.database, LISTING_DATE, now=self.clock())

    def prepare(self, *papers: Paper) -> None:
        """Announce, summarise and plan."""
        self.announce(*papers)
        self.summarise()
        self.plan()

    def send(self, letters: Letters | None = None, batch: int = 50) -> DeliverReport:
        """Send what is due."""
        return deliver(
            self.database,
            self.transport,
            letters or self.letters,
            summary_key=self.summariser.key,
            clock=self.clock,
            batch=batch,
        )

    def drain(self) -> Counter[DeliveryState]:
        """Send single mails."""
        return drain(self.database, self.transport, self.letters, clock=self.clock)

    def recover(self, after: timedelta = timedelta(minutes=21)) -> tuple[int, int]:
        """Take back ended leases `after` so long: by default just longer than a lease."""
        return recover(self.database, self.clock.advance(after))
