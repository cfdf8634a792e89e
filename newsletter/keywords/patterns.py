"""A phrase as what is looked for in a day's papers: each way to write it, as codes of words.

    phrase ─► words ─► spellings (as one word, as two) ─► Pattern: codes, and what must hold there

The rules: a hyphen, in the keyword or in the text, makes one word of two and two of one; so do
prefixes such as "multi", which are written in all three ways. An acronym in capitals stands for
itself and its plural, in capitals. Exact phrases have one spelling.
"""

from collections.abc import Iterable, Iterator, Sequence
from enum import Enum
from itertools import islice
from typing import Final, NamedTuple

from newsletter.keywords.lexicon import LONGEST_COMPOUND, UNKNOWN, WIDTH, Lexicon
from newsletter.keywords.words import Word, singular

MOST_SPELLINGS: Final = 16
"""Of one phrase."""
PREFIXES: Final = frozenset(
    {"anti", "auto", "bi", "bio", "co", "counter", "cross", "cyber", "de", "electro", "geo"}
    | {"hetero", "hyper", "inter", "intra", "macro", "mega", "meta", "micro", "mini", "mono"}
    | {"multi", "nano", "neuro", "neo", "non", "omni", "out", "over", "photo", "poly", "post"}
    | {"pre", "pseudo", "quasi", "re", "self", "semi", "socio", "spatio", "sub", "super", "tele"}
    | {"tri", "ultra", "un", "under", "uni"},
)
"""Words that English hangs on the next with a hyphen, with a space, or with nothing."""


class Rule(Enum):
    """What must hold of a word of the text."""

    CAPITAL = "is written in capitals"
    PLURAL = "is a plural"
    SINGULAR = "is no plural"
    HYPHEN = "hangs on the next by a hyphen"


class Check(NamedTuple):
    """A rule for the word `at`, counted from the phrase's first as 0."""

    rule: Rule
    at: int


class Pattern(NamedTuple):
    """One spelling of a phrase."""

    codes: bytes
    checks: tuple[Check, ...]

    @property
    def length(self) -> int:
        """Return the number of words."""
        return len(self.codes) // WIDTH


def distinct(patterns: list[Pattern]) -> list[Pattern]:
    """Leave out what no text holds; keep the same words by two rules once, with fewer checks."""
    known = [one for one in patterns if one.codes and UNKNOWN not in one.codes]
    if len(known) < 2:  # noqa: PLR2004 # two may be the same
        return known
    known.sort(key=lambda one: -len(one.checks))
    return list({one.codes: one for one in known}.values())


def as_typed(words: tuple[Word, ...]) -> tuple[Word, ...]:
    """Take "GPT-4o" for a name in any case, because not all of it is in capitals."""
    if len(words) < 2 or all(word.is_acronym or word.folded.isdigit() for word in words):  # noqa: PLR2004 # one is what it is
        return words
    return tuple(map(quietly, words))


def strung(choices: Iterable[Sequence[Pattern]]) -> list[Pattern]:
    """Return each way to take one of each choice, one behind the other; at most 16."""
    found = [Pattern(b"", ())]
    for tails in choices:
        if len(tails) == 1 and not tails[0].checks:
            codes = tails[0].codes
            found = [Pattern(head + codes, checks) for head, checks in found]
        else:
            found = [_chained(head, tail) for head in found for tail in tails][:MOST_SPELLINGS]
    return found


def quietly(word: Word) -> Word:
    """Return a word that need not be in capitals."""
    return word._replace(is_acronym=False)


def spellings(words: Sequence[Word], lexicon: Lexicon) -> list[Pattern]:
    """Return the spellings of the words, made from the last word backwards."""
    from_here: list[list[Pattern]] = [[] for _ in words] + [[Pattern(b"", ())]]
    for begin in reversed(range(len(words))):
        found = (
            _chained(head, tail)
            for used, head in _heads(words, begin, lexicon)
            for tail in from_here[begin + used]
        )
        from_here[begin] = list(dict.fromkeys(islice(found, MOST_SPELLINGS)))
    return from_here[0]


def _chained(head: Pattern, tail: Pattern) -> Pattern:
    if not tail.checks:
        return Pattern(head.codes + tail.codes, head.checks)
    moved = tuple(Check(rule, at + head.length) for rule, at in tail.checks)
    return Pattern(head.codes + tail.codes, head.checks + moved)


def _heads(words: Sequence[Word], begin: int, lexicon: Lexicon) -> Iterator[tuple[int, Pattern]]:
    """Yield how the first words may be written, and how many words that uses up."""
    word = words[begin]
    checks = (Check(Rule.CAPITAL, 0),) if word.is_acronym else ()
    code = lexicon.code(word.folded)
    if code != UNKNOWN:
        yield 1, Pattern(code, checks)
    for other in other_spellings(word, lexicon):
        yield 1, Pattern(other.codes, checks + other.checks)
    yield from _joined(words, begin, lexicon)


def other_spellings(word: Word, lexicon: Lexicon) -> Iterator[Pattern]:
    """Yield how one word may be written besides: in parts, or as the other number of its own."""
    for parts in sorted(lexicon.splits.get(word.folded, ())):
        hyphens = tuple(Check(Rule.HYPHEN, at) for at in range(len(parts) - 1))
        yield Pattern(b"".join(parts), hyphens)
    if word.folded in BASES:
        yield _other_number(word, lexicon)
    for first, second in lexicon.halves(word.folded, PREFIXES):
        yield Pattern(lexicon.code(first) + lexicon.code(second), ())


BASES = frozenset({"basis", "base"})


def _other_number(word: Word, lexicon: Lexicon) -> Pattern:
    """Return "bases" for "basis", and "basis" for "bases", which is the plural of "base" too."""
    if word.folded == "basis":
        return Pattern(lexicon.code("base"), (Check(Rule.PLURAL, 0),))
    return Pattern(lexicon.code("basis") if word.is_plural else UNKNOWN, ())


def _joined(words: Sequence[Word], begin: int, lexicon: Lexicon) -> Iterator[tuple[int, Pattern]]:
    """Yield the first words as one, where hyphens, prefixes or the texts themselves join them."""
    joined = words[begin].folded
    for end in range(begin + 1, min(begin + LONGEST_COMPOUND, len(words))):
        left, right = words[end - 1], words[end]
        joined += right.folded
        one = lexicon.code(singular(joined))
        if one != UNKNOWN and (left.is_joined or end == begin + 1):
            yield end + 1 - begin, Pattern(one, ())
        if not left.is_joined:
            return
