"""What an announcement is worth on the day that was wanted."""

from dataclasses import replace
from datetime import date

import pytest
from builders import announcement, paper
from fakes import LISTING_DATE

from newsletter.batches import Batch
from newsletter.calendar import Calendar
from newsletter.judgement import PLAUSIBLY_QUIET, judge
from newsletter.papers import (
    Announcement,
    AnnouncementState,
    AnnounceType,
    ArxivId,
    DocumentKind,
    Problem,
)

SATURDAY = date(2026, 5, 30)
WHOLE = announcement(paper(1), paper(2))
OF_FRIDAY = replace(
    WHOLE,
    state=AnnouncementState.STALLED,
    problems=(Problem("other_date", "the document shows 2026-05-29, wanted was 2026-05-30"),),
)
QUIET = announcement(state=AnnouncementState.QUIET)


def _batch(size: int, *, first: int = 100) -> Batch:
    ids = (ArxivId(f"2605.{number:05d}") for number in range(first, first + size))
    return Batch(date(2026, 5, 28), frozenset((one, AnnounceType.NEW) for one in ids))


def _judged(read: Announcement, wanted: date = LISTING_DATE, size: int = 0) -> Announcement:
    return judge(read, wanted, Calendar(), [_batch(size)] if size else [])


def _codes(judged: Announcement) -> list[str]:
    return [problem.code for problem in judged.problems]


def test_date_and_count_make_it_fresh() -> None:
    """Nothing is added to what is whole."""
    assert WHOLE == _judged(WHOLE, size=300)


def test_fridays_page_on_a_saturday_is_a_quiet_day() -> None:
    """It is named, and its papers are not Saturday's."""
    judged = _judged(OF_FRIDAY, SATURDAY)
    assert (AnnouncementState.QUIET, ()) == (judged.state, judged.entries)
    (problem,) = judged.problems
    assert "no_announcement" == problem.code
    assert problem.message.endswith("the document is still that of Friday 2026-05-29")
    assert "Friday and Saturday evenings" in problem.message


def test_another_date_on_a_day_with_a_mailing_is_stalled() -> None:
    """Nothing was announced yet, or the source is late."""
    thursday = replace(OF_FRIDAY, listing_date=date(2026, 5, 28))
    assert thursday == _judged(thursday)


@pytest.mark.parametrize("kind", [DocumentKind.OAI, DocumentKind.API])
def test_metadata_proves_no_announcement(kind: DocumentKind) -> None:
    """However complete the answer is: it has no date to be right."""
    judged = _judged(replace(WHOLE, kind=kind))
    assert (AnnouncementState.WAITING, ["no_date"]) == (judged.state, _codes(judged))
    assert WHOLE.entries == judged.entries


def test_a_whole_document_without_the_date_is_not_believed() -> None:
    """A source that forgot to compare dates cannot pass yesterday's papers for today's."""
    judged = _judged(replace(WHOLE, listing_date=None))
    assert (AnnouncementState.WAITING, ["no_date"]) == (judged.state, _codes(judged))


def test_an_empty_page_is_believed_of_small_categories_only() -> None:
    """Asked too early, arXiv may answer that nothing was announced."""
    assert QUIET == _judged(QUIET)
    assert QUIET == _judged(QUIET, size=PLAUSIBLY_QUIET)
    judged = _judged(QUIET, size=PLAUSIBLY_QUIET + 1)
    assert (AnnouncementState.WAITING, ["empty"]) == (judged.state, _codes(judged))
    assert "held 21 papers" in judged.problems[0].message


def test_an_announcement_on_a_day_without_mailing_counts() -> None:
    """The calendar is no reason to lose papers; that it was wrong is said."""
    judged = _judged(replace(WHOLE, listing_date=SATURDAY), SATURDAY)
    assert (AnnouncementState.FRESH, ["unexpected"]) == (judged.state, _codes(judged))
    assert WHOLE.entries == judged.entries


@pytest.mark.parametrize("state", [AnnouncementState.FRESH, AnnouncementState.FAILED])
def test_an_old_batch_under_the_new_date_is_stalled(state: AnnouncementState) -> None:
    """Also where the document is damaged."""
    old = announcement(*(paper(number) for number in range(100, 110)), state=state)
    judged = _judged(old, size=10)
    assert (AnnouncementState.STALLED, ["stale"]) == (judged.state, _codes(judged))
