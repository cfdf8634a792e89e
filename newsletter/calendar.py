"""The calendar of arXiv's announcements: which listing dates there are, and which not, and why.

announcement evening 20:00 America/New_York ─► listing date = the next day
built-in evenings without a mailing + the operator's (`parse_skipped`) ─► Calendar
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from types import MappingProxyType
from zoneinfo import ZoneInfo

EASTERN = ZoneInfo("America/New_York")
"""arXiv keeps US Eastern time, daylight saving included (info.arxiv.org/help/availability)."""
ANNOUNCEMENT_TIME = time(20, 0)
POLL_AFTER = timedelta(minutes=5)
"""The mailing takes some minutes to appear; see facts on polling from 20:05 ET."""

SKIPPED_EVENINGS: Mapping[date, str] = MappingProxyType(
    {
        date(2025, 1, 1): "New Year's Day",
        date(2025, 1, 20): "Martin Luther King Day",
        date(2025, 6, 19): "Juneteenth",
        date(2025, 7, 6): "Independence Day",
        date(2025, 9, 1): "Labor Day",
        date(2025, 11, 27): "Thanksgiving",
        date(2025, 12, 25): "Christmas Day",
        date(2025, 12, 30): "year-end holiday",
        date(2026, 1, 1): "New Year's Day",
        date(2026, 1, 19): "Martin Luther King Day",
        date(2026, 6, 21): "Juneteenth",
        date(2026, 7, 5): "Independence Day",
        date(2026, 9, 7): "Labor Day",
        date(2026, 11, 26): "Thanksgiving",
        date(2026, 12, 27): "Christmas Day",
        date(2026, 12, 29): "year-end holiday",
        date(2026, 12, 31): "year-end holiday",
    },
)
"""Evenings (Eastern dates) without a mailing. arXiv prints a Friday; the Sunday is skipped."""

_DAY = timedelta(days=1)
_FRIDAY, _SATURDAY = 4, 5
_NO_MAILING_WEEKDAYS = frozenset({_FRIDAY, _SATURDAY})
_WEEKEND = "arXiv announces nothing on Friday and Saturday evenings"
_NO_REASON = "named by the operator"
_ITEM = re.compile(r"(?P<removed>!?)\s*(?P<day>20\d\d-\d\d-\d\d)(?:\s+(?P<why>.+))?", re.ASCII)
_SHOWN = 60
"""Characters of a wrong item that its error repeats."""


def announced_at(listing_date: date) -> datetime:
    """Return the aware instant of the mailing that carries `listing_date`."""
    return datetime.combine(listing_date - _DAY, ANNOUNCEMENT_TIME, EASTERN)


def mailing_evening(evening: date) -> date:
    """Return the evening whose mailing an entry means: of a Friday, the Sunday after it.

    A Friday evening has no mailing anyway, and yet arXiv prints Fridays: Friday 2026-06-19
    stood for Sunday the 21st. That one is verified; others are taken to be alike.
    """
    return evening + 2 * _DAY if evening.weekday() == _FRIDAY else evening


@dataclass(frozen=True, slots=True)
class Calendar:
    """The evenings without a mailing beside Fridays and Saturdays, with the reason of each.

    `skipped` has Eastern dates (default: `SKIPPED_EVENINGS`); a Friday counts as its Sunday.
    """

    skipped: Mapping[date, str] = field(default_factory=lambda: SKIPPED_EVENINGS)

    def __post_init__(self) -> None:
        """Keep a copy of our own, with Fridays moved to the mailing that they mean."""
        moved = {mailing_evening(evening): why for evening, why in self.skipped.items()}
        object.__setattr__(self, "skipped", MappingProxyType(moved))

    def with_skipped(self, extra: Mapping[date, str | None]) -> "Calendar":
        """Return a calendar with `extra` added; an evening given None has its mailing after all."""
        moved = {mailing_evening(evening): why for evening, why in extra.items()}
        both = {**self.skipped, **moved}
        return Calendar({evening: why for evening, why in both.items() if why is not None})

    def why_not(self, listing_date: date) -> str | None:
        """Return in English why no mailing carries `listing_date`; None when one does."""
        evening = listing_date - _DAY
        weekend = evening.weekday() in _NO_MAILING_WEEKDAYS
        why = _WEEKEND if weekend else self.skipped.get(evening)
        return None if why is None else f"no announcement: {why}"

    def is_announced(self, listing_date: date) -> bool:
        """Say whether a mailing is expected for `listing_date`."""
        return self.why_not(listing_date) is None

    def previous(self, listing_date: date) -> date:
        """Return the announced listing date before `listing_date`, which may be any day."""
        day = listing_date - _DAY
        while not self.is_announced(day):
            day -= _DAY
        return day

    def latest_listing_date(self, now: datetime) -> date:
        """Return the newest listing date whose mailing is over at `now` (aware)."""
        # The listing date of tomorrow comes out this evening, in New York.
        tomorrow = now.astimezone(EASTERN).date() + _DAY
        is_out = announced_at(tomorrow) + POLL_AFTER <= now
        return self.previous(tomorrow + _DAY if is_out else tomorrow)

    def ordinary_dates(self, first: date, last: date) -> tuple[date, ...]:
        """Return the listing dates of weeks without a holiday, both ends included, in order.

        Those that were skipped are among them: a calendar may be wrong.
        """
        days = (first + ahead * _DAY for ahead in range((last - first).days + 1))
        return tuple(day for day in days if (day - _DAY).weekday() not in _NO_MAILING_WEEKDAYS)

    def listing_dates(self, first: date, last: date) -> tuple[date, ...]:
        """Return the announced listing dates from `first` to `last`, both included, in order."""
        days = (first + ahead * _DAY for ahead in range((last - first).days + 1))
        return tuple(day for day in days if self.is_announced(day))


def parse_skipped(text: str) -> dict[date, str | None]:
    """Read `2027-01-18 Martin Luther King Day; !2026-12-29`, for `Calendar.with_skipped`.

    Items stand between semicolons or on lines: the Eastern date of an evening without a mailing
    and, if wanted, the reason; after `!`, of an evening that has its mailing after all, as None.
    Raises `ValueError` naming the item that is no such thing, or is about a Saturday, or about
    the same mailing as another.
    """
    evenings: dict[date, str | None] = {}
    for item in filter(None, map(str.strip, re.split(r"[;\r\n]", text))):
        evening, why = _parse_item(item)
        if evening in evenings:
            raise ValueError(f"{item[:_SHOWN]!r} is about the same mailing as an item before it")
        evenings[evening] = why
    return evenings


def _parse_item(item: str) -> tuple[date, str | None]:
    found = _ITEM.fullmatch(item)
    try:
        evening = date.fromisoformat(found["day"]) if found else None
    except ValueError:
        evening = None
    if not found or not evening:
        raise ValueError(f"{item[:_SHOWN]!r} does not begin with a date such as 2027-01-18")
    if evening.weekday() == _SATURDAY:
        # Skipping nothing in silence, or a Sunday by a guess, would both be worse.
        raise ValueError(f"{item[:_SHOWN]!r} is a Saturday, without a mailing: write the Sunday")
    return mailing_evening(evening), None if found["removed"] else found["why"] or _NO_REASON
