"""Fetch what was announced.

collect ─► for each category: sources in order until one is whole ─► keep the best
─► all settled, or the wait is over ─► the edition may be summarised
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

import structlog

from newsletter.batches import Batch, against_previous
from newsletter.errors import SourceError
from newsletter.papers import (
    AnnouncedPaper,
    Announcement,
    AnnouncementState,
    AnnounceType,
    ArxivId,
    Counts,
    DocumentKind,
    Problem,
    merge,
)
from newsletter.ports import PaperSource
from newsletter.schedule import EditionState
from newsletter.storage import editions, events, papers
from newsletter.storage.engine import Database, Transaction
from newsletter.storage.papers import KeptAnnouncement
from newsletter.timeline import Moment

SETTLED = frozenset({AnnouncementState.FRESH, AnnouncementState.QUIET})
POLLED = "polled"
"""Kind of the event that records each poll, with the listing date as its subject."""
ANNOUNCEMENT = "announcement"
"""Kind of the event that records a change of what is known, with the same subject."""

# From best to worst: what is kept when no source is whole.
_PREFERENCE = (
    AnnouncementState.FRESH,
    AnnouncementState.QUIET,
    AnnouncementState.WAITING,
    AnnouncementState.FAILED,
    AnnouncementState.STALLED,
)
_log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class CollectReport:
    """What is known of a listing date after a poll."""

    listing_date: date
    announcements: tuple[KeptAnnouncement, ...]
    is_settled: bool
    """Every category is whole or known to be empty."""


def collect(
    database: Database,
    sources: Sequence[PaperSource],
    categories: Sequence[str],
    listing_date: date,
    *,
    clock: Callable[[], datetime],
    progress: Callable[[str, int, int], None] = lambda _what, _done, _total: None,
) -> CollectReport:
    """Ask for every category that is not settled yet, and keep what comes.

    A source that fails is a problem of its category, never of the others. Whatever could be
    read is kept, and a poll that brings less of it, or nothing, takes nothing away. Raises
    `StorageError` only.
    """
    with database.write() as session:
        editions.open_edition(session, listing_date)
        events.record(session, POLLED, clock(), listing_date.isoformat())
        known = {kept.category: kept for kept in papers.announcements(session, listing_date)}
    for done, category in enumerate(categories):
        progress(category, done, len(categories))
        if category not in known or known[category].state not in SETTLED:
            held = known.get(category)
            _collect_category(database, sources, category, listing_date, clock(), held=held)
    progress("", len(categories), len(categories))
    with database.read() as session:
        kept = papers.announcements(session, listing_date)
    settled = {row.category for row in kept if row.state in SETTLED}
    return CollectReport(listing_date, kept, settled.issuperset(categories))


def finish_collecting(
    database: Database,
    listing_date: date,
    *,
    now: datetime,
    summary_wait: timedelta,
) -> None:
    """End collecting: what is missing now is said in the mails. Does nothing a second time."""
    with database.write() as session:
        edition = editions.open_edition(session, listing_date)
        if edition.state is EditionState.COLLECTING:
            editions.set_collected(session, listing_date, now, now + summary_wait)
            for kept in papers.announcements(session, listing_date):
                if kept.state not in SETTLED:
                    detail = {"listing_date": listing_date.isoformat(), "state": kept.state.value}
                    events.record(session, "announcement_not_whole", now, kept.category, **detail)


def _collect_category(
    database: Database,
    sources: Sequence[PaperSource],
    category: str,
    listing_date: date,
    now: datetime,
    *,
    held: KeptAnnouncement | None,
) -> None:
    with database.read() as session:
        previous = papers.previous_batch(session, listing_date, category)
    found, failures = _ask(sources, category, listing_date, previous)
    source, best = _best(found) or ("", _nothing(category, listing_date))
    others = [announcement for _, announcement in found]
    if held is not None:
        earlier = _held(database, listing_date, held)
        others.append(earlier)
        brings_less = best.parsed.total < earlier.parsed.total
        is_old = best.state is AnnouncementState.STALLED
        if best.state not in SETTLED and earlier.entries and (is_old or brings_less):
            source, best = held.source, earlier
    keep = _reconcile(best, others, category, listing_date)
    if keep.state not in SETTLED:
        keep = replace(keep, problems=(*keep.problems, *failures))
    moment = Moment(
        at=now,
        category=category,
        state=keep.state,
        source=source,
        parsed=keep.parsed.total,
        expected=keep.expected.total,
        remarks=_remarks(keep, source, found, failures),
    )
    with database.write() as session:
        papers.keep_announcement(session, keep, listing_date, source, now)
        _tell(session, listing_date, moment)
    _log.info(
        "announcement_fetched",
        category=category,
        listing_date=listing_date.isoformat(),
        state=keep.state.value,
        source=source,
        parsed=keep.parsed.total,
        expected=keep.expected.total,
    )


def timeline(database: Database, listing_date: date) -> tuple[Moment, ...]:
    """Return what became known of a listing date, oldest first."""
    with database.read() as session:
        return _moments(session, listing_date)


def _moments(session: Transaction, listing_date: date) -> tuple[Moment, ...]:
    told = events.about(session, ANNOUNCEMENT, listing_date.isoformat())
    return tuple(Moment.unpacked(event.at, event.detail) for event in told)


def _tell(session: Transaction, listing_date: date, moment: Moment) -> None:
    """Write the moment down unless the last one of its category says the same."""
    told = [one for one in _moments(session, listing_date) if one.category == moment.category]
    if moment.is_news_after(told[-1] if told else None):
        events.record(session, ANNOUNCEMENT, moment.at, listing_date.isoformat(), **moment.packed())


def _remarks(
    keep: Announcement,
    source: str,
    found: Sequence[tuple[str, Announcement]],
    failures: Sequence[Problem],
) -> tuple[str, ...]:
    """Say what is wrong with what is kept, and why other sources were passed over."""
    own = [problem.message for problem in keep.problems if problem not in failures]
    others = [
        f"{name} passed over: {announcement.problems[0].message}"
        for name, announcement in found
        if name != source and announcement.problems
    ]
    return (*own, *others, *(problem.message for problem in failures))


def _reconcile(
    best: Announcement,
    others: Sequence[Announcement],
    category: str,
    listing_date: date,
) -> Announcement:
    """Return `best`, joined with what `others` of the same day have and it has not.

    A source that calls itself whole is not, while another one shows a new paper or a cross-list
    that it does not have: feeds have been stale or short under a good date. A page of another
    date says nothing about this one, and its papers are not today's.
    """
    todays = [one for one in (best, *others) if one.state is not AnnouncementState.STALLED]
    entries = merge(todays)
    keep = replace(best, category=category, listing_date=listing_date)
    if best.state is AnnouncementState.STALLED and not entries:
        return replace(keep, entries=())
    missing = _wanted_ids(entries) - _wanted_ids(best.entries)
    if best.state is not AnnouncementState.STALLED and not missing:
        return keep
    problem = Problem("sources_disagree", f"{len(missing)} papers stand in another document only")
    state = AnnouncementState.WAITING if best.state in SETTLED else best.state
    return replace(keep, entries=entries, state=state, problems=(*best.problems, problem))


def _wanted_ids(entries: Iterable[AnnouncedPaper]) -> set[ArxivId]:
    """Return the papers that count for readers; feeds leave some replacements out."""
    return {e.paper.id for e in entries if e.type in {AnnounceType.NEW, AnnounceType.CROSS}}


def _held(database: Database, listing_date: date, kept: KeptAnnouncement) -> Announcement:
    """Return what an earlier poll brought, as an announcement."""
    with database.read() as session:
        entries = papers.announced_in(session, listing_date, kept.category)
    return Announcement(
        kind=DocumentKind.LISTING,
        category=kept.category,
        listing_date=listing_date,
        state=kept.state if entries else AnnouncementState.STALLED,
        expected=kept.expected,
        entries=entries,
        problems=kept.problems,
    )


def _ask(
    sources: Sequence[PaperSource],
    category: str,
    listing_date: date,
    previous: Batch | None,
) -> tuple[list[tuple[str, Announcement]], list[Problem]]:
    """Ask sources in order until one is whole; return what came and what failed.

    An answer that repeats the `previous` batch is not whole, whatever its date says.
    """
    found: list[tuple[str, Announcement]] = []
    failures: list[Problem] = []
    for source in sources:
        try:
            announcement = against_previous(source.fetch(category, listing_date), previous)
        except SourceError as error:
            failures.append(Problem(type(error).__name__, str(error)))
            _log.warning("source_failed", category=category, source=source.name, error=str(error))
            continue
        except Exception as error:  # noqa: BLE001 # one page's defect must not cost the others
            failures.append(Problem("defect", f"{source.name}: {type(error).__name__}"))
            _log.exception("source_defect", category=category, source=source.name)
            continue
        found.append((source.name, announcement))
        if announcement.state in SETTLED:
            break
    return found, failures


def _best(found: Iterable[tuple[str, Announcement]]) -> tuple[str, Announcement] | None:
    ranked = sorted(
        found,
        key=lambda pair: (_PREFERENCE.index(pair[1].state), -pair[1].parsed.total),
    )
    return ranked[0] if ranked else None


def _nothing(category: str, listing_date: date) -> Announcement:
    return Announcement(
        kind=DocumentKind.LISTING,
        category=category,
        listing_date=listing_date,
        state=AnnouncementState.FAILED,
        expected=Counts(),
        entries=(),
    )
