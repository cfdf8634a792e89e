"""How many calls go out at a time and a minute, with a clock that nobody waits for."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.summarisers.limits import (
    LONGEST_PAUSE,
    MINUTE,
    Call,
    Minute,
    Spent,
    Throttle,
    Window,
)


class Clock:
    """Seconds that pass only while everyone sleeps: the earliest sleeper wakes first."""

    def __init__(self) -> None:
        """Begin at an odd instant, so that sums are rounded."""
        self.now = 1000.1
        self.pauses: list[float] = []

    def __call__(self) -> float:
        """Return the time."""
        return self.now

    async def sleep(self, seconds: float) -> None:
        """Let `seconds` pass."""
        self.pauses.append(seconds)
        until = self.now + seconds
        await asyncio.sleep(0)
        self.now = max(self.now, until)


def throttle(clock: Clock, concurrency: int = 8, requests: int = 0, tokens: int = 0) -> Throttle:
    """Return a throttle on that clock."""
    return Throttle(concurrency, requests, tokens, clock=clock, sleep=clock.sleep)


def run(job: Callable[[], Awaitable[None]]) -> None:
    """Run `job` in a loop of its own, for at most five seconds."""

    async def limited() -> None:
        async with asyncio.timeout(5):
            await job()

    asyncio.run(limited())


def test_window_grows_by_one_a_round() -> None:
    """After as many successes as there are places there is one more, up to the ceiling."""
    window = Window(limit=2, ceiling=4)
    limits = []
    for number in range(12):
        window = window.on_success(number)
        limits.append(window.limit)
    assert limits == [2, 3, 3, 3, 4, 4, 4, 4, 4, 4, 4, 4]


def test_window_halves_once_a_round() -> None:
    """Eight refusals of calls in flight together halve once; a later one halves again."""
    window = Window(limit=8, ceiling=8)
    for number in range(8):
        window = window.on_refusal(number, started=8)
    assert window.limit == 4
    assert window.on_refusal(8, started=9).limit == 2
    assert window.on_success(7) == window


@given(st.lists(st.tuples(st.booleans(), st.integers(0, 20)), max_size=200))
def test_window_stays_within(events: list[tuple[bool, int]]) -> None:
    """Whatever happens, there is a place, and never more than the ceiling."""
    window = Window(limit=5, ceiling=5)
    for started, (is_success, back) in enumerate(events, 1):
        number = max(0, started - back)
        window = window.on_success(number) if is_success else window.on_refusal(number, started)
        assert 1 <= window.limit <= 5


@pytest.mark.parametrize(
    ("requests", "tokens", "asked", "seconds"),
    [
        (0, 0, 10**9, 0.0),
        (3, 0, 0, 0.0),
        (2, 0, 0, 40.0),
        (1, 0, 0, 50.0),
        (0, 1000, 700, 0.0),
        (0, 1000, 701, 40.0),
        (0, 1000, 801, 50.0),
        (0, 1000, 5000, 50.0),
        (2, 1000, 900, 50.0),
    ],
)
def test_minute_waits_as_long_as_needed(
    requests: int, tokens: int, asked: int, seconds: float
) -> None:
    """Calls 20 s and 10 s ago, of 100 and 200 tokens: the earliest instant at which it fits."""
    minute = Minute(requests, tokens)
    minute.begun.extend([Spent(80.0, 100), Spent(90.0, 200)])
    assert seconds == minute.wait(100.0, asked)


def test_minute_forgets() -> None:
    """What began a minute ago no longer counts, and without limits nothing is kept."""
    minute = Minute(1, 0)
    minute.begin(10.0, 5)
    assert minute.wait(10.0 + MINUTE, 5) == 0.0
    assert not minute.begun
    unlimited = Minute(0, 0)
    unlimited.begin(0.0, 1)
    assert not unlimited.begun


def test_calls_in_flight_are_bounded() -> None:
    """Twenty calls, three places: never more than three at once, and in the order they came."""
    clock, flying, most, order = Clock(), 0, 0, []

    async def one(gate: Throttle, number: int) -> None:
        nonlocal flying, most
        async with gate.call():
            order.append(number)
            flying += 1
            most = max(most, flying)
            await asyncio.sleep(0)
            flying -= 1

    async def job() -> None:
        gate = throttle(clock, 3)
        await asyncio.gather(*(one(gate, number) for number in range(20)))

    run(job)
    assert most == 3
    assert order == list(range(20))
    assert clock.pauses == []


def test_requests_of_a_minute() -> None:
    """Five calls at two a minute begin at 0, 0, 60, 60 and 120 seconds, with a sleep for each."""
    clock, begun = Clock(), []

    async def one(gate: Throttle) -> None:
        async with gate.call():
            begun.append(round(clock() - 1000.1))

    async def job() -> None:
        gate = throttle(clock, requests=2)
        await asyncio.gather(*(one(gate) for _ in range(5)))

    run(job)
    assert begun == [0, 0, 60, 60, 120]
    assert len(clock.pauses) == 2


def test_tokens_are_corrected() -> None:
    """An estimate of 900 tokens that were 100 lets the next call of 900 begin at once."""
    clock = Clock()

    async def job() -> None:
        gate = throttle(clock, tokens=1000)
        async with gate.call(900) as call:
            call.answered(100)
        async with gate.call(900) as call:
            call.refused()
        async with gate.call(900):
            pass
        assert clock.pauses == []
        async with gate.call(900):
            pass
        assert clock.pauses != []

    run(job)


def test_pause_is_shared() -> None:
    """After a 429 with Retry-After everyone waits; the longest pause counts."""
    clock, begun = Clock(), []

    async def later(gate: Throttle) -> None:
        async with gate.call():
            begun.append(round(clock() - 1000.1, 3))

    async def job() -> None:
        gate = throttle(clock, 8)
        async with gate.call() as first, gate.call() as second:
            first.refused(20.0)
            second.refused(5.0)
        assert round(gate.pause_left, 6) == 20.0
        assert gate.window.limit == 4
        await asyncio.gather(later(gate), later(gate))
        assert gate.pause_left == 0.0

    run(job)
    assert begun == [20.0, 20.0]
    assert len(clock.pauses) == 1


def test_absurd_pause_is_cut() -> None:
    """A server that asks to be left alone for thirty years is tried again after ten minutes."""
    clock = Clock()

    async def job() -> None:
        gate = throttle(clock, 8)
        async with gate.call() as first:
            first.refused(999_999_999.0)
        assert round(gate.pause_left, 6) == LONGEST_PAUSE
        async with gate.call():
            assert round(clock() - 1000.1, 3) == LONGEST_PAUSE

    run(job)


def test_pause_that_grows_while_waiting() -> None:
    """A pause set while the first of the line sleeps is waited for as well."""
    clock = Clock()
    flying: list[Call] = []

    async def sleep(seconds: float) -> None:
        if flying:
            flying.pop().refused(30.0)
        await clock.sleep(seconds)

    async def job() -> None:
        gate = Throttle(8, clock=clock, sleep=sleep)
        async with gate.call() as first, gate.call() as second:
            flying.append(first)
            second.refused(10.0)
            async with gate.call():
                assert round(clock() - 1000.1, 3) == 30.0

    run(job)
    assert [10.0, 20.0] == [round(pause, 3) for pause in clock.pauses]


@pytest.mark.parametrize("victim", [0, 1, 2])
def test_cancelled_waiters_give_their_place_back(victim: int) -> None:
    """Whoever is cancelled in the line, first or not, the others get through."""
    done: list[int] = []

    async def one(gate: Throttle, number: int) -> None:
        async with gate.call():
            done.append(number)

    async def job() -> None:
        gate = throttle(Clock(), 1)
        async with gate.call():
            tasks = [asyncio.create_task(one(gate, number)) for number in range(3)]
            for _ in range(5):
                await asyncio.sleep(0)
            tasks[victim].cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        assert tasks[victim].cancelled()

    run(job)
    assert done == [number for number in range(3) if number != victim]


def test_cancelled_just_when_called_forward() -> None:
    """A place freed for someone who is cancelled in the same moment is not lost."""
    done: list[int] = []

    async def one(gate: Throttle, number: int) -> None:
        async with gate.call():
            done.append(number)

    async def job() -> None:
        gate = throttle(Clock(), 1)
        async with gate.call():
            tasks = [asyncio.create_task(one(gate, number)) for number in range(2)]
            for _ in range(5):
                await asyncio.sleep(0)
        tasks[0].cancel()  # its future is done, its task has not run yet
        await asyncio.gather(*tasks, return_exceptions=True)

    run(job)
    assert done == [1]


def test_one_throttle_for_several_loops() -> None:
    """What was learnt stays from loop to loop, and a loop that was stopped blocks nobody."""
    clock = Clock()
    gate = throttle(clock, 8)

    async def refused() -> None:
        async with gate.call() as call:
            call.refused()

    async def abandoned() -> None:
        async with gate.call(), gate.call(), gate.call(), gate.call():
            _ = asyncio.create_task(gate.call().__aenter__())  # noqa: RUF006 - the loop ends with it
            await asyncio.sleep(0)

    run(refused)
    run(abandoned)
    run(refused)
    assert gate.window.limit == 2


def test_errors_free_the_place() -> None:
    """A call that ends in an error changes nothing but frees its place."""

    async def job() -> None:
        gate = throttle(Clock(), 1)
        for _ in range(3):
            with pytest.raises(KeyError):
                async with gate.call():
                    raise KeyError
        assert gate.window == Window(1, 1)

    run(job)
