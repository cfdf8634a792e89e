"""Where phrases stand in papers, and how AND, OR and NEAR put such places together."""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from typing import Final, NamedTuple

from newsletter.keywords.lexicon import BETWEEN_PHRASES, WIDTH, Encoded


class Spot(NamedTuple):
    """Where in a paper a phrase stands: the field, the word (of title and abstract together)."""

    field: int
    word: int
    length: int


Spots = dict[int, list[Spot]]
"""Paper, by its index → spots, in order."""


MOST_KEPT: Final = 300_000
"""Spots of phrases that are remembered, some 100 bytes each."""


class Memory:
    """Spots by what stands there; all are forgotten when they are more than `MOST_KEPT`."""

    def __init__(self) -> None:
        """Begin empty."""
        self._kept: dict[Hashable, Spots] = {}
        self._count = 0

    def get(self, key: Hashable, find: Callable[[], Spots]) -> Spots:
        """Return what is kept for `key`, or else what `find` finds, and keep it."""
        known = self._kept.get(key)
        return self._keep(key, find()) if known is None else known

    def _keep(self, key: Hashable, found: Spots) -> Spots:
        self._count += sum(map(len, found.values()))
        if self._count > MOST_KEPT:
            self._kept.clear()
            self._count = sum(map(len, found.values()))
        self._kept[key] = found
        return found


def all_of(parts: Iterable[Spots]) -> Spots:
    """Return the papers that all parts are in, with the spots of each."""
    first, *others = parts
    common = first.keys() - {paper for paper in first if any(paper not in o for o in others)}
    return {paper: [s for part in (first, *others) for s in part[paper]] for paper in common}


def any_of(parts: Iterable[Spots]) -> Spots:
    """Return the papers that any part is in, with all its spots."""
    found: Spots = defaultdict(list)
    for part in parts:
        for paper, spots in part.items():
            found[paper] += spots
    return found


def near(left: Spots, right: Spots, distance: int, texts: Sequence[Encoded]) -> Spots:
    """Return the spots of `left` with one of `right`, at most `distance` words away, in a field."""
    pairs = (
        (paper, list(_pairs(left[paper], right[paper], distance, texts[paper])))
        for paper in left.keys() & right.keys()
    )
    return {paper: spots for paper, spots in pairs if spots}


def _pairs(
    left: Sequence[Spot], right: Sequence[Spot], distance: int, text: Encoded
) -> Iterator[Spot]:
    """Yield each of `left` that one of `right`, before or after, is near to, in the same field."""
    by_end = sorted(right, key=_end)
    begins, ends = [spot.word for spot in right], list(map(_end, by_end))
    for spot in left:
        after = bisect_left(begins, _end(spot))
        before = bisect_right(ends, spot.word)
        if any(
            other.field == spot.field and _between(spot, other, text) <= distance
            for other in (*right[after : after + 1], *by_end[max(before - 1, 0) : before])
        ):
            yield spot


def _end(spot: Spot) -> int:
    return spot.word + spot.length


def _between(one: Spot, other: Spot, text: Encoded) -> int:
    """Return how many words stand between two spots that do not overlap."""
    early, late = sorted((one, other), key=lambda spot: spot.word)
    gap = text.codes[_end(early) * WIDTH : late.word * WIDTH]
    return late.word - _end(early) - gap.count(BETWEEN_PHRASES)
