"""When arXiv announces, when a reader's hour has come, and which steps of a morning are due.

announcement evening 20:00 America/New_York ─► listing date = the next day
clock + rows ─► steps_due ─► collect, summarise, plan, send, drain
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from types import MappingProxyType
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

EASTERN = ZoneInfo("America/New_York")
"""arXiv keeps US Eastern time, daylight saving included (info.arxiv.org/help/availability)."""
FALLBACK = ZoneInfo("Asia/Shanghai")
ANNOUNCEMENT_TIME = time(20, 0)
POLL_AFTER = timedelta(minutes=5)
"""The mailing takes some minutes to appear; see facts on polling from 20:05 ET."""
SEND_BY = timedelta(hours=20)
"""After this an edition is yesterday's news: the next announcement is four hours away."""

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

_NO_MAILING_WEEKDAYS = frozenset({4, 5})  # Friday and Saturday evenings


def announced_at(listing_date: date) -> datetime:
    """Return the aware instant of the mailing that carries `listing_date`."""
    return datetime.combine(listing_date - timedelta(days=1), ANNOUNCEMENT_TIME, EASTERN)


def is_announced(listing_date: date, skipped: Iterable[date] = SKIPPED_EVENINGS) -> bool:
    """Say whether a mailing is expected for `listing_date`."""
    evening = listing_date - timedelta(days=1)
    return evening.weekday() not in _NO_MAILING_WEEKDAYS and evening not in set(skipped)


def latest_listing_date(now: datetime) -> date:
    """Return the newest listing date whose mailing is over at `now` (aware)."""
    day = now.astimezone(EASTERN).date() + timedelta(days=1)
    while not (is_announced(day) and announced_at(day) + POLL_AFTER <= now):
        day -= timedelta(days=1)
    return day


def zone_of(timezone: str) -> ZoneInfo:
    """Return a reader's zone, or China's where the zone database has lost the name.

    One reader's vanished zone must not keep everybody's mail.
    """
    try:
        return ZoneInfo(timezone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return FALLBACK


def due_at(listing_date: date, hour: int, timezone: str) -> datetime:
    """Return when a digest may leave: the reader's hour on the listing date, in UTC.

    Never before the announcement: at eight in China the American winter's mailing is still
    an hour away, and the digest leaves as soon as it is there. Never after `SEND_BY`: an
    evening in America comes too late on the listing date, so the evening before it counts.
    An hour that the clocks skip is the one after it; of an hour that comes twice, the first.
    """
    announced = announced_at(listing_date).astimezone(UTC)
    due = _local_hour(listing_date, hour, timezone)
    if due >= announced + SEND_BY:
        due = _local_hour(listing_date - timedelta(days=1), hour, timezone)
    return max(due, announced)


def _local_hour(day: date, hour: int, timezone: str) -> datetime:
    return datetime.combine(day, time(hour), zone_of(timezone)).astimezone(UTC)


class EditionState(StrEnum):
    """What an edition waits for."""

    COLLECTING = "collecting"
    SUMMARISING = "summarising"
    READY = "ready"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """Everything announced on one listing date; instants are aware."""

    listing_date: date
    state: EditionState
    announced_at: datetime
    collected_at: datetime | None = None
    summaries_by: datetime | None = None
    """After this the Chinese is no longer waited for."""

    @property
    def send_by(self) -> datetime:
        """Return the instant after which nothing of this edition is sent."""
        return self.announced_at + SEND_BY


class Step(StrEnum):
    """A part of the morning that a worker can do; each may run twice, late, or never."""

    COLLECT = "collect"
    SUMMARISE = "summarise"
    PLAN = "plan"
    SEND = "send"
    DRAIN = "drain"


@dataclass(frozen=True, slots=True, kw_only=True)
class Position:
    """What the rows say at one instant."""

    edition: Edition | None
    """Of the latest listing date; None when nothing was collected yet."""
    last_poll: datetime | None
    """When that listing date was last asked for."""
    deliveries_due: int
    outbox_due: int


def steps_due(now: datetime, position: Position, poll_every: timedelta) -> tuple[Step, ...]:
    """Return what is due at `now`, in the order of the morning.

    A step that turns out to have nothing to do returns at once, so the later steps follow an
    earlier one without waiting for the next tick.
    """
    drain = (Step.DRAIN,) if position.outbox_due else ()
    return drain + _morning_due(now, position, poll_every)


def _morning_due(now: datetime, position: Position, poll_every: timedelta) -> tuple[Step, ...]:
    edition = position.edition
    if edition is None or edition.state is EditionState.COLLECTING:
        if _poll_is_due(now, position.last_poll, poll_every):
            return (Step.COLLECT, Step.SUMMARISE, Step.PLAN, Step.SEND)
    elif edition.state in {EditionState.SUMMARISING, EditionState.READY}:
        # A reader who joins or changes a keyword after breakfast makes new work for all three.
        return (Step.SUMMARISE, Step.PLAN, Step.SEND)
    return (Step.SEND,) if position.deliveries_due else ()


def _poll_is_due(now: datetime, last: datetime | None, every: timedelta) -> bool:
    return last is None or now - last >= every
