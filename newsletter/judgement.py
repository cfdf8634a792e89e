"""What an announcement is worth: a pure function of calendar, document and the batch before.

    document ─ of another day? ─ empty where a batch is due? ─ old under a new date? ─► its state

A source says what its document holds; only here is it known which day was wanted, whether arXiv
announces anything on it, and what was announced before.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Final

from newsletter.batches import Batch, against_earlier
from newsletter.calendar import Calendar
from newsletter.papers import Announcement, AnnouncementState, DocumentKind, Problem

SETTLED: Final = frozenset({AnnouncementState.FRESH, AnnouncementState.QUIET})
"""Nothing more is to be asked for."""

METADATA: Final = frozenset({DocumentKind.OAI, DocumentKind.API})
"""Kinds that know papers and no announcements: they prove nothing to be whole."""

PLAUSIBLY_QUIET: Final = 20
"""Papers of the batch before, up to which an empty announcement is believed: small categories
have quiet days, and cs.OS may have one paper; none of this size has had a day without any in
the recordings."""


def judge(
    announcement: Announcement, wanted: date, calendar: Calendar, earlier: Sequence[Batch]
) -> Announcement:
    """Return the announcement in the state that it deserves for the listing date `wanted`.

    FRESH needs the date and the count. Another date is STALLED, and on a day without mailing
    QUIET: arXiv keeps Friday's page over the weekend. `earlier` are the category's batches before
    `wanted` that are known, newest first.
    """
    why_not = calendar.why_not(wanted)
    if announcement.state is AnnouncementState.STALLED:
        return _of_another_day(announcement, why_not)
    if announcement.state not in SETTLED:
        return against_earlier(announcement, earlier)
    if announcement.listing_date != wanted or announcement.kind in METADATA:
        undated = Problem("no_date", "nothing in the document proves which announcement it is")
        return _with(announcement, AnnouncementState.WAITING, undated)
    if announcement.state is AnnouncementState.QUIET:
        return _empty(announcement, why_not, earlier)
    if why_not:
        told = Problem("unexpected", f"announced although the calendar says {why_not}")
        announcement = replace(announcement, problems=(told, *announcement.problems))
    return against_earlier(announcement, earlier)


def _of_another_day(announcement: Announcement, why_not: str | None) -> Announcement:
    if why_not is None:
        return announcement
    shown = announcement.listing_date
    what = f"{why_not}; the document is still that of {shown:%A} {shown}" if shown else why_not
    none = replace(announcement, entries=(), problems=())
    return _with(none, AnnouncementState.QUIET, Problem("no_announcement", what))


def _empty(
    announcement: Announcement, why_not: str | None, earlier: Sequence[Batch]
) -> Announcement:
    """Doubt an empty page of a category that is never quiet.

    It was asked for too early, or arXiv keeps such an answer of its own; or the evening had no
    mailing and no calendar knew. Nobody can tell, so that it is asked for again, and said.
    """
    papers = len(earlier[0].papers) if earlier else 0
    if why_not or papers <= PLAUSIBLY_QUIET:
        return announcement
    what = f"arXiv shows nothing for this day, where the announcement before held {papers} papers"
    return _with(announcement, AnnouncementState.WAITING, Problem("empty", what))


def _with(announcement: Announcement, state: AnnouncementState, problem: Problem) -> Announcement:
    problems = (problem, *announcement.problems)
    return replace(announcement, state=state, problems=problems)
