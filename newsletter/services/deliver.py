"""Send what is due.

claim a batch ─► for each reader: match ─► compose ─► attempt ─► final state
"""

import secrets
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

import structlog

from newsletter.errors import DatabaseBusy, LeaseLost, NewsletterError, RowMissing
from newsletter.keywords.match import Match, MatchMode
from newsletter.ledger import DeliveryState, Verdict
from newsletter.papers import PaperId, Summary
from newsletter.ports import MailTransport
from newsletter.services.attempt import FIRST_RETRY, MAX_ATTEMPTS, NO_MAILBOX, Attempt
from newsletter.services.closeness import Libraries
from newsletter.services.edition import (
    LoadedEdition,
    SummaryKey,
    load_edition,
    memoised,
    pack_matches,
)
from newsletter.services.letters import Letters
from newsletter.storage import deliveries, events, subscribers, summaries
from newsletter.storage.deliveries import ClaimedDelivery
from newsletter.storage.engine import Database
from newsletter.subscribers import Preferences, Subscriber, SubscriberState

BATCH = 20
"""Digests leased at a time: with a connect time-out of 30 s each, half of the lease."""
LATECOMER_WAIT = timedelta(minutes=10)
"""How long a digest planned after the edition was ready waits for its own summaries."""
POSTPONE = timedelta(seconds=20)

_log = structlog.get_logger()


@dataclass(slots=True)
class DeliverReport:
    """How many digests ended this run in which state; `postponed` ones were not begun."""

    states: Counter[DeliveryState] = field(default_factory=Counter)
    postponed: int = 0

    @property
    def begun(self) -> int:
        """Count the digests that were claimed and not postponed."""
        return self.states.total()


def deliver(
    database: Database,
    transport: MailTransport,
    letters: Letters,
    *,
    summary_key: SummaryKey,
    clock: Callable[[], datetime],
    mode: MatchMode = MatchMode.DEFAULT,
    libraries: Libraries | None = None,
    patience: timedelta = LATECOMER_WAIT,
    batch: int = BATCH,
    time_box: timedelta | None = None,
    progress: Callable[[str, int, int], None] = lambda _what, _done, _total: None,
) -> DeliverReport:
    """Send the digests that are due, batch by batch, until none is left or `time_box` is over.

    A digest whose summaries are not there waits for them until `patience` after it was planned;
    then it goes out with the English. `libraries` keeps what is close to readers' own papers. An
    error with one reader's digest ends in that reader's row. Raises `StorageError` when the
    database does not answer: what is leased then comes back by itself.
    """
    report = DeliverReport()
    courier = _Courier(
        database,
        transport,
        letters,
        summary_key,
        clock,
        mode=mode,
        patience=patience,
        libraries=libraries or Libraries(),
    )
    begun = clock()
    while time_box is None or clock() - begun < time_box:
        claimed = _claim(database, clock(), batch)
        if not claimed:
            break
        with database.read() as session:
            readers = subscribers.get_many(session, [row.subscriber_id for row in claimed])
        courier.prepare(claimed, readers)
        for index, row in enumerate(claimed, start=1):
            state = courier.deliver(row, readers.get(row.subscriber_id))
            if state is DeliveryState.PLANNED:
                report.postponed += 1
            else:
                report.states[state] += 1
            progress("", report.begun, report.begun + len(claimed) - index)
    return report


def _claim(database: Database, now: datetime, batch: int) -> list[ClaimedDelivery]:
    with database.write() as session:
        return deliveries.claim(session, lease=secrets.token_hex(8), now=now, limit=batch)


class _Courier:
    """Composes and sends; keeps each edition's papers, folded once, for the whole run."""

    def __init__(
        self,
        database: Database,
        transport: MailTransport,
        letters: Letters,
        summary_key: SummaryKey,
        clock: Callable[[], datetime],
        *,
        mode: MatchMode,
        patience: timedelta,
        libraries: Libraries,
    ) -> None:
        self.database, self.letters = database, letters
        self.summary_key = memoised(summary_key)
        self.clock, self.mode, self.patience = clock, mode, patience
        self.libraries = libraries
        self.attempt = Attempt(database, transport, deliveries.move, clock)
        self.loaded: dict[date, LoadedEdition] = {}
        self.empty: set[int] = set()
        """Deliveries of the batch whose readers have no paper in their edition."""

    def prepare(self, rows: Iterable[ClaimedDelivery], readers: Mapping[int, Subscriber]) -> None:
        """Look for a whole batch's keywords at once, and note who has no paper at all."""
        self.empty.clear()
        batches: dict[date, dict[int, Preferences]] = {}
        for row in rows:
            if row.subscriber_id in readers:
                chosen = readers[row.subscriber_id].preferences
                batches.setdefault(row.listing_date, {})[row.claim.id] = chosen
        for listing_date, batch in batches.items():
            with suppress(NewsletterError):  # met again, row by row
                papers = self._load(listing_date).matcher.papers_of(list(batch.values()))
                has_paper = dict(zip(batch, papers, strict=True))
                self.empty |= {one for one in batch if not (has_paper[one] or batch[one].library)}

    def deliver(self, row: ClaimedDelivery, reader: Subscriber | None) -> DeliveryState:
        """Bring one claimed row to its next state; `planned` means postponed."""
        if reader is None or reader.state is not SubscriberState.ACTIVE:
            return self._exclude(row, "left")
        if row.attempts > MAX_ATTEMPTS:
            return self._exclude(row, "too_many_attempts")
        try:
            return self._compose_and_send(row, reader)
        except (DatabaseBusy, LeaseLost) as error:
            # The row comes back when its lease ends, or belongs to another worker already.
            _log.warning("digest_postponed", delivery=row.claim.id, error=str(error))
            return DeliveryState.PLANNED
        except NewsletterError as error:
            return self._set_aside(row, type(error).__name__)
        except Exception as error:  # noqa: BLE001 # a defect in one digest must not stop the others
            _log.exception("digest_defect", delivery=row.claim.id)
            return self._set_aside(row, type(error).__name__)

    def _compose_and_send(self, row: ClaimedDelivery, reader: Subscriber) -> DeliveryState:
        loaded = self._load(row.listing_date)
        matches = () if row.claim.id in self.empty else self._matches(loaded, reader)
        if not matches:
            return self._exclude(row, "no_match" if loaded.papers else loaded.why_empty)
        ready = self._summaries(loaded, matches)
        waits_for = {match.paper_id for match in matches} - ready.keys()
        if waits_for and self.clock() < row.planned_at + self.patience:
            return self._postpone(row)
        digest = loaded.compose(matches, ready, reader.preferences.density)
        with self.database.write() as session:
            packed = pack_matches(matches, self.mode, reader.preferences.density)
            deliveries.keep_matches(session, row.claim, packed)
        envelope = self.letters.digest(reader, digest, self.clock())
        verdict = self.attempt.send(row.claim, envelope, row.attempts)
        if verdict.reason == NO_MAILBOX:
            self._note_bounce(reader)
        _log.info("digest_done", delivery=row.claim.id, state=verdict.state.value)
        return verdict.state

    def _matches(self, loaded: LoadedEdition, reader: Subscriber) -> tuple[Match, ...]:
        if not reader.preferences.library:
            return loaded.match(reader.preferences)
        with self.database.read() as session:
            return self.libraries.matches(session, loaded, reader)

    def _note_bounce(self, reader: Subscriber) -> None:
        """Send nothing more to an address that does not exist; subscribing again revives it."""
        with self.database.write() as session:
            only = {SubscriberState.ACTIVE, SubscriberState.PAUSED}
            subscribers.set_state(session, reader.id, SubscriberState.BOUNCED, only_from=only)
            events.record(session, "hard_bounce", self.clock(), reader.public_id)

    def _load(self, listing_date: date) -> LoadedEdition:
        if listing_date not in self.loaded:
            with self.database.read() as session:
                loaded = load_edition(session, listing_date, self.mode)
            if loaded is None:
                raise RowMissing(f"no edition of {listing_date}")
            self.loaded[listing_date] = loaded
        return self.loaded[listing_date]

    def _summaries(
        self,
        loaded: LoadedEdition,
        matches: tuple[Match, ...],
    ) -> dict[PaperId, Summary]:
        keys = loaded.keys_of(matches, self.summary_key)
        with self.database.read() as session:
            return summaries.find(session, keys, self.clock())

    def _exclude(self, row: ClaimedDelivery, reason: str) -> DeliveryState:
        return self.attempt.give_up(row.claim, Verdict(DeliveryState.EXCLUDED, reason)).state

    def _postpone(self, row: ClaimedDelivery) -> DeliveryState:
        now = self.clock()
        with self.database.write() as session:
            deliveries.postpone(session, row.claim, now + POSTPONE, now)
        return DeliveryState.PLANNED

    def _set_aside(self, row: ClaimedDelivery, reason: str) -> DeliveryState:
        verdict = Verdict(
            DeliveryState.DEFERRED,
            f"defect:{reason}",
            next_at=self.clock() + FIRST_RETRY,
        )
        return self.attempt.give_up(row.claim, verdict).state
