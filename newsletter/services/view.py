"""A reader's digest once more, as a page: whole, with nothing left out for size."""

from datetime import datetime

from newsletter.errors import InvalidToken
from newsletter.services.edition import SummaryKey, load_edition, unpack_matches
from newsletter.services.letters import Letters
from newsletter.services.subscribe import Desk, find_reader
from newsletter.storage import deliveries, summaries
from newsletter.tokens import Purpose


def view_in_browser(desk: Desk, letters: Letters, token: str, summary_key: SummaryKey) -> str:
    """Return the HTML of the digest that a link names.

    Raises `InvalidToken` for a link that is not genuine or a digest that was never composed.
    """
    reader = find_reader(desk, Purpose.VIEW, token)
    _, _, day = desk.signer.read(Purpose.VIEW, token, desk.clock()).partition("~")
    try:
        listing_date = datetime.strptime(day, "%Y%m%d").date()  # noqa: DTZ007 # a date only
    except ValueError as error:
        raise InvalidToken from error
    with desk.database.read() as session:
        packed = deliveries.find_matches(session, listing_date, reader.id)
        if packed is None:
            raise InvalidToken
        matches, mode, density = unpack_matches(packed)
        loaded = load_edition(session, listing_date, mode)
        if loaded is None:
            raise InvalidToken
        found = summaries.find(session, loaded.keys_of(matches, summary_key), None)
    digest = loaded.compose(matches, found, density)
    return letters.renderer.page(digest, letters.links(reader, digest, desk.clock()))
