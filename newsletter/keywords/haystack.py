"""A day's texts as one run of numbered words, and which words stand there side by side."""

from collections.abc import Iterator, Sequence
from functools import cached_property
from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray

from newsletter.keywords.lexicon import (
    BETWEEN_FIELDS,
    CAPITAL,
    JOINED,
    MARKS,
    PLURAL,
    WIDTH,
    Encoded,
)
from newsletter.keywords.patterns import Rule
from newsletter.keywords.spots import Memory

Numbers = NDArray[np.int64]
Flags = NDArray[np.bool_]

_FIRST_WORD: Final = 0x801010
"""See `lexicon.code_of`."""
_SLOT_BITS: Final = 22
"""Four million: the 160,000 pairs of a thousand abstracts fill one slot in twenty-five."""
_AT_A_TIME: Final = 100
"""Texts whose hits the automaton lists at a time: half a million would take 100 MB."""
_LEFT, _RIGHT = np.uint32(0x9E3779B1), np.uint32(0x85EBCA6B)
"""Odd, with mixed bits: the golden ratio of 2³² (Knuth 6.4), and one of MurmurHash3."""


class Haystack:
    """Texts in one piece, so that one search goes through all of them.

    What few searches ask for is worked out when the first one does.
    """

    def __init__(self, texts: Sequence[Encoded]) -> None:
        """Put the texts behind one another, `BETWEEN_FIELDS` between them."""
        self.texts = texts
        self.codes = BETWEEN_FIELDS.join(text.codes for text in texts)
        lengths = [len(text.codes) // WIDTH + 1 for text in texts]
        self.begins: Numbers = np.cumsum([0, *lengths[:-1]], dtype=np.int64)
        """The first word of each text."""
        self.memory = Memory()
        """Where phrases stand, as it was worked out for whoever asked."""

    @cached_property
    def words(self) -> NDArray[np.int32]:
        """Return each word by its number: 0.8 MB for a thousand papers."""
        return numbers(self.codes).astype(np.int32)

    def pieces(self) -> Iterator[tuple[int, bytes]]:
        """Yield the texts, some at a time, each time with the first one's first byte."""
        firsts = self.begins[::_AT_A_TIME].tolist()
        for begin, end in pairwise([*firsts, len(self.codes) // WIDTH]):
            yield begin * WIDTH, self.codes[begin * WIDTH : end * WIDTH]

    def text_at(self, words: Numbers) -> Numbers:
        """Return the indexes of the texts that hold the words at these places."""
        return np.searchsorted(self.begins, words, side="right") - 1

    def neighbours(self) -> "Neighbours":
        """Return which words stand side by side."""
        words = numbers(self.codes)
        return Neighbours(words[:-1], words[1:])

    def holding(self, rule: Rule) -> Flags:
        """Return of which words a rule holds."""
        return self._holding[rule]

    @cached_property
    def _holding(self) -> dict[Rule, Flags]:
        marked = np.frombuffer(BETWEEN_FIELDS.join(t.marked for t in self.texts), np.uint8)
        is_mark = (marked >= min(MARKS)) & (marked <= max(MARKS))
        words = np.cumsum(~is_mark) // WIDTH

        def at(mark: bytes, before: int = 0) -> Flags:
            held = np.zeros(len(self.codes) // WIDTH + 1, dtype=np.bool_)
            held[words[marked == mark[0]] - before] = True
            return held

        plural = at(PLURAL)
        return {
            Rule.CAPITAL: at(CAPITAL),
            Rule.PLURAL: plural,
            Rule.SINGULAR: ~plural,
            Rule.HYPHEN: at(JOINED, before=1),
        }


def numbers(codes: bytes) -> Numbers:
    """Return each code as one number; numbers ascend as codes do."""
    parts = np.frombuffer(codes, np.uint8).reshape(-1, WIDTH).astype(np.int64)
    return parts[:, 0] << 16 | parts[:, 1] << 8 | parts[:, 2]


def ordinals(words: Numbers) -> Numbers:
    """Return for each number as which it was given, from 0; -1 for what is no word."""
    found = (words >> 16) - 0x80
    for shift in (8, 0):
        found = found * 0x70 + (words >> shift & 0x7F) - 0x10
    return np.where(words >= _FIRST_WORD, found, -1)


class Neighbours:
    """A set of pairs of words that may hold a few that were never put in: a filter, no answer.

    A Bloom filter with one hash (Bloom 1970), 4 MB.
    """

    def __init__(self, left: Numbers, right: Numbers) -> None:
        """Hold the pairs of each of `left` with the one of `right` at the same index."""
        self._slots = np.zeros(1 << _SLOT_BITS, dtype=np.bool_)
        self._slots[_slots(left, right)] = True

    def hold(self, left: Numbers, right: Numbers) -> Flags:
        """Say of each pair whether it may be among those held."""
        return self._slots[_slots(left, right)]


def _slots(left: Numbers, right: Numbers) -> NDArray[np.uint32]:
    mixed = left.astype(np.uint32) * _LEFT ^ right.astype(np.uint32) * _RIGHT
    return mixed >> np.uint32(32 - _SLOT_BITS)
