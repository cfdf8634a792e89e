"""`newsletter spending`, and what `run` says of the model's cost."""

from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from builders import announcement, paper
from command import Command
from fakes import chinese

from newsletter.calendar import Calendar
from newsletter.cli.morning import print_written
from newsletter.cli.spending import _fields
from newsletter.ports import Written
from newsletter.services.summarise import SummariseReport
from newsletter.spending import Usage
from newsletter.storage import editions, papers, summaries
from newsletter.storage.engine import Database

PAPER = paper(1)
USAGE = Usage(
    calls=2,
    prompt_tokens=3000,
    cached_tokens=750,
    completion_tokens=1000,
    cost=Decimal("0.00046"),
)


@pytest.fixture
def spent(
    newsletter: Command, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> tuple[Command, date]:
    """Return the command on a database in which today's one paper has cost two calls."""
    url = f"sqlite:///{tmp_path / 'news.sqlite3'}"
    monkeypatch.setenv("NEWSLETTER_DATABASE_URL", url)
    monkeypatch.setenv("NEWSLETTER_SECRET", "0123456789abcdef" * 2)
    assert newsletter("migrate").status == 0
    now = datetime.now(UTC)
    listing_date = Calendar().latest_listing_date(now)
    database = Database(url)
    with database.write() as session:
        editions.open_edition(session, listing_date)
        papers.keep_announcement(session, announcement(PAPER), listing_date, "listing", now)
        summaries.keep(session, "k", Written(summary=chinese(PAPER), usage=USAGE), now)
    database.close()
    return newsletter, listing_date


def test_spending_for_machines(spent: tuple[Command, date]) -> None:
    """A line a day and model, a line an edition, a line for each of its dearest papers."""
    newsletter, listing_date = spent
    outcome = newsletter("spending", "--days", 7, "--json")
    figures = {
        "calls": 2,
        "prompt_tokens": 3000,
        "cached_tokens": 750,
        "completion_tokens": 1000,
        "cached_share": 0.25,
        "cost": "0.00046",
    }
    day, edition, dearest = outcome.rows
    assert outcome.status == 0
    assert {"model": "fake-model", **figures} == {k: v for k, v in day.items() if k != "day"}
    assert {"edition": listing_date.isoformat(), "papers": 1, **figures} == edition
    assert {"edition": listing_date.isoformat(), "paper": "2605.00001", **figures} == dearest


def test_unknown_cost_is_null() -> None:
    """Where no price is set the cost is not known, which is not nothing."""
    assert _fields(USAGE)["cost"] == "0.00046"
    assert _fields(Usage(calls=1))["cost"] is None


def test_spending_for_people(spent: tuple[Command, date]) -> None:
    """Three tables, with the cached share and the cost."""
    newsletter, _ = spent
    out = newsletter("spending").out
    for said in ("fake-model", "4,000", "25%", "0.0005", "2605.00001"):
        assert said in out


def test_nothing_was_spent(newsletter: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    """Said in words rather than with three empty tables."""
    monkeypatch.setenv("NEWSLETTER_DATABASE_URL", "sqlite:///empty.sqlite3")
    monkeypatch.setenv("NEWSLETTER_SECRET", "0123456789abcdef" * 2)
    assert newsletter("migrate").status == 0
    outcome = newsletter("spending")
    assert (0, "No model was asked in this time.\n") == (outcome.status, outcome.out)
    assert [] == newsletter("spending", "--json").rows


def test_no_days_are_wrong_use(newsletter: Command) -> None:
    """At least today."""
    assert newsletter("spending", "--days", 0).status == 2


def test_run_says_what_it_cost(capsys: pytest.CaptureFixture[str]) -> None:
    """Papers, tokens, money where prices are known, and the share of openings alike."""
    report = SummariseReport(5, 5, 4, 1, 0, tokens=12_000, template_share=0.25)
    print_written(report)
    assert (
        "Written: 4 of 5 papers in Chinese, 12,000 tokens; "
        "25% of the summaries open with a template\n"
    ) == capsys.readouterr().out
    print_written(SummariseReport(5, 5, 4, 1, 0, tokens=12_000, cost=Decimal("0.0046")))
    assert "12,000 tokens, cost 0.0046;" in capsys.readouterr().out
    print_written(SummariseReport(5, 5, 0, 5, 0))
    assert "" == capsys.readouterr().out
