"""Which announcements were missed."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from newsletter.calendar import Calendar
from newsletter.gaps import Gap, Known, missed
from newsletter.papers import AnnouncementState

TUESDAY = date(2026, 6, 2)
MONDAY, FRIDAY, THURSDAY = date(2026, 6, 1), date(2026, 5, 29), date(2026, 5, 28)
FRESH, FAILED = AnnouncementState.FRESH, AnnouncementState.FAILED
SINCE = {"cs": date(2026, 1, 5), "stat": date(2026, 1, 5)}


def _missed(*known: Known, days: int = 5, since: dict[str, date] = SINCE) -> tuple[Gap, ...]:
    return missed(known, since, TUESDAY, Calendar(), days)


def test_an_outage_of_ours_leaves_a_gap_for_each_category_and_mailing() -> None:
    """Oldest first; weekends have no mailing and are none."""
    assert (
        tuple(
            Gap(day, category, is_unknown=True)
            for day in (THURSDAY, FRIDAY, MONDAY)
            for category in ("cs", "stat")
        )
        == _missed()
    )


def test_what_was_whole_and_sent_is_no_gap() -> None:
    """Quiet days neither; what was damaged is asked for again."""
    known = [
        Known(day, category, FRESH, reached_readers=True)
        for day in (THURSDAY, FRIDAY, MONDAY)
        for category in SINCE
    ]
    assert () == _missed(*known)
    quiet = Known(MONDAY, "stat", AnnouncementState.QUIET, reached_readers=True)
    damaged = Known(MONDAY, "cs", FAILED, reached_readers=True)
    assert (Gap(MONDAY, "cs"),) == _missed(*known[:4], damaged, quiet)


def test_what_was_whole_and_never_sent_is_a_gap_that_needs_no_asking() -> None:
    """We went down between collecting and sending."""
    known = Known(MONDAY, "cs", FRESH, reached_readers=False)
    assert (Gap(MONDAY, "cs", is_whole=True),) == _missed(known, days=1, since={"cs": FRIDAY})


def test_nothing_is_missed_before_a_category_was_followed() -> None:
    """A new installation, or a new category, does not begin with a week of old papers."""
    assert () == _missed(since={})
    assert (Gap(MONDAY, "cs", is_unknown=True),) == _missed(since={"cs": MONDAY})


def test_no_days_no_gaps() -> None:
    """An operator can do without."""
    assert () == _missed(days=0)


@given(
    st.dates(date(2025, 2, 1), date(2026, 12, 31)),
    st.integers(0, 90),
    st.sets(st.integers(1, 90)),
)
def test_every_missed_mailing_is_a_gap_and_nothing_else(
    edition_date: date, days: int, sent: set[int]
) -> None:
    """Over two years: gaps and what was sent together are the dates of ordinary weeks.

    Holidays too: a calendar may be wrong, so that each is looked at once.
    """
    calendar = Calendar()
    known = [
        Known(edition_date - timedelta(days=ago), "cs", FRESH, reached_readers=True) for ago in sent
    ]
    since = {"cs": edition_date - timedelta(days=400)}
    gaps = missed(known, since, edition_date, calendar, days)
    first = edition_date - timedelta(days=days)
    due = calendar.ordinary_dates(first, edition_date - timedelta(days=1))
    expected = [day for day in due if (edition_date - day).days not in sent]
    assert expected == [gap.listing_date for gap in gaps]


def test_an_evening_that_the_calendar_skips_is_looked_at_once() -> None:
    """What was announced on it is carried; that nothing was is enough to know."""
    calendar = Calendar({date(2026, 5, 28): "a guess"})  # the mailing of Friday

    def gaps(*known: Known) -> list[Gap]:
        return [
            gap
            for gap in missed(known, {"cs": THURSDAY}, TUESDAY, calendar, 5)
            if gap.listing_date == FRIDAY
        ]

    assert [Gap(FRIDAY, "cs", is_unknown=True)] == gaps()
    assert [] == gaps(Known(FRIDAY, "cs", AnnouncementState.QUIET, reached_readers=False))
    assert [Gap(FRIDAY, "cs")] == gaps(Known(FRIDAY, "cs", FAILED, reached_readers=False))
    unsent = Known(FRIDAY, "cs", FRESH, reached_readers=False)
    assert [Gap(FRIDAY, "cs", is_whole=True)] == gaps(unsent)


def test_of_another_feed_only_what_was_fetched_can_be_missed() -> None:
    """Nobody can ask it for a day; damaged or not, what it showed is there."""
    known = [
        Known(FRIDAY, "blog", FAILED, reached_readers=False),
        Known(MONDAY, "blog", FRESH, reached_readers=True),
        Known(MONDAY, "another", FRESH, reached_readers=False),
    ]
    found = missed(known, {}, TUESDAY, Calendar(), 5, feeds=["blog"])
    assert (Gap(FRIDAY, "blog", is_whole=True),) == found
