"""arXiv is left alone after refusals: how long, by all processes, and what ends it."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import httpx
import pytest
from fakes import Clock
from hypothesis import given
from hypothesis import strategies as st
from sources_server import Arxiv, Reply, serve
from structlog.testing import capture_logs

from newsletter.errors import CircuitOpen, SourceRefused, SourceUnavailable
from newsletter.services.circuit import SharedMemory
from newsletter.services.exclusive import ArxivLock
from newsletter.sources.backoff import Record, after_failure, backoff
from newsletter.sources.circuit import Circuit, LocalMemory, Memory
from newsletter.sources.http import Fetcher
from newsletter.sources.throttle import Throttle
from newsletter.storage import events
from newsletter.storage.engine import Database

NOW = datetime(2026, 5, 29, 0, 10, tzinfo=UTC)
BUSY = Reply(status=429, headers={"Retry-After": "120"})
WHOLE = Reply(body=b"whole")

jitters = st.floats(0.0, 1.0)
waits = st.none() | st.floats(0.0, 86_400.0)


@dataclass
class Installation:
    """Processes of one installation before one server, with one clock."""

    arxiv: Arxiv
    client: httpx.Client
    database: Database
    clock: Clock
    naps: list[float] = field(default_factory=list)

    def sleep(self, seconds: float) -> None:
        """Move the clock instead of waiting."""
        self.naps.append(seconds)
        self.clock.advance(timedelta(seconds=seconds))

    def process(
        self, patience: float = 0.0, jitter: float = 0.0, throttle: Throttle | None = None
    ) -> Fetcher:
        """Return what one more process would fetch with."""
        memory = SharedMemory(self.database, clock=self.clock)
        lock = ArxivLock(self.database, clock=self.clock, sleep=self.sleep)
        return Fetcher(
            "x",
            client=self.client,
            throttle=throttle or lock,
            circuit=Circuit(memory, clock=self.clock, jitter=lambda: jitter),
            patience=patience,
            sleep=self.sleep,
        )

    def answers(self, *replies: Reply) -> str:
        """Let the server answer with `replies`, one by one; return what to ask for."""
        rest = iter(replies)
        self.arxiv.replies["/rss/cs"] = lambda: next(rest)
        return f"{self.arxiv.url}/rss/cs"


@pytest.fixture
def installation(database: Database, clock: Clock) -> Iterator[Installation]:
    """Give an installation on each kind of database."""
    with serve() as arxiv, httpx.Client(timeout=10.0, trust_env=False) as client:
        yield Installation(arxiv, client, database, clock)


@given(st.integers(1, 10_000), waits, jitters)
def test_backoff_has_bounds(failures: int, asked: float | None, jitter: float) -> None:
    """Never less than asked or than 30 seconds, never more than half as much again."""
    least = max(asked or 0.0, 30.0)
    assert least <= backoff(failures, asked, jitter) <= 1.5 * max(asked or 0.0, 3_600.0)


@given(st.integers(1, 100), waits, jitters, jitters)
def test_backoff_grows(failures: int, asked: float | None, one: float, two: float) -> None:
    """Another failure or more jitter never shortens it."""
    low, high = sorted((one, two))
    assert backoff(failures, asked, low) <= backoff(failures, asked, high)
    assert backoff(failures, asked, low) <= backoff(failures + 1, asked, low)


def test_backoff_doubles_to_an_hour() -> None:
    """The first wait is half a minute, the eighth and later an hour; jitter adds up to half."""
    steps = [backoff(failures, None, 0.0) for failures in range(1, 10)]
    assert [30.0, 60.0, 120.0, 240.0, 480.0, 960.0, 1920.0, 3600.0, 3600.0] == steps
    assert 45.0 == backoff(1, None, 1.0)
    assert 125.0 == backoff(1, 100.0, 0.5)


@given(st.lists(st.tuples(st.booleans(), waits, jitters), max_size=12))
def test_every_refusal_opens(refusals: list[tuple[bool, float | None, float]]) -> None:
    """A refusal, or a failure after another, opens, and no later failure brings the end forward."""
    records = [Record()]
    for is_refusal, asked, jitter in refusals:
        error = SourceUnavailable("x", "y", asked, is_refusal=is_refusal)
        records.append(after_failure(records[-1], error, NOW, jitter))
        expected = is_refusal or len(records) > 2 or records[-2].until is not None
        assert expected == records[-1].is_open(NOW)
    ends = [record.until or NOW for record in records]
    assert all(earlier <= later for earlier, later in pairwise(ends))


@pytest.mark.parametrize(
    ("seconds", "failures", "said"),
    [
        (0, 3, "arXiv is left alone until 2026-05-29 00:10 UTC after 3 failures in a row."),
        (61, 1, "arXiv is left alone until 2026-05-29 00:12 UTC after 1 failure."),
    ],
)
def test_message_names_the_time(seconds: int, failures: int, said: str) -> None:
    """Whoever reads it knows until when, never told too early a minute."""
    until = NOW + timedelta(seconds=seconds)
    error = CircuitOpen("https://arxiv.org/list", until, failures=failures, now=NOW)
    assert said in str(error)
    assert float(seconds) == error.retry_after


@pytest.mark.parametrize("status", [406, 429, 503])
def test_refusal_opens_for_as_long_as_asked(installation: Installation, status: int) -> None:
    """After one refusal nothing is sent until its time is over; then a success closes."""
    headers = {"Retry-After": "120"}
    url = installation.answers(Reply(status=status, headers=headers), WHOLE, WHOLE)
    fetcher = installation.process()
    with pytest.raises(SourceUnavailable, match=str(status)) as refused:
        fetcher.get(url)
    assert 120.0 == refused.value.retry_after
    for _ in range(2):
        installation.clock.advance(timedelta(seconds=59))
        with pytest.raises(CircuitOpen, match=r"until 2026-05-29 00:12 UTC after 1 failure\."):
            fetcher.get(url)
    assert ["/rss/cs"] == installation.arxiv.asked
    assert [] == installation.naps  # nobody queued in order to be told no
    installation.clock.advance(timedelta(seconds=2))
    assert [b"whole"] * 2 == [fetcher.get(url), fetcher.get(url)]


def test_failure_when_half_open_opens_for_longer(installation: Installation) -> None:
    """After the time one request goes; if it fails, all wait longer, and the count goes on."""
    url = installation.answers(Reply(status=503), Reply(reset=True), Reply(status=500), WHOLE)
    fetcher = installation.process()
    for seconds in (30, 60, 120):
        with pytest.raises(SourceUnavailable):
            fetcher.get(url)
        with pytest.raises(CircuitOpen) as left:
            fetcher.get(url)
        assert float(seconds) == left.value.retry_after
        installation.clock.advance(timedelta(seconds=seconds))
    assert b"whole" == fetcher.get(url)


def test_processes_share_the_circuit(installation: Installation) -> None:
    """What one process learnt keeps the others away, and the success of another frees it."""
    url = installation.answers(BUSY, WHOLE, Reply(status=429))
    one, other = installation.process(), installation.process()
    with pytest.raises(SourceUnavailable):
        one.get(url)
    with pytest.raises(CircuitOpen):
        other.get(url)
    installation.clock.advance(timedelta(seconds=120))
    assert b"whole" == other.get(url)
    with pytest.raises(SourceUnavailable):
        one.get(url)
    with pytest.raises(CircuitOpen, match=r"after 1 failure\."):  # counted anew
        other.get(url)


def test_those_who_queue_see_that_it_opened(installation: Installation) -> None:
    """A process that waited for its turn asks no more when the one before it was refused."""
    url = installation.answers(BUSY, WHOLE)
    one = installation.process()

    @contextmanager
    def turn(_seconds: float) -> Iterator[None]:
        with pytest.raises(SourceUnavailable, match="429"):
            one.get(url)
        yield

    other = installation.process(throttle=turn)
    with pytest.raises(CircuitOpen):
        other.get(url)
    assert ["/rss/cs"] == installation.arxiv.asked


def test_short_rest_is_waited_for(installation: Installation) -> None:
    """A 503 that asks for two seconds is asked once more, no earlier than that, and succeeds."""
    url = installation.answers(Reply(status=503, headers={"Retry-After": "2"}), WHOLE)
    assert b"whole" == installation.process(patience=60.0, jitter=1.0).get(url)
    assert [45.0] == installation.naps
    assert 2 == len(installation.arxiv.asked)


def test_second_try_is_the_last(installation: Installation) -> None:
    """One more try after a broken line, then the error; the circuit is open for longer."""
    url = installation.answers(Reply(status=500), Reply(reset=True))
    fetcher = installation.process(patience=60.0)
    with pytest.raises(SourceUnavailable, match="connection failed"):
        fetcher.get(url)
    assert [30.0] == installation.naps
    with pytest.raises(CircuitOpen, match="after 2 failures"):
        fetcher.get(url)
    assert 2 == len(installation.arxiv.asked)


def test_long_rest_is_not_waited_for(installation: Installation) -> None:
    """A rest beyond the patience is left to the next poll."""
    url = installation.answers(Reply(status=503, headers={"Retry-After": "61"}))
    with pytest.raises(SourceUnavailable, match="503"):
        installation.process(patience=60.0).get(url)
    assert [] == installation.naps


def test_wrong_requests_never_open(installation: Installation) -> None:
    """A 404 says nothing about the load, however often it comes."""
    url = installation.answers(*[Reply(status=404)] * 4, WHOLE)
    fetcher = installation.process(patience=60.0)
    for _ in range(4):
        with pytest.raises(SourceRefused):
            fetcher.get(url)
    assert b"whole" == fetcher.get(url)


def test_one_broken_line_does_not_open(installation: Installation) -> None:
    """Failures that are no refusals open when two follow each other, and not across a success."""
    broken = Reply(status=500)
    url = installation.answers(broken, WHOLE, broken, broken)
    fetcher = installation.process()
    for expected in (SourceUnavailable, None, SourceUnavailable, SourceUnavailable, CircuitOpen):
        with pytest.raises(expected) if expected else nullcontext() as caught:
            fetcher.get(url)
        assert caught is None or expected is caught.type
    assert 4 == len(installation.arxiv.asked)


def test_operator_is_told(installation: Installation) -> None:
    """Opening leaves an event and a log line, closing a log line; a broken line leaves none."""
    url = installation.answers(Reply(status=500), WHOLE, BUSY, WHOLE)
    fetcher = installation.process()
    with capture_logs() as logs:
        for _ in range(2):
            with pytest.raises(SourceUnavailable):
                fetcher.get(url)
            installation.clock.advance(timedelta(minutes=3))
            fetcher.get(url)
            installation.clock.advance(timedelta(minutes=3))
    assert ["arxiv_circuit_opened", "arxiv_circuit_closed"] == [log["event"] for log in logs]
    assert (1, 120) == (logs[0]["failures"], logs[0]["seconds"])
    with installation.database.read() as session:
        (event,) = events.recent(session, 9)
    assert ("arxiv_left_alone", "arxiv") == (event.kind, event.subject)
    until = (event.at + timedelta(seconds=120)).isoformat()
    assert {"until": until, "failures": 1} == event.detail


@pytest.mark.parametrize("shared", [False, True])
def test_both_memories_remember(database: Database, clock: Clock, *, shared: bool) -> None:
    """What was changed is read back, first the empty record, last the empty record again."""
    memory: Memory = SharedMemory(database, clock=clock) if shared else LocalMemory()
    seen: list[Record] = []
    kept = [Record(1), Record(2, clock() + timedelta(minutes=1)), Record()]

    def change(before: Record) -> Record:
        seen.append(before)
        return kept[len(seen) - 1]

    for record in kept:
        memory.change(change)
        assert record == memory.read()
    assert [Record(), *kept[:-1]] == seen


@pytest.mark.parametrize("shared", [False, True])
def test_a_service_that_is_busy_leaves_the_others(
    database: Database, clock: Clock, *, shared: bool
) -> None:
    """A listing page that is not ready must not keep the feeds from standing in; a 429 must."""
    memory: Memory = SharedMemory(database, clock=clock) if shared else LocalMemory()
    circuit = Circuit(memory, clock=clock)
    page, feed = "https://arxiv.org/list/cs/new", "https://rss.arxiv.org/rss/cs.LG"
    circuit.failed(SourceUnavailable(page, "503", 300.0, is_refusal=True))
    with pytest.raises(CircuitOpen, match=r"^https://\S+: arxiv.org/list is left alone until"):
        circuit.check(page)
    circuit.check(feed)
    circuit.check("https://arxiv.org/catchup/cs/2026-05-28?abs=True")
    circuit.failed(SourceUnavailable(feed, "429", 300.0, is_refusal=True, is_throttled=True))
    with pytest.raises(CircuitOpen, match="arXiv is left alone until"):
        circuit.check("https://export.arxiv.org/api/query")
    clock.advance(timedelta(minutes=8))
    circuit.succeeded(feed)
    assert Record() == memory.read()
    assert 1 == memory.read("arxiv.org/list").failures
    circuit.succeeded(page)
    assert Record() == memory.read("arxiv.org/list")


def test_a_feeds_memory_is_its_own(database: Database, clock: Clock) -> None:
    """Its 429 stops neither arXiv nor another feed, and arXiv's 429 does not stop it."""
    arxiv, one, other = (
        Circuit(SharedMemory(database, clock=clock, scope=scope), clock=clock, who=who)
        for scope, who in (("", "arXiv"), ("feed:One", "One"), ("feed:Other", "Other"))
    )
    page, feed = "https://arxiv.org/list/cs/new", "https://journal.example/feed"
    throttled = SourceUnavailable(feed, "429", 300.0, is_refusal=True, is_throttled=True)
    with capture_logs() as logs:
        one.failed(throttled)
    assert ["feed:One"] == [log["who"] for log in logs]
    for circuit in (arxiv, other):
        circuit.check(feed)
    again = Circuit(SharedMemory(database, clock=clock, scope="feed:One"), clock=clock, who="One")
    with pytest.raises(CircuitOpen, match=r"^https://\S+: One is left alone until"):
        again.check(feed)
    clock.advance(timedelta(minutes=8))
    again.succeeded(feed)
    arxiv.failed(SourceUnavailable(page, "429", 300.0, is_refusal=True, is_throttled=True))
    for circuit in (one, other):
        circuit.check(page)
    with pytest.raises(CircuitOpen, match="arXiv is left alone until"):
        arxiv.check(feed)


def test_a_feeds_services_are_its_own(database: Database, clock: Clock) -> None:
    """What is no 429 counts for one service, of that feed alone."""
    feed = "https://journal.example/feed"
    memory = SharedMemory(database, clock=clock, scope="feed:One")
    Circuit(memory, clock=clock).failed(SourceUnavailable(feed, "503", 300.0, is_refusal=True))
    assert 1 == memory.read("journal.example/feed").failures
    assert (
        Record()
        == memory.read()
        == SharedMemory(database, clock=clock).read("journal.example/feed")
    )
    with database.read() as session:
        (event,) = events.recent(session, 9)
    assert "feed:One journal.example/feed" == event.subject


def test_broken_lines_are_tried_again_within_ten_minutes() -> None:
    """Nobody asked us to stay away: an outage of ours must not cost an hour after it."""
    record = Record()
    for _ in range(12):
        record = after_failure(record, SourceUnavailable("x", "reset"), NOW, 1.0)
    assert NOW + timedelta(seconds=600) == record.until


def test_no_failure_is_lost(database: Database, clock: Clock) -> None:
    """Failures that two processes count at once are both counted."""
    error = SourceUnavailable("x", "y")

    def fail(_: int) -> None:
        Circuit(SharedMemory(database, clock=clock), clock=clock).failed(error)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(fail, range(20)))
    assert 20 == SharedMemory(database, clock=clock).read().failures


def test_default_circuit_is_the_process_s_own(installation: Installation) -> None:
    """Without a database a fetcher still stops after a refusal."""
    url = installation.answers(BUSY)
    fetcher = Fetcher("x", client=installation.client)
    with pytest.raises(SourceUnavailable, match="429"):
        fetcher.get(url)
    with pytest.raises(CircuitOpen):
        fetcher.get(url)
    assert ["/rss/cs"] == installation.arxiv.asked
