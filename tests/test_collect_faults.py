"""`newsletter collect` against a local arXiv: every fault is told in plain words."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import httpx
import pytest
import time_machine
from arxiv_faults import Fault
from arxiv_server import Arxiv, serve
from arxiv_site import WorldSite
from arxiv_world import World, make_world
from command import Command

from newsletter import bootstrap
from newsletter.calendar import announced_at
from newsletter.sources import http

DAY = date(2026, 4, 9)
BEFORE = date(2026, 4, 8)
MORNING = timedelta(minutes=50)
NIGHT = timedelta(hours=4, minutes=10)

WORDS = {
    Fault.LATENCY: "no answer in time",
    Fault.TOO_MANY: "the server answered 429",
    Fault.NOT_ACCEPTABLE: "the server answered 406",
    Fault.UNAVAILABLE: "the server answered 503",
    Fault.TRUNCATED: "the page ends without </html>",
    Fault.WRONG_TYPE: "an HTML page that lists nothing",
    Fault.RESET: "the connection failed",
    Fault.STALE_BODY: "an old batch under a new date",
    Fault.WRONG_COUNT: "entries stated",
    Fault.REDIRECT_LOOP: "more than 3 redirects",
    Fault.HUGE: "more than 2000000 bytes",
    Fault.GZIP_BOMB: "more than 2000000 bytes",
    Fault.MIXED_DATES: "items of several days",
    Fault.EMPTY: "empty",
    Fault.WITHOUT_ROWS: "the page shows",
    Fault.INVALID_UTF8: "is not UTF-8",
    Fault.OUTAGE: "the connection failed",
    Fault.UNPAIRED: "an entry's heading without its body",
}
UNSEEN = {Fault.SHORT, Fault.NOTHING}
"""Nothing in the page gives them away: the second look finds them, see the simulated year."""


@pytest.fixture(scope="module")
def world() -> World:
    """Return some weeks of an arXiv that never was."""
    return make_world(7, date(2026, 4, 1), date(2026, 4, 20), unannounced=0)


class House:
    """The command, an arXiv, and the time of both."""

    def __init__(
        self, newsletter: Command, arxiv: Arxiv, traveller: time_machine.Traveller
    ) -> None:
        """Take the parts."""
        self.newsletter, self.arxiv, self.traveller = newsletter, arxiv, traveller

    def collect(self, day: date, after: timedelta) -> str:
        """Collect cs.LG so long after the mailing of `day`; return what was printed."""
        self.traveller.move_to(announced_at(day) + after, tick=False)
        return " ".join(self.newsletter("collect", "-c", "cs.LG").out.split())


@pytest.fixture
def house(
    world: World, newsletter: Command, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Iterator[House]:
    """Return an installation whose time stands still but for its sleep."""
    start = announced_at(BEFORE).astimezone(UTC) + MORNING
    with (
        time_machine.travel(start, tick=False) as traveller,
        serve(WorldSite(world), lambda: datetime.now(UTC), latency=1.5) as arxiv,
    ):
        monkeypatch.setattr(bootstrap.time, "sleep", traveller.shift)
        for name, value in {
            "DATABASE_URL": f"sqlite:///{tmp_path / 'news.sqlite3'}",
            "CONTACT": "operator@example.org",
            "ARXIV_URL": arxiv.url,
            # Another host, as at arXiv: one that is busy does not keep the other from answering.
            "RSS_URL": arxiv.url.replace("127.0.0.1", "localhost"),
            "OAI_URL": f"{arxiv.url}/oai",
            "API_URL": f"{arxiv.url}/api/query",
            "DOCUMENT_LIMIT_BYTES": "2000000",
        }.items():
            monkeypatch.setenv(f"NEWSLETTER_{name}", value)
        assert 0 == newsletter("migrate").status
        yield House(newsletter, arxiv, traveller)


def test_a_good_morning_is_one_line(house: House, world: World) -> None:
    """Time in China, what and how many, from where."""
    shown = house.collect(DAY, MORNING)
    count = len(world.announcement("cs.LG", DAY))
    assert f"04-09 08:50 cs.LG fresh, {count} of {count}, from listing" in shown


def test_every_fault_has_its_words() -> None:
    """No fault is left out."""
    assert set(Fault) == set(WORDS) | UNSEEN


@pytest.mark.parametrize("fault", sorted(WORDS, key=lambda one: one.value), ids=lambda f: f.value)
def test_a_fault_is_told_in_plain_words(
    house: House, world: World, fault: Fault, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And a later poll, with the fault gone, tells the good end."""
    if fault is Fault.LATENCY:
        monkeypatch.setattr(http, "_TIMEOUT", httpx.Timeout(0.5))
    house.collect(BEFORE, MORNING)
    after = MORNING
    if fault is Fault.MIXED_DATES:  # which only feeds can have: the listing must be away
        after = NIGHT
        for _ in range(2):
            house.arxiv.once(Fault.OUTAGE, "^/list/")
        house.arxiv.once(fault, "^/rss/")
    else:
        for _ in range(2):  # a broken line is tried a second time at once
            house.arxiv.once(fault, "^/list/")

    told = house.collect(DAY, after)

    assert WORDS[fault] in told
    assert "cs.LG fresh, " not in told
    house.arxiv.forget()
    count = len(world.announcement("cs.LG", DAY))
    again = house.collect(DAY, after + timedelta(hours=2))
    assert WORDS[fault] in again
    assert f"cs.LG fresh, {count} of {count}, from listing" in again


def test_a_damaged_page_is_kept_for_the_operator(house: House, tmp_path: Path) -> None:
    """It can be written out and read by `parse`, which says the same."""
    house.arxiv.once(Fault.WRONG_COUNT, "^/list/")
    house.collect(DAY, MORNING)
    (kept,) = house.newsletter("documents", "--json").rows
    assert kept["origin"].endswith("/list/cs.LG/new")
    assert "entries stated" in kept["reason"]
    path = tmp_path / "page.html"
    assert 0 == house.newsletter("documents", kept["id"], "--out", path).status
    head, *_ = house.newsletter("parse", path, "--json").rows
    assert ("failed", "2026-04-09") == (head["state"], head["listing_date"])


def test_a_feed_stands_in_and_says_what_it_leaves_out(house: House) -> None:
    """After midnight in New York, with the listing away."""
    for _ in range(2):
        house.arxiv.once(Fault.UNAVAILABLE, "^/list/")
    told = house.collect(DAY, NIGHT)
    assert "cs.LG fresh" in told
    assert "from rss" in told
    assert "rss leaves out comments, and replacements of version 6 or more" in told
    assert "the server answered 503" in told


def test_a_day_without_mailing_is_explained(house: House) -> None:
    """By the calendar; one that is over is looked at all the same."""
    reason = "no announcement: arXiv announces nothing on Friday and Saturday evenings"
    for day, status in ((18, 2), (20, 0)):
        house.traveller.move_to(datetime(2026, 4, day, 12, tzinfo=UTC), tick=False)
        ran = house.newsletter("collect", "-c", "cs.LG", "--date", "2026-04-18")
        told = " ".join((ran.out + ran.err).replace("│", " ").split())
        assert (status, True) == (ran.status, reason in told), told


def test_a_mailing_that_is_not_out_yet_is_not_asked_for(house: House) -> None:
    """An early catch-up answer may be kept for a week by arXiv."""
    ran = house.newsletter("collect", "-c", "cs.LG", "--date", "2026-04-10")
    assert (2, True) == (ran.status, "still to come" in ran.err)
    assert [] == house.arxiv.requests
