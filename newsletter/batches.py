"""Whether an announcement is new, or an older one under a new date.

On 13 dates in ten months arXiv's feeds repeated papers under a new `pubDate`; on 2026-08-12
cs.AI served the whole batch of the day before, and those who trusted the date missed 212 papers.
Only the ids give it away: a paper is announced as new, or cross-listed to a category, once.

document + batches before ─► against_earlier ─► the same, STALLED, or without what is repeated
"""

from collections.abc import Iterable, Sequence
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

TOLERATED = 2
"""New papers that may be repeated before a document is doubted as a whole: with a batch of
hundreds behind it one oddity is no old feed, and three are."""

Pair = tuple[PaperId, AnnounceType]


@dataclass(frozen=True, slots=True)
class Batch:
    """What one category announced on an earlier listing date."""

    listing_date: date
    papers: frozenset[Pair]


def against_earlier(announcement: Announcement, earlier: Sequence[Batch]) -> Announcement:
    """Return the announcement, judged against the batches before it (newest first).

    STALLED, with the problem `stale`, where more than half of its new papers and cross-lists
    stood in one of them, or in several, with the same type: it is old under another date. Fewer
    are left out, with the problem `repeated`, because readers have had them; and more than
    `TOLERATED` new ones among them leave it WAITING, with the problem `partly_stale`: one old
    feed of forty stands for papers that are missing, however many others are right.
    """
    repeated = [entry for entry in announcement.entries if _is_repeated(entry, earlier)]
    if not repeated or announcement.state is AnnouncementState.STALLED:
        return announcement
    once = sum(entry.type in _ONCE for entry in announcement.entries)
    what = f"{len(repeated)} of {once} papers stood in {_named(repeated, earlier)}"
    if 2 * len(repeated) > once:
        stale = Problem("stale", f"an old batch under a new date: {what}")
        problems = (stale, *announcement.problems)
        return replace(announcement, state=AnnouncementState.STALLED, problems=problems)
    kept = tuple(entry for entry in announcement.entries if entry not in repeated)
    return _without(announcement, kept, repeated, f"{what}; they are left out")


def is_old(papers: Iterable[Pair], earlier: Batch) -> bool:
    """Say whether what was believed to be new is `earlier`, which was learnt of since."""
    once = [pair for pair in papers if pair[1] in _ONCE]
    return 2 * len(earlier.papers.intersection(once)) > len(once)


def _without(
    announcement: Announcement,
    kept: tuple[AnnouncedPaper, ...],
    repeated: Sequence[AnnouncedPaper],
    what: str,
) -> Announcement:
    new = sum(entry.type is AnnounceType.NEW for entry in repeated)
    is_doubted = new > TOLERATED and announcement.state is AnnouncementState.FRESH
    problem = Problem("partly_stale" if is_doubted else "repeated", what)
    state = AnnouncementState.WAITING if is_doubted else announcement.state
    problems = (*announcement.problems, problem)
    return replace(announcement, entries=kept, state=state, problems=problems)


def _is_repeated(entry: AnnouncedPaper, earlier: Sequence[Batch]) -> bool:
    pair = entry.paper.id, entry.type
    return entry.type in _ONCE and any(pair in batch.papers for batch in earlier)


def _named(repeated: Sequence[AnnouncedPaper], earlier: Sequence[Batch]) -> str:
    """Name the batch that holds the most of what is repeated."""
    pairs = {(entry.paper.id, entry.type) for entry in repeated}
    most = max(earlier, key=lambda batch: len(batch.papers & pairs))
    return f"the announcement of {most.listing_date}"
