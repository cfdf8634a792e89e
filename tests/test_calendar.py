"""The calendar of announcements: evenings, daylight saving, holidays, the operator's days."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.bootstrap import Parts
from newsletter.calendar import (
    EASTERN,
    POLL_AFTER,
    SKIPPED_EVENINGS,
    Calendar,
    announced_at,
    mailing_evening,
    parse_skipped,
)
from newsletter.errors import SettingsError
from newsletter.settings import Settings

_DAY = timedelta(days=1)
_BUILT_IN = Calendar()
_BARE = Calendar({})
_EVERY_DAY = tuple(date(2020, 1, 1) + n * _DAY for n in range(15 * 365 + 4))
_DATES = st.dates(_EVERY_DAY[0], _EVERY_DAY[-1])
_EVENINGS = _DATES.filter(lambda day: day.weekday() != 5)  # a Saturday is refused
_REASONS = st.from_regex(r"[A-Za-z'é元旦][A-Za-z' é元旦]{0,20}", fullmatch=True).map(str.strip)
_EXTRAS = st.dictionaries(_EVENINGS, st.none() | _REASONS, max_size=20)
_CALENDARS = st.builds(_BUILT_IN.with_skipped, _EXTRAS)
_INSTANTS = st.datetimes(
    datetime(2020, 1, 20),  # noqa: DTZ001 # the zone comes with it
    datetime(2034, 12, 30),  # noqa: DTZ001 # the same
    timezones=st.timezones(),
)


def _utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def _is_over(listing_date: date, now: datetime) -> bool:
    return announced_at(listing_date) + POLL_AFTER <= now


@pytest.mark.parametrize(
    ("listing_date", "utc", "in_china"),
    [
        ("2026-05-29", "2026-05-29T00:00", 8),
        ("2026-03-06", "2026-03-06T01:00", 9),
        ("2026-03-09", "2026-03-09T00:00", 8),  # US clocks went forward on the 8th
        ("2026-10-30", "2026-10-30T00:00", 8),
        ("2026-11-02", "2026-11-02T01:00", 9),  # and back on 1 November
    ],
)
def test_the_mailing_follows_american_daylight_saving(
    listing_date: str,
    utc: str,
    in_china: int,
) -> None:
    """20:00 in New York is 08:00 in China in summer and 09:00 in winter."""
    instant = announced_at(date.fromisoformat(listing_date))

    assert _utc(utc) == instant
    assert in_china == instant.astimezone(ZoneInfo("Asia/Shanghai")).hour


@pytest.mark.parametrize(
    ("listing_date", "expected"),
    [
        ("2026-05-25", True),  # announced on Sunday evening for Monday
        ("2026-05-26", True),
        ("2026-05-27", True),
        ("2026-05-28", True),
        ("2026-05-29", True),
        ("2026-05-30", False),  # never on Friday evening
        ("2026-05-31", False),  # never on Saturday evening
        ("2026-06-22", False),  # arXiv printed Friday 19 June: the Sunday mailing is skipped
        ("2026-07-06", False),
        ("2026-11-27", False),  # Thanksgiving evening
        ("2026-12-25", True),
        ("2026-12-28", False),  # Christmas as printed on a Friday
        ("2026-12-30", False),
        ("2026-12-31", True),
        ("2025-12-26", False),
        ("2026-01-02", False),
    ],
)
def test_the_days_with_a_mailing(listing_date: str, expected: bool) -> None:
    """Weekend evenings and arXiv's holidays have no mailing."""
    assert expected == _BUILT_IN.is_announced(date.fromisoformat(listing_date))


def test_no_skipped_evening_is_a_weekend_evening() -> None:
    """A Friday or Saturday in the list would skip nothing: arXiv's Fridays mean Sundays."""
    assert {day: why for day, why in SKIPPED_EVENINGS.items() if day.weekday() in {4, 5}} == {}


def test_holidays_are_data() -> None:
    """Ad hoc days are handed in; the weekdays stay."""
    ad_hoc = Calendar({date(2026, 5, 28): "a power cut"})

    assert not ad_hoc.is_announced(date(2026, 5, 29))
    assert _BARE.is_announced(date(2026, 6, 22))
    assert not _BARE.is_announced(date(2026, 5, 30))


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        ("2026-05-29T00:04:59", "2026-05-28"),  # polling begins five minutes after the hour
        ("2026-05-29T00:05:00", "2026-05-29"),
        ("2026-05-31T23:00:00", "2026-05-29"),  # the weekend keeps Friday's
        ("2026-06-01T00:05:00", "2026-06-01"),  # Sunday evening brings Monday's
        ("2026-06-22T12:00:00", "2026-06-19"),  # a skipped Sunday keeps Friday's
        ("2026-11-03T01:04:00", "2026-11-02"),  # winter: an hour later in UTC
        ("2026-11-03T01:05:00", "2026-11-03"),
        ("2027-01-01T12:00:00", "2026-12-31"),  # New Year's Eve is skipped
    ],
)
def test_the_newest_listing_date(now: str, expected: str) -> None:
    """The newest date is that of the last mailing that is over."""
    assert date.fromisoformat(expected) == _BUILT_IN.latest_listing_date(_utc(now))


def test_arxiv_keeps_eastern_time() -> None:
    """The zone is a zone and no fixed offset."""
    offsets = {datetime(2026, month, 1, tzinfo=EASTERN).utcoffset() for month in (1, 7)}

    assert {timedelta(hours=-5), timedelta(hours=-4)} == offsets


def test_every_mailing_is_at_eight_in_the_evening_in_new_york() -> None:
    """On each day of fifteen years, the changes of clocks included; two offsets occur."""
    instants = [announced_at(day) for day in _EVERY_DAY]
    there = [instant.astimezone(UTC).astimezone(EASTERN) for instant in instants]

    assert {time(20, 0)} == {instant.time() for instant in there}
    assert [day - _DAY for day in _EVERY_DAY] == [instant.date() for instant in there]
    assert {0, 1} == {instant.astimezone(UTC).hour for instant in instants}


@pytest.mark.parametrize(
    ("listing_date", "expected"),
    [
        ("2026-11-27", "no announcement: Thanksgiving"),
        ("2026-06-22", "no announcement: Juneteenth"),
        ("2026-07-06", "no announcement: Independence Day"),
        ("2026-09-08", "no announcement: Labor Day"),
        ("2026-01-20", "no announcement: Martin Luther King Day"),
        ("2027-01-01", "no announcement: year-end holiday"),
        ("2025-06-20", "no announcement: Juneteenth"),
        ("2025-07-07", "no announcement: Independence Day"),
        ("2025-12-31", "no announcement: year-end holiday"),
        (
            "2026-06-20",  # Juneteenth is printed on that Friday, and the weekday is reason enough
            "no announcement: arXiv announces nothing on Friday and Saturday evenings",
        ),
        (
            "2026-05-31",
            "no announcement: arXiv announces nothing on Friday and Saturday evenings",
        ),
        ("2026-06-01", None),
        ("2026-06-19", None),
    ],
)
def test_a_day_without_a_mailing_has_a_reason(listing_date: str, expected: str | None) -> None:
    """In words that can stand in a sentence; None for a day with one."""
    assert expected == _BUILT_IN.why_not(date.fromisoformat(listing_date))


@given(_CALENDARS, _DATES)
def test_every_day_is_announced_or_explained(calendar: Calendar, day: date) -> None:
    """Never both and never neither; a weekday without a mailing is one of the skipped."""
    why = calendar.why_not(day)

    assert calendar.is_announced(day) == (why is None)
    if day.weekday() in {5, 6}:
        assert why is not None
    else:
        assert (day - _DAY in calendar.skipped) == (why is not None)


def test_listing_dates_are_monday_to_friday() -> None:
    """Monday's comes on Sunday evening; Saturday and Sunday are never listing dates."""
    announced = [day for day in _EVERY_DAY if _BARE.is_announced(day)]

    assert {0, 1, 2, 3, 4} == {day.weekday() for day in announced}
    assert [day for day in _EVERY_DAY if day.weekday() < 5] == announced


@given(_CALENDARS, _INSTANTS)
def test_the_newest_listing_date_is_the_last_that_is_over(
    calendar: Calendar,
    now: datetime,
) -> None:
    """In any zone it is announced and over, and no announced one between it and now is."""
    newest = calendar.latest_listing_date(now)
    until = now.astimezone(EASTERN).date() + 3 * _DAY

    assert calendar.is_announced(newest)
    assert _is_over(newest, now)
    later = calendar.listing_dates(newest + _DAY, until)
    assert [] == [day for day in later if _is_over(day, now)]


@given(_CALENDARS, _INSTANTS, st.timedeltas(timedelta(0), timedelta(days=9)))
def test_the_newest_listing_date_never_goes_back(
    calendar: Calendar,
    now: datetime,
    step: timedelta,
) -> None:
    """Later in time is never earlier in the calendar."""
    now = now.astimezone(UTC)

    assert calendar.latest_listing_date(now) <= calendar.latest_listing_date(now + step)


def test_a_week_of_listing_dates() -> None:
    """From Thanksgiving's Monday on, both ends included, oldest first."""
    week = _BUILT_IN.listing_dates(date(2026, 11, 23), date(2026, 11, 30))

    assert ["11-23", "11-24", "11-25", "11-26", "11-30"] == [f"{day:%m-%d}" for day in week]
    assert () == _BUILT_IN.listing_dates(date(2026, 11, 24), date(2026, 11, 23))
    assert (date(2026, 11, 24),) == _BUILT_IN.listing_dates(date(2026, 11, 24), date(2026, 11, 24))


@pytest.mark.parametrize(
    ("listing_date", "expected"),
    [
        ("2026-05-29", "2026-05-28"),
        ("2026-06-01", "2026-05-29"),
        ("2026-05-31", "2026-05-29"),
        ("2026-06-23", "2026-06-19"),
        ("2026-12-31", "2026-12-29"),
        ("2026-12-29", "2026-12-25"),
    ],
)
def test_the_listing_date_before(listing_date: str, expected: str) -> None:
    """Over weekends and holidays; also of a day that is no listing date itself."""
    assert date.fromisoformat(expected) == _BUILT_IN.previous(date.fromisoformat(listing_date))


@given(_CALENDARS, _DATES)
def test_nothing_lies_between_a_day_and_the_listing_date_before(
    calendar: Calendar,
    day: date,
) -> None:
    """`previous` and `listing_dates` agree."""
    before = calendar.previous(day)

    assert (before,) == calendar.listing_dates(before, day - _DAY)


@given(_DATES.filter(lambda day: day.weekday() == 4))
def test_a_friday_skips_the_sunday(friday: date) -> None:
    """The listing date of the Monday falls out, and no other; so does taking it back."""
    calendar = _BARE.with_skipped({friday: "a holiday"})
    monday = friday + 3 * _DAY
    around = (friday - 7 * _DAY, friday + 7 * _DAY)

    assert calendar == Calendar({friday: "a holiday"})
    assert calendar.why_not(monday) == "no announcement: a holiday"
    left = set(_BARE.listing_dates(*around)) - set(calendar.listing_dates(*around))
    assert {monday} == left
    assert calendar.with_skipped({friday: None}) == _BARE


@given(_EXTRAS)
def test_the_operators_days_win(extra: dict[date, str | None]) -> None:
    """Added days are skipped for their reason, removed ones announced, others as built in."""
    moved = {mailing_evening(evening): why for evening, why in extra.items()}
    calendar = _BUILT_IN.with_skipped(extra)

    assert dict(calendar.skipped) == {
        evening: why for evening, why in {**SKIPPED_EVENINGS, **moved}.items() if why is not None
    }
    assert Calendar() == _BUILT_IN


def test_a_calendar_keeps_its_own_days() -> None:
    """What is done to the mapping afterwards does not reach it."""
    days = {date(2027, 1, 18): "Martin Luther King Day"}
    calendar = Calendar(days)
    days.clear()

    assert not calendar.is_announced(date(2027, 1, 19))


def test_an_operator_writes_days_as_text() -> None:
    """Semicolons or lines; a reason or none; `!` for an evening that has its mailing."""
    text = (
        " 2027-01-01 New Year's Day;2027-01-18  Martin Luther King Day ;; !2026-12-29\n2027-02-15"
    )

    assert parse_skipped(text) == {
        date(2027, 1, 3): "New Year's Day",  # a Friday
        date(2027, 1, 18): "Martin Luther King Day",
        date(2026, 12, 29): None,
        date(2027, 2, 15): "named by the operator",
    }
    assert parse_skipped("") == {}
    assert parse_skipped("!2026-06-19 it came; ") == {date(2026, 6, 21): None}


@given(_EXTRAS)
def test_what_is_written_is_read(extra: dict[date, str | None]) -> None:
    """Text made of a mapping gives the mapping again, Fridays moved."""
    moved = {mailing_evening(evening): why for evening, why in extra.items()}
    items = [f"!{day}" if why is None else f"{day} {why}" for day, why in moved.items()]

    assert moved == parse_skipped("; ".join(items))


@pytest.mark.parametrize(
    ("item", "why"),
    [
        ("New Year's Day", "date"),
        ("2027-13-01 No Day", "date"),
        ("2027-02-29", "date"),
        ("20270118 Martin Luther King Day", "date"),
        ("2027-W03-1", "date"),
        ("2027-01-18x", "date"),
        ("1027-01-18 An old day", "date"),
        ("9999-12-31", "date"),
        ("٢٠٢٧-٠١-١٨", "date"),
        ("!!2027-01-18", "date"),
        ("!", "date"),
        ("2027-12-25 Christmas Day", "Saturday"),
        ("2026-12-31 again", "same mailing"),
        ("!2026-12-31", "same mailing"),
        ("2027-01-03 by its Sunday", "same mailing"),
    ],
)
def test_a_wrong_item_is_named(item: str, why: str) -> None:
    """The message holds the item and what is wrong with it."""
    with pytest.raises(ValueError, match=why) as caught:
        parse_skipped(f"2026-12-31 New Year's Eve; 2027-01-01 New Year's Day; {item}; 2027-05-31")

    assert repr(item) in str(caught.value)


def test_a_long_item_is_cut() -> None:
    """A whole file by mistake does not fill the log."""
    with pytest.raises(ValueError, match="date") as caught:
        parse_skipped("x" * 10_000)

    assert len(str(caught.value)) < 150


def test_the_setting_reaches_the_calendar(monkeypatch: pytest.MonkeyPatch) -> None:
    """The environment's days are skipped or restored in the installation's calendar."""
    monkeypatch.setenv("NEWSLETTER_SKIPPED_EVENINGS", "2027-01-01 New Year's Day; !2026-12-29")
    calendar = Parts(Settings.load()).calendar

    assert calendar.why_not(date(2027, 1, 4)) == "no announcement: New Year's Day"
    assert calendar.is_announced(date(2026, 12, 30))
    assert not calendar.is_announced(date(2026, 12, 28))


def test_a_wrong_setting_names_variable_and_item(monkeypatch: pytest.MonkeyPatch) -> None:
    """Not at eight in the morning, but when settings are read."""
    monkeypatch.setenv("NEWSLETTER_SKIPPED_EVENINGS", "2027-01-32 Nobody's Day")

    with pytest.raises(SettingsError, match="2027-01-32 Nobody's Day") as caught:
        Settings.load()

    assert caught.value.name == "NEWSLETTER_SKIPPED_EVENINGS"
