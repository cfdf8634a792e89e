"""The states of one delivery, and which step may follow which.

    planned ──► claimed ──► in_data ──► accepted
       ▲           │            ├─────► rejected
       │           │            ├─────► deferred ──► claimed
       │           │            └─────► unknown        (never sent again by itself)
       └───────────┴─ a lease that ends before DATA is safe to plan again
    claimed ──► deferred | rejected                 (no server, or the recipient was refused)
    planned | claimed | deferred ──► excluded (reason)

`in_data` is committed before the DATA command is sent: after a crash, a row found there may
have been delivered, and one found in `claimed` has certainly not been.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class DeliveryState(StrEnum):
    """Where one mail to one reader stands."""

    PLANNED = "planned"
    CLAIMED = "claimed"
    IN_DATA = "in_data"
    ACCEPTED = "accepted"
    DEFERRED = "deferred"
    REJECTED = "rejected"
    UNKNOWN = "unknown"
    EXCLUDED = "excluded"

    @property
    def is_final(self) -> bool:
        """Say whether nothing more happens by itself."""
        return self in FINAL_STATES


FINAL_STATES = frozenset(
    {
        DeliveryState.ACCEPTED,
        DeliveryState.REJECTED,
        DeliveryState.UNKNOWN,
        DeliveryState.EXCLUDED,
    },
)

NEXT_STATES: dict[DeliveryState, frozenset[DeliveryState]] = {
    DeliveryState.PLANNED: frozenset({DeliveryState.CLAIMED, DeliveryState.EXCLUDED}),
    DeliveryState.CLAIMED: frozenset(
        {
            DeliveryState.IN_DATA,
            DeliveryState.DEFERRED,
            DeliveryState.REJECTED,
            DeliveryState.EXCLUDED,
            DeliveryState.PLANNED,
        },
    ),
    DeliveryState.IN_DATA: frozenset(
        {
            DeliveryState.ACCEPTED,
            DeliveryState.DEFERRED,
            DeliveryState.REJECTED,
            DeliveryState.UNKNOWN,
        },
    ),
    DeliveryState.DEFERRED: frozenset({DeliveryState.CLAIMED, DeliveryState.EXCLUDED}),
    DeliveryState.ACCEPTED: frozenset(),
    DeliveryState.REJECTED: frozenset(),
    DeliveryState.UNKNOWN: frozenset(),
    DeliveryState.EXCLUDED: frozenset(),
}


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of one attempt: the state to record and why."""

    state: DeliveryState
    reason: str = ""
    reply: str = ""
    """The server's own words: hostile text, shown escaped."""
    next_at: datetime | None = None
    """When to try again; aware, UTC; only with `deferred`."""
