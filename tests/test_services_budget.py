"""The day's budget for the model, what calls cost, and how often one paper is paid for."""

import asyncio
import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Self

import pytest
from builders import Morning, add_reader, paper, text_of
from fakes import ANNOUNCED_AT, LISTING_DATE, Clock, FakeSummariser, chinese, english

from newsletter.errors import (
    ModelAccountError,
    ModelUnavailable,
    SchemaOutdated,
    StorageError,
)
from newsletter.papers import Paper
from newsletter.ports import Written
from newsletter.rendering.wording import missing_label
from newsletter.schedule import EditionState
from newsletter.services.budget import BUDGET_SPENT, TOLD, Budget, Purse
from newsletter.services.costs import costs
from newsletter.services.letters import Letters
from newsletter.services.summarise import TEMPLATES, SummariseReport, summarise
from newsletter.spending import Usage
from newsletter.storage import editions, events, spending, summaries
from newsletter.storage.engine import Database

CALL = Usage(
    calls=1,
    prompt_tokens=800,
    cached_tokens=600,
    completion_tokens=200,
    cost=Decimal("0.25"),
)
PAPERS = tuple(paper(number, title=f"Quantum walks {number}") for number in range(1, 6))


@pytest.fixture
def five(morning: Morning) -> Morning:
    """Return a morning with five papers that one reader wants; each costs a thousand tokens."""
    add_reader(morning.database, "ada", "quantum")
    morning.announce(*PAPERS)
    morning.summariser.usage = CALL
    return morning


def _run(
    morning: Morning, budget: Budget, concurrency: int = 1, time_box: timedelta | None = None
) -> SummariseReport:
    return summarise(
        morning.database,
        morning.summariser,
        LISTING_DATE,
        clock=morning.clock,
        concurrency=concurrency,
        budget=budget,
        time_box=time_box,
    )


def _state(morning: Morning) -> EditionState:
    with morning.database.read() as session:
        edition = editions.find(session, LISTING_DATE)
    assert edition is not None
    return edition.state


def _spent(database: Database) -> Usage:
    with database.read() as session:
        return spending.spent(session, ANNOUNCED_AT.date())


def _reasons(morning: Morning) -> list[str]:
    keys = {each.id: morning.summariser.key(each) for each in PAPERS}
    with morning.database.read() as session:
        return [one.reason for one in summaries.find(session, keys, None).values()]


def _events(morning: Morning, kind: str) -> list[dict[str, object]]:
    with morning.database.read() as session:
        return [event.detail for event in events.of_kind(session, kind)]


@pytest.mark.parametrize(
    ("budget", "why"),
    [
        (Budget(tokens=2000), "the day's budget of 2,000 tokens is spent"),
        (Budget(tokens=1001), "the day's budget of 1,001 tokens is spent"),
        (Budget(cost=Decimal("0.5")), "the day's budget of 0.5 (in the prices' currency) is spent"),
        (
            Budget(9000, Decimal("0.5")),
            "the day's budget of 0.5 (in the prices' currency) is spent",
        ),
    ],
    ids=["tokens", "more-than-one", "cost", "either"],
)
def test_no_call_begins_once_the_budget_is_spent(five: Morning, budget: Budget, why: str) -> None:
    """The rest stays pending, and the operator reads why."""
    report = _run(five, budget)
    assert (2, 3, why) == (report.chinese, report.pending, report.stopped)
    assert (2000, Decimal("0.5")) == (report.tokens, report.cost)
    assert 2 == len(five.summariser.asked)
    assert ["", ""] == _reasons(five)
    assert EditionState.SUMMARISING is _state(five)


def test_the_operator_is_told_once_a_day(five: Morning) -> None:
    """However often the clock ticks; the next day has an event and a budget of its own."""
    for _ in range(3):
        _run(five, Budget(tokens=2000))
    assert [{"error": "the day's budget of 2,000 tokens is spent"}] == _events(five, TOLD)
    five.clock.advance(timedelta(days=1))
    assert 2 == _run(five, Budget(tokens=2000)).chinese
    assert 2 == len(_events(five, TOLD))


class _Unopened(FakeSummariser):
    """Must not be opened."""

    async def __aenter__(self) -> Self:
        """Fail."""
        raise AssertionError


def test_a_spent_budget_opens_nothing(five: Morning) -> None:
    """Not even a connection."""
    with five.database.write() as session:
        spending.add(session, five.clock(), "another run's", CALL)
    five.summariser = _Unopened()
    report = _run(five, Budget(tokens=1000))
    assert (0, 5, []) == (report.tokens, report.pending, five.summariser.asked)


def test_calls_in_flight_may_exceed_the_budget_by_themselves(five: Morning) -> None:
    """Three at a time: no fourth begins after the budget is spent by the first."""
    assert 3 >= _run(five, Budget(tokens=1), concurrency=3).chinese


def test_no_budget_is_no_limit(five: Morning) -> None:
    """The default asks for everything."""
    report = _run(five, Budget())
    assert (5, 5000, "") == (report.chinese, report.tokens, report.stopped)


def test_past_the_deadline_readers_are_told_of_the_budget(five: Morning) -> None:
    """What it left out goes out in English, with a reason of its own, and nothing is waited for."""
    five.clock.advance(timedelta(minutes=45))
    report = _run(five, Budget(tokens=2000))
    assert (2, 3) == (report.chinese, report.pending)
    assert ["", "", *[BUDGET_SPENT] * 3] == sorted(_reasons(five))
    assert EditionState.READY is _state(five)
    five.plan()
    five.send()
    label = missing_label(english(PAPERS[0], BUDGET_SPENT))
    assert label != missing_label(english(PAPERS[0], "something else"))
    assert label in text_of(five.transport.taken[0])


def test_a_raised_budget_is_used_at_once(five: Morning) -> None:
    """What the budget left in English is asked for as soon as there is one, deadline or not."""
    five.clock.advance(timedelta(minutes=45))
    _run(five, Budget(tokens=2000))
    report = _run(five, Budget(tokens=100_000))
    assert (3, 3, 0) == (report.asked, report.chinese, report.pending)
    assert {""} == set(_reasons(five))


def test_what_cannot_be_written_down_counts_for_the_run(five: Morning) -> None:
    """A busy database is no way round the budget."""
    purse = Purse(five.database, Budget(tokens=1500), five.clock)
    assert not purse.why_closed()
    purse.note_unwritten(CALL)
    assert not purse.why_closed()
    purse.note_unwritten(CALL)
    assert purse.why_closed()


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
    report = _run(small, Budget(tokens=1))
    assert (2, "", []) == (report.pending, report.stopped, small.summariser.asked)


def test_a_database_that_goes_away_ends_the_calls(small: Morning) -> None:
    """Nothing is asked for that could not be kept."""

    def drop_first(_paper: Paper) -> None:
        if len(small.summariser.asked) == 1:
            _drop(small, "summary")

    small.summariser.on_call = drop_first
    with pytest.raises(SchemaOutdated):
        _run(small, Budget())
    assert 1 == len(small.summariser.asked)


def test_spending_that_cannot_be_written_down_still_counts(small: Morning) -> None:
    """A call that failed is in this run's sum, whatever the database says."""
    small.summariser = _Costly()
    small.summariser.error = ModelUnavailable
    _drop(small, "spending")
    assert 2000 == _run(small, Budget()).tokens


def test_calls_without_chinese_are_paid_for(five: Morning) -> None:
    """An answer that fails its checks costs what it costs."""
    five.summariser.answers[PAPERS[0].id] = Written(summary=english(PAPERS[0]), usage=CALL)
    report = _run(five, Budget())
    assert (4, 1, 5000) == (report.chinese, report.english, report.tokens)
    assert replace(CALL, calls=5).calls == _spent(five.database).calls


class _Costly(FakeSummariser):
    """Fails after something was spent."""

    error: type[BaseException] = RuntimeError

    async def summarise(
        self,
        paper: Paper,
        keywords: tuple[str, ...] = (),
        spend: Callable[[Usage], None] | None = None,
    ) -> Written:
        """Say what the call consumed, and raise."""
        self.asked.append(paper.id)
        assert spend is not None
        spend(CALL)
        raise self.error("status 503")


@pytest.mark.parametrize(
    "error", [ModelUnavailable, ModelAccountError, RuntimeError], ids=["away", "account", "defect"]
)
def test_a_failed_call_is_paid_for(five: Morning, error: type[BaseException]) -> None:
    """What it consumed counts, and nothing else is lost by it."""
    five.summariser = _Costly()
    five.summariser.error = error
    report = _run(five, Budget())
    asked = 1 if error is ModelAccountError else 5
    assert (asked * 1000, 5) == (report.tokens, report.pending)
    assert asked == _spent(five.database).calls


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
    report = _run(five, Budget(), concurrency=3, time_box=timedelta(minutes=15))
    assert (5, 3000) == (report.pending, report.tokens)
    assert 3 == _spent(five.database).calls
    five.clock.advance(timedelta(seconds=1))
    _run(five, Budget(), time_box=timedelta(0))
    assert EditionState.READY is _state(five)


def test_a_server_that_went_away_halfway_is_asked_again(five: Morning) -> None:
    """While the edition waits for it; afterwards what came of it is what readers get."""
    away = Written(summary=english(PAPERS[0], "model_unavailable"), usage=CALL)
    five.summariser.answers[PAPERS[0].id] = away
    assert (4, 1) == ((report := _run(five, Budget())).chinese, report.pending)
    assert EditionState.SUMMARISING is _state(five)
    five.clock.advance(timedelta(minutes=45))
    assert 1 == _run(five, Budget()).pending
    assert EditionState.READY is _state(five)
    assert 0 == _run(five, Budget()).asked
    assert 6 == _spent(five.database).calls


def test_fifty_readers_and_sixty_keywords_cost_one_call_a_paper(morning: Morning) -> None:
    """Whatever they want, however often the clock ticks, and whoever joins later that day."""
    words = [f"word{number}" for number in range(60)]
    papers = [
        paper(number, title=f"Title {number}", abstract=" ".join(words[number : number + 30]) + ".")
        for number in range(30)
    ]
    for reader in range(50):
        chosen = [words[(reader + 7 * step) % 60] for step in range(10)]
        add_reader(morning.database, f"reader{reader}", *chosen)
    morning.announce(*papers)
    for _ in range(3):
        morning.summarise()
        morning.clock.advance(timedelta(hours=3))
    add_reader(morning.database, "late", *words[:40])
    morning.summarise()
    assert sorted(each.id for each in papers) == sorted(morning.summariser.asked)
    assert {20} == {len(found) for found in morning.summariser.keywords.values()}


def test_a_model_gets_the_keywords_of_all_readers(morning: Morning) -> None:
    """Each once, however it is spelled, in one order; and none that the paper does not match."""
    add_reader(morning.database, "ada", "walks", "Quantum Walk", "poems")
    add_reader(morning.database, "bob", "quantum walks", "graph")
    found = paper(1, title="Quantum walks on graphs")
    morning.announce(found)
    morning.summarise()
    assert ("graph", "Quantum Walk", "walks") == morning.summariser.keywords[found.id]


def test_what_another_run_kept_meanwhile_is_not_asked_for(five: Morning) -> None:
    """Two runs at once: the second leaves out what the first has done."""

    def other_run(_paper: Paper) -> None:
        if len(five.summariser.asked) == 1:
            with five.database.write() as session:
                for each in PAPERS[2:]:
                    written = Written(summary=chinese(each), usage=CALL)
                    summaries.keep(session, five.summariser.key(each), written, five.clock())

    five.summariser.on_call = other_run
    report = _run(five, Budget())
    assert [PAPERS[0].id, PAPERS[1].id] == five.summariser.asked
    assert (5, 0, 2000) == (report.chinese, report.pending, report.tokens)
    assert 5 == _spent(five.database).calls


def test_a_crash_between_call_and_keep_costs_that_call(five: Morning) -> None:
    """What was in flight is asked for once more; all that was kept is neither lost nor repeated."""

    def crash(_paper: Paper) -> None:
        if len(five.summariser.asked) == 3:
            raise KeyboardInterrupt

    five.summariser.on_call = crash
    with pytest.raises(KeyboardInterrupt):
        _run(five, Budget())
    five.summariser.on_call = lambda _paper: None
    assert 3 == _run(five, Budget()).chinese
    assert [1, 1, 2, 1, 1] == [five.summariser.asked.count(each.id) for each in PAPERS]
    assert 5 == _spent(five.database).calls


def test_two_runs_in_threads_keep_everything_once(five: Morning) -> None:
    """Without the step's lease each paper is kept once, and every call that was made is counted."""
    reports: list[SummariseReport] = []
    threads = [threading.Thread(target=lambda: reports.append(_run(five, Budget(), concurrency=2)))]
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
    assert calls == _spent(five.database).calls
    assert [""] * 5 == _reasons(five)


def test_openings_alike_are_told_once(five: Morning) -> None:
    """When more than a third of an edition's summaries open with a template."""
    for each in PAPERS[:2]:
        summary = replace(chinese(each), summary_zh="本文提出了一种新方法，效果良好。")
        five.summariser.answers[each.id] = summary
    assert 0.4 == _run(five, Budget()).template_share
    assert 0.4 == _run(five, Budget()).template_share
    assert [{"share": 0.4}] == _events(five, TEMPLATES)


def test_few_openings_alike_are_nothing_to_tell(five: Morning) -> None:
    """A fifth of them is no event."""
    summary = replace(chinese(PAPERS[0]), summary_zh="本文提出了一种新方法，效果良好。")
    five.summariser.answers[PAPERS[0].id] = summary
    assert 0.2 == _run(five, Budget()).template_share
    assert [] == _events(five, TEMPLATES)


def test_costs_by_day_and_edition(five: Morning) -> None:
    """The operator sees the last days, their editions, and the dearest papers."""
    dear = replace(CALL, cost=Decimal(3))
    five.summariser.answers[PAPERS[4].id] = Written(summary=chinese(PAPERS[4]), usage=dear)
    _run(five, Budget())
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
        five.summariser = _Costly()
        five.summariser.error = ModelUnavailable
    five.summariser.usage = CALL
    report = _run(five, Budget(tokens=1500), concurrency=1)
    assert (2, "budget" in report.stopped) == (len(five.summariser.asked), True)
