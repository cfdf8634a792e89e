"""A reader's digest as it would be composed now, without sending it."""

from datetime import date, datetime

from newsletter.errors import RowMissing
from newsletter.keywords.match import MatchMode
from newsletter.services.closeness import Libraries
from newsletter.services.edition import SummaryKey, load_edition
from newsletter.services.letters import Letters
from newsletter.storage import subscribers, summaries
from newsletter.storage.engine import Database


def preview_digest(
    database: Database,
    letters: Letters,
    address: str,
    listing_date: date,
    *,
    summary_key: SummaryKey,
    now: datetime,
    mode: MatchMode = MatchMode.DEFAULT,
) -> bytes:
    """Return the wire bytes of a reader's mail for an edition.

    Raises `RowMissing` when there is no such reader, no such edition, or nothing matches.
    """
    with database.read() as session:
        reader = subscribers.find_by_address(session, address)
        loaded = load_edition(session, listing_date, mode)
        if reader is None:
            raise RowMissing("no reader has this address")
        if loaded is None:
            raise RowMissing(f"nothing was collected for {listing_date}")
        matches = Libraries().matches(session, loaded, reader)
        found = summaries.find(session, loaded.keys_of(matches, summary_key), None)
    if not matches:
        raise RowMissing(f"no paper of {listing_date} matches this reader's keywords")
    digest = loaded.compose(matches, found, reader.preferences.density)
    return letters.digest(reader, digest, now).content
