"""How many calls a server gets at a time, and how many a minute.

    call(tokens) ─► the line ─► a place in flight ─► the minute's limits ─► the shared pause ─► go
                                     ▲
    answered: one more place after a round of successes; refused (429): half of them

Additive increase and multiplicative decrease, as TCP has it (RFC 5681 §3.1): a server's limit is
not known, and changes with the hour. The decisions are `Window` and `Minute`, pure of time and
tasks; `Throttle` waits. Nothing here belongs to an event loop: one object serves several in turn,
and keeps what it has learnt.
"""

import asyncio
import math
import time
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import Final, Self

MINUTE: Final = 60.0
"""Seconds."""
LONGEST_PAUSE: Final = 600.0
"""Seconds of the shared pause. A server that asks for a year is mistaken, or hostile: it is tried
again after ten minutes, which is no burden to it and costs no morning."""
_SHORTEST: Final = 0.001
"""Seconds: below, rounding could make a wait of nothing that never ends."""


@dataclass(frozen=True, slots=True)
class Window:
    """How many calls may be in flight: `limit`, from 1 to `ceiling`.

    `successes` counts those since the limit last changed; calls are numbered as they start, and
    those before `since` ran under an older limit: they say nothing about this one.
    """

    limit: int
    ceiling: int
    successes: int = 0
    since: int = 0

    def on_success(self, number: int) -> Self:
        """Return one place more after as many successes as there are places."""
        if number < self.since:
            return self
        if self.successes + 1 < self.limit:
            return replace(self, successes=self.successes + 1)
        return replace(self, limit=min(self.limit + 1, self.ceiling), successes=0)

    def on_refusal(self, number: int, started: int) -> Self:
        """Return half the places, once for all calls in flight; `started` have begun so far."""
        if number < self.since:
            return self
        return replace(self, limit=max(1, self.limit // 2), successes=0, since=started)


@dataclass(slots=True)
class Spent:
    """What one call took from the minute in which it began."""

    at: float
    tokens: int


@dataclass(slots=True)
class Minute:
    """What was begun in the last sixty seconds, against limits; 0 stands for no limit."""

    requests: int
    tokens: int
    begun: deque[Spent] = field(default_factory=deque)

    def wait(self, now: float, tokens: int) -> float:
        """Return seconds until a call of `tokens` fits. One above the limit waits for all others.

        Linear in the calls of the last minute.
        """
        self._forget(now)
        calls, before = len(self.begun), sum(spent.tokens for spent in self.begun)
        free_at = now
        for spent in self.begun:
            if self._fits(calls, before, tokens):
                break
            calls, before = calls - 1, before - spent.tokens
            free_at = spent.at + MINUTE
        return max(0.0, free_at - now)

    def begin(self, now: float, tokens: int) -> Spent:
        """Write a call down and return its entry."""
        spent = Spent(now, tokens)
        if self.requests or self.tokens:
            self.begun.append(spent)
        return spent

    def _fits(self, calls: int, before: int, tokens: int) -> bool:
        has_request = not self.requests or calls < self.requests
        has_tokens = not self.tokens or before + tokens <= self.tokens
        return has_request and has_tokens

    def _forget(self, now: float) -> None:
        while self.begun and self.begun[0].at + MINUTE <= now:
            self.begun.popleft()


class Call:
    """One call in flight; say at most once how it went."""

    def __init__(self, throttle: "Throttle", number: int, spent: Spent) -> None:
        """Keep the call's number and what it took from the minute."""
        self._throttle, self._number, self._spent = throttle, number, spent

    def answered(self, tokens: int) -> None:
        """Note a success, and how many tokens the call really had."""
        self._spent.tokens = tokens
        self._throttle.window = self._throttle.window.on_success(self._number)

    def refused(self, wait: float | None = None) -> None:
        """Note a 429: half the places; `wait`, the server's Retry-After in seconds, is for all.

        A call that was refused has used no tokens.
        """
        self._spent.tokens = 0
        self._throttle.halve(self._number, wait)


class Throttle:
    """Lets calls begin, in the order in which they came."""

    def __init__(
        self,
        concurrency: int = 8,
        requests_per_minute: int = 0,
        tokens_per_minute: int = 0,
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        """Begin with `concurrency` calls in flight, which is also the most; 0 of a limit: none.

        `clock` returns seconds that never go back; `sleep` waits for so many of them.
        """
        self.window = Window(limit=concurrency, ceiling=concurrency)
        self._minute = Minute(requests_per_minute, tokens_per_minute)
        self._clock, self._sleep = clock, sleep
        self._started, self._in_flight, self._paused_until = 0, 0, -math.inf
        self._line: deque[asyncio.Future[None]] = deque()
        self._place: asyncio.Future[None] | None = None

    @property
    def pause_left(self) -> float:
        """Return for how many more seconds the server asked to be left alone."""
        return max(0.0, self._paused_until - self._clock())

    @asynccontextmanager
    async def call(self, tokens: int = 0) -> AsyncIterator[Call]:
        """Wait until a call of about `tokens` may begin; it is in flight until the block ends."""
        spent = await self._admit(tokens)
        number, self._started = self._started, self._started + 1
        self._in_flight += 1
        try:
            yield Call(self, number, spent)
        finally:
            self._in_flight -= 1
            if self._place is not None and not self._place.done():
                self._place.set_result(None)

    def halve(self, number: int, wait: float | None) -> None:
        """Take half the places away; everyone waits for `wait` seconds, `LONGEST_PAUSE` at most."""
        self.window = self.window.on_refusal(number, self._started)
        if wait is not None:
            self._paused_until = max(self._paused_until, self._clock() + min(wait, LONGEST_PAUSE))

    async def _admit(self, tokens: int) -> Spent:
        """Queue up, wait as the first of the line, and let the next one come forward.

        Only the first one looks at the clock. Who is cancelled leaves the line, wherever it
        stands; no waiting happens between the last look and the start.
        """
        turn = asyncio.get_running_loop().create_future()
        self._line.append(turn)
        self._call_first()
        try:
            await turn
            await self._wait_as_first(tokens)
            return self._minute.begin(self._clock(), tokens)
        finally:
            self._line.remove(turn)
            self._call_first()

    def _call_first(self) -> None:
        if self._line and not self._line[0].done():
            self._line[0].set_result(None)

    async def _wait_as_first(self, tokens: int) -> None:
        while True:
            if self._in_flight >= self.window.limit:
                self._place = asyncio.get_running_loop().create_future()
                await self._place
                continue
            wait = max(self.pause_left, self._minute.wait(self._clock(), tokens))
            if wait < _SHORTEST:
                return
            await self._sleep(wait)
