"""What readers do: subscribe, confirm, change, pause, leave.

request ─► pending + outbox row ─► (mail) ─► confirm ─► active ─► change … ─► leave
"""

import secrets
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from newsletter.errors import InvalidToken, TooManyRequests
from newsletter.storage import deliveries, events, leases, outbox, subscribers
from newsletter.storage.engine import Database, Transaction
from newsletter.subscribers import Preferences, Subscriber, SubscriberState, fold_address
from newsletter.tokens import Purpose, Signer

HOUR = timedelta(hours=1)
MAIL_PAUSE = timedelta(minutes=2)
"""Between two confirmation mails to one address: a double click sends one."""
MAILS_A_DAY = 5
REQUESTED = "subscription_requested"
_STAYING = {SubscriberState.ACTIVE, SubscriberState.PAUSED}
_MAY_COME_BACK = {SubscriberState.PENDING, SubscriberState.LEFT, SubscriberState.BOUNCED}


@dataclass(frozen=True, slots=True)
class Caps:
    """How many subscription requests are taken an hour: a client, and over all."""

    per_client: int
    total: int


@dataclass(frozen=True, slots=True)
class Desk:
    """Where readers are served: the database, who signs links, the clock and the caps."""

    database: Database
    signer: Signer
    clock: Callable[[], datetime]
    caps: Caps


def request_subscription(desk: Desk, address: str, preferences: Preferences, client: str) -> None:
    """Note a wish to subscribe and queue the mail that asks for confirmation.

    The same to the outside whether or not the address is known, suppressed, or mailed already
    a moment ago. `client` is the asker's network address, kept as a keyed hash for an hour's
    counting. Raises `TooManyRequests` beyond the caps.
    """
    now = desk.clock()
    fingerprint = desk.signer.fingerprints(f"client:{client}")[0]
    with desk.database.write() as session:
        leases.serialise(session, REQUESTED, now)
        _check_caps(session, desk.caps, fingerprint, now)
        events.record(session, REQUESTED, now, fingerprint)
        hashes = desk.signer.fingerprints(f"address:{fold_address(address)}")
        if not subscribers.is_suppressed(session, hashes):
            _take_in(session, address, preferences, now)


def _check_caps(session: Transaction, caps: Caps, client: str, now: datetime) -> None:
    since = now - HOUR
    if events.count_since(session, REQUESTED, since, client) >= caps.per_client:
        raise TooManyRequests("form", "too_many_requests")
    if events.count_since(session, REQUESTED, since) >= caps.total:
        raise TooManyRequests("form", "too_many_requests")


def _take_in(
    session: Transaction,
    address: str,
    preferences: Preferences,
    now: datetime,
) -> None:
    """Add or revive the reader, and queue the mail that fits their state."""
    found = subscribers.find_by_address(session, address)
    if found is None:
        found = subscribers.add(
            session,
            public_id=secrets.token_urlsafe(12),
            address=address,
            preferences=preferences,
            now=now,
        )
    elif found.state in _MAY_COME_BACK:
        # Whoever asks may not be the owner: nothing changes for a reader who is active.
        subscribers.set_state(session, found.id, SubscriberState.PENDING)
        subscribers.set_preferences(session, found.id, preferences)
    kind = "already" if found.state in _STAYING else "confirm"
    if found.state is not SubscriberState.COMPLAINED and _may_mail(session, found, kind, now):
        outbox.add(session, kind, found.id, now)


def _may_mail(session: Transaction, reader: Subscriber, kind: str, now: datetime) -> bool:
    """Say whether one more mail to this address is due; who just left may come back at once."""
    has_left = reader.state in {SubscriberState.LEFT, SubscriberState.BOUNCED}
    if not has_left and outbox.count_since(session, now - MAIL_PAUSE, reader.id, kind):
        return False
    return outbox.count_since(session, now - timedelta(days=1), reader.id) < MAILS_A_DAY


def find_reader(desk: Desk, purpose: Purpose, token: str) -> Subscriber:
    """Return the reader that a link belongs to. Raises `InvalidToken` or `ExpiredToken`."""
    public_id = desk.signer.read(purpose, token, desk.clock()).partition("~")[0]
    with desk.database.read() as session:
        reader = subscribers.find_by_public_id(session, public_id)
    if reader is None:
        raise InvalidToken
    return reader


def confirm(desk: Desk, token: str) -> Subscriber:
    """Make a pending reader active; a second time changes nothing.

    Raises `InvalidToken` for a reader who left since: an old mail must not bring them back.
    """
    reader = find_reader(desk, Purpose.CONFIRM, token)
    if reader.state in _STAYING:
        return reader
    if reader.state is not SubscriberState.PENDING:
        raise InvalidToken
    now = desk.clock()
    with desk.database.write() as session:
        only = {SubscriberState.PENDING}
        if not subscribers.set_state(session, reader.id, SubscriberState.ACTIVE, now, only):
            raise InvalidToken
        events.record(session, "confirmed", now, reader.public_id)
    return find_reader(desk, Purpose.CONFIRM, token)


def change_preferences(desk: Desk, token: str, preferences: Preferences) -> Subscriber:
    """Replace a reader's preferences; they count from the next digest that is composed."""
    reader = find_reader(desk, Purpose.PREFERENCES, token)
    with desk.database.write() as session:
        subscribers.set_preferences(session, reader.id, preferences)
        deliveries.reschedule(session, reader.id, preferences, desk.clock())
        events.record(session, "preferences_changed", desk.clock(), reader.public_id)
    return find_reader(desk, Purpose.PREFERENCES, token)


def set_pause(desk: Desk, token: str, *, paused: bool) -> Subscriber:
    """Pause or resume a reader's digests; readers in other states stay as they are."""
    reader = find_reader(desk, Purpose.PREFERENCES, token)
    wanted = SubscriberState.PAUSED if paused else SubscriberState.ACTIVE
    if reader.state in _STAYING and reader.state is not wanted:
        with desk.database.write() as session:
            if subscribers.set_state(session, reader.id, wanted, only_from=_STAYING):
                _pause_deliveries(session, reader, paused=paused)
                events.record(session, wanted.value, desk.clock(), reader.public_id)
    return find_reader(desk, Purpose.PREFERENCES, token)


def _pause_deliveries(session: Transaction, reader: Subscriber, *, paused: bool) -> None:
    """Take the reader out of what is planned, or back into what a pause alone kept from them."""
    if paused:
        deliveries.exclude_reader(session, reader.id, "paused")
    else:
        deliveries.resume_reader(session, reader.id)


def leave(desk: Desk, token: str) -> Subscriber:
    """Unsubscribe at once, from digests already planned too; a second time changes nothing."""
    reader = find_reader(desk, Purpose.UNSUBSCRIBE, token)
    if reader.state not in {SubscriberState.LEFT, SubscriberState.COMPLAINED}:
        with desk.database.write() as session:
            subscribers.set_state(session, reader.id, SubscriberState.LEFT)
            deliveries.exclude_reader(session, reader.id, "left")
            events.record(session, "left", desk.clock(), reader.public_id)
    return find_reader(desk, Purpose.UNSUBSCRIBE, token)


def import_reader(desk: Desk, address: str, preferences: Preferences) -> bool:
    """Make `address` an active reader on the operator's word, or change their preferences.

    Says whether it was done.

    A suppressed address, or one whose reader left or complained, is left alone: the operator's
    list does not outrank the reader.
    """
    now = desk.clock()
    hashes = desk.signer.fingerprints(f"address:{fold_address(address)}")
    with desk.database.write() as session:
        found = subscribers.find_by_address(session, address)
        if subscribers.is_suppressed(session, hashes):
            return False
        if found is None:
            subscribers.add(
                session,
                public_id=secrets.token_urlsafe(12),
                address=address,
                preferences=preferences,
                now=now,
                state=SubscriberState.ACTIVE,
            )
            return True
        if found.state in _STAYING:
            # The list says nothing of the reader's own library.
            kept = replace(preferences, library=found.preferences.library)
            subscribers.set_preferences(session, found.id, kept)
            return True
    return False
