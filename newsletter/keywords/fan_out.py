"""From keywords to readers: which of a day's papers each reader has, without a table of pairs.

Matcher.bits of each distinct keyword ─► Bitsets ─► OR of a reader's, a batch of readers at a time
"""

from collections.abc import Iterable, Iterator, Sequence
from functools import reduce
from operator import or_

import numpy as np
from numpy.typing import NDArray

Batch = NDArray[np.uint32]
"""Readers, a row each: indexes of their keywords; `Bitsets.nothing` fills a shorter row."""


class Bitsets:
    """The papers of each distinct keyword as a row of bits: 12.8 MB for 100,000 keywords."""

    def __init__(self, bits: Sequence[int], papers: int) -> None:
        """Pack `bits`, in which bit i stands for the i-th of `papers` papers."""
        width = (papers + 63) // 64 * 8 or 8
        packed = b"".join(one.to_bytes(width, "little") for one in (*bits, 0))
        self._rows = np.frombuffer(packed, np.dtype("<u8")).reshape(-1, width // 8)
        self.nothing = len(bits)
        """Index of the keyword that no paper has."""

    def batch(self, readers: Sequence[Sequence[int]]) -> Batch:
        """Return readers, each by the indexes of their keywords, as a batch."""
        width = max(1, *map(len, readers)) if readers else 1
        rows = np.full((len(readers), width), self.nothing, np.uint32)
        for row, keywords in zip(rows, readers, strict=True):
            row[: len(keywords)] = keywords
        return rows

    def fan_out(self, batches: Iterable[Batch]) -> Iterator[NDArray[np.uint64]]:
        """Yield the papers of each reader of a batch, a row each, as `papers_of` reads them.

        Nothing is kept. Raises `IndexError` for a keyword that is unknown.
        """
        for batch in batches:
            yield reduce(or_, (self._rows[keywords] for keywords in batch.T))


def papers_of(row: NDArray[np.uint64]) -> int:
    """Return a row of bits as a number: bit i for the i-th paper."""
    return int.from_bytes(row.astype("<u8").tobytes(), "little")
