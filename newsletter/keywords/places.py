"""Where phrases stand in a day's texts: hundreds of thousands of places, as one array."""

from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple

import numpy as np

from newsletter.keywords.haystack import Haystack, Numbers

_LENGTH_BITS: Final = 12
_START_BITS: Final = 28
"""A text of 256 million words, a phrase of 4,095: beyond what is taken in anywhere."""
TEXT_SHIFT: Final = _START_BITS + _LENGTH_BITS
"""Bits of a packed place below the text's index."""


class Place(NamedTuple):
    """Where a phrase stands: in which text, from which word on, and for how many words."""

    text: int
    word: int
    length: int

    @classmethod
    def read(cls, packed: int) -> "Place":
        """Read a place as `Places` packs it."""
        start, length = divmod(packed, 1 << _LENGTH_BITS)
        text, word = divmod(start, 1 << _START_BITS)
        return cls(text, word, length)


class Places(Mapping[int, list[int]]):
    """Phrase, by its index → its places, packed, in ascending order; those that stand nowhere miss.

    See `Place.read`.
    """

    def __init__(
        self, phrases: Numbers, words: Numbers, lengths: Numbers, haystack: Haystack
    ) -> None:
        """Note that `phrases` are at `words` of the haystack for `lengths` words, in any order."""
        keys = np.sort(phrases << TEXT_SHIFT | words << _LENGTH_BITS | lengths)
        phrases = keys >> TEXT_SHIFT
        first = np.flatnonzero(np.diff(phrases, prepend=-1))
        words = keys >> _LENGTH_BITS & (1 << _START_BITS) - 1
        texts = haystack.text_at(words)
        inside = words - haystack.begins[texts]
        lengths = keys & (1 << _LENGTH_BITS) - 1
        self._packed: Numbers = texts << TEXT_SHIFT | inside << _LENGTH_BITS | lengths
        self._phrases: Numbers = phrases[first]
        self._bounds: Numbers = np.append(first, len(keys))
        self.haystack = haystack

    def __getitem__(self, phrase: int) -> list[int]:
        """Return the places of a phrase."""
        at = int(np.searchsorted(self._phrases, phrase))
        if at == len(self._phrases) or self._phrases[at] != phrase:
            raise KeyError(phrase)
        begin, end = self._bounds[at : at + 2].tolist()
        return self._packed[begin:end].tolist()  # type: ignore[no-any-return] # numpy's stub

    def __iter__(self) -> Iterator[int]:
        """Yield the phrases that stand somewhere, in ascending order."""
        return iter(self._phrases.tolist())

    def __len__(self) -> int:
        """Count the phrases that stand somewhere."""
        return len(self._phrases)

    def bits(self, count: int) -> list[int]:
        """Return of each phrase, `count` in all, the texts that hold it: bit i for the i-th."""
        counts, texts = np.diff(self._bounds), self._packed >> TEXT_SHIFT
        firsts, lasts = texts[self._bounds[:-1]], texts[self._bounds[1:] - 1]
        # Of those that stand anywhere, three in four stand in one text.
        is_one = firsts == lasts
        several = texts[np.repeat(~is_one, counts)], counts[~is_one]
        bits = np.zeros(count, object)
        bits[self._phrases[is_one]] = [1 << text for text in firsts[is_one].tolist()]
        bits[self._phrases[~is_one]] = _joined(*several, len(self.haystack.texts))
        return bits.tolist()


def _joined(texts: Numbers, counts: Numbers, width: int) -> list[int]:
    """Return the first `counts[0]` of `texts` as bits, then the next `counts[1]`, and so on."""
    size = width // 8 + 1
    rows = np.repeat(np.arange(len(counts)), counts)
    table = np.zeros(len(counts) * size, dtype=np.uint8)
    np.bitwise_or.at(table, rows * size + (texts >> 3), (1 << (texts & 7)).astype(np.uint8))
    whole, read = table.tobytes(), int.from_bytes
    return [read(whole[at : at + size], "little") for at in range(0, len(whole), size)]
