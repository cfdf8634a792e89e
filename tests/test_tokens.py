"""Signed links: round trip, damage, purposes, rotation, expiry, fingerprints."""

import itertools
import string
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.errors import ExpiredToken, InvalidToken
from newsletter.tokens import LIFETIMES, Purpose, Signer

_NOW = datetime(2026, 5, 29, 0, 30, tzinfo=UTC)
_OLD, _NEW = "o" * 32, "n" * 32
_SIGNER = Signer((_NEW,))
_ALPHABET = string.ascii_letters + string.digits + "_~-"
_SUBJECTS = st.text(_ALPHABET, min_size=1, max_size=64)
_PURPOSES = st.sampled_from(Purpose)
_INSTANTS = st.datetimes(
    datetime(1970, 1, 1),  # noqa: DTZ001 # made aware by `timezones`
    datetime(9999, 12, 30),  # noqa: DTZ001 # the same
    timezones=st.just(UTC),
)
_LONG = timedelta(days=3650)


@given(_PURPOSES, _SUBJECTS, _INSTANTS)
def test_a_token_is_read_back(purpose: Purpose, subject: str, now: datetime) -> None:
    """What was issued is read back for the same purpose, at any time, from a short URL part."""
    token = _SIGNER.issue(purpose, subject, now)

    assert subject == _SIGNER.read(purpose, token, now)
    assert set(token) <= {*_ALPHABET, "."}
    assert len(token) <= len(subject) + 34


@given(_PURPOSES, _SUBJECTS, st.data())
def test_any_changed_character_is_refused(
    purpose: Purpose,
    subject: str,
    data: st.DataObject,
) -> None:
    """There is no character whose change goes unnoticed."""
    token = _SIGNER.issue(purpose, subject, _NOW)
    place = data.draw(st.integers(0, len(token) - 1))
    other = data.draw(st.sampled_from(_ALPHABET + ".=%\u0661").filter(lambda c: c != token[place]))
    damaged = token[:place] + other + token[place + 1 :]

    for asked in Purpose:
        with pytest.raises(InvalidToken):
            _SIGNER.read(asked, damaged, _NOW)


def test_no_place_of_a_token_takes_another_character() -> None:
    """Place by place, a letter, a sign and a digit of another script are refused."""
    token = _SIGNER.issue(Purpose.UNSUBSCRIBE, "reader", _NOW)

    for place, other in itertools.product(range(len(token)), ["A", "b", "0", ".", "\u0661", "é"]):
        damaged = token[:place] + other + token[place + 1 :]
        if damaged != token:
            with pytest.raises(InvalidToken):
                _SIGNER.read(Purpose.UNSUBSCRIBE, damaged, _NOW)


@given(_PURPOSES, _SUBJECTS, st.data())
def test_a_cut_or_longer_token_is_refused(
    purpose: Purpose,
    subject: str,
    data: st.DataObject,
) -> None:
    """A token that lost or gained characters, as in wrapped mails, is refused."""
    token = _SIGNER.issue(purpose, subject, _NOW)
    place = data.draw(st.integers(0, len(token) - 1))
    added = data.draw(st.sampled_from([*_ALPHABET, ".", "=", " ", "\n", "\0"]))

    for damaged in (token[:place], token[place + 1 :], token + added, added + token):
        with pytest.raises(InvalidToken):
            _SIGNER.read(purpose, damaged, _NOW)


@given(_PURPOSES, st.text())
def test_what_was_never_issued_is_refused(purpose: Purpose, text: str) -> None:
    """Any text from outside is answered with `InvalidToken` and nothing else."""
    with pytest.raises(InvalidToken):
        _SIGNER.read(purpose, text, _NOW)


def test_a_token_of_one_purpose_is_worthless_for_another() -> None:
    """The link in a mail's header does not open the operator's pages."""
    for issued in Purpose:
        token = _SIGNER.issue(issued, "reader", _NOW)
        for asked in set(Purpose) - {issued}:
            with pytest.raises(InvalidToken) as caught:
                _SIGNER.read(asked, token, _NOW)
            assert not isinstance(caught.value, ExpiredToken)
            relabelled = f"1{asked.value}{token[2:]}"
            with pytest.raises(InvalidToken):
                _SIGNER.read(asked, relabelled, _NOW)


def test_purposes_are_single_letters_of_their_own() -> None:
    """A purpose is one lower-case letter, which no other purpose has."""
    assert all(len(purpose.value) == 1 and purpose.value.islower() for purpose in Purpose)
    assert len(Purpose) == len({purpose.value for purpose in Purpose})


def test_secrets_rotate() -> None:
    """After a rotation old links work as long as the old secret is kept; new ones need the new."""
    old, both = Signer((_OLD,)), Signer((_NEW, _OLD))
    before = old.issue(Purpose.UNSUBSCRIBE, "reader", _NOW)
    after = both.issue(Purpose.UNSUBSCRIBE, "reader", _NOW)

    assert both.read(Purpose.UNSUBSCRIBE, before, _NOW) == "reader"
    assert _SIGNER.read(Purpose.UNSUBSCRIBE, after, _NOW) == "reader"
    for signer, token in ((old, after), (_SIGNER, before)):
        with pytest.raises(InvalidToken):
            signer.read(Purpose.UNSUBSCRIBE, token, _NOW)


@pytest.mark.parametrize("purpose", [p for p, lifetime in LIFETIMES.items() if lifetime])
def test_a_token_expires(purpose: Purpose) -> None:
    """Within its lifetime a token is good; after it, it is called expired and not damaged."""
    lifetime = LIFETIMES[purpose] or timedelta()
    token = _SIGNER.issue(purpose, "reader", _NOW)

    assert _SIGNER.read(purpose, token, _NOW + lifetime) == "reader"
    with pytest.raises(ExpiredToken) as caught:
        _SIGNER.read(purpose, token, _NOW + lifetime + timedelta(seconds=1))
    assert caught.value.code == "token_expired"


def test_the_links_of_old_mails_work() -> None:
    """Leaving, preferences and the page of a mail have no expiry; what grants access has one."""
    eternal = {purpose for purpose in Purpose if LIFETIMES[purpose] is None}

    assert {Purpose.UNSUBSCRIBE, Purpose.PREFERENCES, Purpose.VIEW} == eternal
    for purpose in eternal:
        token = _SIGNER.issue(purpose, "reader", _NOW)
        assert _SIGNER.read(purpose, token, _NOW + _LONG) == "reader"


def test_a_forged_time_does_not_prolong_a_token() -> None:
    """The time of issue is signed too."""
    purpose, later = Purpose.LOGIN, _NOW + timedelta(hours=1)
    old = _SIGNER.issue(purpose, "operator", _NOW).split(".")
    new = _SIGNER.issue(purpose, "someone", later).split(".")

    with pytest.raises(InvalidToken):
        _SIGNER.read(purpose, ".".join([*old[:2], new[2], old[3]]), later)


@given(st.text().filter(lambda text: not (text and set(text) <= set(_ALPHABET))))
def test_a_subject_that_would_not_be_read_back_is_not_issued(subject: str) -> None:
    """A subject with a separator, a space or another alphabet is refused when issuing."""
    with pytest.raises(InvalidToken):
        _SIGNER.issue(Purpose.VIEW, subject, _NOW)


def test_a_subject_has_at_most_64_characters() -> None:
    """A header's line has room for 64 characters."""
    with pytest.raises(InvalidToken):
        _SIGNER.issue(Purpose.VIEW, "x" * 65, _NOW)


def test_a_message_holds_no_token() -> None:
    """What is raised does not repeat the link, because messages reach logs."""
    token = _SIGNER.issue(Purpose.LOGIN, "operator", _NOW)

    with pytest.raises(InvalidToken) as caught:
        _SIGNER.read(Purpose.VIEW, token, _NOW)

    assert token[-20:] not in repr(caught.value)


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_fingerprints_follow_the_secrets(text: str) -> None:
    """One for each secret, the current first; the same text gives the same again."""
    both = Signer((_NEW, _OLD)).fingerprints(text)

    assert [*_SIGNER.fingerprints(text), *Signer((_OLD,)).fingerprints(text)] == list(both)
    assert both[0] != both[1]
    assert not text or text not in both


def test_fingerprints_tell_texts_apart() -> None:
    """Two addresses have two fingerprints, and none is the signature of a token."""
    token = _SIGNER.issue(Purpose.VIEW, "reader", _NOW)
    body, _, mac = token.rpartition(".")

    assert _SIGNER.fingerprints("ann@example.org") != _SIGNER.fingerprints("bo@example.org")
    assert [mac] != _SIGNER.fingerprints(body)
