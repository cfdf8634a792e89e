"""Freeze who gets an edition."""

from datetime import date, datetime

from newsletter.schedule import EditionState
from newsletter.storage import deliveries, editions
from newsletter.storage.engine import Database

_PLANNED_IN = {EditionState.SUMMARISING, EditionState.READY}


def plan(database: Database, listing_date: date, *, now: datetime, at_once: bool = False) -> int:
    """Add a ledger row for every reader who has none; return how many were added.

    Each is due at the reader's own hour, or `now` with `at_once`. Past the send-by time only
    readers who joined since get it, as their first digest; the others are `excluded`. Nothing
    is added to an edition that is closed or still collecting.
    """
    with database.write() as session:
        edition = editions.find(session, listing_date)
        if edition is None or edition.state not in _PLANNED_IN:
            return 0
        excluded = "too_late" if now >= edition.send_by and not at_once else ""
        return deliveries.plan(session, listing_date, now, at_once=at_once, excluded=excluded)
