"""One attempt to hand over one mail, through the ledger's states.

claimed ─► before_data: commit in_data ─► transport ─► verdict ─► commit the final state
"""

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

import structlog

from newsletter.errors import (
    LeaseLost,
    MailDeferred,
    MailRejected,
    OutcomeUnknown,
    StorageError,
    TransportError,
)
from newsletter.ledger import DeliveryState, Verdict
from newsletter.ports import Envelope, MailTransport
from newsletter.replies import classify
from newsletter.storage.engine import Database, Transaction
from newsletter.storage.queue import Claim

FIRST_RETRY = timedelta(minutes=5)
"""RFC 5321 §4.5.4.1 asks for 30 minutes; greylisting servers ask for five, and a digest is due."""
LONGEST_RETRY = timedelta(hours=1)
MAX_ATTEMPTS = 12
NO_MAILBOX = "mailbox_unknown"
"""Reason of a hard bounce: no mail to this address will ever arrive."""
FINAL_TRIES = 3
"""Times that writing a final state is tried."""

_log = structlog.get_logger()


class Move(Protocol):
    """How a ledger row is moved: `storage.deliveries.move` or `storage.outbox.move`."""

    def __call__(
        self,
        session: Transaction,
        claim: Claim,
        verdict: Verdict,
        *,
        now: datetime,
        message_id: str | None = None,
    ) -> bool:
        """Move the row if its lease and state allow it; say whether it was moved."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """What an attempt needs besides the mail."""

    database: Database
    transport: MailTransport
    move: Move
    clock: Callable[[], datetime]
    random: Callable[[], float] = random.random

    def send(self, claim: Claim, envelope: Envelope, attempts: int) -> Verdict:
        """Send and record; return what became of it.

        Raises `LeaseLost` when the row is no longer ours and `DatabaseBusy` when the database
        refused before DATA; in both cases nothing was sent. If only the final state cannot be
        written the row stays `in_data` and its lease's end makes it `unknown`.
        """
        begun: list[Envelope] = []

        def before_data() -> None:
            if not self._record(claim, Verdict(DeliveryState.IN_DATA), envelope.message_id):
                raise LeaseLost("the row was taken over")
            begun.append(envelope)

        try:
            receipt = self.transport.send(envelope, before_data)
            verdict = Verdict(DeliveryState.ACCEPTED, reply=f"{receipt.code} {receipt.reply}")
        except TransportError as error:
            domain = envelope.recipient.rpartition("@")[2]
            verdict = verdict_of(error, attempts, self.clock(), domain, self.random())
        except Exception as error:
            if not begun:
                raise
            # A transport that breaks its contract after DATA: the mail may be on its way.
            _log.exception("transport_defect", row=claim.id)
            verdict = Verdict(DeliveryState.UNKNOWN, f"defect:{type(error).__name__}")
        try:
            self._record_final(claim, verdict)
        except Exception:
            if not begun:
                raise
            # Left in `in_data`: whatever the database did, this mail is not sent again.
            _log.exception("final_state_not_recorded", row=claim.id, state=verdict.state.value)
            return Verdict(DeliveryState.IN_DATA, "not_recorded")
        return verdict

    def give_up(self, claim: Claim, verdict: Verdict) -> Verdict:
        """Record a verdict that needed no transport."""
        self._record_final(claim, verdict)
        return verdict

    def _record(self, claim: Claim, verdict: Verdict, message_id: str | None = None) -> bool:
        with self.database.write() as session:
            return self.move(session, claim, verdict, now=self.clock(), message_id=message_id)

    def _record_final(self, claim: Claim, verdict: Verdict) -> None:
        for left in reversed(range(FINAL_TRIES)):
            try:
                self._record(claim, verdict)
            except StorageError:
                _log.warning("ledger_busy", row=claim.id, tries_left=left)
                if not left:
                    raise
            else:
                return


def verdict_of(
    error: TransportError,
    attempts: int,
    now: datetime,
    domain: str = "",
    jitter: float = 0.0,
) -> Verdict:
    """Return what a transport's error means for the ledger; `attempts` counts this one.

    `domain` is the recipient's: the same words mean different things at different providers.
    `jitter`, from 0 to 1, adds up to half to the wait, lest all come back at once.
    """
    reply = f"{error.code or ''} {error.reply}".strip()
    if isinstance(error, OutcomeUnknown):
        return Verdict(DeliveryState.UNKNOWN, "no_final_reply", reply)
    if isinstance(error, MailRejected):
        said = classify(error.code or 0, error.reply, phase=error.phase, domain=domain)
        reason = NO_MAILBOX if said.hard_bounce else "refused_by_server"
        return Verdict(DeliveryState.REJECTED, reason, reply)
    if attempts >= MAX_ATTEMPTS:
        return Verdict(DeliveryState.REJECTED, "too_many_attempts", reply)
    wait = min(FIRST_RETRY * 2 ** (attempts - 1), LONGEST_RETRY)
    reason = "deferred_by_server" if isinstance(error, MailDeferred) else "server_unavailable"
    return Verdict(DeliveryState.DEFERRED, reason, reply, now + wait * (1 + jitter / 2))
