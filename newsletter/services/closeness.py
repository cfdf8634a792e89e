"""What is close to readers' libraries in the editions at hand, worked out once a process.

LoadedEdition ─► weigh_edition (10 s, once) ─► Libraries.matches (a reader) ─► kept for a while
"""

import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from newsletter.keywords.match import Match, MatchMode
from newsletter.services.edition import LoadedEdition
from newsletter.services.library import WeighedEdition, fingerprint, weigh_edition
from newsletter.storage.engine import Transaction
from newsletter.subscribers import Subscriber

MOST_KEPT: Final = 10_000
"""Readers of one edition whose papers are kept: at most five each."""
EDITIONS_KEPT: Final = 2
"""Editions that stay weighed: the mails of two days may go out in turns."""

_EditionKey = tuple[str, MatchMode, datetime | None, int]


@dataclass(frozen=True, slots=True)
class _Held:
    """An edition, and what was found in it; the oldest first."""

    weighed: WeighedEdition
    close: OrderedDict[bytes, tuple[Match, ...]] = field(default_factory=OrderedDict)


class Libraries:
    """Safe to share between threads. Readers without a library cost nothing.

    One lock is held while an edition is weighed and while a library is compared, so that other
    readers with a library wait for 10 s or more then: the alternative is to do the same work twice.
    """

    def __init__(
        self,
        weigh: Callable[[Transaction, LoadedEdition], WeighedEdition] = weigh_edition,
        most_kept: int = MOST_KEPT,
    ) -> None:
        """Know no edition yet; `weigh` is called once for each."""
        self._weigh_edition = weigh
        self._most_kept = most_kept
        self._lock = threading.Lock()
        self._held: OrderedDict[_EditionKey, _Held] = OrderedDict()

    def matches(
        self, session: Transaction, loaded: LoadedEdition, reader: Subscriber
    ) -> tuple[Match, ...]:
        """Return all of a reader's matches: by keywords, then what is close to their library."""
        found = loaded.match(reader.preferences)
        if not reader.preferences.library:
            return found
        with self._lock:
            return found + self._close_to(session, loaded, reader, found)

    def _close_to(
        self,
        session: Transaction,
        loaded: LoadedEdition,
        reader: Subscriber,
        found: tuple[Match, ...],
    ) -> tuple[Match, ...]:
        held = self._hold(session, loaded)
        own = held.weighed.own(session, reader)
        key = fingerprint(reader.id, own, reader.preferences, found)
        if key not in held.close:
            held.close[key] = held.weighed.matches(reader, own, found)
            if len(held.close) > self._most_kept:
                held.close.popitem(last=False)
        return held.close[key]

    def _hold(self, session: Transaction, loaded: LoadedEdition) -> _Held:
        """Return the edition weighed; the one not asked for the longest makes room."""
        edition = loaded.edition
        day = edition.listing_date.isoformat()
        key = (day, loaded.mode, edition.collected_at, len(loaded.papers))
        if key not in self._held:
            self._held[key] = _Held(self._weigh_edition(session, loaded))
            if len(self._held) > EDITIONS_KEPT:
                self._held.popitem(last=False)
        self._held.move_to_end(key)
        return self._held[key]
