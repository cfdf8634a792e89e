"""Two sides timed in one run, in turns, so that a busy moment hits both."""

import time
from collections.abc import Callable, Sequence
from statistics import median


def medians(
    sides: Sequence[Callable[[], object]],
    runs: int,
    clock: Callable[[], float] = time.perf_counter,
) -> tuple[float, ...]:
    """Return the median seconds of each side over `runs` rounds, after one round that warms up."""
    for side in sides:
        side()
    rounds = [[_seconds(side, clock) for side in sides] for _ in range(runs)]
    return tuple(median(column) for column in zip(*rounds, strict=True))


def _seconds(side: Callable[[], object], clock: Callable[[], float]) -> float:
    began = clock()
    side()
    return clock() - began
