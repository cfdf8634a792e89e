"""Look for many phrases in many texts: one Aho–Corasick pass.

phrases ─► sift ─┬─► plain ones: a join of codes ─┬─► BytesAhoCorasick ─► checks ─► Places
                 └─► others: Speller, with checks ┘
"""

from collections.abc import Iterable, Sequence
from itertools import chain
from typing import Final

import numpy as np
from ahocorasick_rs import BytesAhoCorasick, Implementation

from newsletter.keywords.haystack import Flags, Haystack, Neighbours, Numbers
from newsletter.keywords.lexicon import WIDTH, Lexicon
from newsletter.keywords.patterns import Check
from newsletter.keywords.places import Places
from newsletter.keywords.sifting import possible, sift, spaced_lines
from newsletter.keywords.speller import Speller

_COMPACT: Final = Implementation.ContiguousNFA
"""By default few patterns become a table of 256 entries a byte: one of 15 KB takes a second."""
_MANY: Final = 1000
"""Phrases from which on it pays to learn first which words stand side by side."""


def find_all(
    phrases: Sequence[str],
    haystack: Haystack,
    lexicon: Lexicon,
    exact: frozenset[int] = frozenset(),
) -> Places:
    """Return where each phrase stands, by its index; those of `exact` as they are written."""
    patterns = _Patterns()
    lines = spaced_lines(phrases)
    beside = haystack.neighbours() if len(lines) >= _MANY else None
    speller = Speller(lexicon, beside)
    if beside is None:
        patterns.spell(range(len(lines)), lines, speller, exact)
    else:
        plain, to_spell = sift(lines, speller, beside)
        patterns.add_plain([one for one in plain if one[0] not in exact])
        patterns.spell(sorted(exact.union(to_spell)), lines, speller, exact)
    return patterns.find(haystack, beside)


class _Patterns:
    """Patterns, and for whom each was made: one phrase or several, each with its checks."""

    def __init__(self) -> None:
        self.numbers: dict[bytes, int] = {}
        """Codes → number of the pattern."""
        self._patterns: list[int] = []
        """The pattern of each row; beside it the phrase, and the number of its checks."""
        self._phrases: list[int] = []
        self._kinds: list[int] = []
        self._checks: dict[tuple[Check, ...], int] = {(): 0}

    def add_plain(self, phrases: Sequence[tuple[int, bytes]]) -> None:
        """Add phrases, by index, each with its codes."""
        number = self.numbers.setdefault
        self._patterns += [number(codes, len(self.numbers)) for _, codes in phrases]
        self._phrases += [phrase for phrase, _ in phrases]
        self._kinds += [0] * len(phrases)

    def spell(
        self, indexes: Iterable[int], lines: Sequence[str], speller: Speller, exact: frozenset[int]
    ) -> None:
        """Add each spelling of the lines at `indexes`."""
        for index in indexes:
            for codes, checks in speller.patterns(lines[index].split(), is_exact=index in exact):
                self._patterns.append(self.numbers.setdefault(codes, len(self.numbers)))
                self._phrases.append(index)
                self._kinds.append(self._checks.setdefault(checks, len(self._checks)))

    def find(self, haystack: Haystack, beside: Neighbours | None) -> Places:
        """Look for all of them; with `beside`, only for those that it lets through."""
        patterns = list(self.numbers)
        kept = np.flatnonzero(possible(patterns, beside)) if beside else np.arange(len(patterns))
        found = _search([patterns[number] for number in kept.tolist()], haystack)
        rows = np.argsort(np.array(self._patterns, dtype=np.int64), kind="stable")
        hits, owners = _paired(kept[found[:, 0]], np.array(self._patterns, dtype=np.int64)[rows])
        rows = rows[owners]
        words, lengths = found[hits, 1] // WIDTH, (found[hits, 2] - found[hits, 1]) // WIDTH
        holds = self._hold(np.array(self._kinds, dtype=np.int64)[rows], words, haystack)
        phrases = np.array(self._phrases, dtype=np.int64)[rows]
        return Places(phrases[holds], words[holds], lengths[holds], haystack)

    def _hold(self, kinds: Numbers, words: Numbers, haystack: Haystack) -> Flags:
        """Say of each place whether what must hold there does."""
        holds = np.ones(len(kinds), dtype=np.bool_)
        checked = np.flatnonzero(kinds)
        for checks, kind in self._checks.items():
            places = checked[kinds[checked] == kind]
            for rule, at in checks:
                holds[places] &= haystack.holding(rule)[words[places] + at]
        return holds


def _search(patterns: list[bytes], haystack: Haystack) -> Numbers:
    """Return pattern, first byte and end of each hit, a row each."""
    if not patterns:
        return np.empty((0, 3), dtype=np.int64)
    automaton = BytesAhoCorasick(patterns, implementation=_COMPACT)
    found = []
    for offset, piece in haystack.pieces():
        hits = automaton.find_matches_as_indexes(piece, overlapping=True)
        rows = np.fromiter(chain.from_iterable(hits), np.int64, 3 * len(hits)).reshape(-1, 3)
        found.append(rows + np.array([0, offset, offset]))
    return np.concatenate(found) if found else np.empty((0, 3), dtype=np.int64)


def _paired(values: Numbers, among: Numbers) -> tuple[Numbers, Numbers]:
    """Return the indexes of each pair of equals of `values` and of `among`, which ascend."""
    first = np.searchsorted(among, values, side="left")
    counts = np.searchsorted(among, values, side="right") - first
    left = np.repeat(np.arange(len(values)), counts)
    within = np.arange(len(left)) - np.repeat(np.cumsum(counts) - counts, counts)
    return left, first[left] + within
