"""When a reader's hour has come, and which steps of a morning are due.

announcement (`calendar`) + a reader's hour and zone ─► due_at
clock + rows ─► steps_due ─► collect, summarise, plan, send, drain
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from newsletter.calendar import announced_at

FALLBACK = ZoneInfo("Asia/Shanghai")
SEND_BY = timedelta(hours=20)
"""After this an edition is yesterday's news: the next announcement is four hours away."""
RECHECK_EVERY = timedelta(hours=1)
"""Between two looks at what was whole, until the deadline: a listing may still grow, and the
feeds, four hours later, may show more."""


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
        """Return the instant after which nothing of this edition is sent.

        An edition that could be collected only when its day was over has a day of its own.
        """
        end = self.announced_at + SEND_BY
        is_late = self.collected_at is not None and self.collected_at > end
        return self.collected_at + SEND_BY if is_late and self.collected_at else end


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


@dataclass(frozen=True, slots=True)
class Pace:
    """How often arXiv is asked."""

    poll_every: timedelta
    """Until everything is whole."""
    patience: timedelta
    """Counted from the announcement: until then an edition that was whole is looked at again."""


def steps_due(now: datetime, position: Position, pace: Pace) -> tuple[Step, ...]:
    """Return what is due at `now`, in the order of the morning.

    A step that turns out to have nothing to do returns at once, so the later steps follow an
    earlier one without waiting for the next tick.
    """
    drain = (Step.DRAIN,) if position.outbox_due else ()
    return drain + _morning_due(now, position, pace)


def _morning_due(now: datetime, position: Position, pace: Pace) -> tuple[Step, ...]:
    edition = position.edition
    if edition is None or edition.state is EditionState.COLLECTING:
        if _poll_is_due(now, position.last_poll, pace.poll_every):
            return (Step.COLLECT, Step.SUMMARISE, Step.PLAN, Step.SEND)
    elif edition.state in {EditionState.SUMMARISING, EditionState.READY}:
        # A reader who joins or changes a keyword after breakfast makes new work for all three.
        again = (Step.COLLECT,) if _recheck_is_due(now, edition, position, pace) else ()
        return (*again, Step.SUMMARISE, Step.PLAN, Step.SEND)
    return (Step.SEND,) if position.deliveries_due else ()


def _poll_is_due(now: datetime, last: datetime | None, every: timedelta) -> bool:
    return last is None or now - last >= every


def _recheck_is_due(now: datetime, edition: Edition, position: Position, pace: Pace) -> bool:
    is_open = now < edition.announced_at + pace.patience
    return is_open and _poll_is_due(now, position.last_poll, RECHECK_EVERY)
