"""What feedparser makes of a feed; where one item breaks it, of each item by itself.

    all items ─ feedparser ─┬─ read
                            └─ it raises ─ each item alone ─┬─ read ─► once more, together
                                                            └─ it raises ─► a problem

feedparser's readers of extensions fail in ways of their own: `gml:pos` outside of `georss:where` is
a `KeyError` (6.0.12).
"""

from collections.abc import Iterable, Sequence
from io import BytesIO
from typing import Any

import feedparser

from newsletter.errors import NotAnAnnouncement
from newsletter.papers import Problem
from newsletter.sources.feed_parts import FeedParts, item_id, label


def read_parts(
    parts: FeedParts, items: Iterable[str], origin: str, found: list[Problem], *, head: bool = True
) -> Any:
    """Return feedparser's result for `items`; those that break it are named in `found`.

    What stands before the items is read with them unless `head` is False. Raises
    `NotAnAnnouncement` where nothing can be read.
    """
    wanted = list(items)
    whole = parts.document if head else parts.bare
    read = _tried(whole(wanted))
    return read if read is not None else _without_breaking(parts, wanted, origin, found)


def _without_breaking(
    parts: FeedParts, items: Sequence[str], origin: str, found: list[Problem]
) -> Any:
    """Read the items that can be read alone, with the head if that is readable too."""
    readable = []
    for item in items:
        if _tried(parts.bare([item])) is not None:
            readable.append(item)
        else:
            what = f"broken item {label(item)}: this release cannot read it"
            found.append(Problem("malformed", what, item_id(item)))
    read = _tried(parts.document(readable))
    if read is None:
        found.append(Problem("malformed", "this release cannot read the feed's frame"))
        read = _tried(parts.bare(readable))
    if read is None:
        raise NotAnAnnouncement(origin, "a feed that this release cannot read")
    return read


def _tried(document: str) -> Any:
    """Run feedparser on a document that is known to be UTF-8; None where it fails.

    It must not guess an encoding, and it fetches nothing. With its defaults text is lost, see
    `sources.feed`.
    """
    try:
        return feedparser.parse(
            BytesIO(document.encode(errors="replace")),
            response_headers={"content-type": "application/xml; charset=utf-8"},
            sanitize_html=False,
            resolve_relative_uris=False,
        )
    except Exception:  # noqa: BLE001 # a defect of its own is of any type, and costs one item
        return None
