"""One at a time: the steps of a morning, and requests to arXiv."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from fakes import Clock

from newsletter.services.exclusive import ArxivLock, exclusive
from newsletter.storage.engine import Database

MINUTE = timedelta(minutes=1)


def test_a_step_is_done_by_one_process(database: Database, clock: Clock) -> None:
    """While one holds it others see False; afterwards it is free, also after an error."""
    with exclusive(database, "collect", clock=clock) as held:
        assert held
        with exclusive(database, "collect", clock=clock) as other:
            assert not other
        with exclusive(database, "send", clock=clock) as another_step:
            assert another_step
        with exclusive(database, "collect", clock=clock) as other:
            assert not other
    with pytest.raises(KeyError), exclusive(database, "collect", clock=clock):
        raise KeyError
    with exclusive(database, "collect", clock=clock) as held:
        assert held


def test_requests_to_arxiv_keep_their_pause(database: Database, clock: Clock) -> None:
    """The second waits out the rest of the pause; a later one does not wait."""
    naps: list[float] = []

    def sleep(seconds: float) -> None:
        naps.append(seconds)
        clock.advance(timedelta(seconds=seconds))

    lock = ArxivLock(database, clock=clock, sleep=sleep)
    with lock(3.0):
        clock.advance(timedelta(seconds=2))
    assert [] == naps
    with lock(3.0):
        pass
    assert [3.0] == pytest.approx(naps)  # in one go: the lease is held while waiting
    clock.advance(MINUTE)
    naps.clear()
    with lock(3.0):
        pass
    assert [] == naps


def test_whoever_is_stopped_while_waiting_gives_the_lease_back(
    database: Database, clock: Clock
) -> None:
    """Ctrl-C in the pause must not keep the next process waiting for the end of the lease."""

    def stopped(_seconds: float) -> None:
        raise KeyboardInterrupt

    naps: list[float] = []

    def sleep(seconds: float) -> None:
        naps.append(seconds)
        clock.advance(timedelta(seconds=seconds))

    with ArxivLock(database, clock=clock, sleep=sleep)(15.0):
        pass
    lock = ArxivLock(database, clock=clock, sleep=stopped)
    with pytest.raises(KeyboardInterrupt), lock(15.0):
        pytest.fail("it was not its turn")
    with ArxivLock(database, clock=clock, sleep=sleep)(15.0):
        pass
    assert [15.0] == pytest.approx(naps)


def test_a_wait_that_is_stopped_takes_nothing_from_the_holder(
    database: Database, clock: Clock
) -> None:
    """Only the holder gives the lease back."""

    def stopped(_seconds: float) -> None:
        raise KeyboardInterrupt

    with ArxivLock(database, clock=clock, sleep=lambda _: None)(0.0):
        for _ in range(2):
            lock = ArxivLock(database, clock=clock, sleep=stopped)
            with pytest.raises(KeyboardInterrupt), lock(0.0):
                pytest.fail("another one holds it")


def test_requests_to_arxiv_never_overlap(database: Database, clock: Clock) -> None:
    """Four threads on one database: one request at a time."""
    inside: list[int] = []
    most: list[int] = []
    tick = threading.Lock()

    def sleep(seconds: float) -> None:
        with tick:
            clock.advance(timedelta(seconds=seconds))

    def ask(number: int) -> None:
        with ArxivLock(database, clock=clock, sleep=sleep)(0.0):
            inside.append(number)
            most.append(len(inside))
            inside.remove(number)

    with ThreadPoolExecutor(3) as pool:
        list(pool.map(ask, range(6)))
    assert [1] * 6 == most
