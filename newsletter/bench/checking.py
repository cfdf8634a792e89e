"""The gate `check`: checking the Chinese takes so little that it is done every time.

Beside it stand naive checks (`naive_check`): faster, and what they find and cry at shows why not.
"""

from collections.abc import Callable, Iterator
from typing import Final

from newsletter.bench.gate import RUNS, Demand, Row, row
from newsletter.bench.naive_check import fails_naively
from newsletter.bench.pairs import Pair, load_pairs
from newsletter.bench.planted import ROUNDS, SEED, hard_violations
from newsletter.bench.planting import GATED, plant
from newsletter.bench.timing import medians

_FAST: Final = Demand(100, "papers/s", at_least=True)


def measure(runs: int = RUNS) -> Iterator[Row]:
    """Yield the rows: papers a second on one core of both sides; the naive side's recall, in %.

    Recall is over the mutants of the gate `planted` that the naive checks pass unharmed; an
    original at which they cry is counted in `check.naive_false_alarms`, and its mutants are left
    out, because a cry at everything finds nothing.
    """
    pairs = load_pairs()
    own, naive = medians((_over(pairs, _check), _over(pairs, _check_naively)), runs)
    yield row("check.papers_a_second", len(pairs) / own, runs, _FAST)
    yield row("check.milliseconds_a_paper", 1000 * own / len(pairs), runs)
    yield row("check.naive_papers_a_second", len(pairs) / naive, runs)
    silent = [pair for pair in pairs if not _check_naively(pair)]
    mutants = [one for one in plant(silent, SEED, ROUNDS) if one.kind in GATED]
    caught = sum(fails_naively(one.pair.paper, one.draft) for one in mutants)
    yield row("check.naive_recall", 100 * caught / max(len(mutants), 1), 1)
    yield row("check.naive_false_alarms", 100 * (1 - len(silent) / len(pairs)), 1)


def _over(pairs: tuple[Pair, ...], check: Callable[[Pair], object]) -> Callable[[], object]:
    return lambda: [check(pair) for pair in pairs]


def _check(pair: Pair) -> object:
    return hard_violations(pair, pair.draft)


def _check_naively(pair: Pair) -> bool:
    return fails_naively(pair.paper, pair.draft)
