"""Readers in the database."""

import pytest
from builders import add_reader
from fakes import ANNOUNCED_AT

from newsletter.errors import StorageError
from newsletter.storage import subscribers
from newsletter.storage.engine import Database
from newsletter.storage.tables import KeywordRow, SubscriberRow
from newsletter.subscribers import Density, Interest, Preferences, Subscriber, SubscriberState

CHOICE = Preferences(
    keywords=("zebra", "apple", "mango"),
    hour=6,
    timezone="Europe/Berlin",
    density=Density.BRIEF,
    categories=("cs.RO", "gone.XX"),
    cross_lists=False,
    library=True,
)
"""One of the categories is no longer arXiv's: what was chosen once is kept."""


def _add(database: Database, address: str, public_id: str = "r1") -> Subscriber:
    with database.write() as session:
        return subscribers.add(
            session,
            public_id=public_id,
            address=address,
            preferences=CHOICE,
            now=ANNOUNCED_AT,
        )


def test_a_reader_comes_back_as_added(database: Database) -> None:
    """By address, by public id and by row id; keywords in the reader's own order."""
    added = _add(database, "Ada@Example.org")
    with database.read() as session:
        assert added == subscribers.find_by_address(session, "Ada@Example.org")
        assert added == subscribers.find_by_public_id(session, "r1")
        assert {added.id: added} == subscribers.get_many(session, [added.id, added.id + 1])
    assert added.preferences == CHOICE
    assert SubscriberState.PENDING is added.state


def test_an_address_is_one_however_it_is_written(database: Database) -> None:
    """Case, outer space and full-width letters do not make another reader."""
    _add(database, "Ada@Example.org")
    with database.read() as session:
        for spelling in (" ada@example.ORG ", "\uff21da@example.org"):
            assert subscribers.find_by_address(session, spelling) is not None
        assert subscribers.find_by_address(session, "a.da@example.org") is None
    with pytest.raises(StorageError):
        _add(database, "ADA@EXAMPLE.ORG", "r2")


def test_nobody_is_found_under_another_id(database: Database) -> None:
    """A public id that was never given out finds nobody."""
    with database.read() as session:
        assert subscribers.find_by_public_id(session, "r1") is None


def test_preferences_are_replaced(database: Database) -> None:
    """Fewer keywords in another order, and other choices, take the place of the old ones."""
    added = _add(database, "ada@example.org")
    changed = Preferences(keywords=("mango", "zebra"), hour=9, categories=("cs",))
    with database.write() as session:
        subscribers.set_preferences(session, added.id, changed)
    with database.read() as session:
        found = subscribers.find_by_public_id(session, "r1")
    assert found is not None
    assert changed == found.preferences


def test_only_active_readers_keywords_count(database: Database) -> None:
    """Distinct, sorted, and nobody's who paused, left or never confirmed."""
    add_reader(database, "ada", "quantum", "attention")
    add_reader(database, "bob", "attention")
    for state in set(SubscriberState) - {SubscriberState.ACTIVE}:
        add_reader(database, state.value, f"of {state.value}", state=state)
    with database.read() as session:
        found = subscribers.active_interests(session)
    assert (Interest("attention"), Interest("quantum")) == found


def test_an_interest_is_a_keyword_with_what_narrows_it(database: Database) -> None:
    """The same keyword counts once for each choice of categories and cross-lists, sorted."""
    choices: list[tuple[tuple[str, ...], bool]] = [
        (("cs.RO", "stat"), True),
        ((), False),
        (("cs.RO", "stat"), True),
        ((), True),
        (("cs",), False),
        ((), True),
    ]
    for number, (categories, cross_lists) in enumerate(choices):
        reader = add_reader(database, f"reader{number}")
        changed = Preferences(
            keywords=("强化学习", "RL"), categories=categories, cross_lists=cross_lists
        )
        with database.write() as session:
            subscribers.set_preferences(session, reader.id, changed)
    with database.read() as session:
        found = subscribers.active_interests(session)
    assert found == tuple(
        Interest(keyword, categories, cross_lists)
        for keyword in ("RL", "强化学习")
        for categories, cross_lists in [
            ((), False),
            ((), True),
            (("cs",), False),
            (("cs.RO", "stat"), True),
        ]
    )


def test_nobody_has_no_interest(database: Database) -> None:
    """Without readers there is nothing to look for."""
    with database.read() as session:
        assert () == subscribers.active_interests(session)


def test_the_time_of_confirmation_is_kept(database: Database) -> None:
    """It is set when given, and stays when the state moves on without one."""
    added = _add(database, "ada@example.org")
    for state, confirmed in (
        (SubscriberState.ACTIVE, ANNOUNCED_AT),
        (SubscriberState.PAUSED, None),
    ):
        with database.write() as session:
            subscribers.set_state(session, added.id, state, confirmed)
    with database.read() as session:
        row = session.get_one(SubscriberRow, added.id)
        assert (SubscriberState.PAUSED.value, ANNOUNCED_AT) == (row.state, row.confirmed_at)


def test_a_reader_added_as_active_is_confirmed(database: Database) -> None:
    """An import needs no confirmation mail; a pending reader has no such time."""
    active = add_reader(database, "ada")
    pending = add_reader(database, "bob", state=SubscriberState.PENDING)
    with database.read() as session:
        assert session.get_one(SubscriberRow, active.id).confirmed_at == ANNOUNCED_AT
        assert session.get_one(SubscriberRow, pending.id).confirmed_at is None


def test_readers_are_counted_by_state(database: Database) -> None:
    """States without readers count zero."""
    add_reader(database, "ada")
    add_reader(database, "bob", state=SubscriberState.LEFT)
    add_reader(database, "eve", state=SubscriberState.LEFT)
    with database.read() as session:
        counts = subscribers.count_by_state(session)
    expected = dict.fromkeys(SubscriberState, 0)
    assert expected | {SubscriberState.ACTIVE: 1, SubscriberState.LEFT: 2} == counts


def test_keywords_go_with_their_reader(database: Database) -> None:
    """Deleting a reader deletes the keywords: foreign keys hold on SQLite too."""
    added = _add(database, "ada@example.org")
    with database.write() as session:
        session.delete(session.get_one(SubscriberRow, added.id))
    with database.read() as session:
        assert session.get(KeywordRow, (added.id, 0)) is None


def test_a_suppressed_address_is_known_by_any_fingerprint(database: Database) -> None:
    """The hash under the current or an older secret is enough; suppressing twice is fine."""
    with database.write() as session:
        subscribers.suppress(session, "old", "complained", ANNOUNCED_AT)
        subscribers.suppress(session, "old", "bounced", ANNOUNCED_AT)
    with database.read() as session:
        assert subscribers.is_suppressed(session, ["new", "old"])
        assert not subscribers.is_suppressed(session, ["new"])
        assert not subscribers.is_suppressed(session, [])


def test_many_readers_are_read_at_once(
    database: Database,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """More than fit one IN (…)."""
    monkeypatch.setattr(subscribers, "_CHUNK", 2)
    added = [add_reader(database, f"r{number}", f"k{number}") for number in range(5)]
    with database.read() as session:
        found = subscribers.get_many(session, [*(reader.id for reader in added), 99])
    assert {reader.id: reader for reader in added} == found
