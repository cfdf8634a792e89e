"""Whatever workers do, in whatever order: no row is handed over twice."""

from collections import Counter
from datetime import timedelta

from builders import Morning, add_reader, ledger, paper
from fakes import Clock
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from newsletter.ledger import FINAL_STATES, DeliveryState, Verdict
from newsletter.services.letters import Letters
from newsletter.storage import deliveries
from newsletter.storage.engine import Database
from newsletter.storage.queue import LEASE, Claim

READERS = 4
OUTCOMES = [
    DeliveryState.ACCEPTED,
    DeliveryState.DEFERRED,
    DeliveryState.REJECTED,
    DeliveryState.UNKNOWN,
]


class LedgerMachine(RuleBasedStateMachine):
    """Several workers, some of which sleep past their lease or die, over one ledger."""

    database: Database
    letters: Letters

    def __init__(self) -> None:
        """Plan four readers' digests."""
        super().__init__()
        self.clock = Clock()
        self.morning = Morning(self.database, self.letters, self.clock)
        self.leases = 0
        self.claims: list[Claim] = []
        """Every claim ever made, also of workers that should know better by now."""
        self.handed_over: Counter[int] = Counter()
        self.refused: set[int] = set()
        """Rows whose last attempt the server has refused for the time being."""

    @rule(limit=st.integers(1, READERS))
    def claim(self, limit: int) -> None:
        """A worker claims a batch."""
        self.leases += 1
        with self.database.write() as session:
            rows = deliveries.claim(session, lease=f"w{self.leases}", now=self.clock(), limit=limit)
        assert len(rows) <= limit
        self.claims += [row.claim for row in rows]

    @rule(data=st.data())
    def begin(self, data: st.DataObject) -> None:
        """Any worker, however late, tries to begin DATA; only then it sends."""
        if self.claims:
            claim = data.draw(st.sampled_from(self.claims))
            if self._move(claim, Verdict(DeliveryState.IN_DATA)):
                self.handed_over[claim.id] += 1
                assert claim.id in self.refused or self.handed_over[claim.id] == 1
                self.refused.discard(claim.id)

    @rule(data=st.data(), state=st.sampled_from(OUTCOMES))
    def end(self, data: st.DataObject, state: DeliveryState) -> None:
        """Any worker tries to record an outcome."""
        if self.claims:
            claim = data.draw(st.sampled_from(self.claims))
            next_at = self.clock() if state is DeliveryState.DEFERRED else None
            moved = self._move(claim, Verdict(state, next_at=next_at))
            if moved and state is DeliveryState.DEFERRED:
                self.refused.add(claim.id)

    @rule(data=st.data())
    def give_back(self, data: st.DataObject) -> None:
        """A worker postpones a digest."""
        if self.claims:
            claim = data.draw(st.sampled_from(self.claims))
            with self.database.write() as session:
                deliveries.postpone(session, claim, self.clock(), self.clock())

    @rule(minutes=st.sampled_from([1, 10, 21]))
    def recover(self, minutes: int) -> None:
        """Time passes and ended leases are taken back."""
        with self.database.write() as session:
            deliveries.recover(session, self.clock.advance(timedelta(minutes=minutes)))

    @rule()
    def plan_again(self) -> None:
        """A tick too many."""
        assert 0 == self.morning.plan()

    @rule(reader=st.integers(1, READERS))
    def leave(self, reader: int) -> None:
        """A reader leaves."""
        with self.database.write() as session:
            deliveries.exclude_reader(session, reader, "left")

    @invariant()
    def every_candidate_has_a_row(self) -> None:
        """Nobody is lost."""
        assert READERS == len(ledger(self.database))

    def teardown(self) -> None:
        """After all, every row can still come to a final state without a second mail."""
        with self.database.write() as session:
            deliveries.recover(session, self.clock.advance(2 * LEASE))
        self.morning.send()
        sent = Counter(self.morning.transport.recipients)
        assert all(state in FINAL_STATES for state, _ in ledger(self.database).values())
        with self.database.read() as session:
            rows = deliveries.reports(session)
        for number, row in enumerate(rows, start=1):
            may_go = number in self.refused or not self.handed_over[number]
            assert sent[row.reader] <= int(may_go)

    def _move(self, claim: Claim, verdict: Verdict) -> bool:
        with self.database.write() as session:
            return deliveries.move(session, claim, verdict, now=self.clock())


def test_no_interleaving_hands_a_row_over_twice(database: Database, letters: Letters) -> None:
    """Claims, moves, crashes, sleeps, departures and recoveries in any order."""
    for number in range(1, READERS + 1):
        add_reader(database, f"r{number}", "quantum")
    Morning(database, letters, Clock()).prepare(paper(1, title="Quantum"))

    class Machine(LedgerMachine):
        def __init__(self) -> None:
            self.database, self.letters = database, letters
            with database.write() as session:
                session.connection().exec_driver_sql(
                    "UPDATE delivery SET state = 'planned', lease = NULL, lease_until = NULL, "
                    "attempts = 0, reason = '', next_at = planned_at",
                )
            super().__init__()

    run_state_machine_as_test(
        Machine,
        settings=settings(
            max_examples=10,
            stateful_step_count=25,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
