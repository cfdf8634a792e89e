"""arXiv's RSS and Atom feeds, through feedparser.

With feedparser's defaults text is lost (`$p<q$` becomes `$p<q>`); with `sanitize_html=False`
and `resolve_relative_uris=False` every recorded item equals a plain XML reading. Item layout:
facts of arXiv's feed service as recorded from March 2024 on.
"""

import re
from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime
from email.utils import parsedate_to_datetime
from typing import Any
from zoneinfo import ZoneInfo

from newsletter.errors import NotAnAnnouncement
from newsletter.papers import (
    AnnouncedPaper,
    Announcement,
    AnnounceType,
    ArxivId,
    DocumentKind,
    Paper,
    Problem,
)
from newsletter.sources.feed_parts import FeedParts, broken, cut
from newsletter.sources.feed_reading import read_parts
from newsletter.sources.links import written_in
from newsletter.sources.names import split_names
from newsletter.sources.text import DAMAGE, clean, decode, excerpt
from newsletter.sources.verdict import bounded, repeated, state_of

ITEM_LIMIT = 2000
"""arXiv cuts a feed here, before it reverses the order: what is dropped is new papers."""

_EASTERN = ZoneInfo("America/New_York")
_OAI = "oai:arXiv.org:"
_HEADER = re.compile(r"arXiv:\S+ +Announce Type: +(?P<type>[a-z-]+)\s*\n?Abstract: ?")
_CATEGORY = re.compile(r"/(?:rss|atom)/([A-Za-z.+-]+)")


def parse_feed(body: bytes, origin: str) -> Announcement:
    """Read one feed; raise `NotAnAnnouncement` when it is arXiv's "Feed error"."""
    text, problems = decode(body)
    return read_feed(text, origin, problems)


def read_feed(text: str, origin: str, problems: tuple[Problem, ...] = ()) -> Announcement:
    """Read a feed's text, with the `problems` found when it was decoded; raise as `parse_feed`."""
    parts = cut(text)
    flaws = broken(parts)
    found = [*problems, *flaws.values()]
    read = read_parts(parts, (item for item in parts.items if item not in flaws), origin, found)
    if str(read.feed.get("title", "")).startswith("Feed error for query"):
        what = (
            f"arXiv answers with a feed error: {excerpt(read.feed.get('subtitle', '')).rstrip('.')}"
        )
        raise NotAnAnnouncement(origin, what)
    found += _whole(parts, bozo=bool(read.bozo))
    entries = _entries(read.entries, found)
    listing_date = _dates(read, found)
    _count(parts, entries, found)
    kept = bounded(found)
    return Announcement(
        kind=DocumentKind.ATOM if read.version.startswith("atom") else DocumentKind.RSS,
        category=_category(read.feed),
        listing_date=listing_date,
        state=state_of(kept, empty=not entries),
        expected=parts.expected,
        entries=entries,
        problems=kept,
        origin=origin,
    )


def _whole(parts: FeedParts, *, bozo: bool) -> list[Problem]:
    """Name what is wrong with the document as a whole."""
    found = []
    if parts.stopped:
        what = f"more than {len(parts.items)} items; the rest was not read"
        found.append(Problem("too_many", what))
    elif not parts.closed:
        found.append(Problem("truncated", "the feed ends without its closing tag"))
    elif bozo or not parts.sound:
        found.append(Problem("malformed", "the feed's frame is not well-formed XML"))
    if len(parts.items) >= ITEM_LIMIT:
        what = f"{len(parts.items)} items: arXiv cuts feeds at {ITEM_LIMIT}, new papers may be lost"
        found.append(Problem("capped", what))
    return found


def _count(parts: FeedParts, entries: Sequence[AnnouncedPaper], found: list[Problem]) -> None:
    """Add a problem where fewer, or more, items were read than there are."""
    stated, parsed = len(parts.items), len(entries)
    if stated != parsed:
        code = "count_short" if parsed < stated else "count_long"
        found.append(Problem(code, f"{stated} items in the feed, {parsed} read"))


def _entries(items: Sequence[Any], found: list[Problem]) -> tuple[AnnouncedPaper, ...]:
    """Read every item; those that cannot be read are named in `found` instead."""
    read = [_entry(item) for item in items]
    found.extend(entry for entry in read if isinstance(entry, Problem))
    entries = tuple(entry for entry in read if isinstance(entry, AnnouncedPaper))
    for entry in entries:
        item = entry.paper.id.value
        if DAMAGE in entry.paper.title + entry.paper.abstract:
            found.append(Problem("encoding", "the text has unreadable characters", item))
        if not entry.paper.abstract:
            found.append(Problem("no_abstract", "the abstract is missing", item))
    found.extend(repeated(entries))
    return entries


def _entry(item: Any) -> AnnouncedPaper | Problem:
    """Read one item; without identifier, title or type it is a problem instead."""
    guid, title = str(item.get("id", "")), _text(item, "title")
    try:
        paper_id, version = ArxivId.split(guid.removeprefix(_OAI))
    except ValueError:
        return Problem("no_id", f"item without an arXiv identifier: {excerpt(title or guid)!r}")
    if not title:
        return Problem("no_title", "the title is missing", paper_id.value)
    summary = _text(item, "summary")
    header = _HEADER.match(summary)
    kind = _type(item, header)
    if kind is None:
        return Problem("no_type", "the announce type is missing", paper_id.value)
    abstract = summary[header.end() :].strip() if header else summary
    return AnnouncedPaper(_paper(item, paper_id, version, (title, abstract)), kind)


def _type(item: Any, header: re.Match[str] | None) -> AnnounceType | None:
    """Return the announce type from its own element, or else from the description's header."""
    stated = item.get("arxiv_announce_type") or item.get("announce_type")
    for text in (stated, header["type"] if header else None):
        if text in set(AnnounceType):
            return AnnounceType(str(text))
    return None


def _paper(item: Any, paper_id: ArxivId, version: int | None, texts: tuple[str, str]) -> Paper:
    """Assemble the paper; `texts` are title and abstract, character for character."""
    title, abstract = texts
    return Paper(
        id=paper_id,
        version=version,
        title=title,
        abstract=abstract,
        authors=split_names(_text(item, "author") or _text(item, "creator")),
        categories=tuple(
            dict.fromkeys(clean(tag.term) for tag in item.get("tags", ()) if tag.term)
        ),
        journal_ref=_text(item, "arxiv_journal_reference") or None,
        doi=_text(item, "arxiv_doi") or None,
        links=tuple(dict.fromkeys((*written_in(title), *written_in(abstract)))),
    )


def _text(item: Any, key: str) -> str:
    """Return a text of an item, empty where it is missing."""
    return clean(str(item.get(key) or "")).strip()


def _category(feed: Any) -> str:
    """Return the category asked for; several joined with `+`, as arXiv writes a union."""
    links = [link.get("href", "") for link in feed.get("links", ())]
    found = (_CATEGORY.search(text) for text in (feed.get("id", ""), feed.get("link", ""), *links))
    return next((match[1] for match in found if match), "")


def _dates(read: Any, found: list[Problem]) -> date | None:
    """Return the listing date: that of most items, else of the feed itself.

    arXiv dates items and feed at midnight of the listing date, US Eastern time. The date of
    the feed's making (`updated`) stands in for an empty Atom feed, which has no other.
    """
    days = Counter(day for item in read.entries if (day := _day(item.get("published", ""))))
    if len(days) > 1:
        what = ", ".join(f"{day}: {count}" for day, count in sorted(days.items())[:5])
        found.append(Problem("mixed_dates", f"items of several days ({what})"))
    stamps = [read.feed[key] for key in ("published", "updated") if key in read.feed]
    stated = next((day for stamp in stamps if (day := _day(stamp))), None)
    listing_date = days.most_common(1)[0][0] if days else stated
    if listing_date is None:
        found.append(Problem("no_date", "the listing date is not stated"))
    return listing_date


def _day(text: str) -> date | None:
    """Return the day in US Eastern time of an RFC 5322 or RFC 3339 date; no zone is Eastern."""
    for read in (datetime.fromisoformat, parsedate_to_datetime):
        try:
            moment = read(text.strip())
            return (moment.astimezone(_EASTERN) if moment.tzinfo else moment).date()
        except (ValueError, OverflowError):
            continue
    return None
