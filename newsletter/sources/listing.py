"""Listing pages: `/list/<X>/new`, and `/catchup/<X>/<date>` with the same markup.

The template repeats `<dl id='articles'>` once a section and puts the section's heading inside,
so the page is read as one run of headings, `dt` and `dd` in document order. libxml2 closes a
cut page in silence; hence `</html>`, the pairing and the counts are all checked.
Read in arxiv-browse 26f634fb (`list/new.html`, `list/base.html`, `catchup.html`).
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

from lxml.html import HtmlElement

from newsletter.papers import AnnouncedPaper, Announcement, AnnounceType, DocumentKind, Problem
from newsletter.sources.elements import elements
from newsletter.sources.entry import item_of, number_of, read_entry, type_by_mark
from newsletter.sources.page import ListingPage, Section, judge
from newsletter.sources.text import DAMAGE, decode, excerpt
from newsletter.sources.verdict import MOST_ENTRIES

_LISTING = re.compile(r"Showing new listings for")
_CATCHUP = re.compile(r"Catchup results for")
_DATE = re.compile(
    r"(?:Showing new listings for|Catchup results for[^<]{0,300}? on) *\w+, *"
    r"(?P<day>\d{1,2}) +(?P<month>[A-Z][a-z]{2})[a-z]* +(?P<year>\d{4})"
)
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_TOTAL = re.compile(r"Total of ([\d,]+) entr")
_NAME = r"([a-z]+(?:-[a-z]+)*(?:\.[A-Za-z]+(?:-[A-Za-z]+)*)?)"
_CATEGORY = re.compile(
    rf"""id=["']recent-{_NAME}["']|/list/{_NAME}/new\?|/catchup/{_NAME}/\d{{4}}-\d\d-\d\d"""
)
_HEADING = re.compile(
    r"(?P<name>New|Cross|Replacement)[^(]*"
    r"\((?P<continued>continued, *)?showing +(?P<part>first +|last +)?"
    r"(?P<shown>[\d,]+) +of +(?P<total>[\d,]+) +entr"
)
_TYPES = {
    "New": AnnounceType.NEW,
    "Cross": AnnounceType.CROSS,
    "Replacement": AnnounceType.REPLACE,
}
_MOST_HEADINGS = 100
"""Headings read of one page; arXiv's own have about five, in its frame and over its sections."""
_END = re.compile(r"</html\s*>", re.IGNORECASE)


def is_listing(text: str) -> bool:
    """Say whether an HTML page is a listing or a catch-up page."""
    head = _head(text)
    return bool(_LISTING.search(head) or _CATCHUP.search(head))


def parse_listing(body: bytes, origin: str) -> Announcement:
    """Read one page. Nothing is raised: whatever is wrong stands in `problems` and `state`."""
    text, problems = decode(body)
    return judge(read_page(text, origin, problems))


def read_page(text: str, origin: str, problems: tuple[Problem, ...] = ()) -> ListingPage:
    """Read what a page says, with the `problems` found when it was decoded."""
    head, run = _head(text), _Run(problems=list(problems))
    cut = not _END.search(text)
    if cut:
        run.problems.append(Problem("truncated", "the page ends without </html>"))
    run.read(text, cut=cut)
    total = _TOTAL.search(head)
    return ListingPage(
        kind=DocumentKind.CATCHUP if _CATCHUP.search(head) else DocumentKind.LISTING,
        category=_category(head),
        listing_date=_date(head),
        total=_number(total[1]) if total else None,
        says_empty="No updates" in head,
        sections=tuple(run.sections()),
        problems=tuple(run.problems),
        origin=origin,
    )


def _head(text: str) -> str:
    """Return the part before the first entry: an abstract may say anything."""
    return text.partition("<dt")[0]


def _number(digits: str) -> int:
    """Read a count; more than nine digits are no count of papers."""
    return int(digits.replace(",", "")[:9] or 0)


def _category(head: str) -> str:
    """Return the category or archive that the page names, or an empty string."""
    found = _CATEGORY.search(head)
    return next(filter(None, found.groups()), "") if found else ""


def _date(head: str) -> date | None:
    """Return the listing date in words, such as "Friday, 29 May 2026", as a date."""
    found = _DATE.search(head)
    if found is None or found["month"] not in _MONTHS:
        return None
    try:
        return date(int(found["year"]), _MONTHS.index(found["month"]) + 1, int(found["day"]))
    except ValueError:
        return None


@dataclass(slots=True)
class _Part:
    """A section while it is being read."""

    type: AnnounceType | None
    shown: int = 0
    total: int = 0
    windowed: bool = False
    first: int | None = None
    entries: list[AnnouncedPaper] = field(default_factory=list)

    def section(self, fallback: int) -> Section:
        """Return the finished section; `fallback` is its first place where no entry says it."""
        first = fallback if self.first is None else self.first
        return Section(
            type=self.type or AnnounceType.NEW,
            total=self.total,
            places=frozenset(range(first, first + min(self.shown, MOST_ENTRIES + 1))),
            windowed=self.windowed,
            entries=tuple(self.entries),
        )


@dataclass(slots=True)
class _Run:
    """The run of headings and entries of one page, read once from top to bottom."""

    problems: list[Problem]
    parts: list[_Part] = field(default_factory=list)
    pending: HtmlElement | None = None
    unknown: str | None = ""
    """The last heading, unless it opened a section; empty before the first."""

    def read(self, text: str, *, cut: bool) -> None:
        """Read all of `text`; a `cut` page ends before its end."""
        seen = Counter[str]()
        for element, is_whole in elements(text, self.problems, cut=cut):
            seen[element.tag] += 1
            if _is_too_many(seen):
                what = f"more than {MOST_ENTRIES} entries or {_MOST_HEADINGS} headings"
                self.problems.append(Problem("too_many", what))
                break
            if element.tag == "h3":
                self._heading(" ".join(element.text_content().split()))
            elif element.tag == "dt":
                self._unpaired()
                self.pending = element
            else:
                self._body(element, complete=is_whole)
        self._unpaired()

    def sections(self) -> Iterator[Section]:
        """Yield the sections in the page's order."""
        place = 1
        for part in self.parts:
            section = part.section(place)
            place = max(section.places, default=place - 1) + 1
            yield section

    def _heading(self, text: str) -> None:
        """Open a section; the date's heading, or one of the page's frame, opens none."""
        found = _HEADING.match(text)
        self.unknown = None if found else text
        if found:
            windowed = bool(found["continued"] or found["part"])
            counts = _number(found["shown"]), _number(found["total"])
            self.parts.append(_Part(_TYPES[found["name"]], *counts, windowed=windowed))

    def _body(self, dd: HtmlElement, *, complete: bool) -> None:
        """Read the entry whose body `dd` is."""
        dt, self.pending = self.pending, None
        if dt is None:
            self.problems.append(Problem("unpaired", "an entry's body without its heading"))
        elif not complete:
            self.problems.append(Problem("truncated", "the entry is cut off", item_of(dt)))
        else:
            self._entry(dt, dd)

    def _entry(self, dt: HtmlElement, dd: HtmlElement) -> None:
        """Read a paired entry into the section that is open."""
        if self.unknown is not None:
            what = f"entries under the heading {excerpt(self.unknown)!r}"
            self.problems.append(Problem("unknown_section", what))
            self.parts.append(_Part(None))
            self.unknown = None
        part = self.parts[-1]
        part.first = number_of(dt) if part.first is None else part.first
        entry = read_entry(dt, dd, part.type or type_by_mark(dt))
        if isinstance(entry, Problem):
            self.problems.append(entry)
            return
        part.entries.append(entry)
        if DAMAGE in entry.paper.title + entry.paper.abstract:
            what = "the text has unreadable characters"
            self.problems.append(Problem("encoding", what, entry.paper.id.value))

    def _unpaired(self) -> None:
        """Name the heading that got no body before the next began."""
        if self.pending is not None:
            item = item_of(self.pending)
            self.problems.append(Problem("unpaired", "an entry's heading without its body", item))
            self.pending = None


def _is_too_many(seen: Counter[str]) -> bool:
    """Say whether a page has more than any page of arXiv's; `seen` counts tags so far."""
    return max(seen["dt"], seen["dd"]) > MOST_ENTRIES or seen["h3"] > _MOST_HEADINGS
