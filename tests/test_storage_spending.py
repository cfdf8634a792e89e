"""What models consume, in the database."""

import threading
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from builders import announcement, paper
from fakes import ANNOUNCED_AT, LISTING_DATE, chinese, english
from hypothesis import given
from hypothesis import strategies as st

from newsletter.papers import AnnounceType
from newsletter.ports import Written
from newsletter.spending import Usage
from newsletter.storage import editions, papers, spending, summaries
from newsletter.storage.columns import Money
from newsletter.storage.engine import Database
from newsletter.storage.spending import MOST, DaySpending
from newsletter.storage.tables import SpendingRow

ONE = Usage(
    calls=1,
    prompt_tokens=1000,
    cached_tokens=800,
    completion_tokens=300,
    cost=Decimal("0.000123456789"),
)
DAY = ANNOUNCED_AT.date()


def _add(database: Database, model: str, usage: Usage = ONE, at: datetime = ANNOUNCED_AT) -> None:
    with database.write() as session:
        spending.add(session, at, model, usage)


def _spent(database: Database, day: date = DAY) -> Usage:
    with database.read() as session:
        return spending.spent(session, day)


def test_a_day_has_a_row_for_each_model(database: Database) -> None:
    """What is added to one model leaves the other alone; the day is the sum, to the last digit."""
    for model in ("a", "a", "b"):
        _add(database, model)
    with database.read() as session:
        rows = spending.since(session, DAY)
    assert (DaySpending(DAY, "a", ONE + ONE), DaySpending(DAY, "b", ONE)) == rows
    assert ONE + ONE + ONE == _spent(database)


def test_a_day_is_a_day_of_utc(database: Database) -> None:
    """Half past seven in the morning in China is the day before."""
    china = timezone(timedelta(hours=8))
    _add(database, "a", at=datetime(2026, 5, 29, 7, 30, tzinfo=china))
    assert Usage() == _spent(database, date(2026, 5, 29))
    assert ONE == _spent(database, date(2026, 5, 28))


def test_days_come_newest_first(database: Database) -> None:
    """Days before the one asked for are left out."""
    for days in range(4):
        _add(database, "a", at=ANNOUNCED_AT - timedelta(days=days))
    with database.read() as session:
        found = spending.since(session, DAY - timedelta(days=2))
    assert [DAY, DAY - timedelta(days=1), DAY - timedelta(days=2)] == [row.day for row in found]


def test_nothing_leaves_no_row(database: Database) -> None:
    """An installation without a model has no spending."""
    _add(database, "", Usage())
    with database.read() as session:
        assert () == spending.since(session, DAY)


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        (Usage(calls=1, prompt_tokens=10**30), Usage(calls=1, prompt_tokens=MOST)),
        (Usage(calls=1, completion_tokens=-5), Usage(calls=1)),
        (Usage(calls=1, cost=Decimal("NaN")), Usage(calls=1)),
        (Usage(calls=1, cost=Decimal("1e30")), Usage(calls=1, cost=Decimal(MOST))),
        (Usage(calls=1, cost=Decimal(-1)), Usage(calls=1)),
    ],
    ids=["huge", "negative", "no-number", "dear", "earned"],
)
def test_a_servers_account_is_bounded(database: Database, said: Usage, kept: Usage) -> None:
    """What a hostile server reports breaks no column and gives no money back."""
    _add(database, "a", said)
    assert kept == _spent(database)


def test_many_at_once_lose_nothing(database: Database) -> None:
    """Eight threads add to the same day and model, beginning with no row."""

    def work() -> None:
        for _ in range(5):
            _add(database, "a")

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert 40 == _spent(database).calls
    assert 40 * ONE.cost == _spent(database).cost


def test_two_runs_at_once_keep_the_chinese(database: Database) -> None:
    """Whichever comes first: an empty answer never overwrites Chinese that it did not see."""
    each = paper(1)
    for round_ in range(10):
        begin = threading.Barrier(2)

        def keep(written: Written, key: str, begin: threading.Barrier) -> None:
            begin.wait()
            with database.write() as session:
                summaries.keep(session, key, written, ANNOUNCED_AT)

        answers = (chinese(each), english(each))
        threads = [
            threading.Thread(target=keep, args=(Written(summary=one), str(round_), begin))
            for one in answers
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        with database.read() as session:
            found = summaries.find(session, {each.id: str(round_)}, None)
        assert {each.id: chinese(each)} == found


def test_calls_for_one_paper_at_once_all_count(database: Database) -> None:
    """Of four threads that keep the same paper none overwrites what another has added."""
    each = paper(1)

    def work() -> None:
        for _ in range(10):
            with database.write() as session:
                summaries.keep(
                    session, "k", Written(summary=chinese(each), usage=ONE), ANNOUNCED_AT
                )

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with database.read() as session:
        (kept,) = summaries.of_edition(session, {each.id: "k"})
    assert 40 == kept.usage.calls


def test_an_editions_papers_dearest_first(database: Database) -> None:
    """Of what was announced that day, under whatever key; papers without a call are left out."""
    mine = [paper(number) for number in range(1, 5)]
    with database.write() as session:
        editions.open_edition(session, LISTING_DATE)
        found = announcement(*mine, kind=AnnounceType.NEW)
        papers.keep_announcement(session, found, LISTING_DATE, "listing", ANNOUNCED_AT)
        for key, each, tokens in (
            ("1", mine[0], 10),
            ("2", mine[1], 30),
            ("3", mine[1], 30),
            ("4", paper(9), 99),
        ):
            usage = Usage(calls=1, prompt_tokens=tokens)
            summaries.keep(session, key, Written(summary=chinese(each), usage=usage), ANNOUNCED_AT)
        summaries.keep(session, "5", Written(summary=chinese(mine[2])), ANNOUNCED_AT)
    with database.read() as session:
        by_paper = spending.edition_usage(session, LISTING_DATE)
    assert [(mine[1].id, 60), (mine[0].id, 10)] == [
        (paper_id, usage.tokens) for paper_id, usage in by_paper.items()
    ]
    assert 3 == spending.total(by_paper.values()).calls


@given(st.decimals(min_value=0, max_value=10**12, places=12))
def test_money_is_kept_to_the_last_digit(amount: Decimal) -> None:
    """As digits without an exponent, which is what an operator reads in the table."""
    column = Money()
    dialect = object()
    written = column.process_bind_param(amount, dialect)  # type: ignore[arg-type] # not looked at
    assert written is not None
    assert "E" not in written
    assert amount == column.process_result_value(written, dialect)  # type: ignore[arg-type]
    assert column.process_bind_param(None, dialect) is None  # type: ignore[arg-type]
    assert column.process_result_value(None, dialect) is None  # type: ignore[arg-type]


def test_a_row_begins_empty() -> None:
    """A model's first call of a day is added to nothing."""
    row = SpendingRow(day=datetime(2026, 5, 29, tzinfo=UTC).date(), model="a")
    assert Usage() == spending.usage_of(row)
