"""What is close to readers' libraries in the edition at hand, worked out once a process.

LoadedEdition ─► weigh_edition (seconds, once) ─► Libraries.matches (a reader) ─► kept till the next
"""

import threading
from collections.abc import Callable
from datetime import datetime
from typing import Final

from newsletter.keywords.match import Match, MatchMode
from newsletter.services.edition import LoadedEdition
from newsletter.services.library import WeighedEdition, weigh_edition
from newsletter.storage.engine import Transaction
from newsletter.subscribers import Subscriber

MOST_KEPT: Final = 10_000
"""Readers whose papers are kept: at most five each."""

_EditionKey = tuple[str, MatchMode, datetime | None, int]


class Libraries:
    """Safe to share between threads. Readers without a library cost nothing."""

    def __init__(
        self, weigh: Callable[[Transaction, LoadedEdition], WeighedEdition] = weigh_edition
    ) -> None:
        """Know no edition yet; `weigh` is called once for each."""
        self._weigh_edition = weigh
        self._lock = threading.Lock()
        self._key: _EditionKey | None = None
        self._weighed: WeighedEdition | None = None
        self._close: dict[int, tuple[Match, ...]] = {}

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
        weighed = self._weigh(session, loaded)
        own = weighed.own(session, reader)
        key = hash((reader.id, own, reader.preferences, found))
        if key not in self._close:
            if len(self._close) >= MOST_KEPT:
                self._close.clear()
            self._close[key] = weighed.matches(reader, own, found)
        return self._close[key]

    def _weigh(self, session: Transaction, loaded: LoadedEdition) -> WeighedEdition:
        edition = loaded.edition
        day = edition.listing_date.isoformat()
        key = (day, loaded.mode, edition.collected_at, len(loaded.papers))
        if self._weighed is None or self._key != key:
            self._weighed, self._key = self._weigh_edition(session, loaded), key
            self._close.clear()
        return self._weighed
