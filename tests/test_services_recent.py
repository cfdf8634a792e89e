"""The last days in memory, and what keywords would have brought in them."""

import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import date

import pytest
from preview_house import day, invented, keep_day, keep_week

from newsletter.keywords.vocabulary import NOTHING_KNOWN, Vocabulary
from newsletter.papers import AnnouncedPaper, AnnounceType, Paper
from newsletter.services.recent import (
    KEPT,
    WEEK,
    RecentEdition,
    RecentEditions,
    usual_words,
)
from newsletter.storage.engine import Database
from newsletter.subscribers import Preferences


def dates(editions: Iterable[RecentEdition] | None) -> list[date]:
    """Return the listing dates of what is loaded."""
    assert editions is not None
    return [edition.listing_date for edition in editions]


def edition(ago: int, *papers: Paper, kind: AnnounceType = AnnounceType.NEW) -> RecentEdition:
    """Return an edition of `papers`."""
    return RecentEdition.of(day(ago), [AnnouncedPaper(paper, kind) for paper in papers])


def papers(first: int, *titles: str) -> list[Paper]:
    """Return a paper a title."""
    return [invented(first + i, title) for i, title in enumerate(titles)]


def loaded(database: Database) -> RecentEditions:
    """Return the last days, loaded."""
    recent = RecentEditions(database)
    recent.warm()
    return recent


def keep_days(database: Database, *ago: int) -> None:
    """Write an edition of one paper for each of the days."""
    for days in ago:
        keep_day(database, day(days), [invented(100 + days, f"Paper of day {days}")])


def test_the_newest_seven_editions_make_the_week(database: Database) -> None:
    """Editions count and not days, and what lies thirty days back is gone."""
    keep_days(database, 0, 1, 4, 5, 6, 7, 8, 11, 29, 30)
    recent = loaded(database)

    assert [day(ago) for ago in (0, 1, 4, 5, 6, 7, 8)] == dates(recent.now().week)
    assert [day(11), day(29)] == dates(recent.now().before)


def test_what_is_not_on_its_way_does_not_count(database: Database) -> None:
    """An edition that is still collected is left out, and so are replacements and empty days."""
    keep_days(database, 2)
    keep_day(database, day(0), [invented(1, "Too early")], collected=False)
    keep_day(database, day(1), [invented(2, "Replaced")], AnnounceType.REPLACE)

    assert [day(2)] == dates(loaded(database).now().week)


def test_nothing_is_known_at_first(database: Database) -> None:
    """A new installation has no days to try anything on."""
    found = RecentEditions(database).now()

    assert ((), (), True) == (found.week, found.before, found.is_ready)


def test_editions_come_and_go(database: Database) -> None:
    """A new edition is added, an old one dropped, and what is loaded is not loaded again."""
    keep_days(database, 1, 2, 30)
    recent = loaded(database)
    before = recent.now().week
    keep_days(database, 0)
    recent.warm()
    after = recent.now().week

    assert [day(1), day(2), day(30)] == dates(before)
    assert [day(0), day(1), day(2)] == dates(after)
    assert before[0] is after[1]


def test_the_week_is_built_once_for_all_threads(database: Database) -> None:
    """Two who type at the same time get the same editions."""
    keep_days(database, 0, 1, 2)
    began, goes_on = threading.Event(), threading.Event()

    def held(texts: Iterable[str]) -> Mapping[str, tuple[str, ...]]:
        began.set()
        assert goes_on.wait(20)
        return dict.fromkeys(texts, ())

    recent = RecentEditions(database, mine=held)
    recent.start()
    assert began.wait(20)
    before = set(threading.enumerate())
    recent.start()
    [running] = [thread for thread in before if thread.name == "recent-editions"]
    with_others = set(threading.enumerate())
    goes_on.set()
    running.join()

    assert before == with_others
    assert 3 == len(recent.now().week)


def test_nobody_waits_for_editions(database: Database) -> None:
    """While they are loaded nothing is claimed, and a thread of its own loads them."""
    keep_days(database, 0, 1)
    goes_on = threading.Event()

    def mine(texts: Iterable[str]) -> Mapping[str, tuple[str, ...]]:
        assert goes_on.wait(20)
        return dict.fromkeys(texts, ())

    recent = RecentEditions(database, mine=mine)
    first = recent.now()
    goes_on.set()
    [thread] = [each for each in threading.enumerate() if each.name == "recent-editions"]
    thread.join()
    second = recent.now()

    assert ((), None, False) == (first.week, first.before, first.is_ready)
    assert (2, (), True) == (len(second.week), second.before, second.is_ready)


def test_a_new_edition_keeps_nobody_waiting(database: Database) -> None:
    """The seven before it are the week while it is loaded."""
    keep_days(database, *range(1, 9))
    recent = loaded(database)
    keep_days(database, 0)
    found = recent.now()
    recent.stop()

    assert [day(ago) for ago in range(1, 8)] == dates(found.week)
    assert (None, True) == (found.before, found.is_ready)


def test_a_stop_ends_loading(database: Database) -> None:
    """Whoever ends the server waits for one edition at most, and nothing starts again."""
    keep_days(database, *range(8))
    began, goes_on = threading.Event(), threading.Event()

    def known() -> Vocabulary:
        began.set()
        assert goes_on.wait(20)
        return NOTHING_KNOWN

    recent = RecentEditions(database, known)
    recent.start()
    assert began.wait(20)
    stopping = threading.Thread(target=recent.stop)
    stopping.start()
    while not recent.is_stopping:
        stopping.join(0.01)
    goes_on.set()
    stopping.join()

    assert [day(0)] == dates(recent.now().week)
    assert [] == [each for each in threading.enumerate() if each.name == "recent-editions"]


def test_names_are_gleaned_once_a_day(database: Database) -> None:
    """What papers call things is looked for after an answer, and again when there are new ones."""
    keep_days(database, 0)
    asked: list[list[str]] = []

    def mine(texts: Iterable[str]) -> Mapping[str, tuple[str, ...]]:
        asked.append(list(texts))
        return {" grpo ": ("group relative policy optimization",)}

    recent = RecentEditions(database, mine=mine)
    recent.warm()
    recent.warm()

    assert [["Invented."]] == asked
    assert {" grpo "} == set(recent.now().names)


def test_one_warms_and_others_go_on(database: Database) -> None:
    """A second call while the first is under way returns at once."""
    keep_days(database, 0)
    began, goes_on = threading.Event(), threading.Event()
    calls: list[int] = []

    def mine(texts: Iterable[str]) -> Mapping[str, tuple[str, ...]]:
        calls.append(len(list(texts)))
        began.set()
        assert goes_on.wait(20)
        return {}

    recent = RecentEditions(database, mine=mine)
    warming = threading.Thread(target=recent.warm)
    warming.start()
    assert began.wait(20)
    recent.warm()
    goes_on.set()
    warming.join()

    assert [1] == calls


def test_a_database_that_does_not_answer_is_no_failure_of_warming(
    sqlite_url: str,
    open_database: Callable[..., Database],
) -> None:
    """The answer is out already: it is tried again with the next page."""
    broken = open_database(sqlite_url.replace(".sqlite3", ".nothing.sqlite3"))

    RecentEditions(broken).warm()


def test_usual_words_stand_in_several_places() -> None:
    """A word of one paper may be misspelt itself."""
    found = [edition(0, *papers(1, *["Robots and graphs"] * 5, "Robbots"))]

    assert {"robots": 5, "graphs": 5, "invented": 6} == usual_words(found)


def test_what_was_found_is_remembered_within_bounds() -> None:
    """Lines that stay cost nothing, and whoever types for hours fills no memory."""
    found = edition(0, *papers(1, "Robots", "Robots", "Graphs"))
    asked = [Preferences(keywords=(f"word {i}", "robot")) for i in range(2 * KEPT)]
    first = [found.found(reader)["robot"] for reader in asked]

    assert {0b011} == set(first)
    assert KEPT == found.remembered
    assert 0 == found.forgetful().remembered


def test_what_is_remembered_is_told_apart_by_the_readers_choice() -> None:
    """Another reader's categories and cross-lists bring other papers for the same keyword."""
    crossed = edition(0, *papers(1, "Robots"), kind=AnnounceType.CROSS)
    reader = Preferences(keywords=("robot",))
    choices = [reader, replace(reader, cross_lists=False), replace(reader, categories=("cs.RO",))]

    assert [1, 0, 0] == [crossed.found(choice)["robot"] for choice in choices]
    assert [1, 0, 0] == [crossed.found(choice)["robot"] for choice in choices]


def test_the_week_has_seven_editions(database: Database) -> None:
    """The days that the tests of the pages use make a week."""
    keep_week(database)

    assert WEEK == len(loaded(database).now().week)


@pytest.mark.parametrize(
    ("days", "is_short"),
    [((0, 1, 28), False), ((0, 1, 25), False), ((0, 24), True), ((0,), True)],
    ids=["thirty days", "a weekend short", "weeks", "first"],
)
def test_a_short_history_is_known_for_one(
    database: Database,
    days: tuple[int, ...],
    is_short: bool,
) -> None:
    """Thirty days are claimed only where editions reach so far back."""
    keep_days(database, *days)

    assert is_short is loaded(database).now().is_short
