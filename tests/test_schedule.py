"""Readers' hours, the steps of a morning."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.calendar import Calendar, announced_at
from newsletter.schedule import (
    Edition,
    EditionState,
    Pace,
    Position,
    Step,
    due_at,
    steps_due,
)

_FRIDAY = date(2026, 5, 29)
_DATES = st.dates(date(2025, 1, 2), date(2026, 12, 31))
_ANNOUNCED = _DATES.filter(Calendar().is_announced)
_ZONES = st.sampled_from(sorted(available_timezones()))
_NOW = datetime(2026, 5, 29, 0, 30, tzinfo=UTC)
_POLL = timedelta(minutes=10)


def _utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("hour", "timezone", "expected"),
    [
        (8, "Asia/Shanghai", "2026-05-29T00:00"),
        (9, "Asia/Shanghai", "2026-05-29T01:00"),
        (23, "Asia/Shanghai", "2026-05-29T15:00"),
        (3, "Asia/Shanghai", "2026-05-29T00:00"),  # not before the announcement
        (8, "Europe/Berlin", "2026-05-29T06:00"),
        (8, "Asia/Kolkata", "2026-05-29T02:30"),
        (8, "Pacific/Auckland", "2026-05-29T00:00"),  # already noon there
        (13, "Pacific/Auckland", "2026-05-29T01:00"),
        (8, "America/New_York", "2026-05-29T12:00"),
        (15, "America/New_York", "2026-05-29T19:00"),
        (16, "America/New_York", "2026-05-29T00:00"),  # Friday 16:00 is too late
        (21, "America/New_York", "2026-05-29T01:00"),  # Thursday evening
        (8, "Pacific/Honolulu", "2026-05-29T18:00"),
        (10, "Pacific/Honolulu", "2026-05-29T00:00"),
        (20, "Pacific/Honolulu", "2026-05-29T06:00"),
    ],
)
def test_a_readers_hour(hour: int, timezone: str, expected: str) -> None:
    """The hour counts on the listing date, or the evening before where that is too late."""
    assert _utc(expected) == due_at(_FRIDAY, hour, timezone)


def test_eight_in_china_in_winter_waits_for_the_mailing() -> None:
    """In winter the mailing comes at nine in China, and the digest with it."""
    assert _utc("2026-11-03T01:00") == due_at(date(2026, 11, 3), 8, "Asia/Shanghai")


@pytest.mark.parametrize(
    ("listing_date", "hour", "timezone", "expected"),
    [
        # Samoa had no 30 December 2011: the hour is counted on from the day before.
        ("2011-12-30", 8, "Pacific/Apia", "2011-12-30T18:00"),
        # Jerusalem has no 02:00 that Friday; it would be the instant of the mailing.
        ("2026-03-27", 2, "Asia/Jerusalem", "2026-03-27T00:00"),
        # Cairo has two 23:00 that Thursday, and the first is `send_by` already.
        ("2026-10-29", 23, "Africa/Cairo", "2026-10-29T00:00"),
        # New York's clocks went forward the day before, and back the day before.
        ("2026-03-09", 8, "America/New_York", "2026-03-09T12:00"),
        ("2026-11-02", 8, "America/New_York", "2026-11-02T13:00"),
    ],
)
def test_hours_near_a_change_of_clocks(
    listing_date: str,
    hour: int,
    timezone: str,
    expected: str,
) -> None:
    """An hour that the clocks skip is the one after it; of an hour that comes twice, the first."""
    assert _utc(expected) == due_at(date.fromisoformat(listing_date), hour, timezone)


@given(_ANNOUNCED, st.integers(0, 23), _ZONES)
def test_every_readers_hour_lies_in_the_mornings_window(
    listing_date: date,
    hour: int,
    timezone: str,
) -> None:
    """Whatever a reader chose, the digest leaves between the announcement and `send_by`."""
    edition = Edition(
        listing_date=listing_date,
        state=EditionState.READY,
        announced_at=announced_at(listing_date).astimezone(UTC),
    )

    due = due_at(listing_date, hour, timezone)

    assert UTC is due.tzinfo
    assert edition.announced_at <= due < edition.send_by


@given(_ANNOUNCED, st.integers(0, 23), _ZONES)
def test_a_digest_leaves_at_the_hour_or_with_the_announcement(
    listing_date: date,
    hour: int,
    timezone: str,
) -> None:
    """Later than the announcement means: exactly at the chosen hour, local time."""
    due = due_at(listing_date, hour, timezone)
    local = due.astimezone(ZoneInfo(timezone))
    wall = datetime.combine(local.date(), time(hour), ZoneInfo(timezone))

    assert due in {announced_at(listing_date), wall.astimezone(UTC)}


def _edition(state: EditionState) -> Edition:
    return Edition(
        listing_date=_FRIDAY,
        state=state,
        announced_at=announced_at(_FRIDAY).astimezone(UTC),
    )


def test_an_edition_is_sent_for_twenty_hours() -> None:
    """`send_by` leaves four hours to the next announcement."""
    next_announcement = announced_at(date(2026, 5, 30))

    send_by = _edition(EditionState.READY).send_by

    assert _utc("2026-05-29T20:00") == send_by
    assert timedelta(hours=4) == next_announcement - send_by


def test_an_edition_collected_after_its_day_has_a_day_of_its_own() -> None:
    """ArXiv, or we, were away all of Friday: on Saturday readers still get it."""
    edition = _edition(EditionState.READY)
    on_time = replace(edition, collected_at=_utc("2026-05-29T19:59"))
    too_late = replace(edition, collected_at=_utc("2026-05-30T04:00"))

    assert edition.send_by == on_time.send_by
    assert _utc("2026-05-31T00:00") == too_late.send_by


def test_what_was_whole_is_looked_at_again_until_the_deadline_only() -> None:
    """Five hours after the mailing nothing is expected to be added any more."""
    edition = _edition(EditionState.READY)
    now = edition.announced_at + timedelta(hours=5)
    position = Position(
        edition=edition, last_poll=now - timedelta(hours=2), deliveries_due=0, outbox_due=0
    )
    pace = Pace(_POLL, timedelta(hours=5))

    assert _AFTER_COLLECTING == steps_due(now, position, pace)
    assert _ALL == steps_due(now - timedelta(seconds=1), position, pace)


_ALL = (Step.COLLECT, Step.SUMMARISE, Step.PLAN, Step.SEND)
_AFTER_COLLECTING = (Step.SUMMARISE, Step.PLAN, Step.SEND)


@pytest.mark.parametrize("outbox_due", [0, 3])
@pytest.mark.parametrize(
    ("state", "minutes_since_poll", "deliveries_due", "expected"),
    [
        (None, None, 0, _ALL),
        (None, 10, 0, _ALL),
        (None, 9, 0, ()),
        (None, 9, 1, (Step.SEND,)),
        (EditionState.COLLECTING, None, 0, _ALL),
        (EditionState.COLLECTING, 10, 0, _ALL),
        (EditionState.COLLECTING, 9, 0, ()),
        (EditionState.COLLECTING, 9, 1, (Step.SEND,)),
        (EditionState.SUMMARISING, 59, 0, _AFTER_COLLECTING),
        (EditionState.SUMMARISING, 60, 0, _ALL),
        (EditionState.READY, 59, 0, _AFTER_COLLECTING),
        (EditionState.READY, 60, 1, _ALL),
        (EditionState.CLOSED, 99, 0, ()),
        (EditionState.CLOSED, 99, 1, (Step.SEND,)),
    ],
)
def test_the_steps_of_a_morning(
    state: EditionState | None,
    minutes_since_poll: int | None,
    deliveries_due: int,
    outbox_due: int,
    expected: tuple[Step, ...],
) -> None:
    """What is due follows from the rows alone; transactional mails go first at any time."""
    since = None if minutes_since_poll is None else timedelta(minutes=minutes_since_poll)
    position = Position(
        edition=None if state is None else _edition(state),
        last_poll=None if since is None else _NOW - since,
        deliveries_due=deliveries_due,
        outbox_due=outbox_due,
    )
    drain = (Step.DRAIN,) if outbox_due else ()

    assert drain + expected == steps_due(_NOW, position, Pace(_POLL, timedelta(hours=5)))
