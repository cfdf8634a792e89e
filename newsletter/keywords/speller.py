"""Spell phrases, token by token, with the words of one day's texts."""

from collections.abc import Iterable, Sequence
from itertools import chain, combinations, groupby
from typing import NamedTuple

from newsletter.keywords.fold import BREAK, read_token
from newsletter.keywords.haystack import Neighbours
from newsletter.keywords.lexicon import BETWEEN_PHRASES, LONGEST_COMPOUND, UNKNOWN, Lexicon, code_of
from newsletter.keywords.patterns import (
    BASES,
    PREFIXES,
    Check,
    Pattern,
    Rule,
    as_typed,
    distinct,
    other_spellings,
    quietly,
    spellings,
    strung,
)
from newsletter.keywords.words import Word, singular


class _Token(NamedTuple):
    """A token of a keyword, and what it may be in a text."""

    words: tuple[Word, ...]
    spellings: list[Pattern]


class Speller:
    """Spells phrases with the words of one day's texts; what it finds for a token it keeps."""

    def __init__(self, lexicon: Lexicon, beside: Neighbours | None = None) -> None:
        """Spell with the words that `lexicon` has read by now, which stand beside each other so."""
        self._neighbours = beside
        self._others: dict[str, bool] = {}
        self._lexicon = lexicon
        self.first_stranger = code_of(len(lexicon))
        """The lowest code of a word that stands in no text."""
        self._strangers: dict[str, bytes] = {}
        self._tokens: dict[str, _Token] = {}

    def code(self, word: str) -> bytes:
        """Return the code of a folded word, one of its own also where it stands in no text."""
        known = self._lexicon.code(word)
        if known is not UNKNOWN:
            return known
        stranger = code_of(len(self._lexicon) + len(self._strangers))
        return self._strangers.setdefault(word, stranger)

    def typed(self, token: str) -> bytes:
        """Return the codes of a token's words, marked unless that is all there is to it.

        `checked` where something must hold of the words; `various` where the texts may hold other
        words in their place.
        """
        if token == BREAK:
            return BETWEEN_PHRASES
        words = read_token(token)
        codes = [self.code(word.folded) for word in words]
        if self._are_various(words):
            return b"".join(map(various, codes))
        if any(word.is_acronym for word in words):
            return b"".join(map(checked, codes))
        return b"".join(codes)

    def _are_various(self, words: Sequence[Word]) -> bool:
        """Say whether the texts may hold other words in place of these."""
        if any(self._has_others(word.folded) for word in words):
            return True
        return len(words) > 1 and any(
            self._lexicon.code(singular("".join(word.folded for word in words[begin:end])))
            != UNKNOWN
            for begin, end in combinations(range(len(words) + 1), 2)
            if 1 < end - begin <= LONGEST_COMPOUND
        )

    def _has_others(self, word: str) -> bool:
        """Say whether the texts may hold other words in place of one."""
        known = self._others.get(word)
        if known is None:
            known = self._others[word] = (
                word in self._lexicon.splits
                or word in BASES
                or any(map(self._beside, self._lexicon.halves(word, PREFIXES)))
            )
        return known

    def _beside(self, pair: tuple[str, str]) -> bool:
        first, second = map(self._lexicon.code, pair)
        return self._neighbours is None or self._neighbours.may_hold(first, second)

    def joints(self, tokens: Iterable[str]) -> list[bytes]:
        """Return the codes of each two words of `tokens` that may be one word in the texts."""
        words = {word.folded for token in tokens for word in read_token(token)}
        pairs = self._lexicon.pairs(words, PREFIXES)
        return [self.code(first) + self.code(second) for first, second in pairs]

    def patterns(self, tokens: Sequence[str], *, is_exact: bool = False) -> list[Pattern]:
        """Return the spellings of a phrase whose words all stand in the texts, at most 16.

        A comma or the like inside the phrase may stand in the text as well, or not.
        """
        spell = self._exactly if is_exact else self._freely
        if BREAK not in tokens:
            return distinct(spell(tokens))
        pieces = (list(piece) for is_break, piece in groupby(tokens, BREAK.__eq__) if not is_break)
        spelled = [spell(piece) for piece in pieces]
        gaps = (
            strung(spelled),
            strung([choice for one in spelled for choice in (_GAP, one)][1:]),
        )
        return distinct(list(chain(*gaps)))

    def _freely(self, tokens: Sequence[str]) -> list[Pattern]:
        known = [self._token(token) for token in tokens]
        if not (len(known) > 1 and _is_shouted(known)):
            parts = [as_typed(token.words) for token in known]
            spelled = (token.spellings for token in known)
        else:
            parts = [tuple(map(quietly, token.words)) for token in known]
            spelled = (spellings(part, self._lexicon) for part in parts)
        if any(map(self._are_joined, known, known[1:])):
            return spellings(list(chain(*parts)), self._lexicon)
        return strung(spelled)

    def _exactly(self, tokens: Sequence[str]) -> list[Pattern]:
        words = [word for token in tokens for word in read_token(token)]
        codes = b"".join(self._lexicon.code(word.folded) for word in words)
        rules = [
            Check(Rule.PLURAL if word.is_plural else Rule.SINGULAR, at)
            for at, word in enumerate(words)
        ]
        capitals = [Check(Rule.CAPITAL, at) for at, word in enumerate(words) if word.is_acronym]
        return [Pattern(codes, (*rules, *capitals))]

    def _are_joined(self, left: _Token, right: _Token) -> bool:
        """Say whether two words with a space between them are one word in some text."""
        if not left.words or not right.words:
            return False
        first, second = left.words[-1].folded, right.words[0].folded
        return self._lexicon.is_joint(first, second, PREFIXES)

    def _spelled(self, words: tuple[Word, ...]) -> list[Pattern]:
        if len(words) == 1 and not words[0].is_acronym:
            code = self._lexicon.code(words[0].folded)
            others = list(other_spellings(words[0], self._lexicon))
            return [Pattern(code, ()), *others] if code != UNKNOWN else others
        return spellings(as_typed(words), self._lexicon)

    def _token(self, token: str) -> _Token:
        known = self._tokens.get(token)
        if known is None:
            words = read_token(token)
            known = self._tokens[token] = _Token(words, self._spelled(words))
        return known


_GAP = [Pattern(BETWEEN_PHRASES, ())]


def _is_shouted(tokens: Iterable[_Token]) -> bool:
    """Take several words that are all in capitals for a reader who likes capitals."""
    words = (word for token in tokens for word in token.words)
    written = [word for word in words if any(map(str.isalpha, word.folded))]
    return len(written) > 1 and all(word.is_acronym or word.is_shouted for word in written)


def checked(code: bytes) -> bytes:
    """Mark a code as of a word of which something must hold."""
    return bytes((code[0], code[1] | 0x80, code[2]))


def various(code: bytes) -> bytes:
    """Mark a code as of a word that may be written in other ways."""
    return bytes((code[0], code[1], code[2] | 0x80))
