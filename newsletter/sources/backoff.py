"""How long arXiv is left alone after refusals, as pure functions.

    failures ─ backoff ─ seconds ─ after_failure ─ Record ─ circuit.Circuit

A record belongs to one service; a 429 counts for all of them, see `circuit`, because arXiv's terms
count the requests of all services and machines together.
"""

import math
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from newsletter.errors import SourceUnavailable

FIRST_WAIT: Final = 30.0
"""Seconds after the first refusal: twice the Crawl-delay of arxiv.org's robots.txt."""

LONGEST_WAIT: Final = 3_600.0
"""Seconds after many, before jitter: users saw 429 last for hours (arxiv.py#203)."""

LONGEST_BROKEN: Final = 600.0
"""Seconds after broken lines, which nobody asked for: as long as between two polls."""

SPREAD: Final = 0.5
"""The share that jitter adds at most, so that installations do not come back together."""

BROKEN_LINES: Final = 2
"""So many failures in a row open the circuit; a single one is often only a broken line."""

_DOUBLINGS = 7  # 30 s doubled seven times is more than an hour


@dataclass(frozen=True, slots=True)
class Record:
    """How a service, or arXiv as a whole, answered of late."""

    failures: int = 0
    """Failures in a row, since the last success."""
    until: datetime | None = None
    """Aware; nothing is sent before. None when the circuit was not opened since a success."""

    def is_open(self, now: datetime) -> bool:
        """Return whether nothing is to be sent at `now` (aware)."""
        return self.until is not None and now < self.until


def backoff(failures: int, asked: float | None, jitter: float) -> float:
    """Return the seconds to leave arXiv alone after the `failures`-th failure in a row.

    From 30 seconds, doubled each time, to an hour; at least what the server `asked` for
    (`Retry-After`; None: nothing). `jitter`, 0 to 1, lengthens that by up to a half.
    """
    exponential = math.ldexp(FIRST_WAIT, min(max(failures, 1) - 1, _DOUBLINGS))
    return max(min(exponential, LONGEST_WAIT), asked or 0.0) * (1 + SPREAD * jitter)


def after_failure(
    record: Record,
    error: SourceUnavailable,
    now: datetime,
    jitter: float,
) -> Record:
    """Return the record with `error` added at `now`: open after a refusal or a second failure.

    A time that was set already is never brought forward.
    """
    failures = record.failures + 1
    if not error.is_refusal and failures < BROKEN_LINES:
        return Record(failures, record.until)
    seconds = backoff(failures, error.retry_after, jitter)
    if not error.is_refusal:
        seconds = min(seconds, LONGEST_BROKEN)
    end = now + timedelta(seconds=seconds)
    return Record(failures, max(end, record.until or end))
