"""A digest seen again: in the browser, as a preview, and what is kept of it."""

import json
from datetime import date, timedelta

import pytest
from builders import Morning, add_reader, ledger, paper
from fakes import LISTING_DATE, fake_key
from hypothesis import given
from hypothesis import strategies as st

from newsletter.errors import (
    InvalidToken,
    RowMissing,
)
from newsletter.keywords.match import Match, MatchMode
from newsletter.ledger import DeliveryState
from newsletter.papers import ArxivId, FeedId
from newsletter.services.edition import pack_matches, unpack_matches
from newsletter.services.preview import preview_digest
from newsletter.services.subscribe import Desk
from newsletter.services.view import view_in_browser
from newsletter.storage import subscribers
from newsletter.subscribers import Density, Preferences
from newsletter.tokens import Purpose

PAPER = paper(1, title="Quantum walks")
YESTERDAY = LISTING_DATE - timedelta(days=1)


def _view(desk: Desk, morning: Morning, subject: str) -> str:
    token = desk.signer.issue(Purpose.VIEW, subject, desk.clock())
    return view_in_browser(desk, morning.letters, token, morning.summariser.key)


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
        summary_key=morning.summariser.key,
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
            summary_key=fake_key,
            now=morning.clock(),
        )


MATCHES = st.lists(
    st.builds(
        Match,
        st.text(max_size=20),
        st.integers(0, 99999).map(lambda number: ArxivId(f"2605.{number:05d}")),
        st.lists(st.sampled_from(["title", "abstract", "library"]), max_size=2).map(tuple),
        st.integers(1, 99),
        st.integers(0, 99),
        st.booleans(),
        st.text(max_size=20),
    ),
    max_size=5,
)


@given(MATCHES, st.sampled_from(MatchMode))
def test_matches_survive_packing(matches: list[Match], mode: MatchMode) -> None:
    """What a digest was made of comes back as it was."""
    packed = pack_matches(matches, mode, Density.BRIEF)
    assert (tuple(matches), mode, Density.BRIEF) == unpack_matches(packed)


@given(MATCHES, st.sampled_from(MatchMode))
def test_packed_matches_are_rows_of_plain_values(matches: list[Match], mode: MatchMode) -> None:
    """A database keeps them as JSON: four values a match, which the previous release reads too."""
    packed = pack_matches(matches, mode, Density.FULL)
    assert packed == json.loads(json.dumps(packed))
    assert [4] * len(matches) == [len(row) for row in packed["matches"]]
    assert [3] * len(matches) == [len(row) for row in packed["reasons"]]


def test_matches_that_an_older_release_packed_are_read() -> None:
    """Rows of keyword, paper, places and rank; what they do not say is as if there were none."""
    packed = {
        "mode": "default",
        "density": "brief",
        "matches": [["RL", "2605.00001", ["title"], 1], ["RL", "doi:10.1101/x", [], 2]],
    }
    matches, mode, density = unpack_matches(packed)
    assert (MatchMode.DEFAULT, Density.BRIEF) == (mode, density)
    assert matches == (
        Match("RL", ArxivId("2605.00001"), ("title",), 1, 0, is_followed=False, nearest=""),
        Match("RL", FeedId("doi:10.1101/x"), (), 2),
    )
