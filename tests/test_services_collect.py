"""Collecting: which source stands, what is kept, and what readers are told."""

from dataclasses import replace
from datetime import timedelta

import pytest
from builders import announcement, paper
from fakes import LISTING_DATE, Clock, FakeSource

from newsletter.errors import SourceError, SourceRefused, SourceUnavailable, TruncatedDocument
from newsletter.papers import Announcement, AnnouncementState, ArxivId, Problem
from newsletter.schedule import EditionState
from newsletter.services.collect import POLLED, CollectReport, collect, finish_collecting
from newsletter.services.edition import load_edition
from newsletter.storage import editions, events, papers
from newsletter.storage.engine import Database
from newsletter.storage.entries import edition_entries

MINUTE = timedelta(minutes=1)
WHOLE = announcement(paper(1), paper(2))
PARTIAL = announcement(paper(1), expected=2, state=AnnouncementState.FAILED)
STALLED = announcement(paper(8), paper(9), state=AnnouncementState.STALLED)
DOWN = SourceUnavailable("https://arxiv.org/list/cs/new", "status 503")


def _collect(database: Database, *sources: FakeSource, categories: str = "cs") -> CollectReport:
    return collect(database, sources, categories.split(), LISTING_DATE, clock=Clock())


def _kept(database: Database) -> list[str]:
    with database.read() as session:
        entries = edition_entries(session, LISTING_DATE)
    return [entry.paper.id.value for entry in entries]


def _notices(database: Database) -> tuple[str, ...]:
    with database.read() as session:
        loaded = load_edition(session, LISTING_DATE)
    assert loaded is not None
    return loaded.notices


@pytest.mark.parametrize("state", [AnnouncementState.FRESH, AnnouncementState.QUIET])
def test_the_first_source_that_is_whole_stands(
    database: Database,
    state: AnnouncementState,
) -> None:
    """The next one is not even asked, and there is nothing to tell."""
    listing, feed = FakeSource(cs=replace(WHOLE, state=state)), FakeSource("feed", cs=PARTIAL)
    report = _collect(database, listing, feed)
    assert report.is_settled
    assert [("listing", state)] == [(row.source, row.state) for row in report.announcements]
    assert [] == feed.asked
    assert ["2605.00001", "2605.00002"] == _kept(database)
    assert () == _notices(database)


HOUR = timedelta(hours=1)
QUIET = announcement(state=AnnouncementState.QUIET)
GROWN = announcement(paper(1), paper(2), paper(3))
_LOOKS = {
    "grown": (WHOLE, GROWN, AnnouncementState.FRESH, 3),
    "not quiet": (QUIET, WHOLE, AnnouncementState.FRESH, 2),
    "empty": (WHOLE, QUIET, AnnouncementState.FRESH, 2),
    "short": (GROWN, WHOLE, AnnouncementState.FRESH, 3),
    "another": (WHOLE, announcement(paper(3)), AnnouncementState.WAITING, 3),
    "damaged": (WHOLE, PARTIAL, AnnouncementState.FRESH, 2),
    "damaged, more": (
        WHOLE,
        replace(GROWN, state=AnnouncementState.FAILED),
        AnnouncementState.WAITING,
        3,
    ),
    "old": (WHOLE, STALLED, AnnouncementState.FRESH, 2),
    "away": (WHOLE, DOWN, AnnouncementState.FRESH, 2),
    "quiet, away": (QUIET, DOWN, AnnouncementState.QUIET, 0),
}


@pytest.mark.parametrize(("first", "then", "state", "held"), _LOOKS.values(), ids=_LOOKS)
def test_what_was_whole_for_an_hour_is_looked_at_again(
    database: Database,
    first: Announcement,
    then: Announcement | SourceError,
    state: AnnouncementState,
    held: int,
) -> None:
    """While math keeps the edition waiting, cs may grow; and nothing takes anything away."""
    source, clock = FakeSource(cs=first, math=DOWN), Clock()

    def poll() -> list[tuple[AnnouncementState, int]]:
        found = collect(
            database, [source], ["cs", "math"], LISTING_DATE, clock=clock, checks=[source]
        )
        return [(one.state, one.parsed.total) for one in found.announcements[:1]]

    poll()
    source.answers["cs"] = [then]
    clock.now += HOUR - 11 * MINUTE
    assert [(first.state, first.parsed.total)] == poll()
    clock.now += MINUTE
    assert [(state, held)] == poll()
    assert held == len(_kept(database))


def test_a_second_look_that_failed_is_tried_at_the_next_poll(database: Database) -> None:
    """And one that was answered is an hour away again."""
    source, clock = FakeSource(cs=WHOLE, math=DOWN), Clock()
    asked = []
    for minutes, is_away in ((0, False), (60, True), (70, False), (80, False), (130, False)):
        clock.now = Clock().now + minutes * MINUTE
        source.answers["cs"] = [DOWN if is_away else WHOLE]
        collect(database, [source], ["cs", "math"], LISTING_DATE, clock=clock, checks=[source])
        asked.append(source.asked.count(("cs", LISTING_DATE)))
    assert [1, 2, 3, 3, 4] == asked


@pytest.mark.parametrize("first", [DOWN, PARTIAL, STALLED, TruncatedDocument("x", "cut off")])
def test_the_second_source_stands_in(
    database: Database,
    first: Announcement | SourceUnavailable | TruncatedDocument,
) -> None:
    """Whatever is wrong with the first; once it is whole there is no problem to show."""
    report = _collect(database, FakeSource(cs=first), FakeSource("feed", cs=WHOLE))
    assert report.is_settled
    assert [("feed", ())] == [(row.source, row.problems) for row in report.announcements]
    assert () == _notices(database)


def test_what_could_be_read_is_kept_and_said(database: Database) -> None:
    """A damaged listing with the feed down: its papers are kept, its state is in the mails."""
    damage = Problem("truncated", "ends early")
    listing = FakeSource(cs=replace(PARTIAL, problems=(damage,)))
    report = _collect(database, listing, FakeSource("feed", cs=DOWN))
    (row,) = report.announcements
    assert not report.is_settled
    assert (AnnouncementState.FAILED, 2, 1) == (row.state, row.expected.total, row.parsed.total)
    assert (damage, Problem("source_failed", DOWN.what, "feed")) == row.problems
    assert ["2605.00001"] == _kept(database)
    assert ("cs 应有 2 条，只读到 1 条，本期可能有遗漏。",) == _notices(database)


def test_the_fuller_of_two_partial_answers_is_kept(database: Database) -> None:
    """By state first, then by how many papers could be read; what the other has is added."""
    fuller = announcement(paper(2), paper(3), expected=3, state=AnnouncementState.FAILED)
    report = _collect(database, FakeSource(cs=PARTIAL), FakeSource("feed", cs=fuller))
    assert ["feed"] == [row.source for row in report.announcements]
    assert ["2605.00001", "2605.00002", "2605.00003"] == sorted(_kept(database))


def test_yesterdays_papers_are_not_todays(database: Database) -> None:
    """A stalled listing is known to be old: its entries are left out, and that is said."""
    report = _collect(database, FakeSource(cs=STALLED))
    assert [AnnouncementState.STALLED] == [row.state for row in report.announcements]
    assert [] == _kept(database)
    assert ("arXiv 尚未公布 cs 当日的论文，本期可能缺少这一类。",) == _notices(database)


def test_a_page_of_several_is_kept_as_waiting(database: Database) -> None:
    """Rows are still being added: what is there counts, and the mails say it is not all."""
    waiting = announcement(paper(1), state=AnnouncementState.WAITING)
    assert not _collect(database, FakeSource(cs=waiting)).is_settled
    assert ("cs 的公告未能读全（已读到 1 条），本期可能有遗漏。",) == _notices(database)


def test_one_categorys_error_leaves_the_others(database: Database) -> None:
    """A category that is refused fails alone, with the reason kept."""
    refused = SourceRefused("https://arxiv.org/list/nope/new", "status 404")
    source = FakeSource(nope=refused, math=announcement(paper(3), category="math"), cs=WHOLE)
    report = _collect(database, source, categories="nope math cs")
    assert not report.is_settled
    assert {
        "nope": AnnouncementState.FAILED,
        "math": AnnouncementState.FRESH,
        "cs": AnnouncementState.FRESH,
    } == {row.category: row.state for row in report.announcements}
    (failed,) = [row for row in report.announcements if row.category == "nope"]
    assert [("source_failed", "listing")] == [(p.code, p.item) for p in failed.problems]


def test_the_next_poll_asks_only_for_what_is_not_settled(database: Database) -> None:
    """ArXiv is asked again for what was not whole, and for nothing else."""
    source = FakeSource(cs=WHOLE, math=[STALLED, announcement(paper(3), category="math")])
    assert not _collect(database, source, categories="cs math").is_settled
    source.asked.clear()
    assert _collect(database, source, categories="cs math").is_settled
    assert [("math", LISTING_DATE)] == source.asked
    source.asked.clear()
    assert _collect(database, source, categories="cs math").is_settled
    assert [] == source.asked


@pytest.mark.parametrize("worse", [DOWN, STALLED, announcement(state=AnnouncementState.WAITING)])
def test_a_worse_poll_takes_nothing_away(
    database: Database,
    worse: Announcement | SourceUnavailable,
) -> None:
    """What was read once stays, with what was said about it."""
    _collect(database, FakeSource(cs=PARTIAL))
    report = _collect(database, FakeSource(cs=worse))
    assert ["2605.00001"] == _kept(database)
    assert [AnnouncementState.FAILED] == [row.state for row in report.announcements]


def test_a_better_poll_takes_the_place(database: Database) -> None:
    """A whole answer that holds what was read before settles the category."""
    _collect(database, FakeSource(cs=PARTIAL))
    report = _collect(database, FakeSource(cs=announcement(paper(1), paper(2))))
    assert report.is_settled
    assert ["2605.00001", "2605.00002"] == _kept(database)
    assert () == _notices(database)


@pytest.mark.parametrize(
    "short",
    [announcement(state=AnnouncementState.QUIET), announcement(paper(2))],
    ids=["empty", "stale"],
)
def test_a_short_feed_does_not_settle_what_a_listing_showed(
    database: Database,
    short: Announcement,
) -> None:
    """Feeds have been stale or empty under a good date: nothing is lost, and it is said."""
    report = _collect(database, FakeSource(cs=PARTIAL), FakeSource("feed", cs=short))
    assert not report.is_settled
    assert {"2605.00001"} <= set(_kept(database))
    assert len(_notices(database)) == 1
    disagree = "sources_disagree" in {p.code for p in report.announcements[0].problems}
    assert bool(short.entries) == disagree  # an empty one is not even believed


def test_a_failed_poll_is_kept_where_nothing_was(database: Database) -> None:
    """Nothing from any source is a state of its own: failed, with each source's reason."""
    report = _collect(database, FakeSource(cs=DOWN), FakeSource("feed"))
    (row,) = report.announcements
    assert (AnnouncementState.FAILED, "") == (row.state, row.source)
    assert ["listing", "feed"] == [problem.item for problem in row.problems]
    assert ("cs 的公告未收到，本期可能缺少这一类。",) == _notices(database)


def test_each_poll_is_noted_and_progress_is_told(database: Database) -> None:
    """The clock's next decision and the terminal's bar both live on that."""
    told: list[tuple[str, int, int]] = []
    clock = Clock()
    collect(
        database,
        [FakeSource(cs=WHOLE)],
        ["cs", "math"],
        LISTING_DATE,
        clock=clock,
        progress=lambda *step: told.append(step),
    )
    with database.read() as session:
        assert clock.now == events.last(session, POLLED, LISTING_DATE.isoformat())
    assert [("cs", 0, 2), ("math", 1, 2), ("", 2, 2)] == told


def test_collecting_ends_once(database: Database) -> None:
    """The second time changes neither the state nor how long summaries are waited for."""
    clock = Clock()
    for minutes in (45, 90):
        finish_collecting(
            database,
            LISTING_DATE,
            now=clock.advance(MINUTE),
            summary_wait=minutes * MINUTE,
        )
    with database.read() as session:
        edition = editions.find(session, LISTING_DATE)
    assert edition is not None
    assert EditionState.SUMMARISING is edition.state
    assert 45 * MINUTE == (edition.summaries_by or clock.now) - (edition.collected_at or clock.now)


def test_papers_of_two_categories_are_one_edition(database: Database) -> None:
    """A paper announced in both stands once."""
    stat = announcement(paper(2), paper(3), category="stat")
    _collect(database, FakeSource(cs=WHOLE, stat=stat), categories="cs stat")
    with database.read() as session:
        loaded = load_edition(session, LISTING_DATE)
    assert loaded is not None
    assert [ArxivId(f"2605.0000{n}") for n in (1, 2, 3)] == list(loaded.papers)


def _yesterday(database: Database, *numbers: int) -> None:
    """Keep an announcement of the day before."""
    day = LISTING_DATE - timedelta(days=1)
    batch = announcement(*map(paper, numbers))
    collect(database, [FakeSource(cs=batch)], ["cs"], day, clock=Clock())


def test_an_old_batch_under_a_new_date_is_not_believed(database: Database) -> None:
    """The next source stands in, though the first one's date and count are right."""
    _yesterday(database, 8, 9)
    old = announcement(paper(8), paper(9))
    report = _collect(database, FakeSource(cs=old), FakeSource("feed", cs=WHOLE))
    assert [("feed", AnnouncementState.FRESH)] == [
        (row.source, row.state) for row in report.announcements
    ]
    assert ["2605.00001", "2605.00002"] == _kept(database)


def test_an_old_batch_alone_is_no_announcement(database: Database) -> None:
    """Readers do not get yesterday's papers again, and the reason is kept."""
    _yesterday(database, 8, 9)
    report = _collect(database, FakeSource(cs=announcement(paper(8), paper(9))))
    (row,) = report.announcements
    assert not report.is_settled
    assert (AnnouncementState.STALLED, ["stale"]) == (row.state, [p.code for p in row.problems])
    assert [] == _kept(database)


def test_the_batch_before_is_the_newest_that_holds_papers(database: Database) -> None:
    """A quiet day between does not hide it, and another category's batch is not it."""
    empty = announcement(state=AnnouncementState.QUIET)
    other = announcement(paper(1), category="math")
    for days, source in ((4, announcement(paper(8))), (3, empty)):
        day = LISTING_DATE - timedelta(days=days)
        collect(database, [FakeSource(cs=source, math=other)], ["cs", "math"], day, clock=Clock())
    with database.read() as session:
        batches = papers.batches_before(session, LISTING_DATE, "cs")
        none = papers.batches_before(session, LISTING_DATE - timedelta(days=4), "cs")
    assert [(LISTING_DATE - timedelta(days=4), {ArxivId("2605.00008")})] == [
        (batch.listing_date, {paper_id for paper_id, _ in batch.papers}) for batch in batches
    ]
    assert () == none
