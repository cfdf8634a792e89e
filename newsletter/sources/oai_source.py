"""What arXiv changed on a day, by OAI-PMH: the last stand-in for an announcement.

set, from = until = listing date ─ pages by resumption token ─ OaiPage… ─► one Announcement
"""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final
from urllib.parse import urlencode

from newsletter.errors import NotAnAnnouncement, SourceError
from newsletter.papers import AnnouncedPaper, Announcement, AnnounceType, Counts, Problem
from newsletter.sources.address import category_path
from newsletter.sources.detect import parse_document
from newsletter.sources.http import Fetcher
from newsletter.sources.metadata import inferred_type, is_crossed
from newsletter.sources.oai import OaiPage, judge, read_page
from newsletter.sources.text import decode, excerpt
from newsletter.taxonomy import group_of

MOST_PAGES: Final = 50
"""Pages of one harvest; a page has up to 1,000 records, and cs has some 3,000 changes a day."""

HELD_MONTHS: Final = 2
"""Months that a paper may be held before it is announced: in nine recorded days some 1 % of the
new papers had older identifiers than the day before, the oldest of two months earlier."""

BY_DATE: Final = Problem(
    "by_date",
    "OAI-PMH knows days of change and no announcements: nothing proves that this is all",
)
_EXPIRED = "badResumptionToken"


@dataclass(frozen=True, slots=True)
class _Harvest:
    """The pages that were had, and why there are no more, empty where there are none."""

    pages: tuple[OaiPage, ...]
    why: str = ""
    is_expired: bool = False


class OaiSource:
    """`ListRecords` of one day: fresh two and a half hours after the mailing.

    A record's datestamp is the UTC day of its last change; the mailing at 20:00 US Eastern falls
    on the UTC day of the listing date, in summer and in winter.
    """

    name = "oai"
    opens_after = timedelta(hours=2, minutes=30)
    lacks = "how papers were announced, which is inferred, and papers changed again since"

    def __init__(self, fetcher: Fetcher, base_url: str = "https://oaipmh.arxiv.org/oai") -> None:
        """Ask through `fetcher`."""
        self._fetcher, self._base_url = fetcher, base_url

    def fetch(self, category: str, listing_date: date) -> Announcement:
        """Return what changed on `listing_date`: never whole, because nothing can prove it.

        A harvest whose token expires (they do at midnight UTC) begins anew, once. A page that
        cannot be had, or is something else, leaves what those before it hold, with the problem
        `page_missing`. Raises `SourceError` for the first page only.
        """
        first = self._address(category, listing_date)
        harvest = self._harvest(first)
        found = _joined(self._again(first, harvest) if harvest.is_expired else harvest)
        entries = tuple(_retyped(entry, category, listing_date) for entry in found.entries)
        return replace(
            judge(replace(found, problems=(BY_DATE, *found.problems))),
            category=category,
            listing_date=listing_date,
            entries=entries,
            expected=Counts.of(entry.type for entry in entries),
        )

    def _harvest(self, first: str) -> _Harvest:
        """Follow the tokens from page to page; raise `SourceError` for the first."""
        pages = [self._page(first)]
        while pages[-1].token:
            if len(pages) == MOST_PAGES:
                return _Harvest(tuple(pages), f"more than {MOST_PAGES} pages")
            if pages[-1].token in {page.token for page in pages[:-1]}:
                return _Harvest(tuple(pages), "its resumption token leads in a circle")
            query = urlencode({"verb": "ListRecords", "resumptionToken": pages[-1].token})
            try:
                pages.append(self._page(f"{self._base_url}?{query}"))
            except SourceError as error:
                is_expired = isinstance(error, NotAnAnnouncement) and _EXPIRED in error.what
                return _Harvest(tuple(pages), excerpt(str(error), 200), is_expired)
        return _Harvest(tuple(pages))

    def _again(self, first: str, before: _Harvest) -> _Harvest:
        """Harvest a second time; where that ends early, too, what `before` had counts as well."""
        try:
            after = self._harvest(first)
        except SourceError as error:
            return replace(before, why=excerpt(str(error), 200))
        return replace(after, pages=(*before.pages, *after.pages)) if after.why else after

    def _page(self, url: str) -> OaiPage:
        return self._fetcher.read(url, _read)

    def _address(self, category: str, listing_date: date) -> str:
        day = listing_date.isoformat()
        query = {
            "verb": "ListRecords",
            "metadataPrefix": "arXiv",
            "set": set_of(category_path(category, self._base_url)),
            "from": day,
            "until": day,
        }
        return f"{self._base_url}?{urlencode(query)}"


def set_of(category: str) -> str:
    """Return the OAI-PMH set of a category or archive.

    `cs` is `cs`, cs.LG is `cs:cs:LG`, hep-th is `physics:hep-th`, and physics.optics is
    `physics:physics:optics` (as in the recorded answers).
    """
    archive, _, subject = category.partition(".")
    group = group_of(archive)
    if subject:
        return f"{group}:{archive}:{subject}"
    return archive if archive == group and archive != "physics" else f"{group}:{archive}"


def can_be_new(entry: AnnouncedPaper, listing_date: date) -> bool:
    """Say whether a first version may have been announced on `listing_date`.

    Its identifier says the month; an older paper changed on that day, because its DOI came to be
    known, was announced before.
    """
    number = entry.paper.id.value.partition("/")[2] or entry.paper.id.value
    year = int(number[:2]) + (1900 if number[:2] > "90" else 2000)
    months = (listing_date.year - year) * 12 + listing_date.month - int(number[2:4])
    return 0 <= months <= HELD_MONTHS


def _retyped(entry: AnnouncedPaper, category: str, listing_date: date) -> AnnouncedPaper:
    """Infer the type for `category`: later pages of a harvest do not say what was asked for.

    A paper that cannot have been new is called replaced: it must not appear as new.
    """
    is_first = entry.type in {AnnounceType.NEW, AnnounceType.CROSS}
    crossed = is_crossed(entry.paper.primary, category)
    is_new = is_first and can_be_new(entry, listing_date)
    return replace(entry, type=inferred_type(first_version=is_new, crossed=crossed))


def _read(body: bytes, url: str) -> OaiPage:
    """Read one answer unjudged; raise `SourceError`, also when it is another document."""
    text, problems = decode(body)
    if "OAI-PMH" not in text[:2000]:
        other = parse_document(body, url)
        raise NotAnAnnouncement(url, f"a {other.kind.value} document where OAI-PMH was due")
    return read_page(text, url, problems)


def _joined(harvest: _Harvest) -> OaiPage:
    """Join the pages of a harvest; a record that comes twice counts once, as it came last."""
    entries = {entry.paper.id: entry for page in harvest.pages for entry in page.entries}
    missing = Problem("page_missing", f"the harvest is not complete: {harvest.why}")
    problems = [problem for page in harvest.pages for problem in page.problems]
    return replace(
        harvest.pages[0],
        entries=tuple(entries.values()),
        token="",
        problems=(*([missing] if harvest.why else []), *problems),
    )
