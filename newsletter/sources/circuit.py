"""A circuit that opens when arXiv refuses, so that nobody asks until it has had its rest.

    closed ─ a refusal, or a second failure ─► open ─ its time is over ─► half-open
      ▲                                         ▲                            │
      │                                         └──── failure: longer ───────┤
      └───────────────────────────── success ────────────────────────────────┘

Half-open, one request goes: the throttle lets no two run at once. A 429 counts for all of arXiv's
hosts, whose terms count requests together; anything else for one service, such as arxiv.org/list,
so that the feeds can stand in while listings are not ready, and a page of the past that cannot be
had does not keep today's away. What to remember is kept in a
`Memory`: within one process here, among all processes in `newsletter.services.circuit`.
"""

import random
from collections.abc import Callable
from datetime import UTC, datetime
from threading import Lock
from typing import Protocol
from urllib.parse import urlsplit

from newsletter.errors import CircuitOpen, SourceUnavailable
from newsletter.sources.backoff import Record, after_failure, backoff


def service_of(url: str) -> str:
    """Return the host, port and first folder of an address, empty where it has no host."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    host = parts.netloc.rpartition("@")[2].lower()
    return f"{host}/{parts.path.lstrip('/').partition('/')[0]}" if host else ""


def place_of(error: SourceUnavailable) -> str:
    """Return what an error speaks for: a service, or empty for all of arXiv."""
    return "" if error.is_throttled else service_of(error.origin)


class Memory(Protocol):
    """Where the records are kept: one a service, and with an empty `place` that of all."""

    def read(self, place: str = "") -> Record:
        """Return the record as it is now."""
        ...

    def change(self, decide: Callable[[Record], Record], place: str = "") -> None:
        """Replace the record by what `decide` makes of it, while nobody else changes it."""
        ...


class LocalMemory:
    """The records of one process; safe to share between threads."""

    def __init__(self) -> None:
        """Begin closed."""
        self._records, self._lock = dict[str, Record](), Lock()

    def read(self, place: str = "") -> Record:
        """Return the record as it is now."""
        return self._records.get(place, Record())

    def change(self, decide: Callable[[Record], Record], place: str = "") -> None:
        """Replace the record by what `decide` makes of it."""
        with self._lock:
            self._records[place] = decide(self.read(place))


def _utc_now() -> datetime:
    return datetime.now(UTC)


class Circuit:
    """Says whether arXiv, or who else it is kept for, may be asked; learns from the answers."""

    def __init__(
        self,
        memory: Memory | None = None,
        *,
        clock: Callable[[], datetime] = _utc_now,
        jitter: Callable[[], float] = random.random,
        who: str = "arXiv",
    ) -> None:
        """Take a memory (default: this process's), an aware clock, and numbers from 0 to 1.

        `who` is what errors call all services together.
        """
        self._memory, self._clock, self._jitter = memory or LocalMemory(), clock, jitter
        self._who = who

    def check(self, url: str) -> None:
        """Raise `CircuitOpen` while arXiv, or the service at `url`, is to be left alone."""
        now = self._clock()
        for place in ("", service_of(url)):
            record = self._memory.read(place)
            if record.until is not None and record.is_open(now):
                raise CircuitOpen(
                    url, record.until, failures=record.failures, now=now, who=place or self._who
                )

    def failed(self, error: SourceUnavailable) -> None:
        """Count a request that failed in a temporary way, against whoever it speaks for."""
        now, jitter = self._clock(), self._jitter()
        self._memory.change(
            lambda record: after_failure(record, error, now, jitter), place_of(error)
        )

    def succeeded(self, url: str) -> None:
        """Close the circuit: a whole document came."""
        for place in ("", service_of(url)):
            if self._memory.read(place) != Record():
                self._memory.change(lambda _: Record(), place)

    def rest(self, error: SourceUnavailable) -> float:
        """Return the seconds to wait after `error`, whether or not it opened the circuit."""
        record, now = self._memory.read(place_of(error)), self._clock()
        if record.until is not None and record.is_open(now):
            return (record.until - now).total_seconds()
        return backoff(record.failures, error.retry_after, self._jitter())
