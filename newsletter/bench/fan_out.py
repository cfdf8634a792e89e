"""The gate `llm`: 66 papers at 2 s a call and 16 in flight take what arithmetic says, no more.

66 papers ─► ChatSummariser ─┐
                             ├─► slow_model (a process of its own: its CPU is not counted)
66 prompts ─► AsyncOpenAI  ──┘   the baseline: a semaphore, and no check
"""

import asyncio
import math
import time
from collections.abc import Callable, Coroutine, Iterator
from dataclasses import dataclass
from itertools import cycle, islice
from statistics import median
from typing import Any, Final

from newsletter.bench.gate import RUNS, Demand, Row, row
from newsletter.bench.pairs import Pair
from newsletter.bench.planted import hard_violations
from newsletter.bench.slow_model import askable, slow_model
from newsletter.bootstrap import Parts
from newsletter.fidelity.masking import mask_paper
from newsletter.ports import Summariser
from newsletter.prompts.asking import messages
from newsletter.settings import Settings

PAPERS: Final = 66
IN_FLIGHT: Final = 16
SECONDS: Final = 2.0
"""Of one call."""
MOST_RUNS: Final = 3
"""A run takes twenty seconds for both sides; the figures hardly vary."""
_WALL = Demand(1.1001, "of ideal")
"""At most 1.1."""
_CPU = Demand(3.0001, "ms a call")
_FENCE = "0123456789abcdef"


@dataclass(frozen=True, slots=True)
class Load:
    """How much is asked, and of what server."""

    papers: int = PAPERS
    in_flight: int = IN_FLIGHT
    seconds: float = SECONDS

    @property
    def ideal(self) -> float:
        """Return the seconds that all calls take if nothing else costs time."""
        return math.ceil(self.papers / self.in_flight) * self.seconds


@dataclass(frozen=True, slots=True)
class Cost:
    """Seconds of wall clock, and seconds of this process's CPU, its threads included."""

    wall: float
    cpu: float


def measure(runs: int = RUNS, load: Load = Load()) -> Iterator[Row]:
    """Yield the rows: wall clock over ideal, CPU a call without the checks, both sides."""
    pairs = tuple(islice(cycle(askable()), load.papers))
    runs = min(runs, MOST_RUNS)
    with slow_model(load.seconds) as address:
        summariser = _summariser(address, load)
        _warm_up(summariser, address, pairs[0])
        sides = (lambda: _own(summariser, pairs), lambda: _plain(address, pairs, load))
        costs = [[_cost(side) for side in sides] for _ in range(runs)]
    own, plain = zip(*costs, strict=True)
    check = _cost_of_checks(pairs)
    yield row("llm.wall_over_ideal", median(c.wall for c in own) / load.ideal, runs, _WALL)
    yield row("llm.baseline_wall_over_ideal", median(c.wall for c in plain) / load.ideal, runs)
    cpu, other = (1000 * median(c.cpu for c in side) / load.papers for side in (own, plain))
    yield row("llm.cpu_ms_a_call", cpu - check, runs, _CPU)
    yield row("llm.baseline_cpu_ms_a_call", other, runs)
    yield row("llm.check_ms_a_paper", check, runs)


def _summariser(address: str, load: Load) -> Summariser:
    """Return our summariser as an operator gets it, with nothing set but where and how many."""
    settings = Settings(
        model_url=address, model_name="sample-model", model_concurrency=load.in_flight
    )
    return Parts(settings).summariser


async def _own(summariser: Summariser, pairs: tuple[Pair, ...]) -> None:
    async with summariser:
        await asyncio.gather(*(summariser.summarise(pair.paper) for pair in pairs))


async def _plain(address: str, pairs: tuple[Pair, ...], load: Load) -> None:
    """Ask as one would at first: the SDK, a semaphore, no check, no repair."""
    from openai import AsyncOpenAI  # noqa: PLC0415 # a second that other gates save

    slots = asyncio.Semaphore(load.in_flight)
    async with AsyncOpenAI(base_url=address, api_key="none") as client:

        async def ask(pair: Pair) -> Any:
            async with slots:
                conversation: Any = messages(mask_paper(pair.paper), _FENCE)
                return await client.chat.completions.create(
                    model="sample-model",
                    messages=conversation,
                    response_format={"type": "json_object"},
                )

        await asyncio.gather(*map(ask, pairs))


def _warm_up(summariser: Summariser, address: str, pair: Pair) -> None:
    """Import, compile and connect on both sides before the clock runs."""
    asyncio.run(_own(summariser, (pair,)))
    asyncio.run(_plain(address, (pair,), Load(1, 1)))


def _cost(side: Callable[[], Coroutine[Any, Any, None]]) -> Cost:
    wall, cpu = time.perf_counter(), time.process_time()
    asyncio.run(side())
    return Cost(time.perf_counter() - wall, time.process_time() - cpu)


def _cost_of_checks(pairs: tuple[Pair, ...]) -> float:
    """Return the milliseconds of CPU of checking one paper once."""
    began = time.process_time()
    for pair in pairs:
        hard_violations(pair, pair.draft)
    return 1000 * (time.process_time() - began) / len(pairs)
