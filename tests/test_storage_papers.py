"""Papers and announcements in the database."""

from dataclasses import replace
from datetime import timedelta

import pytest
from builders import announcement, paper
from fakes import ANNOUNCED_AT, LISTING_DATE

from newsletter.papers import (
    Announcement,
    AnnouncementState,
    AnnounceType,
    ArxivId,
    Counts,
    Paper,
    Problem,
)
from newsletter.storage import editions, papers
from newsletter.storage.engine import Database
from newsletter.storage.entries import edition_entries

LATER = ANNOUNCED_AT + timedelta(minutes=10)


@pytest.fixture
def edition(database: Database) -> Database:
    """Return a database with an open edition."""
    with database.write() as session:
        editions.open_edition(session, LISTING_DATE)
    return database


def _keep(database: Database, *announcements: Announcement) -> None:
    with database.write() as session:
        for each in announcements:
            papers.keep_announcement(session, each, LISTING_DATE, "listing", LATER)


def _entries(database: Database) -> list[tuple[Paper, AnnounceType]]:
    with database.read() as session:
        entries = edition_entries(session, LISTING_DATE)
    return [(entry.paper, entry.type) for entry in entries]


def test_a_paper_comes_back_as_it_was(edition: Database) -> None:
    """Every field of a paper survives, those that are None too."""
    full = replace(paper(1), journal_ref="J. 1 (2026)", doi="10.1000/1", version=None)
    bare = Paper(id=ArxivId("hep-th/9901001"), title="", abstract="", authors=(), categories=())
    _keep(edition, announcement(full, bare))
    assert [(full, AnnounceType.NEW), (bare, AnnounceType.NEW)] == _entries(edition)


def test_what_is_known_of_an_announcement_is_kept(edition: Database) -> None:
    """State, counts, problems, source and time are those of the announcement."""
    problem = Problem("truncated", "ends early", "2605.00002")
    _keep(
        edition,
        replace(
            announcement(paper(1), expected=2, state=AnnouncementState.FAILED),
            problems=(problem,),
        ),
    )
    with edition.read() as session:
        (kept,) = papers.announcements(session, LISTING_DATE)
    assert (
        papers.KeptAnnouncement(
            category="cs",
            source="listing",
            state=AnnouncementState.FAILED,
            expected=Counts(new=2),
            parsed=Counts(new=1),
            problems=(problem,),
            fetched_at=LATER,
        )
        == kept
    )


def test_keeping_an_announcement_twice_is_keeping_it_once(edition: Database) -> None:
    """A second poll with the same answer adds no paper and no row."""
    _keep(edition, announcement(paper(1), paper(2)))
    before = _entries(edition)
    _keep(edition, announcement(paper(1), paper(2)))
    assert before == _entries(edition)
    with edition.read() as session:
        assert len(papers.announcements(session, LISTING_DATE)) == 1


def test_a_later_answer_takes_the_place_of_the_earlier(edition: Database) -> None:
    """A changed text, a new order and a paper withdrawn are all as the newest answer says."""
    changed = replace(paper(1), abstract="Another abstract.", version=2)
    _keep(edition, announcement(paper(1), paper(2), paper(3)))
    _keep(edition, announcement(paper(3), changed))
    assert [paper(3), changed] == [kept for kept, _ in _entries(edition)]


def test_a_text_that_changed_and_changed_back_is_found(edition: Database) -> None:
    """Each text is its own version; an old one can be announced again."""
    changed = replace(paper(1), comment="13 pages")
    for announced in (paper(1), changed, paper(1)):
        _keep(edition, announcement(announced))
        assert [announced] == [kept for kept, _ in _entries(edition)]


def test_the_strongest_type_across_categories_holds(edition: Database) -> None:
    """New in its own category and cross-listed in another: the reader sees it as new, once."""
    _keep(
        edition,
        announcement(paper(1), category="cs.AI", kind=AnnounceType.CROSS),
        announcement(paper(1), category="cs.LG", kind=AnnounceType.NEW),
        announcement(paper(1), category="stat.ML", kind=AnnounceType.REPLACE_CROSS),
    )
    assert [(paper(1), AnnounceType.NEW)] == _entries(edition)


def test_whole_archives_come_before_categories(edition: Database) -> None:
    """The order is that of the archive's own listing, then of single categories."""
    _keep(
        edition,
        announcement(paper(1), paper(2), category="cs.AI"),
        announcement(paper(3), paper(2), category="math"),
    )
    assert [paper(3), paper(2), paper(1)] == [kept for kept, _ in _entries(edition)]


def test_other_dates_stay_apart(edition: Database) -> None:
    """An edition holds nothing of the day before."""
    yesterday = LISTING_DATE - timedelta(days=1)
    with edition.write() as session:
        editions.open_edition(session, yesterday)
        papers.keep_announcement(session, announcement(paper(9)), yesterday, "listing", LATER)
    assert _entries(edition) == []


def test_a_large_announcement_is_kept_whole(
    edition: Database,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """More papers than fit one IN (…) come back in order."""
    monkeypatch.setattr(papers, "_CHUNK", 2)
    many = [paper(number) for number in range(5, 0, -1)]
    _keep(edition, announcement(*many))
    assert many == [kept for kept, _ in _entries(edition)]


def test_an_empty_announcement_is_kept(edition: Database) -> None:
    """A quiet day is a fact worth keeping."""
    _keep(edition, announcement(state=AnnouncementState.QUIET))
    assert _entries(edition) == []
    with edition.read() as session:
        (kept,) = papers.announcements(session, LISTING_DATE)
    assert AnnouncementState.QUIET is kept.state
