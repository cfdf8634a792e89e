"""A day's budget for the model: when it is spent no new call begins, and the operator is told.

spending table (all runs, all processes) + what could not be written down ─► Purse ─► may we ask?
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal

import structlog

from newsletter.spending import Usage
from newsletter.storage import events, spending
from newsletter.storage.engine import Database, Transaction

BUDGET_SPENT = "budget_spent"
"""Reason of a paper that goes out in English because of it."""
TOLD = "model_budget_spent"
"""Kind of the event, one a day (UTC), with the day as its subject."""

_log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Budget:
    """What may be spent in one day (UTC); 0 is no limit. The default is none at all."""

    tokens: int = 0
    """Asked and answered."""
    cost: Decimal = Decimal(0)
    """In the currency of the prices."""

    @property
    def is_limited(self) -> bool:
        """Say whether there is a limit."""
        return bool(self.tokens or self.cost)

    def why_spent(self, used: Usage) -> str:
        """Return in plain words that `used` has reached a limit; empty while it has not."""
        if self.tokens and used.tokens >= self.tokens:
            return f"the day's budget of {self.tokens:,} tokens is spent"
        if self.cost and used.cost >= self.cost:
            return f"the day's budget of {self.cost:,f} (in the prices' currency) is spent"
        return ""


class Purse:
    """The budget of the present day, among all runs; asked before each paper.

    Calls in flight are not known yet when another begins, so that a day may exceed its budget
    by as many papers as are asked for at a time.
    """

    def __init__(self, database: Database, budget: Budget, clock: Callable[[], datetime]) -> None:
        """Begin with what the database says."""
        self._database, self._budget, self._clock = database, budget, clock
        self._unwritten = Usage()

    def why_closed(self) -> str:
        """Return why no new call may begin, empty if one may; raises `StorageError`."""
        if not self._budget.is_limited:
            return ""
        with self._database.read() as session:
            written = spending.spent(session, self._today())
        return self._budget.why_spent(written + self._unwritten)

    def note_unwritten(self, usage: Usage) -> None:
        """Remember for this run what was spent and could not be written down."""
        self._unwritten += usage

    def tell(self, why: str) -> None:
        """Record the day's one event; raises `StorageError`."""
        with self._database.write() as session:
            if not _is_told(session, self._today()):
                _log.warning(TOLD, error=why)
                events.record(session, TOLD, self._clock(), self._today().isoformat(), error=why)

    def _today(self) -> date:
        return self._clock().astimezone(UTC).date()


def _is_told(session: Transaction, day: date) -> bool:
    return bool(events.about(session, TOLD, day.isoformat()))
