"""Which paper comes first under a keyword, and why.

A hit in the title before any other; then the score: over all keywords of the reader that the
paper matched, how rare the keyword is that day times how much of it there is; more where the
reader follows the paper's primary category; last the listing's order.
"""

from collections.abc import Mapping
from math import log1p
from typing import Final

from newsletter.keywords.search import Hit

FOLLOWED: Final = 1.25
"""Factor for a primary category that the reader follows; as much as a third of a keyword more."""
_EARLY = 200
"""Words, about an abstract: a hit at the beginning counts as one more than one at the end."""


def rarity(matched: int, papers: int) -> float:
    """Return the weight of a keyword that `matched` of the day's `papers` match: 0.69 for all.

    The logarithm of one plus the inverse share, as the inverse document frequency of text search
    (Spärck Jones 1972).
    """
    return log1p(papers / matched) if matched else 0.0


def weight(hit: Hit) -> float:
    """Return how much of a keyword a paper holds, above 0 and below 1, growing ever less.

    The saturation c / (c + 1) of BM25 (Robertson and Zaragoza 2009), with c the number of hits and
    up to one more for an early one; an author or a category counts as one.
    """
    count = max(hit.count, 1) + max(0.0, 1 - hit.first / _EARLY)
    return count / (count + 1)


def score(hits: Mapping[str, Hit], rarities: Mapping[str, float], *, is_followed: bool) -> float:
    """Return the score of a paper whose `hits` are by keyword."""
    total = sum(rarities[keyword] * weight(hit) for keyword, hit in hits.items())
    return total * (FOLLOWED if is_followed else 1.0)
