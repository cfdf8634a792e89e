"""Have the wanted papers of an edition written in Chinese: one call each.

readers' keywords × papers ─► wanted ─► not yet kept ─► calls in parallel ─► kept at once
"""

import asyncio
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import structlog

from newsletter.errors import ModelAccountError, ModelUnavailable, StorageError
from newsletter.keywords.match import MatchMode
from newsletter.papers import Paper, Summary
from newsletter.ports import Summariser
from newsletter.schedule import Edition, EditionState
from newsletter.services.edition import LoadedEdition, load_edition
from newsletter.storage import editions, events, subscribers, summaries
from newsletter.storage.engine import Database

_log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class SummariseReport:
    """What became of the papers that readers want."""

    wanted: int
    asked: int
    chinese: int
    english: int
    """Settled without Chinese: no model, refused, or failed checks."""
    pending: int
    """The model was out of reach; a later tick asks again until the deadline."""
    stopped: str = ""
    """Why no further calls were made, for the operator."""


def summarise(
    database: Database,
    summariser: Summariser,
    listing_date: date,
    *,
    clock: Callable[[], datetime],
    concurrency: int = 8,
    time_box: timedelta | None = None,
    mode: MatchMode = MatchMode.DEFAULT,
    progress: Callable[[str, int, int], None] = lambda _what, _done, _total: None,
) -> SummariseReport:
    """Summarise what is wanted and missing; then the edition is ready, unless calls are pending.

    With a `time_box` no call goes on beyond it, nor beyond `summaries_by`; without one all are
    waited for. Past its `summaries_by` the edition is made ready whatever is pending. Each
    summary is committed as it comes, so that a crash loses only the calls in flight.
    """
    with database.read() as session:
        loaded = load_edition(session, listing_date, mode)
        if loaded is None or loaded.edition.state is EditionState.COLLECTING:
            return SummariseReport(0, 0, 0, 0, 0)
        wanted = wanted_papers(loaded, subscribers.active_keywords(session))
        kept = summaries.find(session, wanted, summariser.version, clock())
    missing = [paper for paper in wanted if paper.id not in kept]
    seconds = _seconds(loaded.edition, time_box, clock())
    run = _Run(database, summariser, clock, progress, total=len(missing), seconds=seconds)
    if missing:
        asyncio.run(run.all(missing, concurrency))
    report = _report(run, len(wanted), len(missing))
    _make_ready(database, loaded, report, clock())
    return report


def wanted_papers(loaded: LoadedEdition, keywords: tuple[str, ...]) -> list[Paper]:
    """Return the papers that at least one keyword matches, in listing order."""
    ids = {match.paper_id for match in loaded.match(keywords)}
    return [folded.paper for folded in loaded.folded if folded.paper.id in ids]


class _Run:
    """One fan-out: what has been asked, and whether to go on asking."""

    def __init__(
        self,
        database: Database,
        summariser: Summariser,
        clock: Callable[[], datetime],
        progress: Callable[[str, int, int], None],
        *,
        total: int,
        seconds: float | None,
    ) -> None:
        self.database, self.summariser, self.clock = database, summariser, clock
        self.progress, self.total, self.seconds = progress, total, seconds
        self.outcomes: Counter[str] = Counter()
        self.stopped = ""

    async def all(self, papers: Sequence[Paper], concurrency: int) -> None:
        """Ask for all `papers`, at most `concurrency` at a time."""
        gate = asyncio.Semaphore(concurrency)
        try:
            async with (
                asyncio.timeout(self.seconds),
                self.summariser,
                asyncio.TaskGroup() as group,
            ):
                for paper in papers:
                    group.create_task(self.one(paper, gate))
        except TimeoutError:
            _log.warning("summaries_cut_off", seconds=self.seconds)
        self.outcomes["pending"] = len(papers) - self.settled

    async def one(self, paper: Paper, gate: asyncio.Semaphore) -> None:
        """Ask for one paper and keep the answer."""
        async with gate:
            if self.stopped:
                return
            try:
                summary = await self.summariser.summarise(paper)
            except ModelAccountError as error:
                self._stop(error)
                return
            except ModelUnavailable as error:
                _log.warning("summary_pending", paper=paper.id.value, error=str(error))
                return
            except Exception:  # noqa: BLE001 # one paper's defect must not end the others
                _log.exception("summary_defect", paper=paper.id.value)
                return
        self._keep(paper, summary)
        self.progress(f"arXiv:{paper.id.value}", self.settled, self.total)

    @property
    def settled(self) -> int:
        """Count the papers that ended with a summary or with a reason for having none."""
        return self.outcomes["chinese"] + self.outcomes["english"]

    def _keep(self, paper: Paper, summary: Summary) -> None:
        try:
            with self.database.write() as session:
                summaries.keep(session, paper, self.summariser.version, summary, self.clock())
        except StorageError as error:
            # Out of a task group this would end every other call, and as an ExceptionGroup.
            _log.error("summary_not_kept", paper=paper.id.value, error=str(error))
            return
        self.outcomes["chinese" if summary.is_chinese else "english"] += 1

    def _stop(self, error: ModelAccountError) -> None:
        if not self.stopped:
            self.stopped = str(error)
            _log.error("model_stopped", error=str(error))
            with suppress(StorageError), self.database.write() as session:
                events.record(session, "model_stopped", self.clock(), error=str(error))


def _seconds(edition: Edition, time_box: timedelta | None, now: datetime) -> float | None:
    """Return how long calls may go on, None for without end."""
    if time_box is None:
        return None
    limits = [time_box]
    if edition.state is EditionState.SUMMARISING and edition.summaries_by is not None:
        limits.append(max(edition.summaries_by - now, timedelta(0)))
    return min(limits).total_seconds()


def _report(run: _Run, wanted: int, asked: int) -> SummariseReport:
    return SummariseReport(
        wanted=wanted,
        asked=asked,
        chinese=run.outcomes["chinese"],
        english=run.outcomes["english"],
        pending=run.outcomes["pending"],
        stopped=run.stopped,
    )


def _make_ready(
    database: Database,
    loaded: LoadedEdition,
    report: SummariseReport,
    now: datetime,
) -> None:
    edition = loaded.edition
    is_late = edition.summaries_by is not None and now >= edition.summaries_by
    if edition.state is EditionState.SUMMARISING and (is_late or not report.pending):
        with database.write() as session:
            editions.set_state(session, edition.listing_date, EditionState.READY)
