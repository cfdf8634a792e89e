"""One at a time, among all processes: steps of a morning, and requests to arXiv."""

import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from newsletter.storage import leases
from newsletter.storage.engine import Database

STEP_LEASE = timedelta(minutes=30)
"""A step that died is free again after this; a living one is rarely so long."""
REQUEST_LEASE = timedelta(minutes=5)
"""Longer than any single request may take, redirects and slow bodies included."""
ARXIV = "arxiv"
_LONGEST_NAP = 1.0


@contextmanager
def exclusive(
    database: Database,
    name: str,
    *,
    clock: Callable[[], datetime],
) -> Iterator[bool]:
    """Yield True while this process alone holds `name`; False at once if another does."""
    holder = secrets.token_hex(8)
    with database.write() as session:
        held = leases.acquire(session, name, holder, clock(), STEP_LEASE) is not None
    try:
        yield held
    finally:
        if held:
            with database.write() as session:
                leases.release(session, name, holder, clock())


class ArxivLock:
    """arXiv's terms: one connection and a pause between requests, all machines as a whole.

    Called with the pause in seconds, it gives a context manager to make one request in.
    """

    def __init__(
        self,
        database: Database,
        *,
        clock: Callable[[], datetime],
        sleep: Callable[[float], None],
    ) -> None:
        """Keep the lock in `database`; `sleep` is given seconds."""
        self.database, self.clock, self.sleep = database, clock, sleep

    @contextmanager
    def __call__(self, pause: float) -> Iterator[None]:
        """Wait until nobody asks and `pause` seconds passed since anyone did; then hold."""
        holder = secrets.token_hex(8)
        try:  # around the wait as well: whoever is stopped in it holds the lease already
            while (wait := self._acquire(holder, pause)) > 0:
                self.sleep(wait)
            yield
        finally:
            with self.database.write() as session:
                leases.release(session, ARXIV, holder, self.clock())

    def _acquire(self, holder: str, pause: float) -> float:
        """Return 0 when it is our turn, else how many seconds to wait before trying again.

        In hand, the lease is longer than any pause; in another's, it is looked at again soon.
        """
        now = self.clock()
        with self.database.write() as session:
            last = leases.acquire(session, ARXIV, holder, now, REQUEST_LEASE)
        if last is None:
            return _LONGEST_NAP
        # Kept while waiting: whoever comes later queues behind us rather than beside us.
        return pause - (now - last).total_seconds()
