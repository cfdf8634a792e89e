"""Tell, of many phrases at once, those that can stand in no text from those to spell.

    lines ─► tokens ─► Speller.typed ─► one run of codes ─► Sifted: plain, to spell, impossible

Of a hundred thousand phrases most have two words that stand side by side in no text.
"""

import re
from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

import numpy as np

from newsletter.keywords.fold import spaced
from newsletter.keywords.haystack import Flags, Neighbours, numbers
from newsletter.keywords.lexicon import BETWEEN_FIELDS, BETWEEN_PHRASES, code_of
from newsletter.keywords.speller import Speller

LONGEST_PHRASE: Final = 1_000
"""Characters; forms take 300. A longer one, whoever wrote it there, stands in no text."""
_LINE_END: Final = "\ue000"
"""Of private use: it is no part of any word."""
_END, _BREAK = (int.from_bytes(code, "big") for code in (BETWEEN_FIELDS, BETWEEN_PHRASES))
_FIRST_WORD: Final = int.from_bytes(code_of(0), "big")
_CHECKED, _VARIOUS = 0x8000, 0x80
"""See `speller.checked` and `speller.various`."""
_SPACED_ALREADY = re.compile(r"[A-Za-z0-9 ]*(?:-[A-Za-z0-9][A-Za-z0-9 ]*)*")


class Sifted(NamedTuple):
    """What is left of many lines."""

    plain: list[tuple[int, bytes]]
    """Index and codes of those written in one way, whatever is in the texts."""
    to_spell: list[int]


def spaced_lines(lines: Iterable[str]) -> list[str]:
    """Return `fold.spaced` of each line, fast for those of which it changes nothing.

    Empty for one of more than `LONGEST_PHRASE` characters.
    """
    is_spaced = _SPACED_ALREADY.fullmatch
    kept = (line if len(line) <= LONGEST_PHRASE else "" for line in lines)
    return [line if is_spaced(line) else spaced(line) for line in kept]


def sift(lines: Sequence[str], speller: Speller, beside: Neighbours) -> Sifted:
    """Leave out the lines, as `spaced`, of which two words are side by side in no text."""
    known = _Typed(speller)
    ended = f" {_LINE_END} ".join([line.replace(_LINE_END, " ") for line in lines])
    run = b"".join(map(known.__getitem__, f"{ended} {_LINE_END}".split()))
    words = _Words(run)
    joined = words.joined(speller.joints(known))
    possible = joined | ~words.strange(
        int.from_bytes(speller.first_stranger, "big")
    ) & ~words.apart(beside)
    special = joined | words.special()
    codes = run.split(BETWEEN_FIELDS)
    plain = np.flatnonzero(possible & ~special).tolist()
    return Sifted(
        [(index, codes[index]) for index in plain if codes[index]],
        np.flatnonzero(possible & special).tolist(),
    )


def possible(patterns: Sequence[bytes], beside: Neighbours) -> Flags:
    """Say of each pattern whether its words may stand side by side."""
    return ~_Words(BETWEEN_FIELDS.join([*patterns, b""])).apart(beside)


class _Typed(dict[str, bytes]):
    """Token → its codes, as `Speller.typed`."""

    def __init__(self, speller: Speller) -> None:
        super().__init__({_LINE_END: BETWEEN_FIELDS})
        self._speller = speller

    def __missing__(self, token: str) -> bytes:
        found = self[token] = self._speller.typed(token)
        return found


class _Words:
    """The words of many lines by number; each method says something of each line."""

    def __init__(self, run: bytes) -> None:
        marked = numbers(run)
        self._numbers = marked & ~(_CHECKED | _VARIOUS)
        self._is_end = marked == _END
        self._is_various = (marked & _VARIOUS > 0) | (marked == _BREAK)
        self._is_special = (marked & (_CHECKED | _VARIOUS) > 0) | (marked == _BREAK)
        self._lines = np.cumsum(self._is_end) - self._is_end
        self._inside = ~(self._is_end[1:] | self._is_end[:-1])

    def _any(self, words: Flags) -> Flags:
        """Return the lines of which one of the first words is flagged."""
        lines = np.zeros(np.count_nonzero(self._is_end), dtype=np.bool_)
        lines[self._lines[: len(words)][words]] = True
        return lines

    def special(self) -> Flags:
        return self._any(self._is_special)

    def strange(self, first_stranger: int) -> Flags:
        """Return the lines with a word that stands in no text."""
        known = (self._numbers >= _FIRST_WORD) & (self._numbers < first_stranger)
        return self._any(~(known | self._is_various | self._is_end))

    def apart(self, beside: Neighbours) -> Flags:
        """Return the lines with two words that no text has side by side."""
        fixed = self._inside & ~(self._is_various[1:] | self._is_various[:-1])
        return self._any(fixed & ~beside.hold(self._numbers[:-1], self._numbers[1:]))

    def joined(self, joints: Sequence[bytes]) -> Flags:
        """Return the lines with two words side by side that the texts may have as one."""
        pairs = numbers(b"".join(joints)).reshape(-1, 2)
        joint = Neighbours(pairs[:, 0], pairs[:, 1])
        return self._any(self._inside & joint.hold(self._numbers[:-1], self._numbers[1:]))
