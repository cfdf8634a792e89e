"""Spell phrases, token by token, with the words of one day's texts."""

from collections.abc import Iterable, Sequence
from itertools import chain, combinations, groupby
from typing import NamedTuple

from newsletter.keywords.fold import BREAK, read_token
from newsletter.keywords.lexicon import BETWEEN_PHRASES, LONGEST_COMPOUND, UNKNOWN, Lexicon, code_of
from newsletter.keywords.patterns import (
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
from newsletter.keywords.words import Word, is_ordinary, singular


class _Token(NamedTuple):
    """A token of a keyword, and what it may be in a text."""

    words: tuple[Word, ...]
    spellings: list[Pattern]


class Speller:
    """Spells phrases with the words of one day's texts; what it finds for a token it keeps."""

    def __init__(self, lexicon: Lexicon) -> None:
        """Spell with the words that `lexicon` has read by now."""
        self._lexicon = lexicon
        self.codes = lexicon.codes()
        """Of the words of the texts, then of those that only phrases have."""
        self.first_stranger = code_of(len(lexicon))
        """The lowest code of a word that stands in no text."""
        self._words = lexicon.words
        self._tokens: dict[str, _Token] = {}

    def typed(self, token: str) -> bytes:
        """Return the codes of a token's words, marked unless that is all there is to it.

        `checked` where a word must be in capitals; `various` where the texts may hold several
        words as one. What else they may hold in place of one word is not told.
        """
        if is_ordinary(token):
            return self.codes[singular(token.lower())]
        first, _, second = token.partition("-")
        if is_ordinary(first) and is_ordinary(second):
            return self._hyphenated(singular(first.lower()), singular(second.lower()))
        return BETWEEN_PHRASES if token == BREAK else self._read(token)

    def _hyphenated(self, first: str, second: str) -> bytes:
        codes = self.codes[first], self.codes[second]
        is_one = singular(first + second) in self._words
        return b"".join(map(various, codes) if is_one else codes)

    def _read(self, token: str) -> bytes:
        words = as_typed(read_token(token))
        codes = [self.codes[word.folded] for word in words]
        if self._are_one([word.folded for word in words]):
            return b"".join(map(various, codes))
        marked = zip(words, codes, strict=True)
        return b"".join(checked(code) if word.is_acronym else code for word, code in marked)

    def _are_one(self, words: Sequence[str]) -> bool:
        """Say whether some of these words, folded, are written as one somewhere."""
        return any(
            singular("".join(words[begin:end])) in self._words
            for begin, end in combinations(range(len(words) + 1), 2)
            if 1 < end - begin <= LONGEST_COMPOUND
        )

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
