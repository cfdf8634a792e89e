"""What one preview may cost, how many are made at a time, and what it says of authors."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
from preview_house import keep_week
from web_house import FORM, House, build_house, read

from newsletter.keywords.abbreviations import mine
from newsletter.services.recent import RecentEditions
from newsletter.services.vocabulary import vocabulary
from newsletter.storage.engine import Database
from newsletter.tokens import Purpose
from newsletter.web import preview as previewing
from newsletter.web.pages import Pages
from newsletter.web.preview import PreviewPages


@pytest.fixture
def house(sqlite_url: str, open_database: Callable[..., Database]) -> Iterator[House]:
    """Return a site with a reader, ada, and seven editions."""
    database = open_database(sqlite_url)
    keep_week(database)
    recent = RecentEditions(database, vocabulary, mine)
    recent.warm()
    for built in build_house(database, recent=recent):
        built.add("ada")
        yield built


def _part(house: House, keywords: str) -> str:
    address = house.path(Purpose.PREFERENCES, "ada").partition("?")[0]
    form = {**FORM, "keywords": keywords, "lang": "en"}
    return house.client.post(f"{address}/preview?part=1", data=form).text


@pytest.mark.parametrize(
    ("line", "count", "tried", "said"),
    [
        ("robot OR w{n} near/5 robot", 31, 31, ""),
        ("robot OR w{n} near/5 robot", 50, 31, "too complex"),
        ("robot OR w{n:02} " + "x" * 112, 50, 40, "characters"),
    ],
    ids=["as much as may be", "costly", "long"],
)
def test_of_lines_that_are_too_much_together_the_first_are_tried(
    house: House, line: str, count: int, tried: int, said: str
) -> None:
    """A preview costs no more than what a reader may save, and says what is wrong."""
    text = _part(house, "\n".join(line.format(n=n) for n in range(count)))
    page = read(text)

    assert count == len(page.xpath("//ol[@class='tries']/li"))
    assert tried == len(page.xpath("//ol[@class='tries']/li[.//ol[@class='days']]"))
    assert said in text


def test_two_previews_are_looked_for_at_a_time(house: House) -> None:
    """A third asks again in two seconds; a turn that is over is somebody else's."""
    assert "data-again" not in _part(house, "robot")
    pages = PreviewPages(Pages(house.site))
    with ExitStack() as turns:
        entered = [turns.enter_context(pages.turn()) for _ in range(3)]
        assert [True, True, False] == entered
    with pages.turn() as is_mine:
        assert is_mine


def test_whoever_has_no_turn_is_told_to_wait(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """The script asks again by itself."""
    monkeypatch.setattr(previewing, "preview", _busy(previewing.preview))
    text = _part(house, "robot")

    assert "data-again" in text
    assert "Too many previews" in text


def _busy(real: Callable[..., object]) -> Callable[..., object]:
    return lambda *given, **options: real(*given, **{**options, "is_busy": True})


def test_an_author_without_papers_is_no_misspelling(house: House) -> None:
    """Most publish less than once a month."""
    assert "No recent paper of this author" in _part(house, "author:Nobody")
