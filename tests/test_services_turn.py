"""Waiting for a step that another process is at."""

from datetime import timedelta

from fakes import Clock

from newsletter.services.exclusive import STEP_LEASE, exclusive
from newsletter.services.turn import PATIENCE, turn
from newsletter.storage.engine import Database
from workers.tasks import SUMMARISE_BOX


def test_a_free_step_is_taken_at_once(database: Database, clock: Clock) -> None:
    """Nobody else may begin it in the block, and everybody after it."""
    naps: list[float] = []
    with (
        turn(database, "summarise", clock=clock, sleep=naps.append),
        exclusive(database, "summarise", clock=clock) as alone,
    ):
        assert not alone
    with exclusive(database, "summarise", clock=clock) as alone:
        assert alone
    assert [] == naps


def test_a_busy_step_is_waited_for(database: Database, clock: Clock) -> None:
    """Second by second, and the operator is told once."""
    told: list[str] = []
    naps: list[float] = []
    busy = exclusive(database, "summarise", clock=clock)
    busy.__enter__()

    def nap(seconds: float) -> None:
        naps.append(seconds)
        clock.advance(timedelta(seconds=seconds))
        if len(naps) == 3:
            busy.__exit__(None, None, None)

    with turn(
        database, "summarise", clock=clock, sleep=nap, waiting=lambda: told.append("waiting")
    ):
        assert [1.0] * 3 == naps
    assert ["waiting"] == told


def test_a_crashed_step_keeps_no_morning_back(database: Database, clock: Clock) -> None:
    """A lease held for longer than any living step is no longer waited for, and left alone."""
    with exclusive(database, "summarise", clock=clock):
        with turn(
            database,
            "summarise",
            clock=clock,
            sleep=lambda seconds: clock.advance(timedelta(seconds=seconds)) and None,
            patience=5,
        ):
            pass
        with exclusive(database, "summarise", clock=clock) as alone:
            assert not alone


def test_patience_is_longer_than_a_living_step() -> None:
    """And shorter than the lease that a crash leaves behind."""
    assert SUMMARISE_BOX.total_seconds() < PATIENCE < STEP_LEASE.total_seconds()
