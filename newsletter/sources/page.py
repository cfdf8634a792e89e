"""One listing page as read, the joining of several, and the verdict on what results.

bytes ─ listing.read_page ─ ListingPage ─ join ─ judge ─ Announcement
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from newsletter.papers import (
    AnnouncedPaper,
    Announcement,
    AnnounceType,
    Counts,
    DocumentKind,
    Problem,
)
from newsletter.sources.verdict import bounded, repeated, state_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """New submissions, cross-lists or replacements, as far as they are on the page."""

    type: AnnounceType
    total: int
    """Entries of this section on that day, the m of "showing n of m"."""
    places: frozenset[int]
    """The running numbers that the page claims to show, n of them, from 1 over all sections."""
    windowed: bool
    """The heading says "first", "last" or "continued"."""
    entries: tuple[AnnouncedPaper, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ListingPage:
    """What one page of `/list/<X>/new` or `/catchup/<X>/<date>` says."""

    kind: DocumentKind
    category: str
    listing_date: date | None
    total: int | None
    """Entries of the day over all sections and pages; None where the page does not say."""
    says_empty: bool
    """The page says "No updates"."""
    sections: tuple[Section, ...]
    problems: tuple[Problem, ...]
    origin: str


def judge(page: ListingPage) -> Announcement:
    """Count what was read against what the page states, and say what state follows."""
    entries = tuple(entry for section in page.sections for entry in section.entries)
    found = (*page.problems, *_miscounts(page), *_unsaid(page), *_gaps(entries))
    problems = bounded((*found, *repeated(entries)))
    return Announcement(
        kind=page.kind,
        category=page.category,
        listing_date=page.listing_date,
        state=state_of(problems, empty=not entries),
        expected=_stated(page.sections),
        entries=entries,
        problems=problems,
        origin=page.origin,
    )


def join(pages: Sequence[ListingPage]) -> ListingPage:
    """Join pages of one category and day into one; an entry on two pages is taken once.

    What the pages claim is united by running number, so that two windows that overlap, or two
    copies of one page, claim no more than they show. `pages` must not be empty.
    """
    ordered = sorted(pages, key=_first_place)
    totals = [page.total for page in ordered if page.total is not None]
    problems = [problem for page in ordered for problem in page.problems]
    if len(set(totals)) > 1:
        what = f"the total changed from page to page: {', '.join(map(str, totals))}"
        problems.append(Problem("total_differs", what))
    return replace(
        ordered[0],
        total=max(totals, default=None),
        says_empty=all(page.says_empty for page in ordered),
        sections=_joined([section for page in ordered for section in page.sections]),
        problems=tuple(problems),
        origin=" + ".join(dict.fromkeys(page.origin for page in ordered)),
    )


def _first_place(page: ListingPage) -> int:
    """Return the running number at which a page begins; pages past the end come last."""
    return min((place for part in page.sections for place in part.places), default=10**9)


def _joined(sections: Sequence[Section]) -> tuple[Section, ...]:
    """Join the sections of each type, strongest type first."""
    groups = ([s for s in sections if s.type is kind] for kind in AnnounceType)
    return tuple(_one(group) for group in groups if group)


def _one(group: Sequence[Section]) -> Section:
    """Join parts of one section."""
    entries = {entry.paper.id: entry for part in reversed(group) for entry in part.entries}
    order = dict.fromkeys(entry.paper.id for part in group for entry in part.entries)
    return Section(
        type=group[0].type,
        total=max(part.total for part in group),
        places=frozenset().union(*(part.places for part in group)),
        windowed=any(part.windowed for part in group),
        entries=tuple(entries[paper_id] for paper_id in order),
    )


def _stated(sections: Iterable[Section]) -> Counts:
    """Return the entries that the page claims to show."""
    return Counts.of(section.type for section in sections for _ in section.places)


def _miscounts(page: ListingPage) -> list[Problem]:
    """Compare, section by section and over all, what is stated with what was read."""
    found = [problem for section in page.sections for problem in _miscount(section)]
    stated = sum(section.total for section in page.sections)
    shown = sum(len(section.places) for section in page.sections)
    if page.total is not None and page.total > stated:
        what = f"the page states {shown} of the day's {page.total} entries"
        found.append(Problem("window", what))
    elif page.total is not None and page.total < stated:
        what = f"the sections state {stated} entries, the page a total of {page.total}"
        found.append(Problem("total_differs", what))
    return found


def _miscount(section: Section) -> list[Problem]:
    """Compare one section's entries with its heading, and its heading with its total."""
    shown, parsed, name = len(section.places), len(section.entries), section.type.value
    found = []
    if parsed != shown:
        code = "count_short" if parsed < shown else "count_long"
        found.append(Problem(code, f"{name}: {shown} entries stated, {parsed} read"))
    if shown != section.total:
        code = "window" if section.windowed else "rows_missing"
        found.append(Problem(code, f"{name}: the page shows {shown} of {section.total} entries"))
    return found


def _unsaid(page: ListingPage) -> list[Problem]:
    """Name what a page must say before it can be trusted, and does not."""
    found = []
    if page.listing_date is None:
        found.append(Problem("no_date", "the listing date is not stated"))
    if not page.sections and not page.says_empty:
        found.append(Problem("no_entries", 'neither entries nor the words "No updates"'))
    if page.sections and page.total is None:
        found.append(Problem("no_total", "the total of entries is not stated"))
    return found


def _gaps(entries: Sequence[AnnouncedPaper]) -> list[Problem]:
    """Name the entries without an abstract: one by one, or all at once."""
    bare = [entry.paper.id.value for entry in entries if not entry.paper.abstract]
    if len(bare) > 1 and len(bare) == len(entries):
        return [Problem("no_abstracts", f"the page has no abstracts ({len(bare)} entries)")]
    return [Problem("no_abstract", "the abstract is missing", item) for item in bare]
