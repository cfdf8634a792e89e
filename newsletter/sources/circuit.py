"""A circuit that opens when arXiv refuses, so that nobody asks until it has had its rest.

    closed ─ a refusal, or a second failure ─► open ─ its time is over ─► half-open
      ▲                                         ▲                            │
      │                                         └──── failure: longer ───────┤
      └───────────────────────────── success ────────────────────────────────┘

Half-open, one request goes: the throttle lets no two run at once. What to remember is kept in a
`Memory`: within one process here, among all processes in `newsletter.services.circuit`.
"""

import random
from collections.abc import Callable
from datetime import UTC, datetime
from threading import Lock
from typing import Protocol

from newsletter.errors import CircuitOpen, SourceUnavailable
from newsletter.sources.backoff import Record, after_failure, backoff


class Memory(Protocol):
    """Where the record is kept."""

    def read(self) -> Record:
        """Return the record as it is now."""
        ...

    def change(self, decide: Callable[[Record], Record]) -> None:
        """Replace the record by what `decide` makes of it, while nobody else changes it."""
        ...


class LocalMemory:
    """The record of one process; safe to share between threads."""

    def __init__(self) -> None:
        """Begin closed."""
        self._record, self._lock = Record(), Lock()

    def read(self) -> Record:
        """Return the record as it is now."""
        return self._record

    def change(self, decide: Callable[[Record], Record]) -> None:
        """Replace the record by what `decide` makes of it."""
        with self._lock:
            self._record = decide(self._record)


def _utc_now() -> datetime:
    return datetime.now(UTC)


class Circuit:
    """Says whether arXiv may be asked, and learns from how it answers."""

    def __init__(
        self,
        memory: Memory | None = None,
        *,
        clock: Callable[[], datetime] = _utc_now,
        jitter: Callable[[], float] = random.random,
    ) -> None:
        """Take a memory (default: this process's), an aware clock, and numbers from 0 to 1."""
        self._memory, self._clock, self._jitter = memory or LocalMemory(), clock, jitter

    def check(self, url: str) -> None:
        """Raise `CircuitOpen` while arXiv is to be left alone."""
        record, now = self._memory.read(), self._clock()
        if record.until is not None and record.is_open(now):
            raise CircuitOpen(url, record.until, failures=record.failures, now=now)

    def failed(self, error: SourceUnavailable) -> None:
        """Count a request that failed in a temporary way."""
        now, jitter = self._clock(), self._jitter()
        self._memory.change(lambda record: after_failure(record, error, now, jitter))

    def succeeded(self) -> None:
        """Close the circuit: a whole document came."""
        if self._memory.read() != Record():
            self._memory.change(lambda _: Record())

    def rest(self, error: SourceUnavailable) -> float:
        """Return the seconds to wait after `error`, whether or not it opened the circuit."""
        record, now = self._memory.read(), self._clock()
        if record.until is not None and record.is_open(now):
            return (record.until - now).total_seconds()
        return backoff(record.failures, error.retry_after, self._jitter())
