"""Which announcements were missed, and are to be fetched again: a pure function of the record.

followed since ─ calendar ─ what is known ─► (listing date, category), oldest first
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from newsletter.calendar import Calendar
from newsletter.judgement import SETTLED
from newsletter.papers import AnnouncementState


@dataclass(frozen=True, slots=True)
class Known:
    """What the record says of one category on one listing date."""

    listing_date: date
    category: str
    state: AnnouncementState
    reached_readers: bool
    """All of it: its edition was collected and nothing came late, or a later one carried it."""
    is_confirmed: bool = True
    """A second look found the same: empty and short pages have looked whole."""


@dataclass(frozen=True, slots=True)
class Gap:
    """An announcement of which readers have not had everything."""

    listing_date: date
    category: str
    is_whole: bool = False
    """It was fetched and confirmed, and only never sent: nobody need be asked."""
    is_unknown: bool = False
    """Nothing was ever fetched of it."""
    is_check: bool = False
    """It was whole, and nobody has looked a second time."""


def missed(
    known: Iterable[Known],
    since: Mapping[str, date],
    edition_date: date,
    calendar: Calendar,
    days: int,
    *,
    feeds: Collection[str] = (),
) -> tuple[Gap, ...]:
    """Return the gaps of the `days` days before `edition_date`, oldest first.

    `since` has the first listing date of each category that is followed; before it nothing was
    missed. An evening that the calendar skips is looked at once, because calendars have been
    wrong; so is what was whole too late in its night to be looked at again. Of other `feeds`
    only what was fetched can be a gap: they have no announcements.
    """
    found = {(one.listing_date, one.category): one for one in known}
    first, last = edition_date - timedelta(days=days), edition_date - timedelta(days=1)
    dates = {*calendar.ordinary_dates(first, last), *(day for day, _ in found)}
    within = sorted(day for day in dates if first <= day <= last)
    gaps = (
        gap
        for day in within
        for gap in (
            *(_gap(day, name, found.get((day, name))) for name in since if day >= since[name]),
            *(_unsent(found.get((day, name))) for name in feeds),
        )
    )
    return tuple(gap for gap in gaps if gap is not None)


def _gap(listing_date: date, category: str, known: Known | None) -> Gap | None:
    if known is None:
        return Gap(listing_date, category, is_unknown=True)
    if known.state not in SETTLED:
        return Gap(listing_date, category)
    return _unsent(known) if known.is_confirmed else Gap(listing_date, category, is_check=True)


def _unsent(known: Known | None) -> Gap | None:
    if known is None or known.reached_readers or known.state is AnnouncementState.QUIET:
        return None
    return Gap(known.listing_date, known.category, is_whole=True)
