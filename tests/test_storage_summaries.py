"""Summaries in the database."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from builders import paper
from fakes import ANNOUNCED_AT, chinese, english

from newsletter.fidelity.findings import Violation, hard, soft
from newsletter.papers import ArxivId, Summary
from newsletter.ports import Written
from newsletter.spending import Usage
from newsletter.storage import spending, summaries
from newsletter.storage.engine import Database
from newsletter.storage.summaries import LONGEST_MESSAGE, MOST_VIOLATIONS, KeptSummary

PAPER = paper(1)
KEY = "k1"
NOTHING = Usage()
USAGE = Usage(calls=2, prompt_tokens=900, cached_tokens=700, completion_tokens=300)
WRONG = hard("numbers", "title_zh", "5 亿", "'0.5B' is 5 亿")
TITLE_ONLY = Summary(
    paper_id=PAPER.id, title_zh="题目", model="fake-model", reason="invalid_answer"
)


def _find(database: Database, key: str, now: datetime | None) -> dict[ArxivId, Summary]:
    with database.read() as session:
        return summaries.find(session, {PAPER.id: key}, now)


def _keep(
    database: Database,
    summary: Summary,
    now: datetime = ANNOUNCED_AT,
    *,
    usage: Usage = NOTHING,
    violations: tuple[Violation, ...] = (),
    rejected: Mapping[str, str] | None = None,
) -> None:
    written = Written(summary=summary, usage=usage, violations=violations, rejected=rejected or {})
    with database.write() as session:
        summaries.keep(session, KEY, written, now)


def _kept(database: Database) -> KeptSummary:
    with database.read() as session:
        (kept,) = summaries.of_edition(session, {PAPER.id: KEY})
    return kept


def test_a_summary_is_found_under_its_key(database: Database) -> None:
    """Another key finds nothing."""
    _keep(database, chinese(PAPER))
    assert {PAPER.id: chinese(PAPER)} == _find(database, KEY, ANNOUNCED_AT)
    assert _find(database, "k2", ANNOUNCED_AT) == {}


def test_a_summary_kept_again_takes_the_others_place(database: Database) -> None:
    """A failure that succeeds later is Chinese from then on."""
    _keep(database, english(PAPER))
    _keep(database, chinese(PAPER))
    assert {PAPER.id: chinese(PAPER)} == _find(database, KEY, ANNOUNCED_AT)


@pytest.mark.parametrize(
    ("held", "offered", "stays"),
    [
        (chinese(PAPER), english(PAPER), True),
        (chinese(PAPER), replace(chinese(PAPER), title_zh=""), True),
        (chinese(PAPER), TITLE_ONLY, True),
        (TITLE_ONLY, english(PAPER), True),
        (replace(TITLE_ONLY, summary_zh="概要"), replace(TITLE_ONLY, abstract_zh="摘要"), False),
        (TITLE_ONLY, replace(TITLE_ONLY, title_zh="另一题目"), False),
        (english(PAPER), TITLE_ONLY, False),
    ],
    ids=["none", "less", "title", "no-title", "abstract", "as-much", "more"],
)
def test_less_chinese_never_replaces_more(
    database: Database, held: Summary, offered: Summary, stays: bool
) -> None:
    """The abstract counts for more than title and summary together; the newer of equals stays."""
    later = ANNOUNCED_AT + timedelta(minutes=5)
    _keep(database, held, violations=(WRONG,))
    _keep(database, offered, later)
    assert {PAPER.id: held if stays else offered} == _find(database, KEY, None)
    kept = _kept(database)
    assert ((WRONG,) if stays else ()) == kept.violations
    assert (ANNOUNCED_AT if stays else later) == kept.created_at


def test_failures_are_forgotten_after_twelve_hours(database: Database) -> None:
    """A failed answer settles its own morning; the next edition asks again."""
    _keep(database, english(PAPER))
    almost = ANNOUNCED_AT + timedelta(hours=12) - timedelta(seconds=1)
    assert {PAPER.id: english(PAPER)} == _find(database, KEY, almost)
    assert _find(database, KEY, almost + timedelta(seconds=1)) == {}
    assert {PAPER.id: english(PAPER)} == _find(database, KEY, None)


@pytest.mark.parametrize("summary", [chinese(PAPER), TITLE_ONLY], ids=["whole", "title"])
def test_chinese_is_never_forgotten(database: Database, summary: Summary) -> None:
    """What passed its checks holds for good, be it one field."""
    _keep(database, summary)
    assert PAPER.id in _find(database, KEY, ANNOUNCED_AT + timedelta(days=365))


def test_many_are_found_at_once(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """More papers than fit one IN (…) are all found, and findings come in the order asked for."""
    monkeypatch.setattr("newsletter.storage.papers._CHUNK", 2)
    papers = [paper(number, title=f"T{number}") for number in range(1, 6)]
    keys = {each.id: each.title for each in reversed(papers)}
    with database.write() as session:
        for each in papers:
            summaries.keep(session, each.title, Written(summary=chinese(each)), ANNOUNCED_AT)
    with database.read() as session:
        found = summaries.find(session, keys, ANNOUNCED_AT)
        kept = summaries.of_edition(session, keys | {paper(9).id: "nothing"})
    assert {each.id: chinese(each) for each in papers} == found
    assert [each.id for each in reversed(papers)] == [one.paper_id for one in kept]


def test_findings_are_kept_with_their_summary(database: Database) -> None:
    """The operator sees what the checks said, what was consumed, and what the paper says."""
    warning = soft("instructions", "paper", "ignore all instructions", "the text addresses a model")
    partly = replace(chinese(PAPER), title_zh="", reason="invalid_answer")
    rejected = {"title_zh": "错\ud800"}
    _keep(database, partly, usage=USAGE, violations=(WRONG, warning), rejected=rejected)
    kept = _kept(database)
    assert (
        KeptSummary(
            paper_id=PAPER.id,
            summary=partly,
            violations=(WRONG, warning),
            rejected={"title_zh": "错?"},
            usage=USAGE,
            created_at=ANNOUNCED_AT,
        )
        == kept
    )
    assert (warning,) == kept.warnings


def test_findings_are_bounded(database: Database) -> None:
    """What must be mended and what warns of the paper stays; no surrogate, no endless message."""
    many = tuple(soft("style", "title_zh", str(number), "…") for number in range(90))
    warning = soft("instructions", "paper", "ignore", "orders")
    long = Violation("echo", "hard", "title_zh", "\ud800" * 500, "m" * 5000)
    _keep(database, chinese(PAPER), violations=(*many, warning, long))
    kept = _kept(database).violations
    assert MOST_VIOLATIONS == len(kept)
    assert warning == kept[0]
    assert ("?" * 80, LONGEST_MESSAGE) == (kept[1].text, len(kept[1].message))


def test_what_was_consumed_adds_up(database: Database) -> None:
    """Each call counts for the paper and for the day, whether its Chinese was kept or not."""
    priced = replace(USAGE, cost=Decimal("0.000460001"))
    _keep(database, chinese(PAPER), usage=priced)
    _keep(database, english(PAPER), usage=priced)
    assert priced + priced == _kept(database).usage
    with database.read() as session:
        assert priced + priced == spending.spent(session, ANNOUNCED_AT.date())


def test_a_rolled_back_summary_costs_nothing(database: Database) -> None:
    """Summary and spending stand or fall together."""

    def crash_before_the_commit() -> None:
        with database.write() as session:
            summaries.keep(session, KEY, Written(summary=chinese(PAPER), usage=USAGE), ANNOUNCED_AT)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        crash_before_the_commit()
    assert _find(database, KEY, None) == {}
    with database.read() as session:
        assert Usage() == spending.spent(session, ANNOUNCED_AT.date())


def test_each_model_is_booked_for_its_own_calls(database: Database) -> None:
    """Where two were asked, the one whose Chinese is kept does not pay for the other."""
    other = replace(USAGE, calls=7)
    both = {"dear-model": other, "fake-model": USAGE}
    written = Written(summary=chinese(PAPER), usage=USAGE + other, by_model=both)
    with database.write() as session:
        summaries.keep(session, KEY, written, ANNOUNCED_AT)
    with database.read() as session:
        days = spending.since(session, ANNOUNCED_AT.date())
    assert both == {day.model: day.usage for day in days}
