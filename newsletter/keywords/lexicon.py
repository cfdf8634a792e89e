"""The words of a day by number, so that a phrase is a few bytes and a paper 700.

    texts ─► Lexicon.read ─► Encoded: three bytes a word ─┐
    keywords ─► patterns ─► three bytes a word ───────────┴─► one search, see `automaton`

A word that nobody wrote that day has no number: a phrase that holds one needs no search.
"""

from collections.abc import Iterator, KeysView, Mapping, Sequence
from collections.abc import Set as AbstractSet
from functools import cached_property
from itertools import accumulate, combinations, islice, product
from types import MappingProxyType
from typing import Final

from newsletter.keywords.fold import BREAK, read_token, spaced
from newsletter.keywords.words import Word, is_ordinary, singular

WIDTH: Final = 3
"""Bytes of a word: the first is 0x80 or more, the others 0x10 to 0x7F, so that a phrase is found
only where a word begins."""
MOST_WORDS: Final = 128 * 112 * 112
"""Different words that can be told apart; a thousand papers have some 12,000."""
UNKNOWN: Final = b"\x00\x00\x00"
"""Every word beyond `MOST_WORDS`, and every word of a keyword that stands in no text."""
BETWEEN_FIELDS: Final = b"\n\n\n"
BETWEEN_PHRASES: Final = b"\n\n\x0b"
"""A comma, a full stop and the like."""
LONGEST_COMPOUND: Final = 4
"""Parts of a hyphenated word up to which each joined stretch is known as one word."""
_SHORTEST_PREFIX = 2
SHORTEST_FIRST, SHORTEST_SECOND = 4, 3
"""Letters of words that may make one; see `Lexicon.is_joint`."""
_LONGEST_FIRST = 30
CAPITAL: Final = b"\x01"
"""Mark before the code of a word in capitals."""
PLURAL: Final = b"\x02"
"""Mark before the code of a plural."""
JOINED: Final = b"\x03"
"""Mark behind the code of a word that a hyphen joins to the next."""
MARKS: Final = CAPITAL + PLURAL + JOINED
"""All of them, next to each other."""


class Encoded:
    """A paper's fields, folded and numbered. Places count words from 0, a field's end as one.

    Fields are told apart when somebody asks.
    """

    def __init__(self, marked: bytes) -> None:
        """Keep codes with their marks; `BETWEEN_FIELDS` between fields."""
        self.marked = marked
        """The codes, and before or behind them `CAPITAL`, `PLURAL` and `JOINED`."""
        self.codes = marked.translate(None, MARKS)
        """`WIDTH` bytes a word."""

    @cached_property
    def ends(self) -> tuple[int, ...]:
        """Return where each field ends."""
        lengths = (len(field) // WIDTH + 1 for field in self.codes.split(BETWEEN_FIELDS))
        return tuple(accumulate(lengths))

    def field_at(self, place: int) -> int:
        """Return the index of the field that holds the word at `place`."""
        return next(index for index, end in enumerate(self.ends) if place < end)


class Lexicon:
    """Numbers of words, as they come; and which words are written with a hyphen somewhere."""

    def __init__(self) -> None:
        """Know no word."""
        self._codes = Codes()
        self.number = self._codes.__getitem__
        """Return the code of a folded word, a new one for a word that is new."""
        self._marked = _Marked(self)
        self.splits: dict[str, tuple[tuple[bytes, ...], ...]] = {}
        """A word in one piece → the codes of its parts where some text hyphenates it."""

    def __len__(self) -> int:
        """Return how many words were read."""
        return len(self._codes)

    def code(self, word: str) -> bytes:
        """Return the code of a folded word, `UNKNOWN` where it was never read."""
        return self._codes.get(word, UNKNOWN)

    @property
    def words(self) -> KeysView[str]:
        """Return the folded words that were read."""
        return self._codes.keys()

    def codes(self) -> "Codes":
        """Return a copy of all codes, to be continued with words of which no text has one."""
        return Codes(self._codes)

    def read(self, texts: Sequence[str]) -> Encoded:
        """Fold and number the fields of one paper."""
        mark = self._marked.__getitem__
        fields = [b"".join(map(mark, spaced(text).split())) for text in texts]
        return Encoded(BETWEEN_FIELDS.join(fields))

    def is_joint(self, first: str, second: str, prefixes: AbstractSet[str]) -> bool:
        """Say whether two words make one that was read: "data", "set".

        The first is one of `prefixes`, or has four letters or more and the second three, because
        shorter ones make words of other meaning: "in formation", "net work".
        """
        return (
            len(second) >= SHORTEST_SECOND
            and (len(first) >= SHORTEST_FIRST or first in prefixes)
            and first + second in self._codes
        )

    def halves(self, word: str, prefixes: AbstractSet[str]) -> Iterator[tuple[str, str]]:
        """Yield the words, both read, that make `word` when written as one; see `is_joint`."""
        return _halves(word, self._codes.keys(), prefixes)

    def note_compound(self, parts: Sequence[str]) -> None:
        """Note that a text writes these words, folded, with hyphens between them."""
        if len(parts) <= LONGEST_COMPOUND:
            for begin, end in combinations(range(len(parts) + 1), 2):
                if end - begin > 1:
                    stretch = parts[begin:end]
                    self.note_split(singular("".join(stretch)), tuple(map(self.number, stretch)))

    def note_split(self, word: str, codes: tuple[bytes, ...]) -> None:
        """Note that a text writes a word, folded, in these parts, with hyphens between them."""
        known = self.splits.get(word)
        if known is None:
            self.splits[word] = (codes,)
        elif codes not in known:
            self.splits[word] = (*known, codes)


def _halves(
    word: str, words: AbstractSet[str], prefixes: AbstractSet[str]
) -> Iterator[tuple[str, str]]:
    # Not every place of a word of 100,000 letters: each would copy the rest.
    for end in range(_SHORTEST_PREFIX, min(len(word) - SHORTEST_SECOND, _LONGEST_FIRST) + 1):
        first = word[:end]
        if first in words and (end >= SHORTEST_FIRST or first in prefixes):
            second = word[end:]
            if second in words:
                yield first, second


class Codes(dict[str, bytes]):
    """Folded word → its code, a new one for a word that is new, ascending; after all `UNKNOWN`."""

    def __init__(self, known: Mapping[str, bytes] = MappingProxyType({})) -> None:
        """Continue behind the codes that are `known`."""
        super().__init__(known)
        self._unused = islice(_codes(), len(self), None)

    def __missing__(self, word: str) -> bytes:
        """Give a word the next code."""
        code = self[word] = next(self._unused, UNKNOWN)
        return code


def _codes() -> Iterator[bytes]:
    """Yield all codes in ascending order, as `code_of`."""
    return map(bytes, product(range(0x80, 0x100), range(0x10, 0x80), range(0x10, 0x80)))


class _Marked(dict[str, bytes]):
    """Token → the codes of its words between marks; read once for all places where it stands."""

    def __init__(self, lexicon: Lexicon) -> None:
        super().__init__({BREAK: BETWEEN_PHRASES})
        self._lexicon, self._number = lexicon, lexicon.number

    def __missing__(self, token: str) -> bytes:
        if not is_ordinary(token):
            found = self[token] = self._read(token)
            return found
        lower = token.lower()
        folded = singular(lower)
        code = self._number(folded)
        found = self[token] = code if folded == lower else PLURAL + code
        return found

    def _read(self, token: str) -> bytes:
        first, _, second = token.partition("-")
        if is_ordinary(first) and is_ordinary(second):
            left, right = singular(first.lower()), singular(second.lower())
            codes = self._number(left), self._number(right)
            self._lexicon.note_split(singular(left + right), codes)
            return self[first] + JOINED + self[second]
        words = read_token(token)
        if len(words) > 1:
            for compound in _compounds(words):
                self._lexicon.note_compound([word.folded for word in compound])
        return b"".join(map(self._mark, words))

    def _mark(self, word: Word) -> bytes:
        code = self._number(word.folded)
        if word.is_capital:
            code = CAPITAL + code
        if word.is_plural:
            code = PLURAL + code
        return code + JOINED if word.is_joined else code


def _compounds(words: Sequence[Word]) -> Iterator[Sequence[Word]]:
    """Yield each run of words that hyphens join."""
    begin = 0
    for index, word in enumerate(words):
        if not word.is_joined:
            if index > begin:
                yield words[begin : index + 1]
            begin = index + 1


def code_of(number: int) -> bytes:
    """Return the code of the word that came as `number`, from 0; codes ascend as numbers do."""
    if number >= MOST_WORDS:
        return UNKNOWN
    high, low = divmod(number, 112)
    first, middle = divmod(high, 112)
    return bytes((0x80 + first, 0x10 + middle, 0x10 + low))
