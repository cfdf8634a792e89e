"""The day's budget for the model, and what the operator is told of a run."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Self

import pytest
from builders import Morning, text_of
from fakes import FakeSummariser, chinese, english
from five_papers import CALL, PAPERS, announce_five, details, reasons, run, state

from newsletter.rendering.wording import missing_label
from newsletter.schedule import EditionState
from newsletter.services.budget import BUDGET_SPENT, TOLD, Budget, Purse
from newsletter.services.summarise import TEMPLATES
from newsletter.storage import spending


@pytest.fixture
def five(morning: Morning) -> Morning:
    """Return a morning with five papers that one reader wants; each costs a thousand tokens."""
    return announce_five(morning)


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
    report = run(five, budget)
    assert (2, 3, why) == (report.chinese, report.pending, report.stopped)
    assert (2000, Decimal("0.5")) == (report.tokens, report.cost)
    assert 2 == len(five.summariser.asked)
    assert ["", ""] == reasons(five)
    assert EditionState.SUMMARISING is state(five)


def test_the_operator_is_told_once_a_day(five: Morning) -> None:
    """However often the clock ticks; the next day has an event and a budget of its own."""
    for _ in range(3):
        run(five, Budget(tokens=2000))
    assert [{"error": "the day's budget of 2,000 tokens is spent"}] == details(five, TOLD)
    five.clock.advance(timedelta(days=1))
    assert 2 == run(five, Budget(tokens=2000)).chinese
    assert 2 == len(details(five, TOLD))


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
    report = run(five, Budget(tokens=1000))
    assert (0, 5, []) == (report.tokens, report.pending, five.summariser.asked)


def test_calls_in_flight_may_exceed_the_budget_by_themselves(five: Morning) -> None:
    """Three at a time: no fourth begins after the budget is spent by the first."""
    assert 3 >= run(five, Budget(tokens=1), concurrency=3).chinese


def test_no_budget_is_no_limit(five: Morning) -> None:
    """The default asks for everything."""
    report = run(five, Budget())
    assert (5, 5000, "") == (report.chinese, report.tokens, report.stopped)


def test_past_the_deadline_readers_are_told_of_the_budget(five: Morning) -> None:
    """What it left out goes out in English, with a reason of its own, and nothing is waited for."""
    five.clock.advance(timedelta(minutes=45))
    report = run(five, Budget(tokens=2000))
    assert (2, 3) == (report.chinese, report.pending)
    assert ["", "", *[BUDGET_SPENT] * 3] == sorted(reasons(five))
    assert EditionState.READY is state(five)
    five.plan()
    five.send()
    label = missing_label(english(PAPERS[0], BUDGET_SPENT))
    assert label != missing_label(english(PAPERS[0], "something else"))
    assert label in text_of(five.transport.taken[0])


def test_a_raised_budget_is_used_at_once(five: Morning) -> None:
    """What the budget left in English is asked for as soon as there is one, deadline or not."""
    five.clock.advance(timedelta(minutes=45))
    run(five, Budget(tokens=2000))
    report = run(five, Budget(tokens=100_000))
    assert (3, 3, 0) == (report.asked, report.chinese, report.pending)
    assert {""} == set(reasons(five))


def test_what_cannot_be_written_down_counts_for_the_run(five: Morning) -> None:
    """A busy database is no way round the budget."""
    purse = Purse(five.database, Budget(tokens=1500), five.clock)
    assert not purse.why_closed()
    purse.note_unwritten(CALL)
    assert not purse.why_closed()
    purse.note_unwritten(CALL)
    assert purse.why_closed()


def test_openings_alike_are_told_once(five: Morning) -> None:
    """When more than a third of an edition's summaries open with a template."""
    for each in PAPERS[:2]:
        summary = replace(chinese(each), summary_zh="本文提出了一种新方法，效果良好。")
        five.summariser.answers[each.id] = summary
    assert 0.4 == run(five, Budget()).template_share
    assert 0.4 == run(five, Budget()).template_share
    assert [{"share": 0.4}] == details(five, TEMPLATES)


def test_few_openings_alike_are_nothing_to_tell(five: Morning) -> None:
    """A fifth of them is no event."""
    summary = replace(chinese(PAPERS[0]), summary_zh="本文提出了一种新方法，效果良好。")
    five.summariser.answers[PAPERS[0].id] = summary
    assert 0.2 == run(five, Budget()).template_share
    assert [] == details(five, TEMPLATES)
