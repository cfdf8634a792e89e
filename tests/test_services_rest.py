"""The other use cases: view, preview, plan, operate, exclusive, forms."""

import contextlib
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest
from builders import Morning, add_reader, announcement, ledger, paper, text_of
from fakes import ANNOUNCED_AT, LISTING_DATE, Clock, FakeSource, Outcome
from hypothesis import given
from hypothesis import strategies as st

from newsletter.errors import (
    InputError,
    InvalidAddress,
    InvalidForm,
    InvalidToken,
    RowMissing,
    SchemaOutdated,
)
from newsletter.keywords.match import Match, MatchMode
from newsletter.ledger import DeliveryState
from newsletter.papers import ArxivId
from newsletter.schedule import EditionState
from newsletter.services.collect import collect
from newsletter.services.edition import load_edition, pack_matches, unpack_matches
from newsletter.services.exclusive import ArxivLock, exclusive
from newsletter.services.forms import (
    read_address,
    read_preferences,
    read_subscription,
)
from newsletter.services.operate import (
    close_editions,
    deliveries_of,
    is_finished,
    overview,
    ping,
    position,
    recover,
    request_login,
)
from newsletter.services.plan import plan
from newsletter.services.preview import preview_digest
from newsletter.services.subscribe import Desk
from newsletter.services.view import view_in_browser
from newsletter.storage import editions, events, subscribers
from newsletter.storage.engine import Database
from newsletter.subscribers import Density, Preferences, SubscriberState
from newsletter.tokens import Purpose

MINUTE = timedelta(minutes=1)
PAPER = paper(1, title="Quantum walks")
YESTERDAY = LISTING_DATE - timedelta(days=1)


def _view(desk: Desk, morning: Morning, subject: str) -> str:
    token = desk.signer.issue(Purpose.VIEW, subject, desk.clock())
    return view_in_browser(desk, morning.letters, token, morning.summariser.version)


def test_a_digest_can_be_viewed_as_sent(desk: Desk, morning: Morning) -> None:
    """The page holds the papers of the mail, also after the keywords have changed."""
    add_reader(morning.database, "ada", "quantum")
    morning.prepare(PAPER, paper(2, title="Poems"))
    morning.send()
    add = Preferences(keywords=("poem",))
    with morning.database.write() as session:
        subscribers.set_preferences(session, 1, add)
    page = _view(desk, morning, "ada~20260529")
    assert "题目 2605.00001" in page
    assert "2605.00002" not in page


@pytest.mark.parametrize("subject", ["ada~20260528", "ada", "ada~nonsense", "bob~20260529"])
def test_a_digest_that_never_was_cannot_be_viewed(
    desk: Desk,
    morning: Morning,
    subject: str,
) -> None:
    """Another day, no day, nonsense, nobody: an invalid link, and nothing is told."""
    add_reader(morning.database, "ada", "quantum")
    morning.prepare(PAPER)
    morning.send()
    with pytest.raises(InvalidToken):
        _view(desk, morning, subject)


def test_a_digest_not_yet_composed_cannot_be_viewed(desk: Desk, morning: Morning) -> None:
    """A planned row holds no matches."""
    add_reader(morning.database, "ada", "quantum")
    morning.prepare(PAPER)
    with pytest.raises(InvalidToken):
        _view(desk, morning, "ada~20260529")


def test_a_preview_is_the_mail_itself(morning: Morning) -> None:
    """Byte for byte, and nothing is sent or written for it."""
    add_reader(morning.database, "ada", "quantum")
    morning.prepare(PAPER)
    content = preview_digest(
        morning.database,
        morning.letters,
        "ADA@example.org",
        LISTING_DATE,
        summariser_version=morning.summariser.version,
        now=morning.clock(),
    )
    assert {"ada": (DeliveryState.PLANNED, "")} == ledger(morning.database)
    morning.send()
    assert morning.transport.taken[0].content == content


@pytest.mark.parametrize(
    ("address", "day"),
    [
        ("nobody@example.org", LISTING_DATE),
        ("ada@example.org", YESTERDAY),
        ("bob@example.org", LISTING_DATE),
    ],
)
def test_what_cannot_be_previewed_is_missing(morning: Morning, address: str, day: date) -> None:
    """No such reader, no such edition, nothing that matches."""
    add_reader(morning.database, "ada", "quantum")
    add_reader(morning.database, "bob", "astrology")
    morning.prepare(PAPER)
    with pytest.raises(RowMissing):
        preview_digest(
            morning.database,
            morning.letters,
            address,
            day,
            summariser_version="fake-1",
            now=morning.clock(),
        )


MATCHES = st.lists(
    st.builds(
        Match,
        st.text(max_size=20),
        st.integers(0, 99999).map(lambda number: ArxivId(f"2605.{number:05d}")),
        st.lists(st.sampled_from(["title", "abstract"]), max_size=2).map(tuple),
        st.integers(1, 99),
    ),
    max_size=5,
)


@given(MATCHES, st.sampled_from(MatchMode))
def test_matches_survive_packing(matches: list[Match], mode: MatchMode) -> None:
    """What a digest was made of comes back as it was."""
    packed = pack_matches(matches, mode, Density.BRIEF)
    assert (tuple(matches), mode, Density.BRIEF) == unpack_matches(packed)


def test_there_is_no_edition_before_it_is_opened(database: Database) -> None:
    """Loading a date that was never collected gives None."""
    with database.read() as session:
        assert load_edition(session, LISTING_DATE) is None


@pytest.mark.parametrize("state", [None, *EditionState])
def test_only_open_editions_are_planned(morning: Morning, state: EditionState | None) -> None:
    """Not one that is missing, still collected, or closed."""
    add_reader(morning.database, "ada", "quantum")
    if state:
        with morning.database.write() as session:
            editions.open_edition(session, LISTING_DATE)
            editions.set_state(session, LISTING_DATE, state)
    planned = state in {EditionState.SUMMARISING, EditionState.READY}
    assert int(planned) == morning.plan()


def test_past_the_send_by_time_a_newcomer_still_gets_the_edition(morning: Morning) -> None:
    """Those who were there before are excluded, so that everyone has a state."""
    add_reader(morning.database, "old", "quantum")
    morning.announce(PAPER)
    morning.clock.advance(timedelta(hours=20))
    add_reader(morning.database, "new", "quantum", joined=morning.clock())
    assert 2 == morning.plan()
    assert {
        "old": (DeliveryState.EXCLUDED, "too_late"),
        "new": (DeliveryState.PLANNED, ""),
    } == ledger(morning.database)


def test_at_once_is_never_too_late(morning: Morning) -> None:
    """A morning in the foreground sends an old edition because it was asked to."""
    add_reader(morning.database, "ada", "quantum")
    morning.announce(PAPER)
    late = morning.clock.advance(timedelta(days=3))
    assert 1 == plan(morning.database, LISTING_DATE, now=late, at_once=True)
    assert {"ada": (DeliveryState.PLANNED, "")} == ledger(morning.database)


def test_the_position_says_what_is_due(morning: Morning) -> None:
    """Nothing at first; then the edition, the last poll, and what waits to be sent."""
    before = position(morning.database, morning.clock())
    assert (None, None, 0, 0) == (
        before.edition,
        before.last_poll,
        before.deliveries_due,
        before.outbox_due,
    )
    add_reader(morning.database, "ada", "quantum")
    morning.prepare(PAPER)
    request_login(morning.database, morning.clock())
    after = position(morning.database, morning.clock())
    assert after.edition is not None
    assert (LISTING_DATE, EditionState.READY) == (after.edition.listing_date, after.edition.state)
    assert (morning.clock(), 1, 1) == (after.last_poll, after.deliveries_due, after.outbox_due)


def test_recovery_counts_both_kinds_and_tells_the_operator(morning: Morning) -> None:
    """A digest lost in DATA and a mail claimed: one unknown, one planned again."""
    add_reader(morning.database, "ada", "quantum")
    morning.prepare(PAPER)
    morning.transport.outcomes = {
        "ada@example.org": [Outcome(after=SystemExit())],
        "operator@example.org": [Outcome(before=SystemExit())],
    }
    request_login(morning.database, morning.clock())
    for step in (morning.send, morning.drain):
        with pytest.raises(SystemExit):
            step()
    assert (1, 1) == morning.recover()
    assert (0, 0) == recover(morning.database, morning.clock())
    with morning.database.read() as session:
        told = [e.detail for e in events.recent(session, 99) if e.kind == "outcome_unknown"]
    assert [{"rows": 1}] == told


def _next_day(morning: Morning) -> None:
    """Announce the next listing date, so that the edition is no longer the newest."""
    following = LISTING_DATE + timedelta(days=3)
    collect(morning.database, [FakeSource()], ["cs"], following, clock=morning.clock)


def _edition_state(morning: Morning) -> EditionState:
    with morning.database.read() as session:
        edition = editions.find(session, LISTING_DATE)
    assert edition is not None
    return edition.state


def test_the_newest_edition_stays_open(morning: Morning) -> None:
    """For readers who join today; what is unsent past its time is given up."""
    add_reader(morning.database, "ada", "quantum")
    morning.prepare(PAPER)
    assert () == close_editions(morning.database, morning.clock())
    assert {"ada": (DeliveryState.PLANNED, "")} == ledger(morning.database)
    assert () == close_editions(morning.database, ANNOUNCED_AT + timedelta(hours=20))
    assert {"ada": (DeliveryState.EXCLUDED, "too_late")} == ledger(morning.database)
    assert EditionState.READY is _edition_state(morning)


def test_an_older_edition_closes_when_it_is_settled(morning: Morning) -> None:
    """Not while a digest is in DATA; the second time there is nothing to close."""
    add_reader(morning.database, "ada", "quantum")
    add_reader(morning.database, "bob", "quantum", hour=12)
    morning.prepare(PAPER)
    morning.transport.outcomes = {"ada@example.org": [Outcome(after=SystemExit())]}
    with pytest.raises(SystemExit):
        morning.send()
    _next_day(morning)
    late = morning.clock.advance(timedelta(minutes=30))
    assert () == close_editions(morning.database, late)
    assert not is_finished(morning.database, LISTING_DATE)
    morning.recover()
    assert (LISTING_DATE,) == close_editions(morning.database, late)
    assert is_finished(morning.database, LISTING_DATE)
    assert {
        "ada": (DeliveryState.UNKNOWN, "interrupted_in_data"),
        "bob": (DeliveryState.EXCLUDED, "too_late"),
    } == ledger(morning.database)
    assert EditionState.CLOSED is _edition_state(morning)
    assert () == close_editions(morning.database, late)


def test_nothing_to_close_is_no_error(database: Database) -> None:
    """On the first evening there is no edition."""
    assert () == close_editions(database, ANNOUNCED_AT)


def test_the_overview_has_everything(morning: Morning) -> None:
    """Editions with announcements and states, readers, events."""
    add_reader(morning.database, "ada", "quantum")
    morning.prepare(PAPER)
    morning.send()
    seen = overview(morning.database)
    ((edition, (kept,), states),) = seen.editions
    assert (LISTING_DATE, "cs", 1) == (edition.listing_date, kept.category, kept.parsed.total)
    assert Counter({DeliveryState.ACCEPTED: 1}) == +Counter(states)
    assert 1 == seen.readers[SubscriberState.ACTIVE]
    assert ["polled"] == [event.kind for event in seen.events]
    (row,) = deliveries_of(morning.database, LISTING_DATE, [DeliveryState.ACCEPTED])
    assert "ada@example.org" == row.reader
    assert () == deliveries_of(morning.database, YESTERDAY)


def test_a_step_is_done_by_one_process(database: Database, clock: Clock) -> None:
    """While one holds it others see False; afterwards it is free, also after an error."""
    with exclusive(database, "collect", clock=clock) as held:
        assert held
        with exclusive(database, "collect", clock=clock) as other:
            assert not other
        with exclusive(database, "send", clock=clock) as another_step:
            assert another_step
        with exclusive(database, "collect", clock=clock) as other:
            assert not other
    with pytest.raises(KeyError), exclusive(database, "collect", clock=clock):
        raise KeyError
    with exclusive(database, "collect", clock=clock) as held:
        assert held


def test_requests_to_arxiv_keep_their_pause(database: Database, clock: Clock) -> None:
    """The second waits out the rest of the pause; a later one does not wait."""
    naps: list[float] = []

    def sleep(seconds: float) -> None:
        naps.append(seconds)
        clock.advance(timedelta(seconds=seconds))

    lock = ArxivLock(database, clock=clock, sleep=sleep)
    with lock(3.0):
        clock.advance(timedelta(seconds=2))
    assert [] == naps
    with lock(3.0):
        pass
    assert 3.0 == pytest.approx(sum(naps))
    assert max(naps) <= 1.0
    clock.advance(MINUTE)
    naps.clear()
    with lock(3.0):
        pass
    assert [] == naps


def test_requests_to_arxiv_never_overlap(database: Database, clock: Clock) -> None:
    """Four threads on one database: one request at a time."""
    inside: list[int] = []
    most: list[int] = []
    tick = threading.Lock()

    def sleep(seconds: float) -> None:
        with tick:
            clock.advance(timedelta(seconds=seconds))

    def ask(number: int) -> None:
        with ArxivLock(database, clock=clock, sleep=sleep)(0.0):
            inside.append(number)
            most.append(len(inside))
            inside.remove(number)

    with ThreadPoolExecutor(3) as pool:
        list(pool.map(ask, range(6)))
    assert [1] * 6 == most


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        (" Ada.Lovelace@Example.ORG ", "Ada.Lovelace@example.org"),
        ("ada+news@example.org", "ada+news@example.org"),
        ("ada@例子.中国", "ada@xn--fsqu00a.xn--fiqs8s"),
        ("ada@demo.test", "ada@demo.test"),
    ],
)
def test_addresses_are_read(typed: str, expected: str) -> None:
    """Outer space goes, the domain is in lower case and ASCII, the local part stays."""
    assert expected == read_address(typed)


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("", "address_missing"),
        ("  ", "address_missing"),
        ("ada", "address_invalid"),
        ("ada@", "address_invalid"),
        ("ada@example.org, bob@example.org", "address_invalid"),
        ("ada@example.org\r\nBcc: bob@example.org", "address_invalid"),
        ("李白@example.org", "address_invalid"),
        ("a" * 250 + "@example.org", "address_too_long"),
    ],
)
def test_what_is_no_address_is_refused(typed: str, code: str) -> None:
    """With a code of its own, and without repeating what was typed."""
    with pytest.raises(InvalidAddress) as caught:
        read_address(typed)
    assert code == caught.value.code
    assert not typed.strip() or typed.strip() not in str(caught.value)


def test_a_form_is_read() -> None:
    """Every field, and defaults where one is empty."""
    form = {"keywords": "quantum\npoem", "hour": "6", "density": "brief", "timezone": "Asia/Tokyo"}
    assert Preferences(
        keywords=("quantum", "poem"),
        hour=6,
        density=Density.BRIEF,
        timezone="Asia/Tokyo",
    ) == read_preferences(form)
    assert Preferences(keywords=("quantum",)) == read_preferences({"keywords": "quantum"})


def _codes(errors: tuple[InputError, ...]) -> list[str]:
    return [f"{error.field}: {error.code}" for error in errors]


def test_every_mistake_of_a_form_is_named() -> None:
    """All at once, each for its own field."""
    form = {"address": "x", "keywords": "", "hour": "24", "density": "huge", "timezone": "Mars/X"}
    with pytest.raises(InvalidForm) as caught:
        read_subscription(form)
    assert [
        "address: address_invalid",
        "keywords: keywords_missing",
        "hour: hour_invalid",
        "density: density_invalid",
        "timezone: timezone_invalid",
    ] == _codes(caught.value.errors)


def test_a_bad_address_alone_is_named() -> None:
    """With good preferences there is one mistake."""
    with pytest.raises(InvalidForm) as caught:
        read_subscription({"address": "x", "keywords": "quantum"})
    assert ["address: address_invalid"] == _codes(caught.value.errors)


def test_a_subscription_is_read() -> None:
    """Address and preferences."""
    form = {"address": "ada@example.org", "keywords": "quantum"}
    assert ("ada@example.org", Preferences(keywords=("quantum",))) == read_subscription(form)


@pytest.mark.parametrize("hour", ["-1", "24", "1.5", "八", "٣", "007", " 7"])
def test_odd_hours_are_refused(hour: str) -> None:
    """Only 0 to 23 in plain digits."""
    with pytest.raises(InvalidForm):
        read_preferences({"keywords": "quantum", "hour": hour})


FIELDS = ("address", "keywords", "hour", "density", "timezone")


@given(st.dictionaries(st.sampled_from(FIELDS), st.text()))
def test_no_form_is_a_surprise(form: dict[str, str]) -> None:
    """Whatever is typed gives preferences or named mistakes."""
    with contextlib.suppress(InvalidForm):
        assert read_subscription(form)[1].keywords


def test_a_database_that_answers_can_be_pinged(
    database: Database,
    empty_database: Database,
) -> None:
    """With this release's tables; without them it is outdated."""
    ping(database)
    with pytest.raises(SchemaOutdated):
        ping(empty_database)


def test_the_notice_of_a_failed_category_reaches_the_mail(morning: Morning) -> None:
    """Two categories, one of them down: the mail holds the papers and names the gap."""
    add_reader(morning.database, "ada", "quantum")
    source = FakeSource(cs=announcement(PAPER))
    collect(morning.database, [source], ["cs", "math"], LISTING_DATE, clock=morning.clock)
    morning.prepare(PAPER)
    morning.send()
    assert "math 的公告未能读全（已读到 0 条），本期可能有遗漏。" in text_of(
        morning.transport.taken[0]
    )
