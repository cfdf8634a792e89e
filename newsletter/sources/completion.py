"""Papers that a document names and does not hold, completed from another source.

announcement ─ lacking ─► ids ─ the search API ─► papers ─ completed ─► announcement
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

from newsletter.papers import (
    AnnouncedPaper,
    Announcement,
    AnnounceType,
    ArxivId,
    Counts,
    Paper,
    PaperId,
    Problem,
)
from newsletter.sources.metadata import inferred_type, is_crossed
from newsletter.sources.text import DAMAGE
from newsletter.sources.verdict import bounded, state_of

MOST: Final = 100
"""Papers completed of one document; one that lacks more is better fetched again."""

_COUNTS = frozenset({"count_short", "rows_missing"})


def lacking(announcement: Announcement) -> tuple[ArxivId, ...]:
    """Return the ids of entries that broke, or whose abstract is missing or unreadable.

    At most `MOST`; none where there are more.
    """
    held = {entry.paper.id for entry in announcement.entries}
    named = (_id(problem) for problem in announcement.problems)
    broken = [paper_id for paper_id in named if paper_id is not None and paper_id not in held]
    poor = [entry.paper.id for entry in announcement.entries if _is_poor(entry)]
    ids = (paper_id for paper_id in (*broken, *poor) if isinstance(paper_id, ArxivId))
    found = tuple(dict.fromkeys(ids))
    return found if len(found) <= MOST else ()


def completed(announcement: Announcement, papers: Mapping[PaperId, AnnouncedPaper]) -> Announcement:
    """Return the announcement with `papers` in the place of what it lacks.

    How an entry that broke was announced follows from the section that lacks entries, else from
    its metadata, see `_types`. With nothing missing any more the announcement is judged as if it
    had been whole.
    """
    wanted = [paper_id for paper_id in lacking(announcement) if paper_id in papers]
    if not wanted:
        return announcement
    held = {entry.paper.id for entry in announcement.entries}
    mended = tuple(
        replace(entry, paper=papers[entry.paper.id].paper) if entry.paper.id in wanted else entry
        for entry in announcement.entries
    )
    broken = [papers[paper_id].paper for paper_id in wanted if paper_id not in held]
    added = tuple(map(AnnouncedPaper, broken, _types(broken, announcement)))
    whole = replace(announcement, entries=(*mended, *added))
    return _judged(whole, set(wanted))


def _types(broken: Sequence[Paper], announcement: Announcement) -> list[AnnounceType]:
    """Return how each of `broken`, in the document's order, was announced.

    The API gives the newest version: what was new on a missed day is perhaps the third by now,
    and looks replaced. So a section that states more entries than were read says more than
    metadata: each place that is free in one is taken once, first by a paper that looks like it,
    and else the strongest type's. From the end, because documents put the strongest types first.
    Where no place is free, and where the document gave no type at all, metadata decides.
    """
    free, untyped = _free(announcement), _untyped(announcement)
    found: list[AnnounceType] = []
    for paper in reversed(broken):
        kind = _inferred(paper, announcement.category)
        if paper.id not in untyped:
            kind = (
                kind if free[kind] else next((other for other in AnnounceType if free[other]), kind)
            )
            free -= Counter([kind])
        found.append(kind)
    return found[::-1]


def _free(announcement: Announcement) -> Counter[AnnounceType]:
    """Count the entries that each section states beyond those that were read."""
    expected, parsed = _by_type(announcement.expected), _by_type(announcement.parsed)
    # Feeds count an item that states no type as new (feed_parts): that is no statement.
    expected[AnnounceType.NEW] -= len(_untyped(announcement))
    return expected - parsed


def _by_type(counts: Counts) -> Counter[AnnounceType]:
    figures = (counts.new, counts.cross, counts.replace, counts.replace_cross)
    return Counter(dict(zip(AnnounceType, figures, strict=True)))


def _untyped(announcement: Announcement) -> set[PaperId]:
    held = {entry.paper.id for entry in announcement.entries}
    named = {_id(problem) for problem in announcement.problems if problem.code == "no_type"}
    return {paper_id for paper_id in named if paper_id is not None and paper_id not in held}


def _inferred(paper: Paper, category: str) -> AnnounceType:
    """Return how `category` announced the paper, as far as its metadata tells."""
    first = (paper.version or 1) == 1
    return inferred_type(first_version=first, crossed=is_crossed(paper.primary, category))


def _judged(announcement: Announcement, mended: set[PaperId]) -> Announcement:
    """Drop the problems that are mended, and judge by those that are left."""
    left = [problem for problem in announcement.problems if _id(problem) not in mended]
    if announcement.parsed.total == announcement.expected.total:
        left = [problem for problem in left if problem.code not in _COUNTS]
    if any(entry.paper.abstract for entry in announcement.entries):
        left = [problem for problem in left if problem.code != "no_abstracts"]
    count = "1 broken entry was" if len(mended) == 1 else f"{len(mended)} broken entries were"
    told = Problem("completed", f"{count} taken from arXiv's API")
    problems = bounded((told, *left))
    state = state_of(problems, empty=not announcement.entries)
    return replace(announcement, problems=problems, state=state)


def _is_poor(entry: AnnouncedPaper) -> bool:
    return not entry.paper.abstract or DAMAGE in entry.paper.title + entry.paper.abstract


def _id(problem: Problem) -> ArxivId | None:
    try:
        return ArxivId.split(problem.item or "")[0]
    except ValueError:
        return None
