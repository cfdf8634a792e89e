"""Which announcements were missed, and are to be fetched again: a pure function of the record.

followed since ─ calendar ─ what is known ─► (listing date, category), oldest first
"""

from collections.abc import Iterable, Mapping
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
    """Its edition was collected, or a later one carried it."""


@dataclass(frozen=True, slots=True)
class Gap:
    """An announcement of which readers have not had everything."""

    listing_date: date
    category: str
    is_whole: bool = False
    """It was fetched, and only never sent: arXiv need not be asked."""


def missed(
    known: Iterable[Known],
    since: Mapping[str, date],
    edition_date: date,
    calendar: Calendar,
    days: int,
) -> tuple[Gap, ...]:
    """Return the gaps of the `days` days before `edition_date`, oldest first.

    `since` has the first listing date of each category that is followed; before it nothing was
    missed. A day without mailing is none either, unless something of it is known.
    """
    found = {(one.listing_date, one.category): one for one in known}
    first = edition_date - timedelta(days=days)
    dates = calendar.listing_dates(first, edition_date - timedelta(days=1))
    wanted = ((day, category) for day in dates for category in since if day >= since[category])
    gaps = (_gap(day, category, found.get((day, category))) for day, category in wanted)
    return tuple(gap for gap in gaps if gap is not None)


def _gap(listing_date: date, category: str, known: Known | None) -> Gap | None:
    if known is None or known.state not in SETTLED:
        return Gap(listing_date, category)
    return None if known.reached_readers else Gap(listing_date, category, is_whole=True)
