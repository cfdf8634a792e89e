"""Papers that a document names and does not hold, completed from another source.

announcement ─ lacking ─► ids ─ the search API ─► papers ─ completed ─► announcement
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from newsletter.papers import AnnouncedPaper, Announcement, ArxivId, PaperId, Problem
from newsletter.sources.metadata import inferred_type
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

    How an entry that broke was announced is inferred: by its version, and by its primary
    category. With nothing missing any more the announcement is judged as if it had been whole.
    """
    wanted = [paper_id for paper_id in lacking(announcement) if paper_id in papers]
    if not wanted:
        return announcement
    held = {entry.paper.id for entry in announcement.entries}
    mended = tuple(
        replace(entry, paper=papers[entry.paper.id].paper) if entry.paper.id in wanted else entry
        for entry in announcement.entries
    )
    added = tuple(
        _typed(papers[paper_id], announcement.category)
        for paper_id in wanted
        if paper_id not in held
    )
    whole = replace(announcement, entries=(*mended, *added))
    return _judged(whole, set(wanted))


def _typed(found: AnnouncedPaper, category: str) -> AnnouncedPaper:
    """Return how `category` announced the paper, as far as its metadata tells."""
    paper = found.paper
    is_inside = f"{paper.primary}.".startswith(f"{category}.")
    first = (paper.version or 1) == 1
    crossed = bool(category) and not is_inside
    return AnnouncedPaper(paper, inferred_type(first_version=first, crossed=crossed))


def _judged(announcement: Announcement, mended: set[PaperId]) -> Announcement:
    """Drop the problems that are mended, and judge by those that are left."""
    left = [problem for problem in announcement.problems if _id(problem) not in mended]
    if announcement.parsed.total == announcement.expected.total:
        left = [problem for problem in left if problem.code not in _COUNTS]
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
