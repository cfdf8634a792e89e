"""The gate `match`: a hundred thousand readers' keywords in a day's thousand papers.

Beside it stands what one would write first: `keyword in text` for each pair, both in lower case.
Both sides count processor time and take turns, because the machine's speed changes by the second;
the median of the ratios counts. All pairs would take the naive side a minute and a half, so each
turn of it reads a tenth of the papers, another one each time, and its time is multiplied by ten.
"""

import time
from collections.abc import Iterator, Sequence
from statistics import median
from typing import Final

from newsletter.bench.corpus import Corpus
from newsletter.bench.gate import RUNS, Demand, Row, row
from newsletter.keywords.fold import read_token
from newsletter.keywords.match import Matcher
from newsletter.papers import AnnouncedPaper

PAPERS: Final = 1000
KEYWORDS: Final = 100_000
_SHARE: Final = 10
"""Of so many papers the naive side reads one."""
_RATIO: Final = Demand(100, "times as fast", at_least=True)


def measure(runs: int = RUNS, papers: int = PAPERS, keywords: int = KEYWORDS) -> Iterator[Row]:
    """Yield the rows: seconds of both sides, the ratio, and how many keywords stand somewhere.

    Our side folds the papers, learns the keywords and asks for the bits of each, with cold caches.
    """
    corpus = Corpus(papers)
    sought = corpus.keywords(keywords)
    turns = [
        (_seconds_of(corpus.entries, sought), _seconds_of_naive(corpus.entries, sought, turn))
        for turn in range(runs)
    ]
    yield row("match.seconds", median(own for own, _ in turns), runs)
    yield row("match.naive_seconds_by_a_tenth", median(naive for _, naive in turns), runs)
    yield row("match.ratio", median(naive / own for own, naive in turns), runs, _RATIO)
    yield row("match.found_percent", 100 * _found(corpus.entries, sought), 1)


def matched(entries: Sequence[AnnouncedPaper], keywords: Sequence[str]) -> list[int]:
    """Return the bits of each keyword, from texts that nobody has folded before."""
    read_token.cache_clear()
    return Matcher(entries).bits_of(keywords)


def _seconds_of(entries: Sequence[AnnouncedPaper], keywords: Sequence[str]) -> float:
    read_token.cache_clear()
    began = time.process_time()
    matcher = Matcher(entries)
    matcher.bits_of(keywords)
    # The matcher is given back after the clock has stopped, as what the other side finds is.
    return time.process_time() - began


def _seconds_of_naive(
    entries: Sequence[AnnouncedPaper], keywords: Sequence[str], turn: int
) -> float:
    read = entries[turn % min(_SHARE, len(entries)) :: _SHARE]
    lowered = [keyword.lower() for keyword in keywords]
    found = []
    began = time.process_time()
    for entry in read:
        text = f"{entry.paper.title} {entry.paper.abstract}".lower()
        found.append([keyword for keyword in lowered if keyword in text])
    return (time.process_time() - began) * len(entries) / len(read)


def _found(entries: Sequence[AnnouncedPaper], keywords: Sequence[str]) -> float:
    """Return the share of keywords that stand in some paper."""
    return sum(bits > 0 for bits in matched(entries, keywords)) / len(keywords)
