"""Summarising: which papers are asked for, how often, and when the edition is ready."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from builders import Morning, add_reader, paper
from fakes import LISTING_DATE, chinese, english

from newsletter.errors import (
    DatabaseBusy,
    ModelAccountError,
    ModelUnavailable,
    SummariserError,
)
from newsletter.papers import Paper, PaperId
from newsletter.schedule import EditionState
from newsletter.services.summarise import SummariseReport
from newsletter.storage import editions, events, summaries
from newsletter.storage.engine import Database
from newsletter.subscribers import SubscriberState

QUANTUM = paper(1, title="Quantum walks")
GRAPHS = paper(2, abstract="About graphs and quantum walks.")
POEMS = paper(3, title="Poems")
PAPERS = (QUANTUM, GRAPHS, POEMS)


@pytest.fixture
def database(sqlite_url: str, open_database: Callable[..., Database]) -> Database:
    """Return a SQLite database: summarising is the same on both."""
    return open_database(sqlite_url)


@pytest.fixture
def announced(morning: Morning) -> Morning:
    """Return a morning with three papers, of which two readers want two."""
    add_reader(morning.database, "ada", "quantum")
    add_reader(morning.database, "bob", "graph", "Quantum")
    morning.announce(*PAPERS)
    return morning


def _state(morning: Morning) -> EditionState:
    with morning.database.read() as session:
        edition = editions.find(session, LISTING_DATE)
    assert edition is not None
    return edition.state


def _keys(morning: Morning, *papers: Paper) -> dict[PaperId, str]:
    return {each.id: morning.summariser.key(each) for each in papers}


def _kept(morning: Morning, *papers: Paper) -> dict[str, str]:
    with morning.database.read() as session:
        found = summaries.find(session, _keys(morning, *(papers or PAPERS)), None)
    return {paper_id.value: summary.reason for paper_id, summary in found.items()}


def test_each_wanted_paper_is_asked_for_once(announced: Morning) -> None:
    """Two readers, three keywords, three hits: two calls, and none for what nobody wants."""
    report = announced.summarise()
    assert SummariseReport(wanted=2, asked=2, chinese=2, english=0, pending=0) == report
    assert [QUANTUM.id, GRAPHS.id] == sorted(announced.summariser.asked)
    assert EditionState.READY is _state(announced)


def test_nothing_is_asked_for_twice(announced: Morning) -> None:
    """What is kept is not asked again, whether it succeeded or failed its checks."""
    announced.summariser.answers[GRAPHS.id] = english(GRAPHS)
    announced.summarise()
    report = announced.summarise()
    assert SummariseReport(wanted=2, asked=0, chinese=0, english=0, pending=0) == report
    assert len(announced.summariser.asked) == 2


def test_a_failed_answer_is_kept_as_english(announced: Morning) -> None:
    """It goes out in English with its reason, and holds nothing up."""
    announced.summariser.answers[GRAPHS.id] = english(GRAPHS)
    report = announced.summarise()
    assert (1, 1, 0) == (report.chinese, report.english, report.pending)
    assert {QUANTUM.id.value: "", GRAPHS.id.value: "invalid_answer"} == _kept(announced)
    assert EditionState.READY is _state(announced)


def test_only_active_readers_wishes_count(morning: Morning) -> None:
    """A paused reader's keyword costs no call."""
    add_reader(morning.database, "ada", "quantum", state=SubscriberState.PAUSED)
    morning.announce(*PAPERS)
    assert SummariseReport(0, 0, 0, 0, 0) == morning.summarise()
    assert EditionState.READY is _state(morning)


@pytest.mark.parametrize("minutes", [0, 44])
def test_a_model_out_of_reach_is_waited_for(announced: Morning, minutes: int) -> None:
    """Until the deadline the edition is not ready; then the answers come, and it is."""
    announced.summariser.answers[GRAPHS.id] = ModelUnavailable("status 503")
    announced.clock.advance(timedelta(minutes=minutes))
    report = announced.summarise()
    assert (1, 1) == (report.chinese, report.pending)
    assert EditionState.SUMMARISING is _state(announced)
    announced.summariser.answers.clear()
    report = announced.summarise()
    assert (1, 1, 0) == (report.asked, report.chinese, report.pending)
    assert EditionState.READY is _state(announced)


def test_past_the_deadline_nothing_is_waited_for(announced: Morning) -> None:
    """The edition is ready with what there is; the rest goes out in English."""
    announced.summariser.otherwise = ModelUnavailable("status 503")
    announced.clock.advance(timedelta(minutes=45))
    assert 2 == announced.summarise().pending
    assert {} == _kept(announced)
    assert EditionState.READY is _state(announced)


def test_an_account_error_stops_the_calls(announced: Morning) -> None:
    """No call after it would work: the operator is told once, the edition waits."""
    announced.summariser.otherwise = ModelAccountError("status 402")
    report = announced.summarise()
    assert report.stopped.startswith("status 402")
    assert 2 == report.pending
    assert EditionState.SUMMARISING is _state(announced)
    with announced.database.read() as session:
        stops = [event for event in events.recent(session, 9) if event.kind == "model_stopped"]
    assert [{"error": report.stopped}] == [event.detail for event in stops]


def test_no_call_begins_after_an_account_error(morning: Morning) -> None:
    """Of twenty wanted papers only those already in flight are asked for."""
    add_reader(morning.database, "ada", "title")
    morning.announce(*(paper(number) for number in range(20)))
    morning.summariser.otherwise = ModelAccountError("status 401")
    report = morning.summarise()
    assert (20, 20) == (report.asked, report.pending)
    assert len(morning.summariser.asked) == 1


def test_each_answer_is_kept_as_it_comes(announced: Morning) -> None:
    """A crash loses only the call in flight."""

    def crash_on_second(_paper: Paper) -> None:
        if len(announced.summariser.asked) == 2:
            raise KeyboardInterrupt

    announced.summariser.on_call = crash_on_second
    with pytest.raises(KeyboardInterrupt):
        announced.summarise()
    assert {QUANTUM.id.value: ""} == _kept(announced)
    announced.summariser.on_call = lambda _paper: None
    assert 1 == announced.summarise().asked


def test_a_busy_database_leaves_one_paper_pending(
    announced: Morning,
    sqlite_url: str,
    open_database: Callable[..., Database],
) -> None:
    """An answer that cannot be written down is asked for again; the others are kept."""
    other = announced.database
    announced.database = open_database(sqlite_url, busy_timeout=0.05)
    blocked = other.write()

    def block_the_first(_paper: Paper) -> None:
        if len(announced.summariser.asked) == 1:
            blocked.__enter__()
        elif len(announced.summariser.asked) == 2:
            blocked.__exit__(None, None, None)

    announced.summariser.on_call = block_the_first
    report = announced.summarise()
    assert (1, 1) == (report.chinese, report.pending)
    assert {GRAPHS.id.value: ""} == _kept(announced)
    assert EditionState.SUMMARISING is _state(announced)


def test_an_event_that_cannot_be_written_is_a_storage_error() -> None:
    """The errors that callers await are those of the summariser's and storage's trees."""
    assert not issubclass(DatabaseBusy, SummariserError)


def test_another_version_asks_anew(announced: Morning) -> None:
    """A new prompt or model makes new summaries and leaves the old ones."""
    announced.summarise()
    announced.summariser.version = "fake-2"
    assert 2 == announced.summarise().asked


@pytest.mark.parametrize("is_collecting", [True, False])
def test_without_a_collected_edition_nothing_is_done(
    morning: Morning,
    is_collecting: bool,
) -> None:
    """No edition, or one that is still being collected: no call."""
    add_reader(morning.database, "ada", "title")
    if is_collecting:
        with morning.database.write() as session:
            editions.open_edition(session, LISTING_DATE)
    assert SummariseReport(0, 0, 0, 0, 0) == morning.summarise()
    assert [] == morning.summariser.asked


def test_a_wish_that_comes_later_is_served(announced: Morning) -> None:
    """A reader who joins after the edition is ready costs one more call; it stays ready."""
    announced.summarise()
    add_reader(announced.database, "eve", "poem")
    assert 1 == announced.summarise().chinese
    assert POEMS.id == announced.summariser.asked[-1]
    assert EditionState.READY is _state(announced)


def test_a_summary_is_kept_under_its_own_paper(announced: Morning) -> None:
    """Answers that come in any order find their papers."""
    announced.summarise()
    with announced.database.read() as session:
        found = summaries.find(session, _keys(announced, *PAPERS), None)
    assert {each.id: chinese(each) for each in (QUANTUM, GRAPHS)} == found
