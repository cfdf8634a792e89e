"""Have the wanted papers of an edition written in Chinese: one call each.

wishes ─► not yet kept ─► calls in parallel, within the budget ─► kept at once ─► ready
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from newsletter.fidelity.openings import THRESHOLD, template_share
from newsletter.keywords.match import MatchMode
from newsletter.papers import PaperId, Summary
from newsletter.ports import Summariser, Written
from newsletter.schedule import Edition, EditionState
from newsletter.services.asking import Asking, is_settled
from newsletter.services.budget import BUDGET_SPENT, Budget, Purse
from newsletter.services.closeness import Libraries
from newsletter.services.edition import LoadedEdition, load_edition
from newsletter.services.wishes import Wish, close_papers, wishes
from newsletter.storage import editions, events, subscribers, summaries
from newsletter.storage.engine import Database, Transaction

NO_BUDGET = Budget()
"""Without a limit."""
TEMPLATES = "template_openings"
"""Kind of the event, one an edition, that tells of too many openings alike."""


@dataclass(frozen=True, slots=True)
class SummariseReport:
    """What became of the papers that readers want."""

    wanted: int
    asked: int
    chinese: int
    english: int
    """Settled without a Chinese abstract: no model, refused, or failed checks."""
    pending: int
    """The model was out of reach, or the budget spent; a later tick asks again, until the
    deadline."""
    stopped: str = ""
    """Why no further calls were made, for the operator."""
    tokens: int = 0
    """Of this run's calls, asked and answered."""
    cost: Decimal = Decimal(0)
    """Of this run's calls, in the currency of the prices."""
    template_share: float = 0.0
    """Of the edition's Chinese summaries, how many open with a translationese template, 0 to 1."""


def summarise(
    database: Database,
    summariser: Summariser,
    listing_date: date,
    *,
    clock: Callable[[], datetime],
    concurrency: int = 8,
    budget: Budget = NO_BUDGET,
    time_box: timedelta | None = None,
    mode: MatchMode = MatchMode.DEFAULT,
    libraries: Libraries | None = None,
    progress: Callable[[str, int, int], None] = lambda _what, _done, _total: None,
) -> SummariseReport:
    """Summarise what is wanted and missing; then the edition is ready, unless calls are pending.

    With a `time_box` no call goes on beyond it, nor beyond `summaries_by`; without one all are
    waited for. Past its `summaries_by` the edition is made ready whatever is pending. Each
    summary is committed as it comes, with what it cost, so that a crash loses only the calls in
    flight. A paper is not asked for that another run has kept meanwhile, but one that is in
    flight in two runs is paid for twice: who calls this holds the step's lease.
    """
    with database.read() as session:
        loaded = load_edition(session, listing_date, mode)
        if loaded is None or loaded.edition.state is EditionState.COLLECTING:
            return SummariseReport(0, 0, 0, 0, 0)
        close = close_papers(session, loaded, libraries or Libraries())
        interests = subscribers.active_interests(session)
        wanted = wishes(loaded, interests, summariser.key, close)
        kept = summaries.find(session, _keys(wanted), clock())
    waits = loaded.edition.state is EditionState.SUMMARISING
    missing = [w for w in wanted if not is_settled(kept.get(w.paper.id), is_waited_for=waits)]
    purse = Purse(database, budget, clock)
    asking = Asking(database, summariser, purse, clock, progress, is_waited_for=waits)
    asking.all(missing, concurrency, _seconds(loaded.edition, time_box, clock()))
    with database.write() as session:
        return _conclude(session, loaded, wanted, asking, asked=len(missing), now=clock())


def _keys(wanted: Iterable[Wish]) -> dict[PaperId, str]:
    return {wish.paper.id: wish.key for wish in wanted}


def _seconds(edition: Edition, time_box: timedelta | None, now: datetime) -> float | None:
    """Return how long calls may go on, None for without end."""
    if time_box is None:
        return None
    limits = [time_box]
    if edition.state is EditionState.SUMMARISING and edition.summaries_by is not None:
        limits.append(max(edition.summaries_by - now, timedelta(0)))
    return min(limits).total_seconds()


def _conclude(
    session: Transaction,
    loaded: LoadedEdition,
    wanted: tuple[Wish, ...],
    asking: Asking,
    *,
    asked: int,
    now: datetime,
) -> SummariseReport:
    """Make the edition ready if nothing is waited for any more, and report."""
    edition, pending = loaded.edition, asking.outcomes["pending"]
    is_late = edition.summaries_by is not None and now >= edition.summaries_by
    is_waiting = edition.state is EditionState.SUMMARISING and pending and not is_late
    kept = summaries.find(session, _keys(wanted), now)
    if asking.is_broke and not is_waiting:
        _give_reason(session, _keys(wanted), kept, now)
    if edition.state is EditionState.SUMMARISING and not is_waiting:
        editions.set_state(session, edition.listing_date, EditionState.READY)
    share = template_share(found.summary_zh for found in kept.values() if found.summary_zh)
    _tell_templates(session, edition.listing_date, share, now)
    return SummariseReport(
        wanted=len(wanted),
        asked=asked,
        chinese=asking.outcomes["chinese"],
        english=asking.outcomes["english"],
        pending=pending,
        stopped=asking.stopped,
        tokens=asking.usage.tokens,
        cost=asking.usage.cost,
        template_share=share,
    )


def _give_reason(
    session: Transaction,
    keys: Mapping[PaperId, str],
    kept: Mapping[PaperId, Summary],
    now: datetime,
) -> None:
    """Let readers know that the budget is why a paper comes in English."""
    for paper_id, key in keys.items():
        if paper_id not in kept:
            english = Written(summary=Summary(paper_id=paper_id, reason=BUDGET_SPENT))
            summaries.keep(session, key, english, now)


def _tell_templates(session: Transaction, listing_date: date, share: float, now: datetime) -> None:
    about = listing_date.isoformat()
    if share > THRESHOLD and not events.about(session, TEMPLATES, about):
        events.record(session, TEMPLATES, now, about, share=round(share, 3))
