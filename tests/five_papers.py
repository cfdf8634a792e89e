"""Five papers that one reader wants, run after run, each call at a thousand tokens."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

from builders import Morning, add_reader, paper
from fakes import ANNOUNCED_AT, LISTING_DATE, FakeSummariser

from newsletter.papers import Paper
from newsletter.ports import Written
from newsletter.schedule import EditionState
from newsletter.services.budget import Budget
from newsletter.services.summarise import SummariseReport, summarise
from newsletter.spending import Usage
from newsletter.storage import editions, events, spending, summaries
from newsletter.storage.engine import Database

CALL = Usage(
    calls=1,
    prompt_tokens=800,
    cached_tokens=600,
    completion_tokens=200,
    cost=Decimal("0.25"),
)
PAPERS = tuple(paper(number, title=f"Quantum walks {number}") for number in range(1, 6))


def announce_five(morning: Morning) -> Morning:
    """Return the morning with five papers that one reader wants; each costs a thousand tokens."""
    add_reader(morning.database, "ada", "quantum")
    morning.announce(*PAPERS)
    morning.summariser.usage = CALL
    return morning


def run(
    morning: Morning, budget: Budget, concurrency: int = 1, time_box: timedelta | None = None
) -> SummariseReport:
    """Summarise the edition within `budget`, one call at a time by default."""
    return summarise(
        morning.database,
        morning.summariser,
        LISTING_DATE,
        clock=morning.clock,
        concurrency=concurrency,
        budget=budget,
        time_box=time_box,
    )


def state(morning: Morning) -> EditionState:
    """Return where the edition stands."""
    with morning.database.read() as session:
        edition = editions.find(session, LISTING_DATE)
    assert edition is not None
    return edition.state


def spent(database: Database) -> Usage:
    """Return what the day of the announcement has cost."""
    with database.read() as session:
        return spending.spent(session, ANNOUNCED_AT.date())


def reasons(morning: Morning) -> list[str]:
    """Return why Chinese is missing, of each paper of which something is kept."""
    keys = {each.id: morning.summariser.key(each) for each in PAPERS}
    with morning.database.read() as session:
        return [one.reason for one in summaries.find(session, keys, None).values()]


def details(morning: Morning, kind: str) -> list[dict[str, object]]:
    """Return what the events of a kind say."""
    with morning.database.read() as session:
        return [event.detail for event in events.of_kind(session, kind)]


class Costly(FakeSummariser):
    """Fails after something was spent."""

    error: type[BaseException] = RuntimeError

    async def summarise(
        self,
        paper: Paper,
        keywords: tuple[str, ...] = (),
        spend: Callable[[Usage], None] | None = None,
    ) -> Written:
        """Say what the call consumed, and raise."""
        self.asked.append(paper.id)
        assert spend is not None
        spend(CALL)
        raise self.error("status 503")
