"""A reader's digest once more, as a page: whole, with nothing left out for size."""

from datetime import datetime
from typing import Any

from newsletter import digests
from newsletter.digests import Digest
from newsletter.errors import InvalidToken
from newsletter.services.edition import LoadedEdition, load_edition, unpack_matches
from newsletter.services.letters import Letters
from newsletter.services.subscribe import Desk, find_reader
from newsletter.storage import deliveries, summaries
from newsletter.subscribers import Density
from newsletter.tokens import Purpose


def view_in_browser(desk: Desk, letters: Letters, token: str, summariser_version: str) -> str:
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
        mode = unpack_matches(packed)[1]
        loaded = load_edition(session, listing_date, mode)
    if loaded is None:
        raise InvalidToken
    digest = _digest(desk, loaded, packed, summariser_version)
    return letters.renderer.html(digest, letters.links(reader, digest, desk.clock()))


def _digest(
    desk: Desk,
    loaded: LoadedEdition,
    packed: dict[str, Any],
    summariser_version: str,
) -> Digest:
    matches, mode, density = unpack_matches(packed)
    held = [match for match in matches if match.paper_id in loaded.papers]
    papers = {match.paper_id: loaded.papers[match.paper_id].paper for match in held}
    with desk.database.read() as session:
        found = summaries.find(session, papers.values(), summariser_version, None)
    return digests.compose(
        held,
        loaded.papers,
        found,
        listing_date=loaded.edition.listing_date,
        announced_at=loaded.edition.announced_at,
        density=Density(density),
        mode=mode,
        notices=loaded.notices,
    )
