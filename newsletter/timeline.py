"""What happened while an edition was collected, in plain words.

Each change of what is known of a category is a `Moment`; in order they tell why a paper is
there, late, or missing.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Self
from zoneinfo import ZoneInfo

from newsletter.papers import AnnouncementState

LONGEST_REMARK = 200
"""Characters kept of a remark: part of it may be a server's own words."""
MOST_REMARKS = 4

_PASSING = re.compile(r"until .{1,40} after \d+ failures?(?: in a row)?", re.ASCII)
_UTC = re.compile(r"\b(\d{4}-\d\d-\d\d \d\d:\d\d) UTC\b", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """What became known of one category or archive at one poll; `at` is aware."""

    at: datetime
    category: str
    state: AnnouncementState
    source: str
    """The name of the source that stands, empty where none gave anything."""
    parsed: int
    expected: int
    remarks: tuple[str, ...] = ()
    """What was wrong, with this source or with those that were passed over."""
    missed_on: date | None = None
    """The listing date that it is about, where it is another than the edition's."""

    def is_news_after(self, earlier: Collection[Self]) -> bool:
        """Say whether `earlier` moments of the same category leave anything to tell.

        Remarks that were told once are not told again: a source that is asked every other time
        would otherwise fill the timeline by coming and going.
        """
        if not earlier:
            return True
        told = {remark for moment in earlier for remark in moment.packed()["remarks"]}
        return self.fact != [*earlier][-1].fact or bool({*self.packed()["remarks"]} - told)

    @property
    def fact(self) -> tuple[AnnouncementState, str, int, int]:
        """Return what is known, without time and remarks."""
        return self.state, self.source, self.parsed, self.expected

    def packed(self) -> dict[str, Any]:
        """Return everything but the time as JSON, remarks bounded."""
        return {
            "category": self.category,
            "state": self.state.value,
            "source": self.source,
            "parsed": self.parsed,
            "expected": self.expected,
            "remarks": [_bounded(remark) for remark in self.remarks[:MOST_REMARKS]],
            "missed_on": self.missed_on.isoformat() if self.missed_on else None,
        }

    @classmethod
    def unpacked(cls, at: datetime, packed: Mapping[str, Any]) -> Self:
        """Read what `packed` wrote."""
        return cls(
            at=at,
            category=packed["category"],
            state=AnnouncementState(packed["state"]),
            source=packed["source"],
            parsed=packed["parsed"],
            expected=packed["expected"],
            remarks=tuple(packed["remarks"]),
            missed_on=_day(packed.get("missed_on")),
        )

    @property
    def sentence(self) -> str:
        """Return it in English: `cs.LG fresh, 312 of 312, from listing`."""
        of = f" of {self.missed_on}" if self.missed_on else ""
        said = f"{self.category}{of} {self.state.value}{self._extent()}"
        return "; ".join((said, *self.remarks))

    def _extent(self) -> str:
        if not self.source:
            return ": no source gave anything"
        if self.state is AnnouncementState.QUIET:
            return f": nothing was announced, says {self.source}"
        if self.state is AnnouncementState.STALLED:
            return f": what {self.source} shows is of an earlier day"
        return f", {self.parsed} of {self.expected}, from {self.source}"


def without_repetitions(moments: Iterable[Moment]) -> Iterator[Moment]:
    """Leave out what repeats the last of its category, but for how long arXiv is left alone."""
    last: dict[tuple[str, date | None], object] = {}
    for moment in moments:
        about = moment.category, moment.missed_on
        said = moment.fact, tuple(map(lasting, moment.remarks))
        if last.get(about) != said:
            yield moment
        last[about] = said


def lasting(remark: str) -> str:
    """Return the remark without what is another at each poll: until when, after how many."""
    return _PASSING.sub("", remark)


def _bounded(remark: str) -> str:
    return remark if len(remark) <= LONGEST_REMARK else f"{remark[: LONGEST_REMARK - 1]}…"


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def local_times(text: str, zone: ZoneInfo, zone_name: str) -> str:
    """Return `text` with its instants (`2026-05-29 00:40 UTC`) in `zone`, which they name."""

    def local(found: re.Match[str]) -> str:
        try:
            at = datetime.fromisoformat(found[1]).replace(tzinfo=UTC).astimezone(zone)
        except (ValueError, OverflowError):  # digits that are no time, from outside
            return found[0]
        return f"{at:%Y-%m-%d %H:%M} {zone_name}"

    return _UTC.sub(local, text)


def shown_time(at: datetime, now: datetime, zone: ZoneInfo) -> str:
    """Return `05-29 08:04` in `zone`, with the year where that is not the year of `now`."""
    local = at.astimezone(zone)
    is_this_year = local.year == now.astimezone(zone).year
    return f"{local:%m-%d %H:%M}" if is_this_year else f"{local:%Y-%m-%d %H:%M}"
