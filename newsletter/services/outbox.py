"""Send single mails: confirmations and notices."""

import secrets
from collections import Counter
from collections.abc import Callable
from datetime import datetime

import structlog

from newsletter.errors import NewsletterError, StorageError
from newsletter.ledger import DeliveryState, Verdict
from newsletter.ports import MailTransport
from newsletter.services.attempt import Attempt
from newsletter.services.letters import Letters
from newsletter.storage import outbox, subscribers
from newsletter.storage.engine import Database
from newsletter.storage.outbox import ClaimedMail
from newsletter.subscribers import SubscriberState

BATCH = 20
_GONE = {SubscriberState.LEFT, SubscriberState.BOUNCED, SubscriberState.COMPLAINED}
_log = structlog.get_logger()


def drain(
    database: Database,
    transport: MailTransport,
    letters: Letters,
    *,
    clock: Callable[[], datetime],
) -> Counter[DeliveryState]:
    """Send all single mails that are due; return how many ended in which state."""
    states: Counter[DeliveryState] = Counter()
    attempt = Attempt(database, transport, outbox.move, clock)
    while claimed := _claim(database, clock()):
        states.update(_send(attempt, letters, row) for row in claimed)
    return states


def _claim(database: Database, now: datetime) -> list[ClaimedMail]:
    with database.write() as session:
        return outbox.claim(session, lease=secrets.token_hex(8), now=now, limit=BATCH)


def _send(attempt: Attempt, letters: Letters, row: ClaimedMail) -> DeliveryState:
    with attempt.database.read() as session:
        readers = subscribers.get_many(session, [row.subscriber_id] if row.subscriber_id else [])
    reader = readers.get(row.subscriber_id or 0)
    if row.subscriber_id is not None and (reader is None or reader.state in _GONE):
        return attempt.give_up(row.claim, Verdict(DeliveryState.EXCLUDED, "left")).state
    try:
        envelope = letters.notice(row.kind, reader, str(row.claim.id), attempt.clock())
        state = attempt.send(row.claim, envelope, row.attempts).state
    except StorageError as error:
        _log.warning("mail_postponed", mail=row.claim.id, error=str(error))
        return DeliveryState.CLAIMED
    except NewsletterError as error:
        verdict = Verdict(DeliveryState.REJECTED, type(error).__name__)
        state = attempt.give_up(row.claim, verdict).state
    except Exception as error:  # noqa: BLE001 # one defect must not hold up all mails behind it
        _log.exception("mail_defect", mail=row.claim.id)
        verdict = Verdict(DeliveryState.REJECTED, f"defect:{type(error).__name__}")
        state = attempt.give_up(row.claim, verdict).state
    _log.info("mail_done", mail=row.claim.id, kind=row.kind, state=state.value)
    return state
