"""What readers do, from the first wish to the last click."""

import re
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from builders import Morning, add_reader, ledger, paper, text_of

from newsletter.errors import (
    DatabaseBusy,
    ExpiredToken,
    InvalidToken,
    TooManyRequests,
)
from newsletter.ledger import DeliveryState
from newsletter.services.subscribe import (
    MAIL_PAUSE,
    MAILS_A_DAY,
    Desk,
    change_preferences,
    confirm,
    find_reader,
    import_reader,
    leave,
    request_subscription,
    set_pause,
)
from newsletter.storage import events, outbox, subscribers
from newsletter.storage.engine import Database
from newsletter.subscribers import Density, Preferences, Subscriber, SubscriberState
from newsletter.tokens import Purpose, Signer

ADDRESS = "ada@example.org"
CHOICE = Preferences(keywords=("quantum",))
OTHER = Preferences(keywords=("poem",), hour=9, density=Density.BRIEF)
DAY = timedelta(days=1)


def _ask(
    desk: Desk,
    address: str = ADDRESS,
    client: str = "192.0.2.1",
    wish: Preferences = CHOICE,
) -> None:
    request_subscription(desk, address, wish, client)


def _reader(desk: Desk, address: str = ADDRESS) -> Subscriber | None:
    with desk.database.read() as session:
        return subscribers.find_by_address(session, address)


def _state(desk: Desk) -> SubscriberState | None:
    reader = _reader(desk)
    return reader.state if reader else None


def _queued(desk: Desk) -> list[str]:
    """Return the kinds of queued mails."""
    with desk.database.read() as session:
        return [
            mail.kind for mail in outbox.claim(session, lease="look", now=desk.clock(), limit=99)
        ]


def _token(desk: Desk, purpose: Purpose, subject: str = "") -> str:
    reader = _reader(desk)
    return desk.signer.issue(purpose, subject or (reader.public_id if reader else ""), desk.clock())


def _known(desk: Desk, state: SubscriberState) -> Subscriber:
    return add_reader(desk.database, "ada", "quantum", state=state)


def test_a_reader_comes_through_the_mail(desk: Desk, morning: Morning) -> None:
    """Request, mail, the link in it, active; the second click changes nothing."""
    _ask(desk)
    assert SubscriberState.PENDING is _state(desk)
    morning.drain()
    found = re.search(
        r"https://news\.example\.org/confirm/(\S+)", text_of(morning.transport.taken[0])
    )
    assert found
    reader = confirm(desk, found[1])
    assert (SubscriberState.ACTIVE, CHOICE) == (reader.state, reader.preferences)
    assert reader == confirm(desk, found[1])
    with desk.database.read() as session:
        assert 1 == events.count_since(session, "confirmed", desk.clock() - DAY)


def test_a_whole_life(desk: Desk) -> None:
    """Request, confirm, change, pause, resume, leave, and request again."""
    _ask(desk)
    confirm(desk, _token(desk, Purpose.CONFIRM))
    preferences = _token(desk, Purpose.PREFERENCES)
    assert OTHER == change_preferences(desk, preferences, OTHER).preferences
    assert SubscriberState.PAUSED is set_pause(desk, preferences, paused=True).state
    assert SubscriberState.PAUSED is set_pause(desk, preferences, paused=True).state
    assert SubscriberState.ACTIVE is set_pause(desk, preferences, paused=False).state
    assert SubscriberState.LEFT is leave(desk, _token(desk, Purpose.UNSUBSCRIBE)).state
    assert SubscriberState.LEFT is leave(desk, _token(desk, Purpose.UNSUBSCRIBE)).state
    assert SubscriberState.LEFT is set_pause(desk, preferences, paused=False).state
    with desk.database.read() as session:
        happened = [event.kind for event in reversed(events.recent(session, 99))]
    assert [
        "subscription_requested",
        "confirmed",
        "preferences_changed",
        "paused",
        "active",
        "left",
    ] == happened
    desk.clock.advance(MAIL_PAUSE)  # type: ignore[attr-defined]
    _ask(desk)
    assert SubscriberState.PENDING is _state(desk)
    reader = confirm(desk, _token(desk, Purpose.CONFIRM))
    assert (SubscriberState.ACTIVE, CHOICE) == (reader.state, reader.preferences)


def test_an_old_mail_does_not_bring_a_reader_back(desk: Desk) -> None:
    """The confirmation link is refused once its reader has left."""
    _ask(desk)
    link = _token(desk, Purpose.CONFIRM)
    confirm(desk, link)
    leave(desk, _token(desk, Purpose.UNSUBSCRIBE))
    with pytest.raises(InvalidToken):
        confirm(desk, link)
    assert SubscriberState.LEFT is _state(desk)


def test_a_pending_reader_can_leave(desk: Desk) -> None:
    """Whoever did not ask may say so, and the link is dead."""
    _ask(desk)
    link = _token(desk, Purpose.CONFIRM)
    leave(desk, _token(desk, Purpose.UNSUBSCRIBE))
    with pytest.raises(InvalidToken):
        confirm(desk, link)


def test_a_confirmation_expires(desk: Desk) -> None:
    """Good for seven days, and not a minute longer."""
    _ask(desk)
    link = _token(desk, Purpose.CONFIRM)
    desk.clock.advance(7 * DAY + timedelta(minutes=1))  # type: ignore[attr-defined]
    with pytest.raises(ExpiredToken):
        confirm(desk, link)
    assert SubscriberState.PENDING is _state(desk)


@pytest.mark.parametrize("state", [*SubscriberState, None])
def test_every_address_looks_the_same(desk: Desk, state: SubscriberState | None) -> None:
    """Known or not, a request is taken in silence; the mail that follows fits the state."""
    if state:
        _known(desk, state)
    assert _ask(desk) is None  # type: ignore[func-returns-value]
    kinds: dict[SubscriberState | None, list[str]] = {
        SubscriberState.ACTIVE: ["already"],
        SubscriberState.PAUSED: ["already"],
        SubscriberState.COMPLAINED: [],
    }
    assert kinds.get(state, ["confirm"]) == _queued(desk)


def test_a_suppressed_address_looks_the_same(desk: Desk) -> None:
    """No mail, no row, no error; under an older secret too."""
    older = Signer(("o" * 32,))
    with desk.database.write() as session:
        fingerprint = older.fingerprints(f"address:{ADDRESS}")[0]
        subscribers.suppress(session, fingerprint, "complained", desk.clock())
    both = Desk(desk.database, Signer(("n" * 32, "o" * 32)), desk.clock, desk.caps)
    _ask(both, "Ada@Example.org")
    assert _reader(desk) is None
    assert [] == _queued(desk)


@pytest.mark.parametrize("state", [SubscriberState.ACTIVE, SubscriberState.PAUSED])
def test_a_stranger_cannot_change_a_reader(desk: Desk, state: SubscriberState) -> None:
    """Whoever types another's address changes neither state nor preferences."""
    _known(desk, state)
    _ask(desk, wish=OTHER)
    reader = _reader(desk)
    assert reader is not None
    assert (state, CHOICE) == (reader.state, reader.preferences)


@pytest.mark.parametrize("spelling", ["ADA@example.org", " ada@EXAMPLE.org "])
def test_another_spelling_is_the_same_reader(desk: Desk, spelling: str) -> None:
    """The second request finds the first reader, whose address stays as first typed."""
    _ask(desk)
    desk.clock.advance(MAIL_PAUSE)  # type: ignore[attr-defined]
    _ask(desk, spelling, wish=OTHER)
    reader = _reader(desk)
    assert reader is not None
    assert (ADDRESS, OTHER) == (reader.address, reader.preferences)


def test_a_double_click_sends_one_mail(desk: Desk) -> None:
    """Within two minutes no second mail goes to one address; afterwards one does."""
    _ask(desk)
    _ask(desk)
    assert ["confirm"] == _queued(desk)
    desk.clock.advance(MAIL_PAUSE)  # type: ignore[attr-defined]
    _ask(desk)
    assert ["confirm", "confirm"] == _queued(desk)


def test_five_mails_a_day_are_enough(desk: Desk) -> None:
    """However often somebody asks, an address gets five mails a day."""
    for _ in range(2 * MAILS_A_DAY):
        _ask(desk)
        desk.clock.advance(timedelta(hours=1, minutes=1))  # type: ignore[attr-defined]
    assert MAILS_A_DAY == len(_queued(desk))


def test_a_client_has_a_cap(desk: Desk) -> None:
    """Three requests an hour from one network address, whatever addresses they name."""
    for number in range(3):
        _ask(desk, f"r{number}@example.org")
    with pytest.raises(TooManyRequests):
        _ask(desk, "r3@example.org")
    _ask(desk, "r3@example.org", client="192.0.2.2")
    desk.clock.advance(timedelta(hours=1))  # type: ignore[attr-defined]
    _ask(desk, "r4@example.org")


def test_all_clients_together_have_a_cap(desk: Desk) -> None:
    """Five requests an hour over all; what is refused leaves nothing behind."""
    for number in range(5):
        _ask(desk, f"r{number}@example.org", client=f"192.0.2.{number}")
    with pytest.raises(TooManyRequests):
        _ask(desk, client="192.0.2.99")
    assert _reader(desk) is None


def test_clients_and_addresses_are_not_kept_in_events(desk: Desk) -> None:
    """A network address is kept as a keyed hash only."""
    _ask(desk)
    with desk.database.read() as session:
        kept = repr(events.recent(session, 9))
    assert "192.0.2.1" not in kept
    assert "example.org" not in kept


def test_two_requests_at_once_are_one_reader(desk: Desk) -> None:
    """At the same moment one address becomes one row; a request in the way may be told so."""
    start = threading.Barrier(3)

    def work(number: int) -> bool:
        start.wait()
        try:
            _ask(desk, client=f"192.0.2.{number}")
        except DatabaseBusy:
            return False
        return True

    with ThreadPoolExecutor(3) as pool:
        assert any(pool.map(work, range(3)))
    with desk.database.read() as session:
        assert 1 == subscribers.count_by_state(session)[SubscriberState.PENDING]


@pytest.mark.parametrize("purpose", list(Purpose))
def test_a_link_is_good_for_its_purpose_alone(desk: Desk, purpose: Purpose) -> None:
    """A link to leave does not confirm, and so on."""
    _known(desk, SubscriberState.ACTIVE)
    token = _token(desk, purpose)
    for other in set(Purpose) - {purpose}:
        with pytest.raises(InvalidToken):
            find_reader(desk, other, token)


def test_a_link_of_nobody_is_invalid(desk: Desk) -> None:
    """A genuine signature for a reader who was erased."""
    token = desk.signer.issue(Purpose.UNSUBSCRIBE, "nobody", desk.clock())
    with pytest.raises(InvalidToken):
        leave(desk, token)


@pytest.mark.parametrize(
    ("act", "reason"),
    [
        (lambda desk: leave(desk, _token(desk, Purpose.UNSUBSCRIBE)), "left"),
        (lambda desk: set_pause(desk, _token(desk, Purpose.PREFERENCES), paused=True), "paused"),
    ],
)
def test_leaving_and_pausing_count_for_planned_digests(
    desk: Desk,
    morning: Morning,
    act: object,
    reason: str,
) -> None:
    """At once, not from the next edition."""
    _known(desk, SubscriberState.ACTIVE)
    morning.prepare(paper(1, title="Quantum"))
    assert callable(act)
    act(desk)
    assert {"ada": (DeliveryState.EXCLUDED, reason)} == ledger(desk.database)


def test_an_old_link_to_leave_still_works(desk: Desk) -> None:
    """After years."""
    _known(desk, SubscriberState.ACTIVE)
    token = _token(desk, Purpose.UNSUBSCRIBE)
    desk.clock.advance(3000 * DAY)  # type: ignore[attr-defined]
    assert SubscriberState.LEFT is leave(desk, token).state


@pytest.mark.parametrize(
    ("before", "after", "choice"),
    [
        (None, SubscriberState.ACTIVE, OTHER),
        (SubscriberState.ACTIVE, SubscriberState.ACTIVE, OTHER),
        (SubscriberState.PAUSED, SubscriberState.PAUSED, OTHER),
        (SubscriberState.LEFT, SubscriberState.LEFT, CHOICE),
        (SubscriberState.COMPLAINED, SubscriberState.COMPLAINED, CHOICE),
    ],
)
def test_an_import_does_not_outrank_the_reader(
    desk: Desk,
    before: SubscriberState | None,
    after: SubscriberState,
    choice: Preferences,
) -> None:
    """New addresses become active, active ones change; who left stays gone."""
    if before:
        _known(desk, before)
    import_reader(desk, ADDRESS, OTHER)
    reader = _reader(desk)
    assert reader is not None
    assert (after, choice) == (reader.state, reader.preferences)


def test_a_suppressed_address_is_not_imported(desk: Desk, database: Database) -> None:
    """The operator's list does not outrank a complaint."""
    fingerprint = desk.signer.fingerprints(f"address:{ADDRESS}")[0]
    with database.write() as session:
        subscribers.suppress(session, fingerprint, "complained", desk.clock())
    import_reader(desk, ADDRESS, OTHER)
    assert _reader(desk) is None
