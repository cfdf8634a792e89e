"""Announcements from rss.arxiv.org: the check on the listing pages, and their stand-in.

a category ─ its feed ─► Announcement;  an archive ─ its categories' feeds ─ joined ─► one
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Literal

from newsletter.errors import CircuitOpen, NotAnAnnouncement, SourceError
from newsletter.papers import (
    Announcement,
    AnnouncementState,
    Counts,
    DocumentKind,
    Problem,
    merge,
)
from newsletter.sources.address import category_path
from newsletter.sources.dates import dated
from newsletter.sources.detect import parse_document
from newsletter.sources.http import Fetcher
from newsletter.sources.text import excerpt
from newsletter.sources.verdict import bounded, state_of
from newsletter.taxonomy import categories_of

_FEEDS = {DocumentKind.RSS, DocumentKind.ATOM}


class FeedSource:
    """`/rss/<X>` or `/atom/<X>`: fresh at midnight US Eastern, one category a request."""

    opens_after = timedelta(hours=4)
    lacks = "comments, and replacements of version 6 or more"

    def __init__(
        self,
        fetcher: Fetcher,
        base_url: str = "https://rss.arxiv.org",
        flavour: Literal["rss", "atom"] = "rss",
    ) -> None:
        """Ask through `fetcher` for feeds of one flavour, which is also the source's name."""
        self._fetcher, self._base_url = fetcher, base_url.rstrip("/")
        self.name: str = flavour

    def fetch(self, category: str, listing_date: date) -> Announcement:
        """Return what was announced, STALLED where it shows another date than `listing_date`.

        An archive is asked for category by category: the feed of a large one is cut at 2,000
        items before its order is reversed, which drops new papers. A feed can be old under a new
        date: comparing it with the batch before is left to the caller, who has that batch.
        Raises `SourceError`.
        """
        parts = categories_of(category)
        if not parts:
            return self._one(category, listing_date)
        return _joined(category, listing_date, self._parts(parts, listing_date))

    def _one(self, category: str, listing_date: date) -> Announcement:
        url = f"{self._base_url}/{self.name}/{category_path(category, self._base_url)}"
        read = self._fetcher.read(url, parse_document)
        if read.kind not in _FEEDS:
            raise NotAnAnnouncement(url, f"a {read.kind.value} page where a feed was due")
        return dated(replace(read, category=read.category or category), listing_date)

    def _parts(
        self, categories: Sequence[str], listing_date: date
    ) -> list[Announcement | SourceError]:
        """Ask for each category until there is nothing to ask for any more.

        So it is with the circuit open, and when feeds are a day further on. A single one that is
        behind says nothing of the others.
        """
        found: list[Announcement | SourceError] = []
        for category in categories:
            try:
                found.append(self._one(category, listing_date))
            except SourceError as error:
                found.append(error)
            if isinstance(found[-1], CircuitOpen) or _is_past(found[-1], listing_date):
                break
        return found


def _is_past(found: Announcement | SourceError, listing_date: date) -> bool:
    shown = found.listing_date if isinstance(found, Announcement) else None
    return shown is not None and shown > listing_date


def _joined(
    archive: str, listing_date: date, parts: Iterable[Announcement | SourceError]
) -> Announcement:
    """Join the feeds of an archive's categories: a paper keeps its strongest type.

    Raises the first error where no feed could be had.
    """
    parts = list(parts)
    read = [part for part in parts if isinstance(part, Announcement)]
    errors = [part for part in parts if not isinstance(part, Announcement)]
    if not read:
        raise errors[0]
    todays = [part for part in read if part.state is not AnnouncementState.STALLED]
    if not todays:
        return replace(read[0], category=archive)
    others = [part for part in read if part.state is AnnouncementState.STALLED]
    missing = [*map(_missing, errors), *map(_missing, others)]
    problems = bounded((*missing, *(problem for part in todays for problem in part.problems)))
    entries = merge(todays)
    return replace(
        todays[0],
        category=archive,
        listing_date=listing_date,
        state=state_of(problems, empty=not entries),
        expected=_expected(todays, Counts.of(entry.type for entry in entries)),
        entries=entries,
        problems=problems,
    )


def _missing(part: Announcement | SourceError) -> Problem:
    what = part.problems[0].message if isinstance(part, Announcement) else str(part)
    name = f"{part.category}: " if isinstance(part, Announcement) else ""
    return Problem("part_missing", f"a category is missing: {name}{excerpt(what, 150)}")


def _expected(parts: Iterable[Announcement], merged: Counts) -> Counts:
    """Return what was read, and what the parts state beyond it among the new."""
    short = sum(max(part.expected.total - part.parsed.total, 0) for part in parts)
    return replace(merged, new=merged.new + short)
