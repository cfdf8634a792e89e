"""What several sources say of one announcement, brought together.

findings (source, announcement) ─ best ─ joined ─► the one to keep, and remarks on the others
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from newsletter.judgement import METADATA, SETTLED
from newsletter.papers import (
    AnnouncedPaper,
    Announcement,
    AnnouncementState,
    AnnounceType,
    PaperId,
    Problem,
    merge,
)

# From best to worst: what is kept when no source is whole.
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
    """Return the finding to believe: by state, documents before metadata, then by papers."""
    return min(findings, key=_rank, default=None)


def _rank(finding: Finding) -> tuple[bool, bool, int, int]:
    announcement = finding.announcement
    is_metadata = announcement.kind in METADATA
    order = _PREFERENCE.index(announcement.state)
    return not finding.is_todays, is_metadata, order, -announcement.parsed.total


def joined(kept: Announcement, findings: Iterable[Finding]) -> Announcement:
    """Return `kept`, with the papers that other findings of the day have and it has not.

    A source that calls itself whole is not, while another one shows a new paper or a cross-list
    that it does not have: feeds have been stale or short under a good date. A document of another
    date says nothing about this one, and its papers are not today's.
    """
    documents = [f.announcement for f in findings if f.is_todays]
    own = [kept] if kept.state is not AnnouncementState.STALLED else []
    entries = _merged([*own, *documents])
    missing = counted_ids(entries) - counted_ids(kept.entries if own else ())
    if own and not missing:
        return kept
    if not entries:
        return replace(kept, entries=())
    what = f"{len(missing)} papers stand in another document only"
    problem = Problem("sources_disagree", what)
    state = AnnouncementState.WAITING if kept.state in SETTLED else kept.state
    return replace(kept, entries=entries, state=state, problems=(*kept.problems, problem))


def _merged(announcements: Sequence[Announcement]) -> tuple[AnnouncedPaper, ...]:
    """Return each paper once; an inferred type never outweighs one that was announced."""
    announced = merge(one for one in announcements if one.kind not in METADATA)
    known = {entry.paper.id for entry in announced}
    inferred = merge(one for one in announcements if one.kind in METADATA)
    return (*announced, *(entry for entry in inferred if entry.paper.id not in known))


def counted_ids(entries: Iterable[AnnouncedPaper]) -> set[PaperId]:
    """Return the ids of the papers that count for readers."""
    return {entry.paper.id for entry in entries if entry.type in COUNTED}
