"""The gate `fanout`: the papers of each of a million readers, from the bits of their keywords.

Beside it stand set unions, in one run; they are made for every tenth reader and their time is
multiplied by ten. `python -m newsletter.bench.fanning` prints the peak of a process that matches
and fans out, in bytes.
"""

import random
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from itertools import chain
from statistics import median
from typing import Final

import numpy as np

from newsletter.bench.corpus import Corpus
from newsletter.bench.gate import RUNS, Demand, Row, row
from newsletter.bench.matching import KEYWORDS, PAPERS, matched
from newsletter.bench.peak import own_peak
from newsletter.keywords.fan_out import Batch, Bitsets, papers_of

READERS: Final = 1_000_000
EACH: Final = 5
"""Keywords of a reader."""
_SHARE: Final = 10
_AT_A_TIME: Final = 10_000
"""Readers of a batch."""
_SEED: Final = 20261121
_SECONDS: Final = Demand(2, "s")
_RATIO: Final = Demand(5, "times as fast", at_least=True)
_MEGABYTES: Final = Demand(500, "MB")
_SAME: Final = Demand(100, "% of the readers", at_least=True)


def measure(
    runs: int = RUNS, readers: int = READERS, papers: int = PAPERS, keywords: int = KEYWORDS
) -> Iterator[Row]:
    """Yield the rows: the same papers on both sides, seconds, the ratio, memory in 10⁶ bytes."""
    bits = popular_first(_bits(papers, keywords), papers)
    wanted = chosen(readers, len(bits))
    sets = [_indexes(one) for one in bits]
    tenth = wanted[::_SHARE]
    yield row("fanout.same", 100 * _agreement(tenth, bits, sets, papers), 1, _SAME)
    own = median(_seconds(lambda: _fan_out(wanted, bits, papers)) for _ in range(runs))
    naive = _seconds(lambda: _count(_unions(tenth, sets))) * len(wanted) / len(tenth)
    yield row("fanout.papers_a_reader", sum(map(len, _unions(tenth, sets))) / len(tenth), 1)
    yield row("fanout.seconds", own, runs, _SECONDS)
    yield row("fanout.naive_seconds_by_a_tenth", naive, 1)
    yield row("fanout.ratio", naive / own, runs, _RATIO)
    yield row("fanout.megabytes", peak_of(readers, papers, keywords) / 1e6, 1, _MEGABYTES)


def popular_first(bits: Sequence[int], papers: int) -> list[int]:
    """Return the bits of keywords in an order of popularity: what many papers have, many readers.

    Chance has its part in it, and what over a tenth of the papers have, readers are warned of.
    """
    chance = random.Random(_SEED)  # noqa: S311 - no secret
    most = papers / 10

    def popularity(one: int) -> float:
        count = one.bit_count()
        return chance.random() * (count if count <= most else 1)

    return sorted(bits, key=popularity, reverse=True)


def chosen(readers: int, keywords: int) -> Batch:
    """Return each reader's keywords by index, a row each; the r-th comes about 1/r as often."""
    chance = np.random.default_rng(_SEED)
    shares = np.cumsum(1 / np.arange(1, keywords + 1))
    drawn = chance.random((readers, EACH)) * shares[-1]
    found: Batch = np.searchsorted(shares, drawn).astype(np.uint32)
    return found


def peak_of(readers: int, papers: int, keywords: int) -> int:
    """Return the bytes that a fresh process has at most which matches and fans out."""
    command = [sys.executable, "-m", __name__, str(readers), str(papers), str(keywords)]
    return int(subprocess.run(command, capture_output=True, check=True).stdout)


def _bits(papers: int, keywords: int) -> list[int]:
    corpus = Corpus(papers)
    return matched(corpus.entries, corpus.keywords(keywords))


def _batches(wanted: Batch) -> Iterator[Batch]:
    return (wanted[begin : begin + _AT_A_TIME] for begin in range(0, len(wanted), _AT_A_TIME))


def _fan_out(wanted: Batch, bits: Sequence[int], papers: int) -> int:
    """Return how many readers were served; what each gets is not kept."""
    return sum(map(len, Bitsets(bits, papers).fan_out(_batches(wanted))))


def _unions(wanted: Batch, sets: Sequence[set[int]]) -> Iterator[set[int]]:
    for batch in _batches(wanted):
        for keywords in batch.tolist():
            yield set().union(*[sets[keyword] for keyword in keywords])


def _indexes(bits: int) -> set[int]:
    return {at for at, bit in enumerate(reversed(f"{bits:b}")) if bit == "1"}


def _count(results: Iterator[object]) -> int:
    return sum(1 for _ in results)


def _seconds(side: Callable[[], object]) -> float:
    began = time.process_time()
    side()
    return time.process_time() - began


def _agreement(wanted: Batch, bits: Sequence[int], sets: Sequence[set[int]], papers: int) -> float:
    """Return the share of readers of which both sides find the same papers."""
    own = chain.from_iterable(Bitsets(bits, papers).fan_out(_batches(wanted)))
    both = zip(own, _unions(wanted, sets), strict=True)
    same = sum(_indexes(papers_of(one)) == found for one, found in both)
    return same / len(wanted)


def main() -> None:
    """Match and fan out once; print the peak."""
    readers, papers, keywords = map(int, sys.argv[1:])
    bits = popular_first(_bits(papers, keywords), papers)
    _fan_out(chosen(readers, len(bits)), bits, papers)
    sys.stdout.write(str(own_peak()))


if __name__ == "__main__":
    main()
