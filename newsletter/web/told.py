"""A timeline as the operator's page tells it: what says the same stands together.

moments ─► those alike within the hour ─► Told: one line, its remarks once

An outage is told by every category and every missed day, and again at every poll; a person
needs it once, with the names.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from newsletter.papers import AnnouncementState
from newsletter.timeline import Moment, lasting, local_times

TOGETHER: Final = timedelta(minutes=65)
"""Longest pause inside one line: while arXiv is left alone, an hour passes between two attempts."""

ONE_POLL: Final = timedelta(minutes=5)
"""Up to which a line is shown with its beginning only: a poll of many categories takes minutes."""

_ADDRESS = re.compile(r"https?://(?:[^\s/@]*@)?([^\s/?#]+)\S*?(?=[.:;,]?(?:\s|$))")

_Subject = tuple[str, date | None]
_Key = tuple[AnnouncementState, str, bool, bool, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class About:
    """Categories and the missed days that they were asked about; `days` is empty for today."""

    categories: tuple[str, ...]
    days: tuple[date, ...]
    parsed: int = 0
    expected: int = 0

    def days_in(self, year: int) -> list[str]:
        """Return the days as `05-28`, with the year where it is another than `year`."""
        return [f"{day:%m-%d}" if day.year == year else day.isoformat() for day in self.days]


@dataclass(slots=True)
class Told:
    """One line of the timeline; `at` and `until` are aware, and the same for a single poll."""

    at: datetime
    until: datetime
    state: AnnouncementState
    source: str
    remarks: tuple[str, ...]
    """Of the last poll, each once."""
    moments: dict[_Subject, Moment] = field(default_factory=dict)

    @property
    def is_lasting(self) -> bool:
        """Say whether it went on for longer than one poll takes."""
        return self.until - self.at > ONE_POLL

    @property
    def parsed(self) -> int:
        """Return how many entries were read in all."""
        return sum(moment.parsed for moment in self.moments.values())

    @property
    def about(self) -> tuple[About, ...]:
        """Return whom it is about: with counts each for itself, else by the same days."""
        counted = [_counted(moment) for moment in self.moments.values() if moment.parsed]
        days: dict[str, tuple[date, ...]] = {}
        for category, day in (key for key, moment in self.moments.items() if not moment.parsed):
            days[category] = (*days.get(category, ()), *([day] if day else []))
        alike = {those: tuple(c for c in days if days[c] == those) for those in days.values()}
        return (*counted, *(About(names, those) for those, names in alike.items()))


def together(moments: Iterable[Moment], zone: ZoneInfo, zone_name: str) -> tuple[Told, ...]:
    """Return the lines that tell `moments`, by their beginnings; times of remarks are in `zone`."""
    lines: list[tuple[_Key, Told]] = []
    latest: dict[_Subject, Told] = {}
    for moment in moments:
        subject = moment.category, moment.missed_on
        remarks = tuple(dict.fromkeys(brief(one, zone, zone_name) for one in moment.remarks))
        key = _key(moment, remarks)
        line = _line(key, subject, moment.at, lines, latest.get(subject))
        if line is None:
            line = Told(moment.at, moment.at, moment.state, moment.source, remarks)
            lines.append((key, line))
        line.until, line.remarks = moment.at, remarks
        line.moments[subject] = moment
        latest[subject] = line
    return tuple(line for _, line in lines)


def brief(remark: str, zone: ZoneInfo, zone_name: str) -> str:
    """Return a remark with the hosts of its addresses only, and with times in `zone`."""
    return local_times(_ADDRESS.sub(r"\1", remark), zone, zone_name)


def _key(moment: Moment, remarks: tuple[str, ...]) -> _Key:
    """Return what two moments of one line share; how long arXiv is left alone is no difference."""
    kept = tuple(map(lasting, remarks))
    return moment.state, moment.source, moment.parsed > 0, moment.missed_on is None, kept


def _line(
    key: _Key,
    subject: _Subject,
    at: datetime,
    lines: Iterable[tuple[_Key, Told]],
    latest: Told | None,
) -> Told | None:
    """Return the line that a moment joins: never one that its subject has left since."""
    for known, line in lines:
        goes_on = known == key and at - line.until <= TOGETHER
        if goes_on and (subject not in line.moments or line is latest):
            return line
    return None


def _counted(moment: Moment) -> About:
    days = (moment.missed_on,) if moment.missed_on else ()
    return About((moment.category,), days, moment.parsed, moment.expected)
