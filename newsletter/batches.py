"""Whether an announcement is new, or an older one under a new date.

On 13 dates in ten months arXiv's feeds repeated papers under a new `pubDate`; on 2026-08-12
cs.AI served the whole batch of the day before, and those who trusted the date missed 212 papers.
Only the ids give it away: a paper is announced as new, or cross-listed to a category, once.

document + batch before ─► against_previous ─► the same, STALLED, or without what is repeated
"""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date

from newsletter.papers import (
    AnnouncedPaper,
    Announcement,
    AnnouncementState,
    AnnounceType,
    PaperId,
    Problem,
)

_ONCE = frozenset({AnnounceType.NEW, AnnounceType.CROSS})
"""Types under which one category announces a paper once; replacements may follow each other."""


@dataclass(frozen=True, slots=True)
class Batch:
    """What one category announced on an earlier listing date."""

    listing_date: date
    papers: Collection[tuple[PaperId, AnnounceType]]


def against_previous(announcement: Announcement, previous: Batch | None) -> Announcement:
    """Return the announcement, judged against the batch before it.

    STALLED, with the problem `stale`, where more than half of its new papers and cross-lists
    stood in `previous` with the same type: it is that batch under another date. Fewer are left
    out, with the problem `repeated`, because readers have had them.
    """
    if previous is None or announcement.state is AnnouncementState.STALLED:
        return announcement
    known = frozenset(previous.papers)
    repeated = [entry for entry in announcement.entries if _is_repeated(entry, known)]
    if not repeated:
        return announcement
    once = sum(entry.type in _ONCE for entry in announcement.entries)
    what = f"{len(repeated)} of {once} papers stood in the announcement of {previous.listing_date}"
    if 2 * len(repeated) > once:
        stale = Problem("stale", f"an old batch under a new date: {what}")
        return replace(
            announcement,
            state=AnnouncementState.STALLED,
            problems=(stale, *announcement.problems),
        )
    kept = tuple(entry for entry in announcement.entries if not _is_repeated(entry, known))
    problem = Problem("repeated", f"{what}; they are left out")
    return replace(announcement, entries=kept, problems=(*announcement.problems, problem))


def _is_repeated(entry: AnnouncedPaper, known: Collection[tuple[PaperId, AnnounceType]]) -> bool:
    return entry.type in _ONCE and (entry.paper.id, entry.type) in known
