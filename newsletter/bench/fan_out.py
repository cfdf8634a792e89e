"""The gate `llm`: 66 papers at 2 s a call and 16 in flight take what arithmetic says, no more.

66 papers ─► ChatSummariser ─┐
66 prompts ─► Endpoint.ask ──┼─► slow_model (a process of its own: its CPU is not counted)
66 prompts ─► AsyncOpenAI  ──┘   the baseline: a semaphore, and no check
"""

import asyncio
import math
import time
from collections.abc import Callable, Coroutine, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import cycle, islice
from statistics import median
from typing import Any, Final

from openai import AsyncOpenAI

from newsletter.bench.gate import RUNS, Demand, Row, row
from newsletter.bench.pairs import Pair
from newsletter.bench.slow_model import askable, slow_model
from newsletter.bootstrap import Parts
from newsletter.fidelity.masking import mask_paper
from newsletter.ports import Summariser
from newsletter.prompts.asking import Message, messages
from newsletter.settings import Settings
from newsletter.summarisers.choice import MODEL
from newsletter.summarisers.exchange import Endpoint
from newsletter.summarisers.opening import open_endpoint

PAPERS: Final = 66
IN_FLIGHT: Final = 16
SECONDS: Final = 2.0
"""Of one call."""
MOST_RUNS: Final = 3
"""A run takes thirty seconds for all sides; the figures hardly vary."""
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
    """Yield the rows: wall clock over ideal, the client's CPU a call, both sides.

    The client's CPU is of the calls alone, with prompts made beforehand, as the baseline's; what
    masking, prompts and checks cost beside it is reported apart.
    """
    pairs = tuple(islice(cycle(askable()), load.papers))
    prompts = tuple(messages(mask_paper(pair.paper), _FENCE) for pair in pairs)
    runs = min(runs, MOST_RUNS)
    with slow_model(load.seconds) as address:
        settings = _settings(address, load)
        summariser, endpoint = Parts(settings).summariser, open_endpoint(settings, MODEL)
        sides = (
            lambda: _own(summariser, pairs),
            lambda: _calls(endpoint, prompts),
            lambda: _plain(address, prompts, load),
        )
        _warm_up(summariser, address, pairs[0], prompts[0])
        costs = [[_cost(side) for side in sides] for _ in range(runs)]
    own, calls, plain = zip(*costs, strict=True)
    yield row("llm.wall_over_ideal", median(c.wall for c in own) / load.ideal, runs, _WALL)
    yield row("llm.baseline_wall_over_ideal", median(c.wall for c in plain) / load.ideal, runs)
    whole, cpu, other = (_milliseconds(side, load) for side in (own, calls, plain))
    yield row("llm.cpu_ms_a_call", cpu, runs, _CPU)
    yield row("llm.baseline_cpu_ms_a_call", other, runs)
    yield row("llm.check_ms_a_paper", whole - cpu, runs)


def _milliseconds(costs: Iterable[Cost], load: Load) -> float:
    """Return the median of CPU a paper."""
    return 1000 * median(cost.cpu for cost in costs) / load.papers


def _settings(address: str, load: Load) -> Settings:
    """Return an operator's settings with nothing set but where and how many."""
    return Settings(model_url=address, model_name="sample-model", model_concurrency=load.in_flight)


async def _own(summariser: Summariser, pairs: tuple[Pair, ...]) -> None:
    async with summariser:
        await asyncio.gather(*(summariser.summarise(pair.paper) for pair in pairs))


async def _calls(endpoint: Endpoint, prompts: Sequence[list[Message]]) -> None:
    async with endpoint:
        await asyncio.gather(*map(endpoint.ask, prompts))


async def _plain(address: str, prompts: Sequence[list[Message]], load: Load) -> None:
    """Ask as one would at first: the SDK, a semaphore, no check, no repair."""
    slots = asyncio.Semaphore(load.in_flight)
    async with AsyncOpenAI(base_url=address, api_key="none") as client:

        async def ask(prompt: Any) -> Any:
            async with slots:
                return await client.chat.completions.create(
                    model="sample-model",
                    messages=prompt,
                    response_format={"type": "json_object"},
                )

        await asyncio.gather(*map(ask, prompts))


def _warm_up(summariser: Summariser, address: str, pair: Pair, prompt: list[Message]) -> None:
    """Import, compile and connect on both sides before the clock runs."""
    asyncio.run(_own(summariser, (pair,)))
    asyncio.run(_plain(address, (prompt,), Load(1, 1)))


def _cost(side: Callable[[], Coroutine[Any, Any, None]]) -> Cost:
    wall, cpu = time.perf_counter(), time.process_time()
    asyncio.run(side())
    return Cost(time.perf_counter() - wall, time.process_time() - cpu)
