"""The mails that the demonstration's mail server has taken, in memory."""

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from threading import Lock

CAPACITY = 200
"""Mails that are kept; the oldest go first."""


@dataclass(frozen=True, slots=True)
class ReceivedMail:
    """One mail as it came over the wire. `number` counts from 1; `received_at` is aware."""

    number: int
    envelope_from: str
    envelope_to: tuple[str, ...]
    content: bytes
    received_at: datetime


def _utc_now() -> datetime:
    return datetime.now(UTC)


class Mailbox:
    """The newest mails; safe to use from several threads. `clock` gives aware times."""

    def __init__(self, capacity: int = CAPACITY, clock: Callable[[], datetime] = _utc_now) -> None:
        """Begin empty."""
        self._mails: deque[ReceivedMail] = deque(maxlen=capacity)
        self._clock = clock
        self._count = 0
        self._lock = Lock()

    def add(self, envelope_from: str, envelope_to: Sequence[str], content: bytes) -> ReceivedMail:
        """Keep one mail and return it with its number."""
        with self._lock:
            self._count += 1
            mail = ReceivedMail(
                self._count, envelope_from, tuple(envelope_to), content, self._clock()
            )
            self._mails.append(mail)
        return mail

    @property
    def count(self) -> int:
        """Return how many mails ever arrived, kept or not."""
        with self._lock:
            return self._count

    def newest_first(self) -> tuple[ReceivedMail, ...]:
        """Return the mails that are kept."""
        with self._lock:
            return tuple(reversed(self._mails))

    def find(self, number: int) -> ReceivedMail | None:
        """Return mail `number`; None if it never came or is kept no more."""
        return next((mail for mail in self.newest_first() if mail.number == number), None)
