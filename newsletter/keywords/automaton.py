"""Look for many phrases in many texts: one pass, by Aho–Corasick; of many the short by number.

phrases ─► sift ─┬─► plain ones: a join of codes ─┬─► BytesAhoCorasick, _rows ─► checks ─► Places
                 └─► others: Speller, with checks ┘
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from typing import Final

import numpy as np
from ahocorasick_rs import BytesAhoCorasick, Implementation

from newsletter.keywords.haystack import Flags, Haystack, Neighbours, Numbers, numbers, ordinals
from newsletter.keywords.lexicon import WIDTH, Lexicon
from newsletter.keywords.patterns import Check, Rule
from newsletter.keywords.places import Places
from newsletter.keywords.sifting import sift
from newsletter.keywords.speller import Speller

_COMPACT: Final = Implementation.ContiguousNFA
"""By default few patterns become a table of 256 entries a byte: one of 15 KB takes a second."""
_FEW: Final = 8
"""Patterns, as of what somebody is typing, that are found sooner one by one than together."""
_MANY: Final = 1000
"""Phrases from which on it pays to learn first which words stand side by side, and to look short
patterns up as numbers."""
_SHORT: Final = 3
"""Words of patterns that are looked up as numbers where there are many."""


def find_all(
    lines: Sequence[str],
    haystack: Haystack,
    lexicon: Lexicon,
    exact: frozenset[int] = frozenset(),
) -> Places:
    """Return where each phrase stands, by its index; those of `exact` as they are written.

    Phrases are `spaced` already, as by `spaced_lines`.
    """
    patterns = _Patterns()
    speller = Speller(lexicon)
    if len(lines) < _MANY:
        patterns.spell(range(len(lines)), lines, speller, exact)
    else:
        sifted = sift(lines, exact, speller, haystack, lexicon)
        patterns.add_plain(sifted.plain, sifted.codes)
        patterns.add_capitals(sifted.capitals)
        patterns.spell(sifted.to_spell, lines, speller, exact)
    return patterns.find(haystack)


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

    def add_plain(self, phrases: Sequence[int], codes: Sequence[bytes]) -> None:
        """Add phrases, by index, with the codes of each."""
        number = self.numbers.setdefault
        self._patterns += [number(one, len(self.numbers)) for one in codes]
        self._phrases += phrases
        self._kinds += [0] * len(phrases)

    def add_capitals(self, phrases: Sequence[tuple[int, bytes, tuple[int, ...]]]) -> None:
        """Add phrases, by index, each with its codes and the places of words in capitals."""
        for index, codes, places in phrases:
            self._add(index, codes, tuple([Check(Rule.CAPITAL, at) for at in places]))

    def _add(self, index: int, codes: bytes, checks: tuple[Check, ...]) -> None:
        self._patterns.append(self.numbers.setdefault(codes, len(self.numbers)))
        self._phrases.append(index)
        self._kinds.append(self._checks.setdefault(checks, len(self._checks)))

    def spell(
        self, indexes: Iterable[int], lines: Sequence[str], speller: Speller, exact: frozenset[int]
    ) -> None:
        """Add each spelling of the lines at `indexes`."""
        for index in indexes:
            for codes, checks in speller.patterns(lines[index].split(), is_exact=index in exact):
                self._add(index, codes, checks)

    def find(self, haystack: Haystack) -> Places:
        """Look for all of them."""
        found = _search(list(self.numbers), haystack)
        hits, rows = _paired(found[:, 0], np.array(self._patterns, dtype=np.int64))
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
    """Return pattern, first byte and end of each hit, a row each.

    Of many patterns those of one to three words, to which most hits belong, need no automaton:
    they are looked up as numbers.
    """
    lengths = np.array(list(map(len, patterns)), dtype=np.int64)
    short = _SHORT if len(patterns) >= _MANY else 0
    longer = np.flatnonzero(lengths > short * WIDTH)
    found = list(_longer([patterns[index] for index in longer.tolist()], longer, haystack))
    texts = numbers(haystack.codes if short else b"")
    for count in range(1, short + 1):
        numbered = np.flatnonzero(lengths == count * WIDTH)
        codes = b"".join([patterns[index] for index in numbered.tolist()])
        hits, at = (_rows if count > 1 else _single)(numbers(codes).reshape(-1, count), texts)
        found.append(np.stack((numbered[hits], at * WIDTH, (at + count) * WIDTH), axis=1))
    return np.concatenate([_NO_HITS, *found])


_NO_HITS: Final = np.empty((0, 3), dtype=np.int64)


def _single(words: Numbers, texts: Numbers) -> tuple[Numbers, Numbers]:
    """Return the index of the word and the place, of each hit of distinct words in the texts."""
    running, sought = ordinals(texts), ordinals(words[:, 0])
    known = np.full(max(running.max(initial=0), sought.max(initial=0)) + 2, -1)
    known[sought] = np.arange(len(words))
    known[-1] = -1
    at = np.flatnonzero(known[running] >= 0)
    return known[running[at]], at


def _rows(words: Numbers, texts: Numbers) -> tuple[Numbers, Numbers]:
    """Return the same of distinct rows of words: the first two become one number, and so on."""
    at = np.arange(max(len(texts) + 1 - words.shape[1], 0))
    keys, running = words[:, 0], texts[at]
    for ahead in range(1, words.shape[1]):
        following = texts[at + ahead]
        maybe = Neighbours(keys, words[:, ahead]).hold(running, following)
        pairs = running[maybe] << 8 * WIDTH | following[maybe]
        distinct, keys = np.unique(keys << 8 * WIDTH | words[:, ahead], return_inverse=True)
        running = np.searchsorted(distinct, pairs, side="right") - 1
        is_hit = distinct[running] == pairs
        at, running = at[maybe][is_hit], running[is_hit]
    return np.argsort(keys)[running], at


def _longer(patterns: list[bytes], numbered: Numbers, haystack: Haystack) -> Iterator[Numbers]:
    """Yield the hits of several words in a row, as `_search`, some texts at a time."""
    if not patterns:
        return
    if len(patterns) <= _FEW:
        yield from _one_by_one(patterns, numbered, haystack)
        return
    automaton = BytesAhoCorasick(patterns, implementation=_COMPACT)
    for offset, piece in haystack.pieces():
        hits = automaton.find_matches_as_indexes(piece, overlapping=True)
        rows = np.fromiter(chain.from_iterable(hits), np.int64, 3 * len(hits)).reshape(-1, 3)
        rows[:, 0] = numbered[rows[:, 0]]
        rows[:, 1:] += offset
        yield rows


def _one_by_one(patterns: list[bytes], numbered: Numbers, haystack: Haystack) -> Iterator[Numbers]:
    """Yield the hits of each pattern, as `_longer`: word by word, in all texts at once."""
    texts = haystack.words
    for number, pattern in zip(numbered.tolist(), patterns, strict=True):
        words = numbers(pattern).astype(texts.dtype)
        places = np.flatnonzero(texts[: max(len(texts) + 1 - len(words), 0)] == words[0])
        for ahead, word in enumerate(words[1:], start=1):
            places = places[texts[places + ahead] == word]
        begins = places * WIDTH
        rows = np.stack((np.full(len(places), number), begins, begins + len(pattern)), axis=1)
        yield rows.astype(np.int64)


def _paired(hits: Numbers, rows: Numbers) -> tuple[Numbers, Numbers]:
    """Return the indexes of each hit with each row of its pattern, by the patterns of both."""
    by_pattern = np.argsort(rows, kind="stable")
    counts = np.bincount(rows)
    first, each = np.cumsum(counts) - counts, counts[hits]
    left = np.repeat(np.arange(len(hits)), each)
    within = np.arange(len(left)) - np.repeat(np.cumsum(each) - each, each)
    return left, by_pattern[first[hits[left]] + within]
