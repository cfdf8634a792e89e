"""Which Chinese sentences say which English ones.

Translators split and join sentences but seldom change their order, so one monotone path through
both texts is looked for, as Gale and Church did (Computational Linguistics 19(1), 1993): by
length, and here also by what both languages share, figures, Latin words and placeholders.
"""

import math
import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate, product

from newsletter.fidelity.sentences import chinese_sentences, english_sentences

_SHAPES = {
    (1, 1): 0.0,
    (1, 2): 0.6,
    (2, 1): 0.6,
    (1, 3): 1.6,
    (3, 1): 1.6,
    (2, 2): 1.8,
    (1, 0): 2.5,
    (0, 1): 2.5,
}
"""Sentences (English, Chinese) that one bead may hold, and what choosing it costs."""
_ANCHOR = re.compile(r"\{v[0-9]+\}|[A-Za-z][A-Za-z0-9@-]*[A-Za-z0-9]|[0-9]+(?:[.,][0-9]+)*")
_FAR, _FARTHEST = 60, 3.0
"""Characters of English by which a bead's lengths may disagree at a cost of 1; the highest cost."""
_SHARED_GAIN, _MOST_SHARED = 2.0, 2.0
"""What an anchor that stands nowhere else is worth, and how many of a bead count."""
_Step = tuple[float, tuple[int, int]]
_NOWHERE: _Step = (math.inf, (0, 0))
_BAND = 3.5
"""Sentences that a path may stray from the diagonal: more is no translation."""
MAX_SENTENCES = 80
"""In either language; a longer text, which no abstract is, is taken as one bead."""


@dataclass(frozen=True, slots=True)
class Bead:
    """Sentences that say the same. One side is empty where nothing answers to the other."""

    english: str
    chinese: str


def align(english: str, chinese: str) -> tuple[Bead, ...]:
    """Return the beads of two clean texts in order; joined, they hold every sentence of both."""
    ours, theirs = english_sentences(english), chinese_sentences(chinese)
    if not (ours and theirs) or max(len(ours), len(theirs)) > MAX_SENTENCES:
        return (Bead(english, chinese),)
    steps = _path(ours, theirs)
    beads: list[Bead] = []
    at, by = 0, 0
    for taken, given in steps:
        beads.append(Bead(" ".join(ours[at : at + taken]), "".join(theirs[by : by + given])))
        at, by = at + taken, by + given
    return tuple(beads)


def _path(ours: Sequence[str], theirs: Sequence[str]) -> list[tuple[int, int]]:
    """Return the cheapest sequence of shapes from both beginnings to both ends."""
    rows, columns = len(ours), len(theirs)
    if rows == columns and _is_one_to_one(ours, theirs):
        return [(1, 1)] * rows
    common = _summed(_shared(ours, theirs), rows, columns)
    english = [0, *accumulate(map(len, ours))]
    chinese = [0, *accumulate(map(len, theirs))]
    ratio = english[-1] / max(chinese[-1], 1)
    best = [[_NOWHERE] * (columns + 1) for _ in range(rows + 1)]
    best[0][0] = (0.0, (0, 0))
    for i, j in product(range(rows + 1), range(columns + 1)):
        if i + j == 0 or abs(i / rows - j / columns) * max(rows, columns) > _BAND:
            continue
        for (taken, given), cost in _SHAPES.items():
            a, b = i - taken, j - given
            if a < 0 or b < 0 or best[a][b] is _NOWHERE:
                continue
            far = abs(english[i] - english[a] - ratio * (chinese[j] - chinese[b])) / _FAR
            gain = min(common[i][j] - common[a][j] - common[i][b] + common[a][b], _MOST_SHARED)
            total = best[a][b][0] + cost + min(far, _FARTHEST) - _SHARED_GAIN * gain
            if total < best[i][j][0]:
                best[i][j] = (total, (taken, given))
    return _walk(best, rows, columns)


def _is_one_to_one(ours: Sequence[str], theirs: Sequence[str]) -> bool:
    """Say whether every pair has the usual length: most abstracts, and it costs nothing.

    A sentence that was split or joined shifts the lengths of all between it and the next.
    """
    ratio = sum(map(len, ours)) / sum(map(len, theirs))
    pairs = zip(ours, theirs, strict=True)
    return all(
        abs(len(one) - ratio * len(other)) <= min(_FAR, len(one) / 2) for one, other in pairs
    )


def _walk(best: list[list[_Step]], i: int, j: int) -> list[tuple[int, int]]:
    """Return the shapes that led to (i, j), from the beginning; one for all if none did."""
    if best[i][j] is _NOWHERE:
        return [(i, j)]
    steps: list[tuple[int, int]] = []
    while (i, j) != (0, 0):
        shape = best[i][j][1]
        steps.append(shape)
        i, j = i - shape[0], j - shape[1]
    return steps[::-1]


def _summed(shared: dict[tuple[int, int], float], rows: int, columns: int) -> list[list[float]]:
    """Return the sums of `shared` over all pairs before (i, j), so that any block costs nothing."""
    sums = [[0.0] * (columns + 1) for _ in range(rows + 1)]
    for i, j in product(range(rows), range(columns)):
        here = shared.get((i, j), 0.0)
        sums[i + 1][j + 1] = sums[i][j + 1] + sums[i + 1][j] - sums[i][j] + here
    return sums


def _shared(ours: Sequence[str], theirs: Sequence[str]) -> dict[tuple[int, int], float]:
    """Return how much each pair of sentences shares; what stands everywhere counts for little."""
    places: defaultdict[str, list[int]] = defaultdict(list)
    for place, sentence in enumerate(ours):
        for anchor in set(_anchors(sentence)):
            places[anchor].append(place)
    weights: dict[tuple[int, int], float] = {}
    for place, sentence in enumerate(theirs):
        for anchor in set(_anchors(sentence)):
            for other in places.get(anchor, ()):
                weight = 1.0 / len(places[anchor])
                weights[other, place] = weights.get((other, place), 0.0) + weight
    return weights


def _anchors(sentence: str) -> list[str]:
    return [found.lower().replace(",", "") for found in _ANCHOR.findall(sentence)]
