"""The circuit's memory in the database: all processes leave arXiv alone together.

Each feed that is not arXiv's has a memory of its own there: its refusals are none of arXiv's.
"""

from collections.abc import Callable
from datetime import datetime

import structlog

from newsletter.sources.backoff import Record
from newsletter.storage import events, leases
from newsletter.storage.engine import Database, Transaction

LEFT_ALONE = "arxiv_left_alone"
"""The event that tells the operator until when, and after how many failures."""

ALL = "arxiv"
"""The subject of events about all of arXiv's hosts together."""

_log = structlog.get_logger()


class SharedMemory:
    """A `sources.circuit.Memory` that all processes of an installation share.

    Logs `arxiv_circuit_opened` and `arxiv_circuit_closed`; raises `StorageError`.
    """

    def __init__(
        self, database: Database, *, clock: Callable[[], datetime], scope: str = ""
    ) -> None:
        """Keep the records in `database`, those of one `scope` apart; `clock` is aware.

        The scope is empty for arXiv, and for another feed a name that no host has, such as
        `feed:bioRxiv`: it stands before the places.
        """
        self._database, self._clock, self._scope = database, clock, scope

    def read(self, place: str = "") -> Record:
        """Return the record as it is now."""
        with self._database.read() as session:
            return Record(*leases.circuit(session, self._scoped(place)))

    def change(self, decide: Callable[[Record], Record], place: str = "") -> None:
        """Replace the record by what `decide` makes of it, while nobody else changes it."""
        now, place = self._clock(), self._scoped(place)
        with self._database.write() as session:
            leases.serialise(session, leases.circuit_name(place), now)
            before = Record(*leases.circuit(session, place))
            after = decide(before)
            _keep(session, before, after, now, place)
        _tell(before, after, now, place or ALL)

    def _scoped(self, place: str) -> str:
        return f"{self._scope} {place}".strip()


def _keep(session: Transaction, before: Record, after: Record, now: datetime, place: str) -> None:
    """Write the record down, and for the operator that the circuit opened."""
    if not after.failures:
        leases.close_circuit(session, now, place)
        return
    leases.open_circuit(session, after.failures, after.until, now, place)
    if after.until is not None and after.until != before.until:
        detail = {"until": after.until.isoformat(), "failures": after.failures}
        events.record(session, LEFT_ALONE, now, place or ALL, **detail)


def _tell(before: Record, after: Record, now: datetime, who: str) -> None:
    """Log what changed, once it is committed."""
    if after.until is not None and after.until != before.until:
        seconds = round((after.until - now).total_seconds())
        _log.warning("arxiv_circuit_opened", who=who, failures=after.failures, seconds=seconds)
    elif before.until is not None and after.until is None:
        _log.info("arxiv_circuit_closed", who=who, failures=before.failures)
