"""Ask arXiv's sources about one announcement, in order, until one is whole.

sources that have it by now ─► fetch ─► judge ─┬─ whole: enough
                                                └─ not: the next source stands in
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

import structlog

from newsletter.batches import Batch
from newsletter.calendar import Calendar, announced_at
from newsletter.errors import SourceError
from newsletter.evidence import Finding, best
from newsletter.judgement import SETTLED, judge
from newsletter.papers import (
    AnnouncedPaper,
    Announcement,
    AnnouncementState,
    ArxivId,
    PaperId,
    Problem,
)
from newsletter.ports import PaperSource
from newsletter.sources.completion import completed, lacking
from newsletter.storage import events
from newsletter.storage.engine import Database

Lookup = Callable[[Sequence[ArxivId]], Mapping[PaperId, AnnouncedPaper]]
"""Gives papers by their ids, such as arXiv's search API; raises `SourceError`."""

STAND_IN_EVERY = timedelta(minutes=30)
"""Between two questions to one source that only stands in: forty feeds are not to be asked every
ten minutes because a listing is late."""
_SLACK = timedelta(minutes=1)
SOURCE_FAILED = "source_failed"
"""Code of the problem that a source, the problem's item, gave nothing at the last poll."""
ASKED = "stand_in_asked"
"""Kind of the event that notes when a source was asked to stand in."""

_log = structlog.get_logger()


@dataclass(slots=True)
class Answers:
    """What came of asking, and what failed."""

    findings: list[Finding] = field(default_factory=list)
    failures: list[Problem] = field(default_factory=list)

    @property
    def is_settled(self) -> bool:
        """Say whether what is to be believed is whole."""
        chosen = best(self.findings)
        return chosen is not None and chosen.announcement.state in SETTLED


@dataclass(slots=True)
class Inquiry:
    """One poll for one listing date: who is asked, and by what an answer is judged."""

    sources: Sequence[PaperSource]
    listing_date: date
    calendar: Calendar
    lookup: Lookup | None = None
    """Completes what a document names and does not hold."""
    asks_all: bool = False
    """Go on where a source is whole: the others are asked as a check."""
    asked: set[str] = field(default_factory=set)
    """The names of those that were asked so far."""

    def about(self, category: str, earlier: Sequence[Batch]) -> Answers:
        """Ask the sources about `category`; a source that fails is a problem and no error.

        A document is completed before it is judged: one that is old stays so.
        """
        answers = Answers()
        if not self.sources:
            too_early = "no source has it yet at this hour"
            answers.failures.append(Problem(SOURCE_FAILED, too_early))
        for source in self.sources:
            self.asked.add(source.name)
            found = _fetch(source, category, self.listing_date)
            if isinstance(found, Problem):
                answers.failures.append(found)
                continue
            whole = _completed(found, self.lookup)
            judged = judge(whole, self.listing_date, self.calendar, earlier)
            answers.findings.append(Finding(source.name, judged, source.lacks))
            if answers.is_settled and not self.asks_all:
                break
        return answers


def due_sources(
    database: Database, sources: Sequence[PaperSource], listing_date: date, now: datetime
) -> tuple[PaperSource, ...]:
    """Return the sources to ask at `now` (aware).

    Those that do not have the announcement yet are left out, and all but the first for half an
    hour after they were asked, see `note_asked`.
    """
    ready = [s for s in sources if now >= announced_at(listing_date) + s.opens_after]
    with database.read() as session:
        last = {s.name: events.last(session, ASKED, _subject(listing_date, s.name)) for s in ready}
    return tuple(s for s in ready if s is sources[0] or _is_rested(last[s.name], now))


def note_asked(database: Database, names: Iterable[str], listing_date: date, now: datetime) -> None:
    """Note when the sources of these names were asked."""
    with database.write() as session:
        for name in sorted(names):
            events.record(session, ASKED, now, _subject(listing_date, name))


def _subject(listing_date: date, name: str) -> str:
    return f"{listing_date} {name}"


def _is_rested(last: datetime | None, now: datetime) -> bool:
    return last is None or now - last >= STAND_IN_EVERY - _SLACK


def _completed(announcement: Announcement, lookup: Lookup | None) -> Announcement:
    """Return the announcement with what it names and does not hold, as far as `lookup` has it."""
    wanted = lacking(announcement)
    if lookup is None or not wanted or announcement.state is AnnouncementState.STALLED:
        return announcement
    try:
        return completed(announcement, lookup(wanted))
    except SourceError as error:
        _log.warning("lookup_failed", category=announcement.category, error=str(error))
    except Exception:  # noqa: BLE001 # a stand-in's defect must not cost what it stands in for
        _log.exception("lookup_defect", category=announcement.category)
    return announcement


def _fetch(source: PaperSource, category: str, listing_date: date) -> Announcement | Problem:
    bound = {"category": category, "source": source.name}
    try:
        return source.fetch(category, listing_date)
    except SourceError as error:
        _log.warning("source_failed", error=str(error), **bound)
        return Problem(SOURCE_FAILED, error.what, source.name)
    except Exception as error:  # noqa: BLE001 # one page's defect must not cost the others
        _log.exception("source_defect", **bound)
        return Problem(SOURCE_FAILED, f"{source.name}: {type(error).__name__}", source.name)


def remarks(kept: Announcement, source: str, answers: Answers) -> Iterator[str]:
    """Say what is wrong with what is kept, and why other sources were passed over."""
    yield from (problem.message for problem in kept.problems if problem not in answers.failures)
    stood_in = [f.lacks for f in answers.findings if f.source == source and f.lacks]
    yield from (f"{source} leaves out {lacks}" for lacks in stood_in)
    others = (f for f in answers.findings if f.source != source and f.remark)
    yield from (finding.remark for finding in others)
    yield from (problem.message for problem in answers.failures)
