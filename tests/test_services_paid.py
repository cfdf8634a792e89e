"""What calls cost is counted: failed, cut off, made twice, or not written down."""

import asyncio
import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from builders import Morning, add_reader
from fakes import ANNOUNCED_AT, LISTING_DATE, Clock, FakeSummariser, chinese, english
from five_papers import CALL, PAPERS, Costly, announce_five, reasons, run, spent, state

from newsletter.errors import (
    ModelAccountError,
    ModelUnavailable,
    SchemaOutdated,
    StorageError,
)
from newsletter.papers import Paper
from newsletter.ports import Written
from newsletter.schedule import EditionState
from newsletter.services.budget import Budget
from newsletter.services.costs import costs
from newsletter.services.letters import Letters
from newsletter.services.summarise import SummariseReport, summarise
from newsletter.spending import Usage
from newsletter.storage import summaries
from newsletter.storage.engine import Database


@pytest.fixture
def five(morning: Morning) -> Morning:
    """Return a morning with five papers that one reader wants; each costs a thousand tokens."""
    return announce_five(morning)


@pytest.fixture
def small(sqlite_url: str, open_database: Callable[..., Database], letters: Letters) -> Morning:
    """Return a morning of two papers on a database whose tables a test may take away."""
    morning = Morning(open_database(sqlite_url), letters, Clock())
    add_reader(morning.database, "ada", "quantum")
    morning.announce(*PAPERS[:2])
    morning.summariser.usage = CALL
    return morning


def _drop(morning: Morning, table: str) -> None:
    with morning.database.engine.begin() as connection:
        connection.exec_driver_sql(f"DROP TABLE {table}")


def test_a_budget_that_cannot_be_read_asks_for_nothing(small: Morning) -> None:
    """Money is not spent blindly: the papers stay pending for a later tick."""
    _drop(small, "spending")
    report = run(small, Budget(tokens=1))
    assert (2, "", []) == (report.pending, report.stopped, small.summariser.asked)


def test_a_database_that_goes_away_ends_the_calls(small: Morning) -> None:
    """Nothing is asked for that could not be kept."""

    def drop_first(_paper: Paper) -> None:
        if len(small.summariser.asked) == 1:
            _drop(small, "summary")

    small.summariser.on_call = drop_first
    with pytest.raises(SchemaOutdated):
        run(small, Budget())
    assert 1 == len(small.summariser.asked)


def test_spending_that_cannot_be_written_down_still_counts(small: Morning) -> None:
    """A call that failed is in this run's sum, whatever the database says."""
    small.summariser = Costly()
    small.summariser.error = ModelUnavailable
    _drop(small, "spending")
    assert 2000 == run(small, Budget()).tokens


def test_calls_without_chinese_are_paid_for(five: Morning) -> None:
    """An answer that fails its checks costs what it costs."""
    five.summariser.answers[PAPERS[0].id] = Written(summary=english(PAPERS[0]), usage=CALL)
    report = run(five, Budget())
    assert (4, 1, 5000) == (report.chinese, report.english, report.tokens)
    assert replace(CALL, calls=5).calls == spent(five.database).calls


@pytest.mark.parametrize(
    "error", [ModelUnavailable, ModelAccountError, RuntimeError], ids=["away", "account", "defect"]
)
def test_a_failed_call_is_paid_for(five: Morning, error: type[BaseException]) -> None:
    """What it consumed counts, and nothing else is lost by it."""
    five.summariser = Costly()
    five.summariser.error = error
    report = run(five, Budget())
    asked = 1 if error is ModelAccountError else 5
    assert (asked * 1000, 5) == (report.tokens, report.pending)
    assert asked == spent(five.database).calls


class _Endless(FakeSummariser):
    """Has paid for one answer and waits for the next when it is cut off."""

    async def summarise(
        self,
        paper: Paper,
        keywords: tuple[str, ...] = (),
        spend: Callable[[Usage], None] | None = None,
    ) -> Written:
        """Say what was spent, and wait for ever."""
        assert spend is not None
        spend(CALL)
        await asyncio.Event().wait()
        raise AssertionError(paper)


def test_calls_cut_off_at_the_deadline_are_paid_for(five: Morning) -> None:
    """What is not ready goes out in English, and what it cost by then is counted."""
    five.summariser = _Endless()
    five.clock.advance(timedelta(minutes=44, seconds=59, milliseconds=900))
    report = run(five, Budget(), concurrency=3, time_box=timedelta(minutes=15))
    assert (5, 3000) == (report.pending, report.tokens)
    assert 3 == spent(five.database).calls
    five.clock.advance(timedelta(seconds=1))
    run(five, Budget(), time_box=timedelta(0))
    assert EditionState.READY is state(five)


def test_a_server_that_went_away_halfway_is_asked_again(five: Morning) -> None:
    """While the edition waits for it; afterwards what came of it is what readers get."""
    away = Written(summary=english(PAPERS[0], "model_unavailable"), usage=CALL)
    five.summariser.answers[PAPERS[0].id] = away
    assert (4, 1) == ((report := run(five, Budget())).chinese, report.pending)
    assert EditionState.SUMMARISING is state(five)
    five.clock.advance(timedelta(minutes=45))
    assert 1 == run(five, Budget()).pending
    assert EditionState.READY is state(five)
    assert 0 == run(five, Budget()).asked
    assert 6 == spent(five.database).calls


def test_what_another_run_kept_meanwhile_is_not_asked_for(five: Morning) -> None:
    """Two runs at once: the second leaves out what the first has done."""

    def other_run(_paper: Paper) -> None:
        if len(five.summariser.asked) == 1:
            with five.database.write() as session:
                for each in PAPERS[2:]:
                    written = Written(summary=chinese(each), usage=CALL)
                    summaries.keep(session, five.summariser.key(each), written, five.clock())

    five.summariser.on_call = other_run
    report = run(five, Budget())
    assert [PAPERS[0].id, PAPERS[1].id] == five.summariser.asked
    assert (5, 0, 2000) == (report.chinese, report.pending, report.tokens)
    assert 5 == spent(five.database).calls


def test_a_crash_between_call_and_keep_costs_that_call(five: Morning) -> None:
    """What was in flight is asked for once more; all that was kept is neither lost nor repeated."""

    def crash(_paper: Paper) -> None:
        if len(five.summariser.asked) == 3:
            raise KeyboardInterrupt

    five.summariser.on_call = crash
    with pytest.raises(KeyboardInterrupt):
        run(five, Budget())
    five.summariser.on_call = lambda _paper: None
    assert 3 == run(five, Budget()).chinese
    assert [1, 1, 2, 1, 1] == [five.summariser.asked.count(each.id) for each in PAPERS]
    assert 5 == spent(five.database).calls


def test_two_runs_in_threads_keep_everything_once(five: Morning) -> None:
    """Without the step's lease each paper is kept once, and every call that was made is counted."""
    reports: list[SummariseReport] = []
    threads = [threading.Thread(target=lambda: reports.append(run(five, Budget(), concurrency=2)))]
    other = FakeSummariser(usage=CALL)
    threads.append(
        threading.Thread(
            target=lambda: reports.append(
                summarise(five.database, other, LISTING_DATE, clock=five.clock, concurrency=2)
            )
        )
    )
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    calls = len(five.summariser.asked) + len(other.asked)
    assert 5 <= calls <= 10
    assert calls == spent(five.database).calls
    assert [""] * 5 == reasons(five)


def test_costs_by_day_and_edition(five: Morning) -> None:
    """The operator sees the last days, their editions, and the dearest papers."""
    dear = replace(CALL, cost=Decimal(3))
    five.summariser.answers[PAPERS[4].id] = Written(summary=chinese(PAPERS[4]), usage=dear)
    run(five, Budget())
    found = costs(five.database, five.clock())
    (day,), (edition,) = found.days, found.editions
    assert (ANNOUNCED_AT.date(), "fake-model", Decimal(4)) == (day.day, day.model, day.usage.cost)
    assert (LISTING_DATE, 5, day.usage) == (edition.listing_date, edition.papers, edition.usage)
    assert (PAPERS[4].id, dear) == edition.dearest[0]
    later = costs(five.database, five.clock.advance(timedelta(days=7)))
    assert ((), ()) == (later.days, later.editions)
    assert 1 == len(costs(five.database, five.clock(), days=8).days)


def _broken(*_: object) -> None:
    raise StorageError("the disk is full")


@pytest.mark.parametrize("name", ["summaries.keep", "spending.add"])
def test_money_that_cannot_be_written_down_counts_for_this_run(
    five: Morning, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """Where the database refuses an answer, or a failed call, the budget still ends the run."""
    monkeypatch.setattr(f"newsletter.services.asking.{name}", _broken)
    if name == "spending.add":
        five.summariser = Costly()
        five.summariser.error = ModelUnavailable
    five.summariser.usage = CALL
    report = run(five, Budget(tokens=1500), concurrency=1)
    assert (2, "budget" in report.stopped) == (len(five.summariser.asked), True)
