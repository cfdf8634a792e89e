"""What several sources say of one announcement, brought together.

findings (source, announcement) ─ best ─ joined ─► the one to keep, and remarks on the others
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import chain

from newsletter.judgement import METADATA, SETTLED
from newsletter.papers import (
    AnnouncedPaper,
    Announcement,
    AnnouncementState,
    AnnounceType,
    PaperId,
    Problem,
    strongest,
)

# From best to worst, among documents that brought the same number of papers.
_PREFERENCE = (
    AnnouncementState.FRESH,
    AnnouncementState.QUIET,
    AnnouncementState.WAITING,
    AnnouncementState.FAILED,
    AnnouncementState.STALLED,
)
COUNTED = frozenset({AnnounceType.NEW, AnnounceType.CROSS})
"""Types that count for readers; feeds leave some replacements out."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What one source gave, judged."""

    source: str
    announcement: Announcement
    lacks: str = ""
    """What is known to be missing from this source, in English."""

    @property
    def is_todays(self) -> bool:
        """Say whether its entries are of the day that was wanted."""
        return self.announcement.state is not AnnouncementState.STALLED

    @property
    def remark(self) -> str:
        """Say why it was passed over, empty where nothing is wrong with it."""
        problems = self.announcement.problems
        return f"{self.source} passed over: {problems[0].message}" if problems else ""


def best(findings: Iterable[Finding]) -> Finding | None:
    """Return the finding to believe; of equals, the first.

    Of the day that was wanted, documents before metadata, and FRESH before anything else; then
    the one that brought the most papers: an empty document outweighs no damaged one that holds
    some.
    """
    return min(findings, key=_rank, default=None)


def _rank(finding: Finding) -> tuple[bool, bool, bool, int, int]:
    announcement = finding.announcement
    return (
        not finding.is_todays,
        announcement.kind in METADATA,
        announcement.state is not AnnouncementState.FRESH,
        -announcement.parsed.total,
        _PREFERENCE.index(announcement.state),
    )


def joined(
    kept: Announcement, findings: Iterable[Finding], *, keeps_inferred: bool = False
) -> Announcement:
    """Return `kept`, with the papers that other findings of the day have and it has not.

    A source that calls itself whole is not, while another one shows a new paper or a cross-list
    that it does not have: feeds have been stale or short under a good date. A document of another
    date says nothing about this one, and its papers are not today's. What metadata alone names
    is dropped where a whole document has papers and has not this one, unless `keeps_inferred`:
    it was changed that day, and announced on another.
    """
    documents = [f.announcement.entries for f in findings if f.is_todays]
    own = [kept.entries] if kept.state is not AnnouncementState.STALLED else []
    entries = _merged(chain(*own, *documents))
    if kept.state is AnnouncementState.FRESH and not keeps_inferred:
        entries = tuple(entry for entry in entries if not entry.is_inferred)
    missing = counted_ids(entries) - counted_ids(kept.entries if own else ())
    if own and not missing:
        return kept
    if not entries:
        return replace(kept, entries=())
    stand = "1 paper stands" if len(missing) == 1 else f"{len(missing)} papers stand"
    what = f"{stand} in another source only"
    problem = Problem("sources_disagree", what)
    state = AnnouncementState.WAITING if kept.state in SETTLED else kept.state
    return replace(kept, entries=entries, state=state, problems=(*kept.problems, problem))


def _merged(entries: Iterable[AnnouncedPaper]) -> tuple[AnnouncedPaper, ...]:
    """Return each paper once; an inferred type never outweighs one that was announced."""
    listed = list(entries)
    announced = strongest(entry for entry in listed if not entry.is_inferred)
    known = {entry.paper.id for entry in announced}
    inferred = strongest(entry for entry in listed if entry.is_inferred)
    return (*announced, *(entry for entry in inferred if entry.paper.id not in known))


def counted_ids(entries: Iterable[AnnouncedPaper]) -> set[PaperId]:
    """Return the ids of the papers that count for readers."""
    return {entry.paper.id for entry in entries if entry.type in COUNTED}
