"""Wait for a step's lease, for a command in the foreground beside running workers."""

import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime

from newsletter.services.exclusive import STEP_LEASE
from newsletter.storage import leases
from newsletter.storage.engine import Database

PATIENCE = 16 * 60
"""Naps of a second: a worker's summarise step lives for 15 minutes (`workers.tasks`); a lease
that is held for longer was left behind by a crash."""


@contextmanager
def turn(
    database: Database,
    name: str,
    *,
    clock: Callable[[], datetime],
    sleep: Callable[[float], None],
    waiting: Callable[[], None] = lambda: None,
    patience: int = PATIENCE,
) -> Iterator[None]:
    """Hold the lease `name` in the block, waiting `patience` seconds for it at most.

    Then the block runs without it: a crash must not keep a morning back. `waiting` is called
    once if there is anything to wait for; `sleep` is given seconds.
    """
    holder = secrets.token_hex(8)
    try:  # around the wait as well: whoever is stopped in it may hold the lease already
        for nap in range(patience):
            if _acquire(database, name, holder, clock()):
                break
            if nap == 0:
                waiting()
            sleep(1.0)
        yield
    finally:
        with database.write() as session:
            leases.release(session, name, holder, clock())


def _acquire(database: Database, name: str, holder: str, now: datetime) -> bool:
    with database.write() as session:
        return leases.acquire(session, name, holder, now, STEP_LEASE) is not None
