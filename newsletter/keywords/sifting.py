"""Tell, of many phrases at once, those that can stand in no text from those to spell.

    lines ─► tokens ─► Speller.typed ─► one run of codes ─► Sifted: plain, to spell, impossible

Of a hundred thousand phrases most have two words that stand side by side in no text.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import compress
from operator import add
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from newsletter.keywords.fold import spaced
from newsletter.keywords.haystack import Flags, Haystack, Neighbours, Numbers, numbers, ordinals
from newsletter.keywords.lexicon import (
    BETWEEN_FIELDS,
    BETWEEN_PHRASES,
    SHORTEST_FIRST,
    SHORTEST_SECOND,
    UNKNOWN,
    Codes,
    Lexicon,
    code_of,
)
from newsletter.keywords.patterns import BASES, PREFIXES
from newsletter.keywords.speller import Speller

LONGEST_PHRASE: Final = 1_000
"""Characters; forms take 300. A longer one, whoever wrote it there, stands in no text."""
_LINE_END: Final = "\x00"
"""It is no part of any word."""
_AT_A_TIME: Final = 1000
"""Lines whose tokens are made at a time: they are gone before they leave the processor's cache."""
_END, _BREAK = (int.from_bytes(code, "big") for code in (BETWEEN_FIELDS, BETWEEN_PHRASES))
_FIRST_WORD: Final = int.from_bytes(code_of(0), "big")
_BASE: Final = np.uint64(0x9E3779B97F4A7C15)
"""Odd, with mixed bits: the golden ratio of 2⁶⁴ (Knuth 6.4)."""
_SLOT_BITS: Final = 22
_TO_SLOT: Final = np.uint64(64 - _SLOT_BITS)
_CHECKED, _VARIOUS = 0x8000, 0x80
"""See `speller.checked` and `speller.various`."""


class Sifted(NamedTuple):
    """What is left of many lines."""

    plain: list[int]
    """Indexes of those written in one way, whatever is in the texts."""
    codes: list[bytes]
    """The codes of each that is plain."""
    capitals: list[tuple[int, bytes, tuple[int, ...]]]
    """Index and codes of those of which words must be in capitals; the places of these, from 0."""
    to_spell: list[int]
    """Indexes, ascending."""


def spaced_lines(lines: Iterable[str]) -> list[str]:
    """Return `fold.spaced` of each line; empty for one of more than `LONGEST_PHRASE` characters."""
    kept = (line if len(line) <= LONGEST_PHRASE else "" for line in lines)
    return [spaced(line).replace(_LINE_END, " ") for line in kept]


def spaced_bare(lines: Iterable[str]) -> list[str]:
    """Return the same of lines of which `is_bare` holds, in which there is little to do."""
    lines = list(lines)
    if max(map(len, lines), default=0) <= LONGEST_PHRASE and "_" not in "".join(lines):
        return lines
    return [line.replace("_", " ") if len(line) <= LONGEST_PHRASE else "" for line in lines]


def sift(
    lines: Sequence[str],
    exact: frozenset[int],
    speller: Speller,
    haystack: Haystack,
    lexicon: Lexicon,
) -> Sifted:
    """Leave out the lines, as `spaced`, of which two words are side by side in no text.

    Those of `exact`, by index, are to be spelled.
    """
    run = _typed(lines, speller)
    names = _Names(speller.codes)
    words = _Words(run, names.various(numbers(haystack.codes), lexicon))
    joined = words.joined(names, lexicon)
    first_stranger = int.from_bytes(speller.first_stranger, "big")
    impossible = words.strange(first_stranger) | words.apart(haystack.neighbours())
    various, checked = joined | words.various(), words.checked()
    shouted = [index for index in checked if _may_be_shouted(lines[index])]
    various[shouted] = True
    to_spell = various & (joined | ~impossible)
    to_spell[list(exact)] = True
    fixed = ~(to_spell | various | impossible | words.empty())
    has_checks = np.zeros(len(lines), dtype=np.bool_)
    has_checks[list(checked)] = True
    codes = words.codes().split(BETWEEN_FIELDS)
    plain = np.flatnonzero(fixed & ~has_checks).tolist()
    capitals = np.flatnonzero(fixed & has_checks).tolist()
    return Sifted(
        plain,
        [codes[index] for index in plain],
        [(index, codes[index], tuple(checked[index])) for index in capitals],
        np.flatnonzero(to_spell).tolist(),
    )


def _may_be_shouted(line: str) -> bool:
    """Say whether several tokens may all be in capitals: one in lower case is certainly not."""
    tokens = line.split()
    return len(tokens) > 1 and not any(map(str.islower, tokens))


def _typed(lines: Sequence[str], speller: Speller) -> bytes:
    """Return the codes of all lines, `BETWEEN_FIELDS` behind each."""
    known = _Typed(speller)
    some = (lines[at : at + _AT_A_TIME] for at in range(0, len(lines), _AT_A_TIME))
    tokens = (f" {_LINE_END} ".join([*few, ""]).split() for few in some)
    return b"".join(b"".join(map(known.__getitem__, few)) for few in tokens)


class _Typed(dict[str, bytes]):
    """Token → its codes, as `Speller.typed`."""

    def __init__(self, speller: Speller) -> None:
        super().__init__({_LINE_END: BETWEEN_FIELDS})
        self._typed = speller.typed

    def __missing__(self, token: str) -> bytes:
        found = self[token] = self._typed(token)
        return found


class _Names:
    """The words of the texts and of the lines by number, and which make one word of two.

    Most pairs are told by a sum that few words have; the others are put together.
    """

    def __init__(self, codes: Codes) -> None:
        names = [name for name, code in codes.items() if code is not UNKNOWN]
        self._indexes = dict(zip(names, range(len(names)), strict=True))
        self._names = np.array([*names, ""], dtype=object)
        firsts = [len(name) >= SHORTEST_FIRST or name in PREFIXES for name in names]
        self._is_first = np.array([*firsts, False])
        self._is_second = np.array([*(len(name) >= SHORTEST_SECOND for name in names), False])

        self._sums, self._shifts = _sums([*names, " "])
        self._slots = np.zeros(1 << _SLOT_BITS, dtype=np.bool_)
        self._slots[self._sums >> _TO_SLOT] = True

    def joints(self, words: Numbers) -> tuple[Numbers, list[str]]:
        """Return the places of words that may make one with the next, and what they make."""
        indexes = ordinals(words)
        at = np.flatnonzero(self._is_first[indexes[:-1]] & self._is_second[indexes[1:]])
        sums = self._sums[indexes[at]] + self._sums[indexes[at + 1]] * self._shifts[indexes[at]]
        at = at[self._slots[sums >> _TO_SLOT]]
        left, right = self._names[indexes[at]].tolist(), self._names[indexes[at + 1]].tolist()
        return at, list(map(add, left, right))

    def various(self, texts: Numbers, lexicon: Lexicon) -> Flags:
        """Return the words, by ordinal, that the running words of the texts may hold otherwise."""
        found = np.zeros(len(self._names), dtype=np.bool_)
        split = self._indexes.keys() & {*lexicon.splits, *BASES}
        written = self._indexes.keys() & self.joints(texts)[1]
        found[[self._indexes[name] for name in split | written]] = True
        return found


def _sums(names: Sequence[str]) -> tuple[NDArray[np.uint64], NDArray[np.uint64]]:
    """Return a sum for each name and its shift: two names as one have left + right * shift.

    The letters of a name times powers of one number, as of Karp and Rabin (1987), modulo 2⁶⁴.
    """
    letters = np.frombuffer("".join(names).encode("utf-32-le", "surrogatepass"), np.uint32)
    lengths = np.array(list(map(len, names)))
    begins = np.cumsum(lengths) - lengths
    powers = np.cumprod(np.full(lengths.max() + 1, _BASE, dtype=np.uint64))
    inside = np.arange(len(letters)) - np.repeat(begins, lengths)
    sums = np.add.reduceat(letters.astype(np.uint64) * powers[inside], begins)
    return sums, powers[lengths - 1]


class _Words:
    """The words of many lines by number; each method says something of each line."""

    def __init__(self, run: bytes, various: Flags) -> None:
        marked = numbers(run)
        self._numbers = marked & ~(_CHECKED | _VARIOUS)
        self._is_end = marked == _END
        is_various = (marked & _VARIOUS > 0) | various[ordinals(self._numbers)]
        self._is_various = is_various | (marked == _BREAK)
        self._checked = np.flatnonzero((marked & _CHECKED > 0) & ~self._is_end)
        self._lines = np.cumsum(self._is_end) - self._is_end
        self._inside = ~(self._is_end[1:] | self._is_end[:-1])

    def _any(self, words: Flags) -> Flags:
        """Return the lines of which one of the first words is flagged."""
        lines = np.zeros(np.count_nonzero(self._is_end), dtype=np.bool_)
        lines[self._lines[: len(words)][words]] = True
        return lines

    def codes(self) -> bytes:
        """Return the codes without marks."""
        parts = self._numbers.astype(">u4").view(np.uint8).reshape(-1, 4)
        return parts[:, 1:].tobytes()

    def empty(self) -> Flags:
        """Return the lines without words."""
        is_empty: Flags = np.diff(np.flatnonzero(self._is_end), prepend=-1) == 1
        return is_empty

    def various(self) -> Flags:
        """Return the lines with a word in place of which the texts may hold others."""
        return self._any(self._is_various)

    def checked(self) -> dict[int, list[int]]:
        """Return the lines of which words must be in capitals, and the places of these."""
        lines = self._lines[self._checked]
        begins = np.append(0, np.flatnonzero(self._is_end) + 1)[lines]
        found: dict[int, list[int]] = defaultdict(list)
        for line, place in zip(lines.tolist(), (self._checked - begins).tolist(), strict=True):
            found[line].append(place)
        return found

    def strange(self, first_stranger: int) -> Flags:
        """Return the lines with a word that stands in no text."""
        known = (self._numbers >= _FIRST_WORD) & (self._numbers < first_stranger)
        return self._any(~(known | self._is_various | self._is_end))

    def apart(self, beside: Neighbours) -> Flags:
        """Return the lines with two words that no text has side by side."""
        fixed = self._inside & ~(self._is_various[1:] | self._is_various[:-1])
        return self._any(fixed & ~beside.hold(self._numbers[:-1], self._numbers[1:]))

    def joined(self, names: _Names, lexicon: Lexicon) -> Flags:
        """Return the lines with two words side by side that the texts may have as one."""
        places, made = names.joints(self._numbers)
        found = np.zeros(len(self._numbers), dtype=np.bool_)
        found[list(compress(places.tolist(), map(lexicon.words.__contains__, made)))] = True
        return self._any(found)
